"""The chair's day: first judgements opened, a case signed in the room, points checked, minutes."""

import datetime
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import actions as kernel
from casereview.models import AgendaItem, Meeting
from casereview.rules.access_table import Role
from cdop import actions
from cdop.actions.judging import Judgement
from cdop.actions.meeting_items import Decided
from cdop.models import FirstJudgement, PanelReview
from tests import factories
from tests.cdop import reviews
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down

SLEEP = Judgement("10", "M", ["UNSAFE_SLEEPING"])


@pytest.fixture
def at(manager):
    """A panel that met a month ago and meets today on two deaths, everything recorded of both."""
    factories.keep_form_c()
    first = factories.make_case(by=manager, family_name="Wrenfield")
    at = reviews.at_panel(first, manager, held_on=timezone.localdate())
    for n in range(4):
        agency = factories.make_agency(name=f"Agency {n}")
        member = factories.make_user(Role.PANEL_MEMBER, name=f"Member {n}", agency=agency)
        kernel.invite_to_meeting(meeting=at.meeting, user=member, by=manager)
    second = factories.make_case(by=manager, family_name="Brambling")
    kernel.put_on_agenda(meeting=at.meeting, case=second, by=manager)
    for case in (first, second):
        reviews.record_all(replace(at, case=case))
    came = {one.pk: "came" for one in at.meeting.attendances.all()}
    kernel.record_attendance(meeting=at.meeting, by=manager, came=came)
    item = AgendaItem.objects.select_related("meeting__panel", "case").get(case=second)
    decided = Decided(outcome="chair_check", points=["The dose"], check_by=timezone.localdate())
    actions.record_item_outcome(item=item, by=manager, seen=None, decided=decided)
    month_ago = timezone.localdate() - datetime.timedelta(days=28)
    before = kernel.arrange_meeting(
        panel=at.meeting.panel, held_on=month_ago, chair=at.chair, by=manager
    )
    kernel.write_minutes(meeting=before, by=manager, text="All were welcome.")
    actions.begin_judgement_round(case=first, by=manager)
    actions.give_first_judgement(case=first, by=at.member, said=SLEEP, seen=0)
    return at


def test_a_chair_opens_judgements_signs_checks_and_agrees_the_minutes(page, at):
    reader = Reader(sit_down(page, at.chair))

    open_the_judgements(reader, at.case)
    complete_in_the_room(reader, at)
    check_the_points(reader, at)
    agree_the_minutes(reader, at)

    completed = PanelReview.objects.filter(state="completed", signed_by=at.chair)
    assert completed.count() == 2
    assert not FirstJudgement.objects.exists()
    assert Meeting.objects.get(pk=at.meeting.pk).last_minutes_agreed_on == timezone.localdate()
    for name in ("Wrenfield", "Brambling", "Ada"):
        assert not any(name in read for read in reader.read), name


def take_up(reader: Reader, task: str, heading: str) -> None:
    """Follow a piece of one's work; its link also names the case."""
    with reader.page.expect_navigation():
        reader.page.get_by_role("link", name=task).first.click()
    reader.look(heading)


def open_the_judgements(reader: Reader, case) -> None:
    """The chair gives an own judgement first, then opens all; only counts are shown."""
    reader.open("/", "Your work")
    take_up(reader, "Give your first judgement", "Your first judgement")
    assert "Member" not in reader.page.locator("main").inner_text()
    reader.press("Save your first judgement", "Your first judgement")
    reader.page.get_by_label("10. ").check()
    reader.page.get_by_label("Modifiable factors identified", exact=True).check()
    reader.page.get_by_label("Unsafe sleeping arrangements", exact=True).check()
    reader.press("Save your first judgement", "Panel review")
    reader.press("Open the first judgements", "Open the first judgements")
    reader.press("Open them", "Panel review")
    assert reader.page.get_by_text("2 of 2 agreed").count() == 2


def complete_in_the_room(reader: Reader, at) -> None:
    """Captured by the chair as completed, a case is signed."""
    reader.open(reverse("view_meeting", args=[at.meeting.pk]), "Panel meeting of")
    reader.press("Open the room", "The room on")
    reader.follow(f"1. {at.case.reference}", "Case 1 of 2")
    assert "Quorate" in reader.page.locator("main").inner_text()
    reader.press("Capture the outcome", "leaves the meeting")
    reader.page.get_by_label("Note for the minutes").fill("Agreed by all")
    reader.choose("How does the case leave the meeting?", "Completed")
    reader.press("Capture", "Case 1 of 2")
    assert PanelReview.objects.get(case=at.case).signed_by == at.chair


def check_the_points(reader: Reader, at) -> None:
    """What the panel named for the chair stands in *Your work*, and leads to the signature."""
    reader.open("/", "Your work")
    take_up(reader, "Check the points named by the panel", "Check the points")
    reader.page.get_by_label("The dose").check()
    reader.press("Record the check", "Complete the panel review")
    reader.choose("How was it agreed?", "Agreed subject to my check, which I have made")
    reader.fill_day("Day of your check", timezone.localdate().isoformat())
    reader.press("Sign the review", "Panel review")


def agree_the_minutes(reader: Reader, at) -> None:
    """The minutes of the meeting before are agreed at this one."""
    reader.open(reverse("view_meeting", args=[at.meeting.pk]), "Panel meeting of")
    reader.page.get_by_role("link", name="minutes of").click()
    reader.look("Minutes of")
    reader.press("Record that they were agreed", "Minutes of")
    assert "Agreed at the meeting of" in reader.page.locator("main").inner_text()
