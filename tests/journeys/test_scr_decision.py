"""The group recommends with a dissent; the independent chair decides, is advised, decides again."""

import datetime

import pytest
from django.utils import timezone

from casereview.models import Case
from casereview.rules.access_table import Role
from scr.models import Decision, GroupRecommendation, MemberPosition
from tests import factories, scr_factories
from tests.journeys.looking import Reader
from tests.journeys.signing_in import show_code, sit_down

PLANTED = ("Wrenfield", "1 Sample Street", "LE1 1ZZ")


@pytest.fixture
def group(db):
    return scr_factories.make_scr_people()


@pytest.fixture
def assessed(group):
    """A case that was referred, its criteria assessed, and a meeting held since."""
    referred_on = datetime.date(2015, 4, 7)
    case = factories.make_case(family_name="Wrenfield")
    referral = scr_factories.make_referral(case=case, referred_on=referred_on)
    scr_factories.make_assessment(by=group[Role.SCR_MEMBER], referral=referral)
    scr_factories.make_scr_meeting(group, held_on=referred_on + datetime.timedelta(days=14))
    return case


def test_a_member_dissents_and_the_groups_chair_makes_the_recommendation(
    page, open_page, group, assessed
):
    chair = Reader(sit_down(page, group[Role.SCR_CHAIR]))
    draft(chair, assessed)
    member = Reader(sit_down(open_page(), group[Role.SCR_MEMBER]))
    dissent(member)
    make(chair, assessed)

    row = GroupRecommendation.objects.get()
    assert (row.recommended, row.quorate, row.departs) == ("scr", True, False)
    assert row.made_at is not None
    assert MemberPosition.objects.get().position == "dissent"
    for reader in (chair, member):
        assert not any(word in text for text in reader.read for word in PLANTED)


def follow_task(reader: Reader, task: str, heading: str) -> None:
    """Follow a line of the work list, whatever case it is about."""
    with reader.page.expect_navigation():
        reader.page.locator("main").get_by_role("link", name=task).first.click()
    reader.look(heading)


def draft(reader: Reader, case: Case) -> None:
    """The group's chair is led from the work list to the draft."""
    reader.open("/", "Your work")
    follow_task(reader, "Draft the group’s recommendation", "Recommendation")
    reader.press("Draft the recommendation", "Draft the group’s recommendation")
    reader.press("Save the draft", "Draft the group’s recommendation")
    reader.page.get_by_label("At which meeting?").select_option(label="21 April 2015")
    reader.choose("What does the group recommend?", "Serious case review")
    reader.page.get_by_label("The reasons of the group").fill("Neglect is suspected")
    reader.press("Save the draft", "Recommendation")


def dissent(reader: Reader) -> None:
    """A member says why not, and the page asks for the reason first."""
    reader.open("/", "Your work")
    follow_task(reader, "Say whether you agree with the drafted recommendation", "Your position")
    reader.choose("Do you agree?", "I dissent")
    reader.press("Give my position", "Your position")
    reader.page.get_by_label("Your reason").fill("The evidence is thin")
    reader.press("Give my position", "Recommendation")
    assert "Dissents" in reader.page.locator("main").inner_text()


def make(reader: Reader, case: Case) -> None:
    """The chair makes it; the dissent stands beside it, and there is nothing left to change."""
    reader.open(f"/cases/{case.reference}/recommendation/", "Recommendation")
    reader.press("Make the recommendation", "Make the recommendation")
    reader.page.get_by_label("The group has spoken: this is its recommendation").check()
    reader.press("Make the recommendation", "Recommendation")
    said = reader.page.locator("main").inner_text()
    assert "The evidence is thin" in said
    assert "Quorate" in said
    assert reader.page.get_by_role("button", name="Change the draft").count() == 0


def test_the_independent_chair_decides_against_it_is_advised_and_decides_again(
    page, group, assessed
):
    scr_factories.make_recommendation(group, assessed, dissent=True)
    reader = Reader(sit_down(page, group[Role.INDEPENDENT_CHAIR], proved=False))

    decide_against(reader)
    advice(reader)
    decide_again(reader)

    first, second = Decision.objects.order_by("decided_at")
    assessed.refresh_from_db()
    assert (first.decided, first.departs) == ("none", True)
    assert (second.decided, second.departs, second.earlier) == ("scr", False, first)
    assert assessed.scr_state == Case.ScrState.REVIEW
    assert not any(word in text for text in reader.read for word in PLANTED)


def decide_against(reader: Reader) -> None:
    """From the work list to one page with all of it, past the question who it is."""
    page = reader.page
    reader.open("/", "Your work")
    follow_task(reader, "Decide on the group’s recommendation", "Decision")
    page.get_by_role("button", name="Decide", exact=True).click()
    show_code(page, "Confirm")
    reader.look("Your decision")
    said = page.locator("main").inner_text()
    assert "The example threshold is not met" in said and "Overdue since" in said
    judge(reader, "Not met")
    reader.choose("What do you decide?", "No further review")
    reader.choose("Does this depart from what the group recommended?", "No")
    page.get_by_label("The reasons for your decision").fill("The criteria are not met")
    sign(reader, "Your decision")
    assert "Select yes: the group recommended another thing" in page.locator("main").inner_text()
    reader.choose("Does this depart from what the group recommended?", "Yes")
    sign(reader, "Decision")
    assert "it says what was signed" in page.locator("main").inner_text()


def judge(reader: Reader, said: str) -> None:
    """Answer each criterion alike."""
    for box in reader.page.locator("input[name^=criterion_]").all():
        if box.get_attribute("value") == said.lower().replace(" ", "_"):
            box.check()


def sign(reader: Reader, heading: str) -> None:
    reader.page.get_by_label("I sign this decision").check()
    reader.press("Sign the decision", heading)


def advice(reader: Reader) -> None:
    """The national panel disagrees; the first decision stands as it is."""
    today = timezone.localdate().isoformat()
    reader.follow("Record what the national panel said", "What the national panel said")
    reader.choose("What did the national panel say?", "Disagrees")
    reader.fill_day("Answered on", today)
    reader.page.get_by_label("In its words").fill("The presumption was not rebutted")
    reader.press("Record it", "Decision")
    assert "The presumption was not rebutted" in reader.page.locator("main").inner_text()


def decide_again(reader: Reader) -> None:
    """A further decision, linked to the first, which stays below it."""
    page = reader.page
    page.get_by_role("button", name="Make a further decision").click()
    reader.look("A further decision")
    judge(reader, "Met")
    reader.choose("What do you decide?", "Serious case review")
    reader.choose("Does this depart from what the group recommended?", "No")
    page.get_by_label("The reasons for your decision").fill("The national panel’s advice is right")
    sign(reader, "Decision")
    said = page.locator("main").inner_text()
    assert said.index("Further decision of") < said.index("The criteria are not met")
