"""The CDR manager's day: a death is notified, told apart, corrected, shared and reviewed."""

import datetime

import pytest

from casereview.models import AuditEntry, Case
from casereview.rules.access_table import Role
from cdop import actions
from cdop.models import PanelReview
from tests import factories
from tests.cdop import filling
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sign_in_by_the_pages

NHS_AS_SHOWN = "999 000 0026"
SECTIONS = "Notify a child’s death"


@pytest.fixture
def member(db):
    return factories.make_user(Role.PANEL_MEMBER, name="Grace Reader")


@pytest.fixture
def chair(db):
    return factories.make_user(Role.PANEL_CHAIR, name="Hugh Chairing")


@pytest.fixture
def earlier(manager):
    """A death notified before, of a child of nearly the same name who died on the same day."""
    return actions.log_notification(
        by=manager, said=filling.said(child={"family_name": "Plantid", "sex": "F"})
    )


def test_a_manager_takes_a_death_from_notification_to_the_panel(
    page, manager, member, chair, earlier
):
    reader = Reader(page)

    sign_in_by_the_pages(page, manager)
    reader.look("Your work")
    notify(reader, earlier)
    case = Case.objects.exclude(pk=earlier.pk).get()
    make_sure_of_the_children(reader, case)
    tell_apart(reader, case, earlier)
    see_who_looks(reader, case)
    correct_the_name(reader, case)
    admit(reader, case, member)
    put_on_an_agenda(reader, case, member, chair)
    record_the_review(reader, case)
    find(reader, case)

    case.refresh_from_db()
    assert case.child.family_name == "Plantwell"
    review = PanelReview.objects.get(case=case)
    assert (review.category_of_death, review.modifiable_outcome) == ("10", "M")
    assert "Plantwell" not in " ".join(map(str, AuditEntry.objects.values_list("detail")))


def notify(reader: Reader, earlier: Case) -> None:
    """Notify a death in sections, with a break, and submit it as another child's."""
    page = reader.page
    reader.follow("Notify a child’s death", "Is this a death the panel reviews?")
    reader.press("Save and continue", "Is this a death the panel reviews?")
    assert page.get_by_role("link", name="Select whether the child was under 18").is_visible()
    reader.choose("Was the child born alive?", "Yes")
    reader.choose("Was it a termination of pregnancy within the law?", "No")
    reader.choose("Was the child under 18?", "Yes")
    page.get_by_label("In which board’s area").select_option("LEICESTER")
    reader.press("Save and continue", "Who notifies")

    page.get_by_label("Name of the person who notifies").fill("Nora Notifier")
    page.get_by_label("Their telephone number or e-mail").fill("0116 496 0000")
    reader.fill_day("Day the notification was received", "2015-03-03")
    reader.press("Save and continue", "The child")

    page.get_by_label("First and middle names").fill("Ada")
    page.get_by_label("Family name", exact=True).fill("Planted")
    reader.fill_day("Date of birth", "2014-05-01")
    page.locator("main").get_by_label("NHS number").fill(NHS_AS_SHOWN)
    page.get_by_label("Home address").fill("3 Planted Lane, Leicester")
    page.get_by_label("Home postcode").fill("LE1 2ZZ")
    reader.choose("Sex", "Female")
    reader.press("Save as draft", SECTIONS)
    assert "Saved as a draft" in page.locator("main").inner_text()

    reader.open("/", "Your work")
    reader.follow("Finish the notification you began", SECTIONS)
    reader.follow("The death", "The death")
    reader.fill_day("Date of death", "2015-03-02")
    page.get_by_label("Where did the child die?").select_option("HOSP_ED")
    reader.choose("Was the death expected?", "Unexpected")
    reader.press("Save and continue", "Family and other children")

    page.get_by_label("First and middle names").fill("Mary")
    page.get_by_label("Family name", exact=True).fill("Planted")
    reader.press("Add another person", "Family and other children")
    assert page.get_by_label("Family name", exact=True).first.input_value() == "Planted"
    reader.press("Save and continue", "Legal status")
    reader.choose("Is abuse or neglect known or suspected?", "No")
    reader.press("Save and continue", "Professionals who knew the child")
    reader.press("Save and continue", "Check your answers")

    page.get_by_role("heading", name="What follows").wait_for()
    assert "The notification was in time" in page.locator("main").inner_text()
    reader.press("Submit the notification", "Check your answers")
    reader.choose("Is this the same death", "No, another child: continue as a new case")
    reader.press("Submit the notification", "Notification received")
    said = page.locator("main").inner_text()
    assert "Kept" in said
    assert "Due by the end of Tuesday 3 March 2015" in said


def make_sure_of_the_children(reader: Reader, case: Case) -> None:
    """What was left blank about other children comes before everything else."""
    page = reader.page
    reader.follow(f"Go to {case.reference}", f"Case {case.reference}")
    assert "Next: make sure that the other children are safe" in said_next(page)
    reader.press("Record who was told", "The other children")
    reader.press("Record", "The other children")
    reader.choose("Are there other children", "There are no other children")
    reader.press("Record", "Notification")
    reader.follow("Overview", f"Case {case.reference}")


def said_next(page) -> str:
    return page.locator(".app-next").inner_text()


def tell_apart(reader: Reader, case: Case, earlier: Case) -> None:
    """The Next box leads to the possible duplicate, which a person decides on."""
    page = reader.page
    assert "Next: decide on possible matches" in said_next(page)
    reader.press("See the matches", "Matches")
    reader.follow(f"{earlier.reference}: the same death?", "Do these cases belong together?")
    reader.press("Record the decision", "Do these cases belong together?")
    reader.choose("Do the two cases belong together?", "No: set them apart")
    page.get_by_label("Reason").fill("Two children: their mothers’ NHS numbers differ")
    reader.press("Record the decision", "Notification")
    reader.follow("Matches", "Matches")
    assert "Waiting for a decision" not in page.locator("main").inner_text()


def see_who_looks(reader: Reader, case: Case) -> None:
    """The NHS number is shown when asked for; that it was is in the access log."""
    page = reader.page
    reader.follow("Overview", f"Case {case.reference}")
    assert NHS_AS_SHOWN not in page.content()
    page.get_by_role("button", name="Show the NHS number in full").click()
    page.get_by_text(NHS_AS_SHOWN).wait_for()
    reader.look(f"Case {case.reference}")
    reader.follow("Access log", "Access log")
    assert "Looked at the NHS number in full" in page.locator("main").inner_text()
    reader.follow("Notification", "Notification")


def correct_the_name(reader: Reader, case: Case) -> None:
    """A name is corrected with a reason; the history shows what stood and what stands."""
    page = reader.page
    reader.follow("Overview", f"Case {case.reference}")
    reader.follow("Correct the record", "Correct the record")
    page.get_by_label("Family name").fill("Plantwell")
    reader.press("See what changes", "Correct the record")
    page.get_by_label("Reason for the correction").fill("The birth certificate says Plantwell")
    reader.press("See what changes", "Check the correction")
    reader.press("Correct the record", f"Case {case.reference}")
    reader.follow("History", "History")
    assert page.locator("del", has_text="Planted").first.is_visible()
    assert page.locator("ins", has_text="Plantwell").first.is_visible()
    assert page.get_by_text("The birth certificate says Plantwell").first.is_visible()


def admit(reader: Reader, case: Case, member) -> None:
    """A panel member is admitted, and the page of sharing says so and why."""
    page = reader.page
    reader.follow("Sharing", "Who can see this case")
    reader.press("Admit a person", "Admit a person to this case")
    page.get_by_label("Person", exact=True).select_option(str(member.pk))
    reader.choose("Role on this case", "Panel member")
    page.get_by_label("Why this person needs the case").fill("Knows the ward where it happened")
    reader.press("Admit to the case", "Who can see this case")
    said = page.locator("main").inner_text()
    assert "Grace Reader" in said
    assert "Knows the ward where it happened" in said


def put_on_an_agenda(reader: Reader, case: Case, member, chair) -> None:
    """A meeting is arranged, and the case is put on its agenda."""
    page = reader.page
    reader.follow("Meetings", "Panel meetings")
    reader.press("Arrange a meeting", "Arrange a panel meeting")
    coming = datetime.date.today() + datetime.timedelta(days=9)  # noqa: DTZ011 - any coming day
    reader.fill_day("Day of the meeting", coming.isoformat())
    page.get_by_label("Starts at").fill("09:30")
    page.get_by_label("Chair").select_option(str(chair.pk))
    page.get_by_label(member.name).check()
    day = f"{coming.day} {coming:%B %Y}"
    reader.press("Arrange the meeting", f"Panel meeting of {day}")
    page.get_by_role("link", name=case.reference).click()
    reader.look("Put the case on a meeting’s agenda")
    page.get_by_label("although this is missing").fill("The panel looks at all sudden deaths")
    reader.press("Put it on the agenda", f"Panel meeting of {day}")
    assert page.get_by_role("table").get_by_role("link", name=case.reference).first.is_visible()


def record_the_review(reader: Reader, case: Case) -> None:
    """The grid of one domain proposes the outcome; the rest is recorded page by page."""
    page = reader.page
    page.get_by_role("table").get_by_role("link", name=case.reference).first.click()
    reader.look("Panel review")
    reader.press("Record the review", "The meeting and the case")
    page.get_by_label("Police").check()
    page.get_by_label("Cause of death as presently understood").fill("Unascertained")
    page.get_by_label("Summary of the case").fill("Ada Plantwell was found on a sofa.")
    reader.press("Save and continue", "The meeting and the case")
    assert page.get_by_role("link", name="Take out what tells who the child is").is_visible()
    page.get_by_label("Summary of the case").fill("Found on a sofa after a night feed.")
    reader.press("Save and continue", "A. Child's needs")
    reader.follow("Domain B", "B. Family and environment")
    page.get_by_label("Co-sleeping: present").select_option("Y")
    page.get_by_label("Co-sleeping: in whom").select_option("mother")
    page.get_by_label("Co-sleeping: influence").select_option("2")
    page.get_by_label("Co-sleeping: modifiable").select_option("Y")
    reader.press("Save and continue", "B. Family and environment")
    page.get_by_role("link", name="Enter the reason for the answer on modifiable").click()
    page.keyboard.type("Advice was given once, in English only")
    sleeping = page.get_by_role("rowgroup").filter(has_text="Co-sleeping").first
    sleeping.get_by_label("What would change it").fill("Advice in the family’s language")
    page.get_by_label("Housing: present").select_option("Y")
    page.get_by_label("Housing: modifiable").select_option("Y")
    page.get_by_text("Reason and change: Housing").click()
    housing = page.get_by_role("rowgroup").filter(has_text="Housing").first
    housing.get_by_label("Why it is modifiable").fill("One room for five people")
    reader.press("Save and continue", "C. Parenting capacity")
    reader.press("Save and continue", "D. Service provision")
    reader.press("Save and continue", "Which modifiable factors are these?")
    page.get_by_role("group", name="Housing").get_by_label("Modifiable factor").select_option(
        label="Other (specify)"
    )
    reader.press("Save and continue", "Outcome")
    assert "The grid points to: Modifiable factors identified." in page.content().replace(
        "<strong>", ""
    ).replace("</strong>", "")
    reader.choose("What did the panel decide?", "Modifiable factors identified")
    reader.press("Save and continue", "Category of death")
    page.get_by_role("group", name="Category of death").get_by_label("10. ").check()
    reader.choose("Did the panel consider another category?", "No")
    reader.press("Save and continue", "Learning")
    page.get_by_label("Learning points").fill("Give safer sleep advice at every visit")
    reader.press("Save and continue", "Actions")
    reader.choose("What did the panel decide?", "No action is needed")
    page.get_by_label("Reason").fill("The health visitors have changed their visits already")
    reader.press("Save and continue", "Follow-up and referral")
    reader.press("Save and continue", "Panel review")
    said = page.locator("main").inner_text()
    assert "Still needed before it can be completed" not in said
    assert "Unsafe sleeping arrangements" in said


def find(reader: Reader, case: Case) -> None:
    """The case is found by its reference, and by a name that is spelt nearly right."""
    page = reader.page
    reader.follow("All pages", "All pages")
    reader.follow("Find a case", "Find a case")
    for typed in (case.reference, "Plantwel"):
        page.get_by_label("Reference, NHS number or family name").fill(typed)
        reader.press("Find", "Find a case")
        assert page.get_by_role("link", name=case.reference).is_visible(), typed
    page.get_by_label("Reference, NHS number or family name").fill("Xyzzyx")
    reader.press("Find", "Find a case")
    assert page.get_by_text("No case found.").is_visible()
