"""A manager runs a panel meeting of six cases, with one conflict; a chair decides and signs."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import actions as kernel
from casereview.models import AgendaItem, Meeting
from casereview.rules.access_table import Role
from cdop.models import DeferralQuestion, PanelReview
from tests import factories
from tests.cdop import reviews
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down


@pytest.fixture
def at(manager):
    """A panel that meets today on six deaths, three of them with everything recorded."""
    today = timezone.localdate()
    factories.keep_form_c()
    first = factories.make_case(by=manager, family_name="Wrenfield")
    at = reviews.at_panel(first, manager, held_on=today)
    for n in range(4):
        agency = factories.make_agency(name=f"Agency {n}")
        member = factories.make_user(Role.PANEL_MEMBER, name=f"Member {n}", agency=agency)
        kernel.invite_to_meeting(meeting=at.meeting, user=member, by=manager)
    for n in range(5):
        case = factories.make_case(by=manager, family_name=f"Wrenfield{n}")
        kernel.put_on_agenda(meeting=at.meeting, case=case, by=manager)
        if n < 2:
            reviews.record_all(reviews.AtPanel(case, at.meeting, manager, at.chair, at.member))
    reviews.record_all(at)
    return at


@pytest.fixture
def cases(at):
    items = AgendaItem.objects.filter(meeting=at.meeting).select_related("case").order_by("place")
    return [item.case for item in items]


@pytest.fixture
def next_meeting(at):
    day = timezone.localdate() + datetime.timedelta(days=28)
    return kernel.arrange_meeting(
        panel=at.meeting.panel, held_on=day, chair=at.chair, by=at.manager
    )


def test_a_manager_runs_a_meeting_of_six_cases(page, open_page, at, cases, next_meeting):
    reader = Reader(sit_down(page, at.manager))
    meeting_page = reverse("view_meeting", args=[at.meeting.pk])

    reader.open(meeting_page, "Panel meeting of")
    record_who_came(reader, at)
    conflict(open_page, at, cases[5])
    open_the_room(reader)
    decide_six(reader, at, cases, next_meeting)
    end_and_write(reader, at, cases)
    chair_signs(open_page, at, cases[0])

    outcomes = [AgendaItem.objects.get(meeting=at.meeting, case=case).outcome for case in cases]
    assert outcomes == ["completed", "chair_check", "deferred", "held", "referred_on", ""]
    assert DeferralQuestion.objects.get().returns_to == next_meeting
    assert Meeting.objects.get(pk=at.meeting.pk).state == "held"
    room = [read for read in reader.read if "Case 1 of" in read or "Case 2 of" in read]
    assert room
    assert not any("Wrenfield" in read for read in room)


def record_who_came(reader: Reader, at) -> None:
    """Everybody came but one, who sent apologies."""
    reader.press("Record who came", "Who came on")
    for one in at.meeting.attendances.select_related("user"):
        came = "Sent apologies" if one.user.name == "Member 3" else "Attended"
        reader.choose(one.user.name, came)
    reader.press("Record attendance", "Panel meeting of")
    assert reader.page.get_by_text("Quorate").count() == 6


def conflict(open_page, at, case) -> None:
    """A member declares at the meeting; the chair decides that she withdraws, and it is gone."""
    member = Reader(sit_down(open_page(), at.member))
    url = reverse("view_meeting", args=[at.meeting.pk])
    member.open(url, "Panel meeting of")
    member.follow(f"Declare an interest in {case.reference}", "Declare an interest")
    member.choose("What kind of interest is it?", "Something else")
    member.choose("What does it mean for this case?", "Noted: sees and judges")
    member.page.get_by_label("What the interest is").fill("Lives in the same street")
    member.press("Declare the interest", "Panel meeting of")

    chair = Reader(sit_down(open_page(), at.chair))
    chair.open(url, "Panel meeting of")
    chair.follow(f"Decide: {at.member.name} in {case.reference}", "Decide the interest")
    chair.choose("What do you decide?", "Withdraws: does not see the case")
    chair.page.get_by_label("Reason for the decision").fill("Knows the family")
    chair.press("Record the decision", "Panel meeting of")

    member.open(url, "Panel meeting of")
    assert case.reference not in member.page.content()
    member.press("Open the room", "The room on")
    assert case.reference not in member.page.content()
    assert member.page.get_by_role("rowheader").count() == 5


def open_the_room(reader: Reader) -> None:
    """The room is kept awake with the proof just given, and leads to the first case."""
    reader.press("Open the room", "The room on")
    keep = reader.page.get_by_role("button", name="Keep the room awake")
    if keep.count():  # it is only offered around the time of a meeting
        reader.press("Keep the room awake", "Case 1 of 6")
    else:
        reader.page.get_by_role("link", name="1. ").first.click()
        reader.look("Case 1 of 6")


def capture(reader: Reader, n: int, outcome: str, note: str, follow_up=None) -> None:
    """Capture how a case leaves the meeting."""
    reader.press("Capture the outcome", "leaves the meeting")
    reader.page.get_by_label("Note for the minutes").fill(note)
    reader.choose("How does the case leave the meeting?", outcome)
    if follow_up:
        follow_up(reader)
    reader.press("Capture", f"Case {n} of 6")
    assert outcome in reader.page.locator("main").inner_text()


def decide_six(reader: Reader, at, cases, next_meeting) -> None:
    """Each way a case can leave the meeting, one after the other; the last is not reached."""
    due = (timezone.localdate() + datetime.timedelta(days=14)).isoformat()

    def points(reader: Reader) -> None:
        reader.page.get_by_label("Points for the chair to check").fill("The dose on the ward")
        reader.fill_day("Day by which the chair checks", due)

    def questions(reader: Reader) -> None:
        reader.page.get_by_label("Meeting to which it returns").select_option(str(next_meeting.pk))
        reader.page.get_by_label("Question 1", exact=True).fill("Was advice given?")
        reader.page.get_by_label("Who is asked question 1?").select_option("coroner")
        reader.fill_day("Answer to question 1 due on", due)

    capture(reader, 1, "Completed", "Agreed by all")
    reader.follow("Next case", "Case 2 of 6")
    capture(reader, 2, "Completed subject to the chair's check", "Agreed", points)
    reader.follow("Next case", "Case 3 of 6")
    capture(reader, 3, "Deferred with questions", "One question is open", questions)
    reader.press("Capture an action", "An action on")
    reader.page.get_by_label("What will be done?").fill("Send the leaflet in three languages")
    reader.page.get_by_label("Agency that does it").select_option(label="Agency 1")
    reader.fill_day("Done by", due)
    reader.press("Capture the action", "Case 3 of 6")
    reader.follow("Next case", "Case 4 of 6")
    capture(reader, 4, "Held for another process", "Until the inquest has ended")
    reader.follow("Next case", "Case 5 of 6")
    capture(reader, 5, "Referred on", "To the panel of the other county")
    reader.follow("Next case", "Case 6 of 6")
    reader.follow("All cases", "The room on")


def end_and_write(reader: Reader, at, cases) -> None:
    """The meeting is ended; its minutes are drafted from what was captured."""
    reader.follow("Back to the meeting", "Panel meeting of")
    reader.press("End the meeting", "Panel meeting of")
    reader.follow("Minutes", "Minutes of")
    reader.press("Write the minutes", "Write the minutes")
    said = reader.page.get_by_label("The meeting").input_value()
    assert "Apologies" in said
    assert "Member 3, Agency 3" in said
    reader.press("Keep the minutes", "Minutes of")
    text = reader.page.locator("main").inner_text()
    assert "Question to the coroner" in text
    assert "The chair checks: The dose on the ward" in text
    assert "Action for Agency 1" in text
    assert "The case was not considered." in text


def chair_signs(open_page, at, case) -> None:
    """The chair signs what the panel completed."""
    chair = Reader(sit_down(open_page(), at.chair))
    chair.open(reverse("cdop:complete_panel_review", args=[case.reference]), "Complete the panel")
    chair.choose("How was it agreed?", "Agreed as it stands")
    chair.press("Sign the review", "Panel review")
    assert PanelReview.objects.get(case=case).state == "completed"
