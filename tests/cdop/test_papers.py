"""Minutes and receipts as PDF, and the room without a name."""

import re

import pytest
from django.urls import reverse

from casereview import actions as kernel
from casereview import pdf
from casereview.models import AgendaItem, IntakeItem
from casereview.records import change
from cdop import receipts
from cdop.models import PanelReview
from tests import factories
from tests.cdop.reviews import at_panel
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(case, manager):
    at = at_panel(case, manager)
    item = AgendaItem.objects.get(case=case)
    kernel.write_minutes(
        meeting=at.meeting, by=manager, text="All were welcome.", notes={item: "The panel agreed."}
    )
    return at


def ask(client, at):
    """Ask for a copy of the minutes; return its password and the link to it."""
    page = client.post(reverse("cdop:copy_minutes", args=[at.meeting.pk])).content.decode()
    return (
        re.search(r"<strong>([a-z2-7-]{19})</strong>", page)[1],
        re.search(r'href="([^"]+/minutes/copy/[^"]+/)"', page)[1],
    )


def test_a_member_takes_a_closed_copy_of_the_minutes_with_their_name_on_it(client, at):
    sign_in(client, at.member)

    password, link = ask(client, at)
    response = client.get(link)

    assert response.headers["Cache-Control"] == "no-store"
    [page] = pdf.pages_of(response.content, password=password)
    for words in ("All were welcome.", at.case.reference, "The panel agreed.", at.member.name):
        assert words in page


def test_a_copy_of_the_minutes_holds_no_case_from_which_its_reader_withdrew(client, at, manager):
    factories.recuse(at.member, at.case, by=manager)
    sign_in(client, at.member)

    password, link = ask(client, at)
    [page] = pdf.pages_of(client.get(link).content, password=password)

    assert at.case.reference not in page and "The panel agreed." not in page


@pytest.mark.parametrize("who", ["outsider", "leaver"])
def test_nobody_else_takes_a_copy_of_the_minutes(client, at, outsider, who):
    user = outsider if who == "outsider" else at.member
    sign_in(client, user)
    if who == "leaver":
        with change("leave", by=None) as written:
            user.is_active = False
            written.save(user)

    response = client.post(reverse("cdop:copy_minutes", args=[at.meeting.pk]))

    assert response.status_code in (302, 403, 404)
    assert b"<strong>" not in response.content or response.status_code != 200


def test_the_room_puts_pseudonyms_and_ages_where_names_and_dates_were_written(client, at):
    with change("plant", by=at.manager, case=at.case) as written:
        review = PanelReview(case=at.case, summary="Ada was seen on 3 March 2014 at LE1 1ZZ.")
        written.save(review)
    sign_in(client, at.member)

    page = client.get(reverse("cdop:open_room", args=[at.meeting.pk, 1])).content.decode()

    assert "Child 1 was seen on [aged 8 months] at [postcode]." in page


@pytest.fixture
def item(db):
    from django.utils import timezone

    item = IntakeItem(
        received_at=timezone.now(), source="public", content={}, receipt=receipts.new_code()
    )
    with change("receive_notification", by=None) as written:
        written.save(item)
    return item


def test_whoever_has_both_numbers_saves_the_receipt_as_pdf(client, item):
    digest = receipts.digest_of({"family_name": ["Quarmby"]})
    check = receipts.check_number(item.receipt, item.received_at, digest)

    response = client.post(
        reverse("cdop:download_receipt"), {"receipt": item.receipt, "check": check}
    )

    [page] = pdf.pages_of(response.content)
    assert item.receipt in page and check in page
    assert "Quarmby" not in page
    assert page.index("call 999") < page.index("Notification received")
    assert "Monday to Friday" in page


def test_a_receipt_with_another_number_is_not_handed_over(client, item):
    other = receipts.check_number(receipts.new_code(), item.received_at, "0" * 16)

    response = client.post(
        reverse("cdop:download_receipt"), {"receipt": item.receipt, "check": other}
    )

    assert response.status_code == 404
