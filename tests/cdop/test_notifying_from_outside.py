"""Notifying a child's death from outside: the public page, its receipt and what it keeps."""

import datetime
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from casereview import keys
from casereview.models import AuditEntry, IntakeItem, OutboxMessage
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import receipts
from cdop.forms.outside import form_of
from tests import factories
from tests.cdop import filling
from tests.html import Page, without_token

pytestmark = pytest.mark.django_db

PAGE = "/notify/"
RECEIPT = "/notify/receipt/"
NUMBER = "0116 496 0999"


@pytest.fixture(autouse=True)
def _telephone(settings):
    settings.SOCIAL_CARE_TELEPHONE = NUMBER


def outside(**facts: str) -> dict[str, str]:
    """What somebody outside types, of a death that leaves no other child at risk."""
    return {
        "other_children": "none",
        "notifier_name": "Nora Notifier",
        "notifier_contact": "0116 496 0000",
        "given_names": "Ada",
        "family_name": "Planted",
        **filling.day("born_on", datetime.date(2014, 5, 1)),
        **filling.day("died_on", filling.DIED),
        "location_of_death": "HOSP_ED",
        "place_of_death_board": "LEICESTER",
        **facts,
    }


def looked(client: Client, typed: dict[str, str]) -> dict[str, str]:
    """Post the form, and return what the page of answers would post."""
    page = Page(client.post(PAGE, typed).content.decode())
    return {
        one["name"]: one["value"]
        for one in page.all("input", type="hidden")
        if one["name"] != "csrfmiddlewaretoken"
    }


def send(client: Client, typed: dict[str, str], **more: str):
    return client.post(PAGE, {**looked(client, typed), "do": "send", **more})


def form_typed(ready: dict[str, str]) -> dict[str, list[str]]:
    """What is kept of a page of answers."""
    return {name: [value] for name, value in ready.items() if name not in ("once", "do")}


def numbers(page: str) -> tuple[str, str]:
    return (
        re.search(r"([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})<", page)[1],
        re.search(r"([0-9A-F]{4}(?:-[0-9A-F]{4}){9})<", page)[1],
    )


@pytest.mark.parametrize("address", [PAGE, RECEIPT])
def test_the_page_says_first_what_it_is_not_for(client, address):
    page = Page(client.get(address).content.decode())

    words = page.words
    assert "call 999" in words
    assert NUMBER in words
    assert "Monday to Friday from 9am to 5pm" in words
    heading = "Notify a child’s death" if address == PAGE else "Check a receipt"
    assert words.index("call 999") < words.rindex(heading)
    assert "session" not in client.cookies


def give_number(code: str, number: str) -> None:
    board = factories.board(code)
    with change("change_board", by=None) as written:
        board.social_care_telephone = number
        written.save(board)


def test_until_an_area_is_named_the_page_shows_the_numbers_of_all_areas(client):
    give_number("LEICESTER", "0116 496 0111")
    give_number("LEICS_RUTLAND", "0116 496 0222")
    give_number("NOTTINGHAM", "0115 496 0333")

    words = Page(client.get(PAGE).content.decode()).words

    assert NUMBER in words
    assert f"In {factories.board().name}: 0116 496 0111" in words
    assert f"In {factories.board('LEICS_RUTLAND').name}: 0116 496 0222" in words
    assert "0115 496 0333" not in words


@pytest.mark.parametrize(
    ("lived", "died", "shown"),
    [
        ("LEICS_RUTLAND", "LEICESTER", "0116 496 0222"),
        ("", "LEICESTER", "0116 496 0111"),
        ("NK", "LEICESTER", "0116 496 0111"),
        ("NOTTINGHAM", "LEICESTER", NUMBER),
    ],
)
def test_answers_and_receipt_show_the_number_of_the_area_that_was_named(
    client, manager, lived, died, shown
):
    give_number("LEICESTER", "0116 496 0111")
    give_number("LEICS_RUTLAND", "0116 496 0222")
    typed = outside(
        other_children="not_safe", told="nobody", residence_board=lived, place_of_death_board=died
    )

    answers = client.post(PAGE, typed).content.decode()
    receipt = send(client, typed, understood="yes").content.decode()

    for page in (answers, receipt):
        assert page.count(shown) == 2
        numbers_there = {"0116 496 0111", "0116 496 0222", NUMBER} - {shown}
        assert not any(other in page for other in numbers_there)


def test_somebody_without_an_account_notifies_and_keeps_a_receipt(client, manager):
    response = send(client, outside())

    item = IntakeItem.objects.get()
    page = response.content.decode()
    assert response.status_code == 200
    assert item.receipt in page
    assert "call 999" in page
    assert "Ada" in page  # a copy of what was sent just now
    assert item.state == "waiting"
    assert not item.urgent
    assert item.content["typed"]["family_name"] == ["Planted"]
    assert item.content["board"] == "LEICESTER"
    assert "session" not in client.cookies
    entry = AuditEntry.objects.get(action="receive_notification")
    assert "Planted" not in entry.detail + page.split("A copy of what you sent")[0]
    message = OutboxMessage.objects.get()
    assert (message.to_user, message.template) == (manager, "intake")


def test_what_was_sent_is_sealed_in_the_database(client, manager):
    send(client, outside())

    key = IntakeItem.objects.get().pk
    raw = IntakeItem.objects.filter(pk=key).values_list("content", flat=True)[0]
    assert "Planted" not in repr(raw)
    keys.destroy("intake", key)
    with pytest.raises(Exception, match="no key"):
        IntakeItem.objects.get().content  # noqa: B018


def test_nothing_is_kept_before_the_answers_are_sent(client):
    page = client.post(PAGE, outside()).content.decode()

    assert "Nothing has been sent yet" in page
    assert "Ada" in page
    assert not IntakeItem.objects.exists()


def test_going_back_keeps_what_was_typed(client):
    page = client.post(PAGE, {**looked(client, outside()), "do": "change"}).content.decode()

    assert Page(page).by_id("id_given_names")["value"] == "Ada"
    assert "There is a problem" not in page
    assert not IntakeItem.objects.exists()


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("family_name", "Enter the family name, or the mother’s"),
        ("given_names", "Enter the first name, or tick that the child has none yet"),
        ("notifier_name", "Enter your name"),
        ("notifier_contact", "Enter the telephone number or e-mail"),
        ("died_on_day", "date of death"),
        ("born_on_day", "date of birth"),
        ("location_of_death", "Select the kind of place where the child died"),
        ("other_children", "Select whether there are other children, and if safe"),
    ],
)
def test_what_is_required_is_asked_for_in_words(client, missing, message):
    page = client.post(PAGE, outside(**{missing: ""})).content.decode()

    assert "There is a problem" in page
    assert message in page
    assert not IntakeItem.objects.exists()


def test_an_age_or_baby_of_is_enough(client, manager):
    typed = outside(
        **filling.day("born_on", None),
        given_names="",
        family_name="",
        unnamed="on",
        mother_family_name="Planted",
        age_number="3",
        age_unit="days",
    )

    send(client, typed)

    assert IntakeItem.objects.count() == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"other_children": "not_safe", "told": "somebody", "told_about_children": "The police"},
        {"other_children": "not_known", "told": "somebody", "told_about_children": "The police"},
        {"other_children": "safe", "told": "nobody"},
        {"other_children": "safe", "told": "not_known"},
    ],
)
def test_children_at_risk_show_the_number_before_it_can_be_sent(client, manager, facts):
    another = factories.make_user(Role.CDR_MANAGER)

    page = client.post(PAGE, outside(**facts)).content.decode()
    refused = send(client, outside(**facts)).content.decode()
    kept = IntakeItem.objects.count()
    send(client, outside(**facts), understood="yes")

    assert f"Telephone children’s social care now: {NUMBER}" in page
    assert "Tick the box about the other children" in refused
    assert kept == 0
    assert IntakeItem.objects.get().urgent
    told = OutboxMessage.objects.filter(template="intake_urgent")
    assert {one.to_user for one in told} == {manager, another}


def test_safe_children_of_whom_somebody_was_told_need_no_tick(client, manager):
    send(client, outside(other_children="safe", told="somebody", told_about_children="Ms Told"))

    assert not IntakeItem.objects.get().urgent


def test_other_children_ask_who_has_been_told(client):
    page = client.post(PAGE, outside(other_children="safe")).content.decode()

    assert "Select who has been told about the other children" in page


def test_sent_twice_it_is_kept_once_with_the_same_receipt(client, manager):
    ready = {**looked(client, outside()), "do": "send"}

    first, second = (client.post(PAGE, ready).content.decode() for _ in range(2))

    assert IntakeItem.objects.count() == 1
    assert numbers(first) == numbers(second)
    assert OutboxMessage.objects.count() == 1


def test_sent_changed_it_is_another(client, manager):
    ready = {**looked(client, outside()), "do": "send"}

    client.post(PAGE, ready)
    client.post(PAGE, {**ready, "given_names": "Adah"})

    assert IntakeItem.objects.count() == 2


def test_a_page_made_up_elsewhere_is_shown_again_and_not_kept(client):
    page = client.post(PAGE, {**outside(), "do": "send", "once": "made-up"}).content.decode()

    assert "Check your answers once more" in page
    assert not IntakeItem.objects.exists()


def test_a_form_without_its_token_is_refused():
    response = Client(enforce_csrf_checks=True).post(PAGE, {**outside(), "do": "send"})

    assert response.status_code == 403
    assert not IntakeItem.objects.exists()


def test_after_a_sending_that_broke_off_it_can_be_sent_once_more(client, manager):
    ready = {**looked(client, outside()), "do": "send"}
    digest = receipts.digest_of(form_typed(ready))
    nonce = uuid.UUID(ready["once"].split(":")[0])
    keys.make("intake", uuid.uuid5(nonce, digest))

    page = client.post(PAGE, ready).content.decode()
    kept = IntakeItem.objects.count()
    again = Page(page)
    once = again.all("input", name="once")[0]["value"]
    client.post(PAGE, {**ready, "once": once})

    assert "Send your answers once more" in page
    assert (kept, IntakeItem.objects.count()) == (0, 1)


def test_a_receipt_is_genuine_and_tells_only_when(client, manager):
    code, check = numbers(send(client, outside()).content.decode())

    page = without_token(client.post(RECEIPT, {"receipt": code.lower(), "check": check}))

    assert "This receipt is genuine" in page
    assert "received on" in page
    assert "Planted" not in page
    assert "Ada" not in page


@pytest.mark.parametrize(
    ("code", "check"),
    [
        (lambda code: code[:-1] + ("A" if code[-1] != "A" else "B"), lambda check: check),
        (lambda code: code, lambda check: ("1" if check[0] != "1" else "2") + check[1:]),
        (lambda code: code, lambda check: check[:-1] + ("1" if check[-1] != "1" else "2")),
        (lambda code: code, lambda check: "é" * 40),
        (lambda code: "nonsense", lambda check: "nonsense"),
    ],
)
def test_altered_numbers_are_not_those_of_a_receipt(client, manager, code, check):
    was = numbers(send(client, outside()).content.decode())

    asked = {"receipt": code(was[0]), "check": check(was[1])}
    page = client.post(RECEIPT, asked).content.decode()

    assert "These numbers are not those of a receipt" in page
    assert "genuine.</strong>" not in page


def test_a_receipt_is_bound_to_its_time_and_its_content():
    at = datetime.datetime(2015, 3, 2, 10, tzinfo=datetime.UTC)
    code, digest = receipts.new_code(), receipts.digest_of({"given_names": ["Ada"]})
    check = receipts.check_number(code, at, digest)

    assert receipts.genuine(code, at, check)
    assert not receipts.genuine(code, at + datetime.timedelta(seconds=1), check)
    assert not receipts.genuine(receipts.new_code(), at, check)
    assert digest != receipts.digest_of({"given_names": ["Adah"]})


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"circumstances": "seen \u202e here"}, "hidden text direction mark"),
        ({"given_names": "A\x00da"}, "hidden control character"),
        ({"circumstances": "long " * 2000}, "5,000 characters or fewer"),
        ({"family_name": "P" * 5000}, "characters or fewer"),
        ({"location_of_death": "<script>"}, "in the list"),
        ({**filling.day("died_on", datetime.date(2013, 1, 1))}, "Check the dates"),
    ],
)
def test_hostile_text_is_refused_in_words_and_kept_on_the_page(client, typed, message):
    response = client.post(PAGE, outside(**typed))

    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert Page(page).by_id("id_notifier_name")["value"] == "Nora Notifier"
    assert "<script>" not in page.replace("<script src", "")
    assert not IntakeItem.objects.exists()


def test_what_is_typed_as_markup_is_shown_as_text(client):
    page = client.post(PAGE, outside(circumstances="<img src=x>")).content.decode()

    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


def test_too_much_at_once_is_refused_in_words(client):
    response = client.post(PAGE, outside(circumstances="x" * 120_000))

    assert response.status_code == 413
    assert "Shorten what you wrote" in response.content.decode()


def test_one_address_can_send_only_so_often(client, manager, monkeypatch):
    monkeypatch.setattr("cdop.views.notify.SENDS", 2)
    for name in ("Ada", "Adah"):
        send(client, outside(given_names=name))

    response = send(client, outside(given_names="Adela"))
    elsewhere = send(Client(REMOTE_ADDR="192.0.2.7"), outside(given_names="Adela"))

    assert response.status_code == 429
    assert "has not been sent" in response.content.decode()
    assert "call 999" in response.content.decode()
    assert elsewhere.status_code == 200
    assert IntakeItem.objects.count() == 3


def test_all_addresses_together_can_send_only_so_often(manager, monkeypatch):
    monkeypatch.setattr("cdop.views.notify.SENDS_OF_ALL", 1)
    send(Client(REMOTE_ADDR="192.0.2.1"), outside())

    response = send(Client(REMOTE_ADDR="192.0.2.2"), outside())

    assert response.status_code == 429
    assert IntakeItem.objects.count() == 1


def test_receipts_cannot_be_tried_without_end(client, monkeypatch):
    monkeypatch.setattr("cdop.views.notify.LOOKS", 3)
    asked = {"receipt": "AAAA-AAAA-AAAA-AAAA", "check": "1234"}

    answers = [client.post(RECEIPT, asked).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_it_never_says_that_a_case_is_known_already(client, manager):
    known = factories.make_case(by=manager, family_name="Planted")

    told = send(client, outside(**filling.day("died_on", factories.DIED))).content.decode()

    assert known.reference not in told
    assert "same" not in told.split("A copy of what you sent")[0]


def test_the_form_asks_what_the_panels_own_form_asks():
    typed = {name: [value] for name, value in outside().items()}

    form = form_of(typed)

    assert form.errors == {}
    assert {"label": "Your name", "value": "Nora Notifier"} in form.lines


def test_signing_in_points_to_the_page(client):
    page = client.get(reverse("account_login")).content.decode()

    assert f'href="{PAGE}"' in page
