"""Whatever is typed into any form of any page, there is an answer and never a crash.

Each page is opened by somebody who may, its fields are read out of the page itself, and every one
of them is sent hostile text. The seeds are fixed, so a failure comes again. Every text on record
is hostile too: no page, and no answer to what was typed, may have an element or an attribute of
its making.
"""

import random
from html.parser import HTMLParser

import pytest
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
from tests.set_back import in_parts, set_back
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

PARTS = 6
# Whatever of it became an element or an attribute is found by its name.
MARKUP = (
    "\"'><x-evil a=1><script>evil()</script><img src=x onerror=evil()></textarea></title>"
    "<svg/onload=evil()><a href=javascript:evil()>{{ 7|add:42 }}&lt;x-evil&gt;"
)
# They are what they say of a number or a place, and never free text.
OF_A_SHAPE = {"nhs_number", "postcode"}
NAMES = {"name", "post"}

HOSTILE = [
    "",
    " ",
    "0",
    "-1",
    "31",
    "99999999999999999999",
    "1e999",
    "NaN",
    "true",
    "\x00",
    "a\x00b",
    "\u202eevil",
    "٣١",
    "2015-02-31",
    "0000-00-00",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    MARKUP,
    "\u2066a\u2069",
    "\x1b[31m\x7f",
    "{{ 7*7 }}{% debug %}",
    "=HYPERLINK(1)",
    "../../etc/passwd",
    "𝕳𝖊𝖑𝖑𝖔",
    "e\u0301" * 50,
    "x" * 30_000,
    "999 000 0000",
    "[]",
    '{"a":1}',
    "00000000-0000-0000-0000-000000000000",
]


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
            if (value or "").strip().lower().startswith("javascript:")
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


@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_text_in_every_field_gets_an_answer(hostile_world, part):
    found = []
    for address in in_parts(ADDRESSES, PARTS)[part]:
        with set_back():
            found += crashes(hostile_world, address)

    assert found == []


def crashes(world, address) -> list[tuple]:  # noqa: F811
    """Send the fields of one page hostile text, and return what no answer came to."""
    cases, users, meeting = world
    user = asker(address, users, cases["own"])
    if user is None:
        return [(str(address), "nobody may open it")]
    client = sign_in(Client(), user)
    url = reverse(address.name, kwargs=values_for(address, cases["own"].reference, meeting))
    opened = client.get(url, follow=True)
    # A paper has no fields to fill.
    is_page = opened.status_code == 200 and opened.headers["Content-Type"].startswith("text/html")
    fields = fields_of(opened.content.decode()) if is_page else {}
    chance = random.Random(str(address))  # noqa: S311 - not a secret
    found: list[tuple] = [(str(address), "holds", each) for each in injected(opened)]

    for _ in range(3):
        typed = {}
        for name, offered in fields.items():
            kind = chance.random()
            if kind < 0.45 or not offered:
                typed[name] = chance.choice(HOSTILE)
            elif kind < 0.9:
                typed[name] = chance.choice(offered)
        for method in (client.post, client.get):
            try:
                answer = method(url, typed)
                status = answer.status_code
                found += [(str(address), "answers", each) for each in injected(answer)]
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a crash
                status = repr(error)
            if not isinstance(status, int) or status >= 500:
                found.append((str(address), method.__name__, status, typed))
    return found


def test_markup_that_ran_would_be_found():
    page = f'<p title="{MARKUP}">{MARKUP}</p>'
    parser = Injected()
    parser.feed(page)

    assert {"<x-evil>", "<script>", "<img onerror>"} <= set(parser.found)


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
