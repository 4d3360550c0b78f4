"""The panel member's day: cases are read without the child, judged, and given up on a conflict."""

import datetime
from dataclasses import replace

import pytest
from django.utils import timezone

from cdop import actions
from cdop.models import PanelReview
from tests import factories
from tests.cdop import filling, reviews
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down

PLANTED = (
    "Wrenfield",
    "Ottoline",
    "Brambling",
    "9990000026",
    "999 000 0026",
    "9990000034",
    "Planted Lane",
    "LE1 2ZZ",
    "1 May 2014",
    "2014-05-01",
)

NOT_FOUND, FORBIDDEN = ("404", "Page not found"), ("403", "You cannot do this")


@pytest.fixture
def tonight(manager):
    """A panel that meets today on two deaths, the first with everything recorded."""
    factories.keep_form_c()
    first = notified(manager, "Wrenfield", filling.CHILD_NHS)
    second = notified(manager, "Brambling", filling.OTHER_NHS)
    at = reviews.at_panel(first, manager, held_on=timezone.localdate())
    reviews.kernel.put_on_agenda(meeting=at.meeting, case=second, by=manager)
    reviews.record_all(at)
    return at, replace(at, case=second)


def notified(manager, family_name: str, nhs_number: str):
    """Notify the death of a child whose name, number and address are found nowhere else."""
    child = {
        "given_names": "Ottoline",
        "family_name": family_name,
        "nhs_number": nhs_number,
        "address": f"3 Planted Lane, flat {family_name}",
        "postcode": "LE1 2ZZ",
    }
    died_on = datetime.date(2015, 3, 2 if family_name == "Wrenfield" else 9)
    return actions.log_notification(
        by=manager, said=filling.said(child=child, died_on=died_on, notified_on=died_on)
    )


def test_a_panel_member_reads_without_the_child_and_withdraws(page, open_page, problems, tonight):
    first, second = tonight
    reader = Reader(sit_down(page, first.member))

    read_the_papers(reader, first)
    cannot_complete(reader, first, problems)
    withdraw_by_keyboard(reader, second)
    see_it_nowhere(reader, second, problems)
    complete_without_script(sit_down(open_page(java_script_enabled=False), first.chair), first)
    reader.open(f"/cases/{first.case.reference}/review/", "Panel review")

    assert "Completed" in page.locator("main").inner_text()
    assert "Signed by" in page.locator("main").inner_text()
    for planted in PLANTED:
        assert not any(planted in read for read in reader.read), planted


def read_the_papers(reader: Reader, at) -> None:
    """The next meeting leads to its cases, and each case to its papers without the child."""
    reader.open("/", "Your work")
    page = reader.page
    assert page.get_by_text("Next meeting:").is_visible()
    reader.follow("Meetings", "Panel meetings")
    page.locator("table").get_by_role("link").first.click()
    reader.look("Panel meeting of")
    reader.follow(at.case.reference, "Panel review")
    assert "Found in the parents’ bed." not in page.locator("main").inner_text()
    reader.press("Open it when you are ready", "Panel review")
    said = page.locator("main").inner_text()
    assert "Found in the parents’ bed." in said
    assert "Advice was not given" in said
    reader.follow("Overview", f"Case {at.case.reference}")
    reader.follow("Cases", "Cases")


def cannot_complete(reader: Reader, at, problems: list[str]) -> None:
    """Signing is the chair's: there is no button, and the address refuses."""
    reader.open(f"/cases/{at.case.reference}/review/", "Panel review")
    assert reader.page.get_by_role("button", name="Complete the review").count() == 0
    refused(reader, f"/cases/{at.case.reference}/review/complete/", FORBIDDEN, problems)


def refused(reader: Reader, address: str, how: tuple[str, str], problems: list[str]) -> None:
    """An address is refused, and the browser complains of nothing else."""
    status, heading = how
    assert problems == []
    reader.open(address, heading)
    assert len(problems) == 1 and status in problems[0], problems
    problems.clear()


def withdraw_by_keyboard(reader: Reader, at) -> None:
    """A member who knows the family withdraws, with nothing but the keyboard."""
    page = reader.page
    reader.open(f"/cases/{at.case.reference}/", f"Case {at.case.reference}")
    tab_to(page, "Declare an interest")
    enter(reader, "Declare an interest in this case")
    tab_to(page, "Declare the interest")
    enter(reader, "Declare an interest in this case")
    assert page.evaluate("document.activeElement.matches('.govuk-error-summary')")
    tab_to(page, "Select the kind of interest")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.value") != "withdraws":
        page.keyboard.press("ArrowDown")
    tab_to(page, "What is meant: Interest")
    page.keyboard.press("Enter")
    assert page.get_by_text("Having known the family").is_visible()
    tab_to(page, "All words explained (opens in a new tab)")
    page.keyboard.press("Tab")
    page.keyboard.type("The family live in my street")
    tab_to(page, "Declare the interest")
    enter(reader, "Your work")
    assert "You have withdrawn" in page.locator("main").inner_text()


def tab_to(page, words: str) -> None:
    """Press Tab until the link or button of these words has the focus, and its outline shows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == words:
            break
    else:
        pytest.fail(f"no key leads to “{words}”")
    shown = "(() => { const a = getComputedStyle(document.activeElement);"
    shown += " return a.outlineStyle !== 'none' || a.boxShadow !== 'none' })()"
    assert page.evaluate(shown), f"nothing shows that “{words}” has the focus"


def enter(reader: Reader, heading: str) -> None:
    """Press Enter and look at what follows."""
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    reader.look(heading)


def see_it_nowhere(reader: Reader, at, problems: list[str]) -> None:
    """The case is gone from the list, the meeting and the member's work; its address is nothing."""
    reference = at.case.reference
    for address, heading in (
        ("/", "Your work"),
        ("/cases/", "Cases"),
        ("/meetings/", "Panel meetings"),
        (f"/meetings/{at.meeting.pk}/", "Panel meeting of"),
    ):
        reader.open(address, heading)
        said = reader.page.locator("main").inner_text().replace(f"withdrawn from {reference}", "")
        assert reference not in said, address
    for page_of in ("", "review/", "interest/"):
        refused(reader, f"/cases/{reference}/{page_of}", NOT_FOUND, problems)
    reader.open("/search/", "Find a case")
    reader.page.locator("main").get_by_role("textbox").or_(
        reader.page.locator("main").get_by_role("searchbox")
    ).first.fill(reference)
    reader.press("Find", "Find a case")
    assert "No case found." in reader.page.locator("main").inner_text()


def complete_without_script(page, at) -> None:
    """The chair signs the review, with JavaScript off."""
    page.goto("/")
    page.get_by_role("link", name="Complete the panel review").first.click()
    page.get_by_role("button", name="Sign the review").click()
    assert page.get_by_text("There is a problem").is_visible()
    page.get_by_label("Agreed as it stands").check()
    page.get_by_label("Why it is completed without a quorum").fill("Agreed by letter")
    page.get_by_role("button", name="Sign the review").click()
    assert page.get_by_text("Panel review completed").is_visible()
    assert PanelReview.objects.get(case=at.case).signed_by == at.chair
