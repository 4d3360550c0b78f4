"""The fictional year: its deaths, imported, and the nine meetings that reviewed them."""

import datetime
from collections.abc import Iterable
from pathlib import Path

from casereview import actions
from casereview.models import AgendaItem, Attendance, Case, Child, Meeting, Panel
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.actions import settling
from cdop.actions.importing import import_cases
from cdop.models import Notification, PanelReview
from learning.demo import cast

DEATHS = Path(__file__).parent / "llr_2014_15.csv"
MEETINGS = tuple(
    datetime.date.fromisoformat(day)
    for day in (
        "2014-04-02",
        "2014-05-14",
        "2014-06-18",
        "2014-07-23",
        "2014-09-10",
        "2014-10-15",
        "2014-11-26",
        "2015-01-14",
        "2015-02-25",
    )
)
TENTHS = (1, 3, 1, 2, 6, 1, 4, 2, 9, 1, 5, 3, 2, 7, 1, 10, 4)
HALF_PAST_NINE = datetime.time(9, 30)


def bring_in() -> None:
    """Import the deaths and hold the nine meetings."""
    manager = cast.person(Role.CDR_MANAGER)
    import_cases(path=DEATHS, by=manager)
    _look_up_deprivation(manager)
    completed: dict[datetime.date, list[tuple[Case, datetime.date]]] = {}
    reviews = PanelReview.objects.filter(first_completed_on__isnull=False)
    for review in reviews.select_related("case").order_by("first_completed_on", "case__reference"):
        day = review.first_completed_on
        if day is not None:
            # The meeting agreed it, and the chair's check completed it on that day or later.
            held = max(held for held in MEETINGS if held <= day)
            completed.setdefault(held, []).append((review.case, day))
    confirm_expectedness(Notification.objects.filter(case__stage=Case.Stage.NOTIFIED))
    for place, held_on in enumerate(MEETINGS):
        _hold(held_on, completed.get(held_on, []), manager, absent=place % 4)


def _look_up_deprivation(manager) -> None:
    """Give most children of the year a tenth of deprivation, more of them a deprived one.

    The postcodes are invented, and so are the tenths.
    """
    children = Child.objects.select_related("case").order_by("case__reference")
    for place, child in enumerate(children):
        if place % 6 != 5:
            actions.correct_record(
                record=child,
                by=manager,
                reason="Looked up for the postcode",
                case=child.case,
                deprivation_decile=str(TENTHS[place % len(TENTHS)]),
                deprivation_edition="2010",
            )


def confirm_expectedness(notifications: Iterable[Notification]) -> None:
    """Let the designated doctor confirm what was notified; one not sure is unexpected.

    A neonatal death is told by its age, and nobody is asked.
    """
    doctor = cast.person(Role.DESIGNATED_DOCTOR)
    for notification in notifications:
        said = notification.expectedness
        if said == "NEONATAL":
            continue
        settling.confirm_expectedness(
            notification=notification,
            expectedness="UNEXPECTED" if said == "UNSURE" else said,
            note="",
            by=doctor,
        )


def _hold(held_on: datetime.date, cases: list[tuple[Case, datetime.date]], manager, absent: int):
    meeting = actions.arrange_meeting(
        panel=Panel.objects.get(code=cast.PANEL),
        held_on=held_on,
        starts_at=HALF_PAST_NINE,
        by=manager,
        members=cast.members(),
        chair=cast.person(Role.PANEL_CHAIR),
    )
    for case, _ in cases:
        actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    # What the meeting did: who came, and what became of each case.
    with change("seed_demo", by=manager) as written:
        meeting.state, meeting.place = Meeting.State.HELD, "Committee room 2"
        written.save(meeting)
        for place, invited in enumerate(meeting.attendances.order_by("user__name")):
            sent = place == absent and not invited.as_chair
            invited.attended = Attendance.Attended.APOLOGIES if sent else Attendance.Attended.CAME
            written.save(invited)
        same_day = {case.pk for case, day in cases if day == held_on}
        for item in meeting.agenda.all():
            item.outcome = (
                AgendaItem.Outcome.COMPLETED
                if item.case_id in same_day
                else AgendaItem.Outcome.CHAIR_CHECK
            )
            written.save(item)
