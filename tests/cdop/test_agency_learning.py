"""What agencies have learned since a death: in the evidence, and offered to the panel."""

import pytest
from django.urls import reverse

from cdop.actions.standing_review import review_of
from cdop.agency_learning import LEARNED, learned_by_agencies
from tests import factories
from tests.cdop.asked import agency_with_lead, answered, ask
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TEXT = "Midwives now ask where the baby sleeps"


@pytest.fixture
def request_of(case, manager):
    return ask(case, manager, agency_with_lead(name="Example Midwifery"))[0]


@pytest.fixture
def answer(request_of):
    return answered(request_of, LEARNED, section="F", text=TEXT)


def url_of(case):
    return reverse("cdop:record_learning", args=[case.reference])


def post(client, case, **typed):
    page = Page(client.get(url_of(case)).content.decode())
    [seen] = page.all("input", name="seen")
    return client.post(url_of(case), {"seen": seen["value"], **typed})


def test_what_an_agency_learned_is_in_the_evidence(client, case, manager, answer):
    page = sign_in(client, manager).get(reverse("cdop:view_evidence", args=[case.reference]))

    html = page.content.decode()
    assert TEXT in html
    assert "What has your agency learned, or changed, since the death?" in html


def test_it_is_offered_and_once_ticked_it_is_a_learning_point(client, case, manager, answer):
    sign_in(client, manager)
    offered = client.get(url_of(case)).content.decode()

    post(client, case, learning="Ask about the sofa", offered=str(answer.pk))

    assert f"Example Midwifery: {TEXT}" in offered
    assert review_of(case).learning == f"Ask about the sofa\n{TEXT}"
    assert "Example Midwifery" not in client.get(url_of(case)).content.decode()


def test_what_tells_who_the_child_was_comes_to_the_box_to_be_changed(
    client, case, manager, request_of
):
    answer = answered(request_of, LEARNED, section="F", text="After Ada Example we ring twice")
    sign_in(client, manager)

    page = post(client, case, learning="", offered=str(answer.pk)).content.decode()

    assert "Take out what tells who the child is" in page
    assert "After Ada Example we ring twice</textarea>" in page
    assert review_of(case).learning is None


def test_what_is_not_handed_in_or_empty_is_not_offered(client, case, manager, request_of):
    answered(request_of, LEARNED, section="F", text="Still a draft", handed_in=False)
    [other] = ask(case, manager, agency_with_lead())
    answered(other, LEARNED, section="F", text=" ")

    page = sign_in(client, manager).get(url_of(case)).content.decode()

    assert learned_by_agencies(case) == []
    assert "What agencies say they have learned" not in page


def test_an_answer_of_another_case_is_not_taken(client, case, manager, answer):
    other = factories.make_case(by=manager)
    sign_in(client, manager)

    page = post(client, other, learning="Mine", offered=str(answer.pk))

    assert TEXT not in page.content.decode()
    assert TEXT not in (review_of(other).learning or "")
