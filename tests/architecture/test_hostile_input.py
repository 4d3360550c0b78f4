"""Whatever is typed into any form of any page, there is an answer and never a crash.

Each page is opened by somebody who may, its fields are read out of the page itself, and requests
are drawn for it: hostile text in its fields, in its address, headers and files, bodies that are
broken. The seeds are fixed, so a failure comes again. What a page says is wrong leads to the field
that is meant. Every text on record
is hostile too: no page, and no answer to what was typed, may have an element or an attribute of
its making.
"""

import os
import random
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from casereview import access
from casereview.fields import EncryptedTextField
from casereview.models import Board, Case
from casereview.records import change
from casereview.row_coverage import covered_models
from casereview.rules.access_table import Role, Where, roles_for
from tests.architecture.addresses import ours
from tests.architecture.test_every_door import SKIPPED, values_for, world  # noqa: F401
from tests.emptying import APPENDED_TO
from tests.hostile_requests import FORM, HEADERS, METHODS, TYPES, ask, draw
from tests.page_links import leads_nowhere
from tests.set_back import set_back
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

# Ordinary runs ask one address in eight; the whole asks all of them, again and again.
ONE_IN, EACH = 8, 4
WHOLE = int(os.environ.get("CASEREVIEW_REQUESTS", "100000"))
PARTS = 2  # of the whole, side by side
TURN = 25  # requests to one page before everything is set back
# Whatever of it became an element or an attribute is found by its name.
MARKUP = (
    "\"'><x-evil a=1><script>evil()</script><img src=x onerror=evil()></textarea></title>"
    "<svg/onload=evil()><a href=javascript:evil()>{{ 7|add:42 }}&lt;x-evil&gt;"
)
# They are what they say of a number or a place, and never free text.
OF_A_SHAPE = {"nhs_number", "postcode"}
NAMES = {"name", "post"}
# Attributes whose value a browser follows; in another it is text.
FOLLOWED = {"href", "xlink:href", "src", "action", "formaction", "data", "poster", "content"}


class Fields(HTMLParser):
    """The names of a page's fields, with the values they offer."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.select = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("input", "textarea", "select", "button") and given.get("name"):
            self.fields.setdefault(given["name"], [])
            if given.get("value"):
                self.fields[given["name"]].append(given["value"])
        if tag == "select":
            self.select = given.get("name") or ""
        if tag == "option" and self.select:
            self.fields[self.select].append(given.get("value") or "")


class Injected(HTMLParser):
    """What of a page would run, or was made by a text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "x-evil" or (tag == "script" and not given.get("src")):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.found += [
            f"<{tag} {name}={value}>"
            for name, value in given.items()
            if name in FOLLOWED and (value or "").strip().lower().startswith("javascript:")
        ]


def injected(response) -> list[str]:
    """Return what a text on record, or one that was sent, put into an answer."""
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("application/pdf"):
        return [
            f"PDF {word}"
            for word in ("/JavaScript", "/Launch")
            if word.encode() in response.content
        ]
    if not kind.startswith(("text/html", "image/svg")):
        return []
    parser = Injected()
    parser.feed(response.content.decode())
    return parser.found


def errors_astray(response) -> list[str]:
    """Return the links of an error summary that lead to no field."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return leads_nowhere(response.content.decode()) if is_page else []


@pytest.fixture
def hostile_world(world):  # noqa: F811
    """The planted cases, with markup in every text of every record there is."""
    with change("plant", by=None) as written:
        for model in covered_models():
            if model._meta.db_table in APPENDED_TO:
                continue
            wanted = [
                field.attname
                for field in model._meta.concrete_fields
                if (type(field) is EncryptedTextField and field.name not in OF_A_SHAPE)
                or (field.name in NAMES and model is not Board)
            ]
            for record in model._base_manager.all() if wanted else ():
                for name in wanted:
                    if getattr(record, name):
                        setattr(record, name, MARKUP[: model._meta.get_field(name).max_length])
                written.save(record)
    return world


def fields_of(html: str) -> dict[str, list[str]]:
    parser = Fields()
    parser.feed(html)
    parser.fields.pop("csrfmiddlewaretoken", None)
    return parser.fields


def asker(address, users, case: Case):
    """Return somebody who may open the address."""
    if address.guarded_by.startswith("open: "):
        return users[Role.CDR_MANAGER]
    for role, cell in roles_for(address.guarded_by).items():
        about = None if cell == Where.ANYWHERE and "reference" not in address.parameters else case
        if access.can(users[role], address.guarded_by, about):
            return users[role]
    return None


ADDRESSES = [one for one in ours() if one.name not in SKIPPED]


def test_hostile_text_in_every_field_gets_an_answer(hostile_world):
    found = []
    for address in ADDRESSES[::ONE_IN]:
        found += crashes(hostile_world, address, EACH)

    assert found == []


@pytest.mark.long
@pytest.mark.skipif(connection.vendor != "sqlite", reason="asked once, on SQLite")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_hundred_thousand_hostile_requests_all_get_an_answer(hostile_world, part):
    found, asked, turn = [], 0, part
    while asked < WHOLE // PARTS and len(found) < 20:
        address = ADDRESSES[turn % len(ADDRESSES)]
        number = min(TURN, WHOLE // PARTS - asked)
        found += crashes(hostile_world, address, number, turn // len(ADDRESSES))
        asked, turn = asked + number, turn + PARTS

    assert found == []


def crashes(world, address, number: int, again: int = 0) -> list[tuple]:  # noqa: F811
    """Send hostile requests to one page, and return what no answer, or a wrong one, came to."""
    cases, users, meeting = world
    chance = random.Random(f"{address} {again}")  # noqa: S311 - not a secret
    with set_back():
        case = cases["own"]
        user = asker(address, users, case)
        if user is None:
            return [(str(address), "nobody may open it")]
        client = sign_in(Client(), user)
        url = reverse(address.name, kwargs=values_for(address, case.reference, meeting))
        opened = client.get(url, follow=True)
        # A paper has no fields to fill.
        is_page = opened.headers.get("Content-Type", "").startswith("text/html")
        fields = fields_of(opened.content.decode()) if is_page else {}
        found: list[tuple] = [(str(address), "holds", each) for each in injected(opened)]
        for _ in range(number):
            answer, wrong = ask(client, draw(chance, url, fields))
            if answer is not None:
                wrong += [f"answers {each}" for each in injected(answer)]
                wrong += [f"an error leads to {each}" for each in errors_astray(answer)]
            found += [(str(address), each) for each in wrong]
    return found


def test_every_kind_of_request_is_drawn_with_half_pairs_and_what_turns_text():
    chance = random.Random(20150302)  # noqa: S311 - not a secret
    drawn = [draw(chance, "/a/b/", {"name": ["x"]}) for _ in range(2_000)]
    sent = b"".join(each.path.encode() + each.body for each in drawn)

    assert {"GET", "POST", *METHODS} == {each.method for each in drawn}
    assert {name for each in drawn for name in each.headers} == set(HEADERS)
    assert {FORM, *TYPES} <= {each.kind for each in drawn}
    assert all(
        quote(unseen, errors="surrogatepass", safe="").encode() in sent
        for unseen in ("\x00", "\x1b", "\u202e", "\u2066", "\ud800", "\udfff")
    )


def test_an_answer_that_crashes_or_takes_too_long_would_be_found(monkeypatch):
    class Broken:
        def generic(self, *_, **__):
            raise ZeroDivisionError

    class Slow:
        def generic(self, *_, **__):
            return HttpResponse("", status=503)

    drawn = draw(random.Random(1), "/a/", {})  # noqa: S311 - not a secret
    monkeypatch.setattr("tests.hostile_requests.SECONDS", -1)

    assert "ZeroDivisionError" in ask(Broken(), drawn)[1][0]
    assert [wrong.split()[0] for wrong in ask(Slow(), drawn)[1]] == ["503", "0.0"]


def test_markup_that_ran_would_be_found():
    page = f'<p title="{MARKUP}">{MARKUP}</p>'
    parser = Injected()
    parser.feed(page)

    assert {"<x-evil>", "<script>", "<img onerror>"} <= set(parser.found)
    assert "<a href=javascript:evil()>" in parser.found


FORMS = (
    "correct_record",
    "admit_to_case",
    "declare_interest",
    "add_person",
    "add_agency",
    "arrange_meeting",
    "cdop:record_panel_review",
    "cdop:record_category",
    "cdop:record_factors",
)


def test_the_walk_really_finds_the_fields_of_a_form_and_shows_hostile_text(hostile_world):
    cases, users, meeting = hostile_world
    for name in FORMS:
        address = next(one for one in ADDRESSES if one.name == name)
        client = sign_in(Client(), asker(address, users, cases["own"]))
        url = reverse(address.name, kwargs=values_for(address, cases["own"].reference, meeting))

        page = client.get(url)

        assert page.status_code == 200, name
        assert name != "correct_record" or "&lt;x-evil a=1&gt;" in page.content.decode()
        assert len(fields_of(page.content.decode())) >= 2, name
