"""An agency's people answer on a phone: by account with a lead's sign-off, and by link and code."""

import pytest

from casereview.models import AgencyRequest
from cdop.models import AgencyAnswer
from cdop.report_links import make_link
from tests.cdop.requested import ask
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(open_page):
    """Open windows of a phone's size."""

    def opened(**options):
        page = open_page(**options)
        page.set_viewport_size(PHONE)
        return page

    return opened


def said_of(page) -> str:
    return page.locator("main").inner_text()


def test_a_part_is_handed_out_answered_on_a_phone_and_signed_off(phone, manager):
    asked = ask(manager)

    hand_out(Reader(sit_down(phone(), asked.lead)), asked)
    answer_a_part(Reader(sit_down(phone(), asked.colleague)), asked)
    sign_off(Reader(sit_down(phone(java_script_enabled=False), asked.lead)), asked)

    done = asked.again()
    assert (done.state, done.signed_off_by) == (AgencyRequest.State.RETURNED, asked.lead)
    rows = {row.question: row for row in AgencyAnswer.objects.filter(request=done)}
    assert rows["F01"].text == "Seen at home in February"
    assert rows["F01"].said_by_user == asked.colleague
    assert all(row.handed_in_at for row in rows.values())


def hand_out(reader: Reader, asked) -> None:
    """The lead sees the request in Your work and hands one section on."""
    page = reader.page
    reader.open("/", "Your work")
    page.get_by_role("link", name="Answer the request for a report").click()
    reader.look("Request for a report")
    assert "Children Act 2004, section 14B" in said_of(page)
    reader.follow("Hand parts to people", "Hand parts to people")
    page.get_by_label("Service provision").select_option(label="Con Tributor")
    reader.press("Hand them out", "Request for a report")
    assert "with Con Tributor" in said_of(page)


def answer_a_part(reader: Reader, asked) -> None:
    """A colleague answers it, with a break; an answer opens questions and the count follows."""
    page = reader.page
    reader.open("/requests/", "Requests for a report")
    reader.follow(asked.case.reference, "Request for a report")
    assert "Parenting capacity" not in said_of(page)
    reader.follow("Service provision", "Service provision")
    page.set_viewport_size(PHONE)
    counted = page.locator("[data-completeness]")
    assert counted.inner_text().startswith("0 of ")
    reader.choose("Did your agency work with the child or family", "Yes")
    page.locator("[name=F01_text]").fill("Seen at home in February")
    counted.get_by_text("1 of ").wait_for()
    page.get_by_label("Who says so").fill("")
    reader.press("Save and continue", "Service provision")
    page.get_by_label("Who says so").fill("Con Tributor, health visitor")
    page.get_by_label("Where the facts are from").fill("Our record")
    reader.press("Save and continue", "Service provision")
    assert "Your answers open 4 more questions" in said_of(page)
    reader.choose("Was an assessment made?", "Not known")
    reader.press("Save and go back to the request", "Request for a report")
    reader.press("Hand in", "Hand in your answers")
    reader.press("Hand in", "Request for a report")
    assert "The lead of your agency signs it off" in said_of(page)


def sign_off(reader: Reader, asked) -> None:
    """The lead reads what was answered and signs off, without a script."""
    page = reader.page
    page.goto("/")
    page.get_by_role("link", name="Sign off the report").click()
    page.get_by_role("button", name="Sign off and return").click()
    assert "Service provision" in said_of(page)
    page.get_by_role("button", name="Sign off and return").click()
    assert "signed off by Lea Leading" in said_of(page)
    assert page.locator("html").evaluate("page => page.scrollWidth") <= PHONE["width"]


def test_somebody_with_a_link_says_that_there_is_no_record(phone, manager, problems):
    asked = ask(manager, lead=False)
    token, code = make_link(asked.request, by=manager)
    reader = Reader(phone())

    reader.open(f"/r/{token}/", "Enter your code")
    reader.page.get_by_label("Code").fill("WRONGONE")
    reader.press("Continue", "Enter your code")
    reader.page.get_by_label("Code").fill(code)
    reader.press("Continue", "Request for a report")
    assert "Ada Planted" in said_of(reader.page)
    reader.page.get_by_role("button", name="No record of this child or family").click()
    reader.look("No record of this child or family")
    reader.page.get_by_label("Your name and post").fill("Pat Practice, manager")
    reader.press("We have no record: return the report", "Thank you")
    assert problems == []
    reader.open(f"/r/{token}/", "This link does not open anything")
    problems.clear()

    assert asked.again().state == AgencyRequest.State.NO_RECORD
