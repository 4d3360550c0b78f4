"""A review: an agency writes its chronology on a phone; a draft is handed in and checked."""

import pytest

from casereview.rules.access_table import Role
from scr.models import ChronologyEntry, PaperCheck, ReviewPaper, ReviewRequest
from scr.rules.chronology_file import COLUMNS
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down
from tests.review_factories import CLEAN, appoint, ask, make_author, make_review

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def world(db):
    return make_review()


def said_of(page) -> str:
    return page.locator("main").inner_text()


def a_file(*rows: str) -> dict:
    text = "\r\n".join([",".join(COLUMNS), *rows])
    return {"name": "chronology.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_an_agency_writes_its_chronology_on_a_phone(open_page, world):
    author = make_author()
    asked = ask(world, author, question="Who saw the child last?")
    page = sit_down(open_page(), author)
    page.set_viewport_size(PHONE)
    reader = Reader(page)

    reader.open("/", "Your work")
    page.get_by_role("link", name="Write your agency’s chronology").click()
    reader.look("Your agency’s chronology")
    assert "Who saw the child last?" in said_of(page)
    bring_in_a_file(reader)
    add_an_entry(reader)
    reader.press("Hand in the chronology", "Hand in")
    reader.press("Hand in the chronology", "Your agency’s chronology")

    asked.refresh_from_db()
    assert asked.state == ReviewRequest.State.HANDED_IN
    assert ChronologyEntry.objects.filter(agency=author.agency).count() == 3
    page.set_viewport_size(PHONE)
    assert page.locator("html").evaluate("page => page.scrollWidth") <= PHONE["width"]


def bring_in_a_file(reader: Reader) -> None:
    """A file with a mistake is kept out whole; corrected, it is looked at and comes in."""
    page, heading = reader.page, "Bring in your chronology"
    reader.press("Bring in a file", heading)
    file = page.get_by_label("The file, as CSV")
    file.set_input_files(a_file("2014-02-30,,,Ward notes,Seen,,,Y"))
    reader.press_and_work("Check the file", "1 row to correct")
    assert "Enter a real date" in said_of(page)
    reader.press("Throw the file away", heading)
    file.set_input_files(
        a_file("2014-03-05,16:05,,Ward notes,Seen with a cough,,,Y", "2014-05-01,,,Letter,Wrote,,,")
    )
    reader.press_and_work("Check the file", "Check before you bring it in")
    reader.press_and_work("Bring in 2 rows", "Brought in")
    reader.follow("See your chronology", "Your agency’s chronology")


def add_an_entry(reader: Reader) -> None:
    """One more is typed; what was forgotten is asked for and nothing typed is lost."""
    page = reader.page
    reader.press("Add an entry", "Add an entry")
    reader.fill_day("Date", "2014-04-01")
    page.get_by_label("What happened").fill("Not brought to the appointment")
    reader.choose("Was the child seen?", "No")
    reader.press("Add the entry", "Add an entry")
    page.get_by_label("Which record is this from?").fill("Clinic list")
    reader.press("Add the entry", "Your agency’s chronology")
    assert "Not brought to the appointment" in said_of(page)


def test_a_lead_reviewer_hands_a_draft_in_and_the_manager_checks_it(open_page, world):
    writer = appoint(world)
    reader = Reader(sit_down(open_page(), writer))
    page = reader.page

    reader.open("/reviews/", "Reviews")
    reader.follow(world.review.reference, "Serious case review")
    reader.press("Write the terms", "Terms of reference")
    page.get_by_label("Terms of reference").fill("What each service knew")
    page.get_by_label("Key lines of enquiry").fill("Who saw the child\nWho spoke to whom")
    reader.press("Save", "Serious case review")
    reader.press("Write the report", "Write a paper")
    page.get_by_label("Final report").check()
    page.get_by_label("Text", exact=True).fill(CLEAN + " Ada Example was one of them.")
    reader.press("Keep as a draft", "Serious case review")
    page.get_by_role("link", name="Final report").click()
    reader.look("Final report")
    reader.press("Hand it in", "Hand in")
    page.get_by_label("This version is finished").check()
    reader.press("Hand it in", "Final report")

    check(Reader(sit_down(open_page(), world.people[Role.BOARD_MANAGER])), world)

    assert ReviewPaper.objects.get().handed_in_at is not None
    assert sorted(PaperCheck.objects.values_list("kind", "result")) == [
        ("anonymity", "changes"),
        ("facts", "passed"),
    ]


def check(reader: Reader, world) -> None:
    """The manager finds it in Your work; the leak test shows a name, and anonymity cannot pass."""
    page = reader.page
    page.goto("/")
    page.get_by_role("link", name="Check the final report").first.click()
    reader.look("Final report")
    record(reader, "Facts", "Nothing to change")
    reader.press("Run the leak test", "Final report")
    assert "Ada Example" in said_of(page)
    reader.press("Record a check", "Check")
    page.get_by_label("Anonymity", exact=True).check()
    page.get_by_label("Nothing to change").check()
    reader.press("Save the check", "Check")
    assert "settle what it finds first" in said_of(page)
    page.get_by_label("To be changed", exact=True).check()
    page.get_by_label("What is to be changed, and where").fill("The name at the end")
    reader.press("Save the check", "Final report")
    reader.open(f"/reviews/{world.review.reference}/chronology/", "Integrated chronology")


def record(reader: Reader, what: str, result: str) -> None:
    reader.press("Record a check", "Check")
    reader.page.get_by_label(what, exact=True).check()
    reader.page.get_by_label(result).check()
    reader.press("Save the check", "Final report")
