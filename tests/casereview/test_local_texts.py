"""What an area words and names for itself: letters, messages, its name, colour and holidays."""

import datetime

import pytest
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview import branding, errors, local_texts, message_texts, outbox, pdf
from casereview.actions import NotAllowed
from casereview.actions.family_letters import letter_text
from casereview.actions.local_texts import change_branding, change_holidays, settle_text
from casereview.models import AuditEntry, LocalText, OutboxMessage
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.working_days import working_day
from tests import factories
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
NAME, COLOUR = "Exampleshire <reviews> & co", "#4a1d6b"
PAGES = {
    "view_local_texts": [],
    "view_local_text": ["family_letter"],
    "change_local_text": ["family_letter"],
    "change_branding": [],
    "view_holidays": [],
    "change_holidays": [],
}
MESSAGE = OutboxMessage(template="work_due", count=3)


@pytest.fixture
def administrator(people):
    return people[Role.ADMINISTRATOR]


def on(day, field="since"):
    return {f"{field}_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def today():
    return on(timezone.localdate())


def test_the_pages_are_the_administrators_alone(people, outsider):
    roles = (Role.ADMINISTRATOR, Role.CDR_MANAGER, Role.AUDITOR)
    clients = {role: sign_in(Client(), people[role]) for role in roles}
    clients[None] = sign_in(Client(), outsider)

    for name, keys in PAGES.items():
        got = {role: one.get(reverse(name, args=keys)).status_code for role, one in clients.items()}
        assert got == {role: 200 if role == Role.ADMINISTRATOR else 403 for role in clients}, name


def test_a_leaver_and_an_old_proof_change_nothing(client, administrator):
    page = reverse("change_local_text", args=["support"])
    sign_in(client, administrator, proved=False)
    assert client.post(page, {"text": "Anything", **today()}).status_code == 302
    sign_in(client, administrator)
    with change("deactivate_person", by=None) as written:
        administrator.is_active = False
        written.save(administrator)

    client.post(page, {"text": "Anything", **today()})
    client.post(reverse("change_branding"), {"name": "Anything", "colour": ""})

    assert not LocalText.objects.exists()


def test_a_text_is_looked_at_saved_and_dated(client, administrator):
    sign_in(client, administrator)
    page = reverse("change_local_text", args=["family_letter"])
    typed = {"text": "Dear {to},\n\nAbout {child}: {decided}", **today()}

    look = without_token(client.post(page, {**typed, "look": "1"}))
    assert "Dear Sam Sample," in look
    assert "Not saved yet" in look
    assert not LocalText.objects.exists()
    later = timezone.localdate() + datetime.timedelta(days=9)
    client.post(page, {**typed, **on(later)})
    assert "We are writing to you" in local_texts.written("family_letter", {"child": "Robin"})
    client.post(page, typed)

    shown = without_token(client.get(reverse("view_local_text", args=["family_letter"])))
    assert "Your own wording, since" in shown
    assert "From a later day" in shown
    case = factories.make_case()
    assert letter_text(case, None, ["All {is} well"]) == "Dear family,\n\nAbout Ada: All {is} well"
    entries = AuditEntry.objects.filter(action="change_local_text", outcome="done")
    assert entries.count() == 2
    assert "Dear" not in "".join(entries.values_list("detail", flat=True))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{decided} {nobody}", "Take {nobody} out, or write one of:"),
        ("{decided} {child.__class__}", "Write { and } only around"),
        ("Dear {to}", "Put {decided} into the text"),
        ("{decided}\x00", "Remove"),
    ],
)
def test_a_text_that_cannot_be_filled_is_refused_and_kept_on_the_page(
    client, administrator, text, says
):
    sign_in(client, administrator)
    page = reverse("change_local_text", args=["family_letter"])

    answer = without_token(client.post(page, {"text": text, **today()}))

    assert "error-summary" in answer
    if says != "Remove":
        assert says in answer
        assert "<textarea" in answer
    assert not LocalText.objects.exists()


def test_a_day_gone_by_and_a_text_that_is_not_there_are_refused(client, administrator):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)

    with pytest.raises(NotAllowed, match="Enter today or a later day"):
        settle_text(kind="support", text="x", since=yesterday, by=administrator)
    with pytest.raises(NotAllowed, match="Choose one of the texts"):
        settle_text(kind="site_name", text="x", since=timezone.localdate(), by=administrator)
    with pytest.raises(NotAllowed, match="subject in the first line"):
        settle_text(
            kind="message_work_due", text="{address}", since=timezone.localdate(), by=administrator
        )
    sign_in(client, administrator)
    for kind in ("nothing", "site_name", "..", "%3Cb%3E"):
        assert client.get(f"/admin-area/texts/{kind}/").status_code == 404


def test_each_message_may_be_worded_and_our_own_needs_no_mending():
    kinds = local_texts.kinds()
    messages = [kind for kind in kinds.values() if kind.group == "messages"]

    assert len(messages) > 20
    for kind in kinds.values():
        assert kind.problems(kind.text()) == [], kind.code
    assert message_texts.ours("work_due").startswith("You have {count} items due in {site_name}")


def test_a_message_goes_out_as_it_is_worded_and_comes_back_to_ours(administrator):
    code, day = message_texts.kind_of("work_due"), timezone.localdate()
    settle_text(kind=code, text="{count} wait\n\nAt {address} <now>", since=day, by=administrator)
    own = outbox.text_of(MESSAGE)
    settle_text(kind=code, text="", since=day, by=administrator)

    assert own[0] == "3 wait"
    assert own[1].startswith("At http")
    assert own[1].endswith(" <now>\n")
    assert outbox.text_of(MESSAGE)[0] == "You have 3 items due in Case review"


def test_a_name_and_a_colour_stand_on_pages_errors_papers_and_messages(client, administrator):
    sign_in(client, administrator)

    client.post(reverse("change_branding"), {"name": NAME, "colour": COLOUR.upper()})

    escaped = "Exampleshire &lt;reviews&gt; &amp; co"
    for page in (client.get("/help/"), client.get("/nothing-here/")):
        assert escaped in without_token(page)
        assert page.content.decode().count(reverse("colour")) == 1
    assert COLOUR in client.get(reverse("colour")).content.decode()
    assert escaped in render_to_string("500.html", {"reference": "r"})
    assert escaped in errors.last_resort("r").decode()
    assert NAME in outbox.text_of(MESSAGE)[0]
    paper = pdf.pages_of(pdf.draw([pdf.Words("Said")], title="T", footer="F"))
    assert NAME in paper[0]
    for address in ("/cases/CD-1999-0001/", f"/cases/{factories.make_case().reference}/"):
        assert escaped in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "x" * 61, "colour": ""}, "Shorten the name"),
        ({"name": "", "colour": "red"}, "Enter the colour as # and six"),
        ({"name": "", "colour": "#ffff00"}, "Choose a darker colour"),
        ({"name": "", "colour": "#}</st"}, "Enter the colour as # and six"),
    ],
)
def test_a_name_or_colour_that_cannot_be_is_refused(client, administrator, typed, says):
    page = sign_in(client, administrator).post(reverse("change_branding"), typed)

    assert says in without_token(page)
    assert not LocalText.objects.exists()


def test_without_a_database_the_name_that_was_known_holds(administrator, monkeypatch):
    change_branding(name="Exampleshire", colour="", by=administrator)
    branding.hold({branding.NAME: "Exampleshire"}, 0)

    def refuse(*_):
        raise DatabaseError("no such table")

    monkeypatch.setattr(local_texts, "in_force", refuse)
    branding.refresh()

    assert branding.name() == "Exampleshire"


def test_a_holiday_that_is_proclaimed_is_no_working_day_until_it_is_taken_back(
    client, administrator
):
    jubilee = datetime.date(2035, 6, 7)
    assert working_day(jubilee)
    sign_in(client, administrator)

    client.post(reverse("change_holidays"), on(jubilee, "day"))
    assert not working_day(jubilee)
    assert "Thursday 7 June 2035" in without_token(client.get(reverse("view_holidays")))
    for day in (datetime.date(2035, 12, 25), datetime.date(2035, 6, 9)):
        answer = client.post(reverse("change_holidays"), on(day, "day"))
        assert "error-summary" in without_token(answer)
    client.post(reverse("change_holidays"), {"take_back": "2035-06-07"})

    assert working_day(jubilee)
    with pytest.raises(NotAllowed, match="already"):
        change_holidays(added={datetime.date(2035, 12, 25)}, by=administrator)
