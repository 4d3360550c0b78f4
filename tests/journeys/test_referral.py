"""From an agency's referral of two children to the criteria, settled by the group."""

import datetime

import pytest

from casereview.models import Case, IntakeItem
from casereview.rules.access_table import Role
from scr.models import CriteriaAssessment
from tests import factories
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down


@pytest.fixture
def lead(db):
    hospital = factories.make_agency(name="Soar Hospital")
    return factories.make_user(Role.AGENCY_LEAD, agency=hospital)


def test_a_lead_refers_two_children_and_the_group_settles_the_criteria(page, people, lead):
    reader = Reader(sit_down(page, lead))
    _refer(reader, page)
    item = IntakeItem.objects.get()

    reader = Reader(sit_down(page, people[Role.BOARD_MANAGER]))
    reader.open("/", "Your work")
    reader.follow("Read and decide on a referral to the serious case review group", "Referral")
    assert "Soar Hospital" in page.content()
    reader.press("Accept the referral", "Serious case review")
    item.refresh_from_db()
    case = Case.objects.get(pk=item.case_id)
    assert Case.objects.filter(incident=case.incident).count() == 2
    reader.open("/referrals/", "Referrals")

    reader = Reader(sit_down(page, people[Role.SCR_MEMBER]))
    reader.open(f"/cases/{case.reference}/scr/", "Serious case review")
    assert "Fernsby" not in page.content()
    reader.open(f"/cases/{case.reference}/criteria/", "Do the criteria hold?")
    reader.press("Begin to assess the criteria", "Begin to assess the criteria")
    reader.press("Begin", "Do the criteria hold?")
    answers = ("Yes", "Harmed", "Suspected", "Yes", "Yes")
    for answer in answers:
        _answer(reader, page, answer)
    assert "Tell the" not in page.content()
    reader.press("Read the result and lock the assessment", "Lock the assessment")
    page.get_by_label("We have read the result and the evidence of each answer").check()
    reader.press("Lock the assessment", "Do the criteria hold?")
    assert CriteriaAssessment.objects.get().outcome == "rapid_review"


def _refer(reader: Reader, page) -> None:
    reader.open("/referrals/", "Referrals")
    reader.press("Refer a child", "Refer a child")
    reader.press("Add another child", "Refer a child")
    for number, name in enumerate(("Ottilie", "Barnaby")):
        page.locator(f"#id_child{number}-family_name").fill("Fernsby")
        page.locator(f"#id_child{number}-given_names").fill(name)
        page.locator(f"#id_child{number}-happened_1").check()
        page.locator(f"#id_child{number}-looked_after_1").check()
        page.locator(f"#id_child{number}-home").select_option("LEICESTER")
    reader.press("Send the referral", "Refer a child")
    page.get_by_label("Why do you refer?").fill("Injuries that nobody could explain")
    day = datetime.date.today() - datetime.timedelta(days=2)  # noqa: DTZ011 - typed by a person
    reader.fill_day("When did it happen?", day.isoformat())
    page.get_by_label("Where did it happen?").select_option("LEICESTER")
    page.get_by_label("Which professional raised it?").fill("Perrin Oakes, consultant")
    page.get_by_label("Soar Hospital").check()
    reader.choose("Are the other children of the family or household known to be safe?", "Yes")
    reader.press("Send the referral", "Your referral is kept")
    assert "Fernsby" not in page.content()


def _answer(reader: Reader, page, answer: str) -> None:
    """Answer the first question that can still change the result, with its evidence."""
    with page.expect_navigation():
        page.locator(".govuk-task-list__link").first.click()
    reader.look("Answer a question of the criteria")
    page.get_by_label(answer, exact=True).first.check()
    page.get_by_label("Evidence", exact=True).fill("What the hospital’s summary says")
    page.get_by_label("Where it comes from").fill("The summary of this week")
    page.get_by_label("Agency", exact=True).select_option(label="Soar Hospital")
    today = datetime.date.today()  # noqa: DTZ011 - typed by a person
    reader.fill_day("The evidence is of", today.isoformat())
    reader.press("Keep the answer", "Do the criteria hold?")
