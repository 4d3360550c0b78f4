"""What waits to be done today: new notifications, a draft, a meeting held and the next one."""

import datetime

from django.utils import timezone

from casereview import actions
from casereview.forms.dates import PARTS
from casereview.models import AgendaItem, Attendance, Case, Meeting, Panel
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.actions.notifying import log_notification
from cdop.actions.reviewing import (
    AgreedAction,
    GridLine,
    decide_actions,
    record_factors,
    record_panel_review,
)
from cdop.models import Notification
from learning.demo import (
    arriving,
    cast,
    child_death_reviews,
    documents,
    gathering,
    judging,
    packs,
    scr_cases,
)
from learning.demo.recent import DEATHS
from learning.demo.year import HALF_PAST_NINE, confirm_expectedness

ON_LAST_AGENDA = ("sleep", "heart")
ON_NEXT_AGENDA = ("asthma", "twin", "road")
WITHDRAWN_FROM = "road"
JUDGED_FIRST = "asthma"
AT_THE_PANEL = {"HOSPITAL": "Y", "POLICE": "Y", "SOCIAL_CARE": "Y", "SCHOOLS": "Y"}


def bring_in() -> None:
    """Log the deaths of the last months, hold one meeting, call the next, and leave a draft."""
    today = timezone.localdate()
    manager = cast.person(Role.CDR_MANAGER)
    cases = {
        death.key: log_notification(by=manager, said=death.said(today))
        for death in sorted(DEATHS, key=lambda death: -death.notified)
    }
    _submitted_when_notified(manager)
    confirm_expectedness(
        cases[key].notifications.get() for key in (*ON_LAST_AGENDA, *ON_NEXT_AGENDA, "late")
    )
    last, following = _wednesday(today, -20), _wednesday(today, 8)
    _meet(last, [cases[key] for key in ON_LAST_AGENDA], manager, held=True)
    _review_for_the_chair(cases["heart"], manager, today)
    _review_in_draft(cases["sleep"], manager)
    coming = _meet(following, [cases[key] for key in ON_NEXT_AGENDA], manager, held=False)
    member = cast.person(Role.PANEL_MEMBER)
    actions.declare_interest(
        case=cases[WITHDRAWN_FROM],
        user=member,
        level="withdraws",
        ground="employer",
        grounds="My service’s vehicle was involved in the collision",
        by=member,
    )
    actions.keep_draft(user=manager, form="notification", content=_draft(today))
    scr_cases.refer_today(cases["harm"], manager, today)
    gathering.bring_in(cases, manager, today)
    arriving.bring_in(cases, manager, today)
    child_death_reviews.bring_in(cases, manager, today)
    documents.bring_in(cases, manager)
    judging.bring_in(cases[JUDGED_FIRST])
    packs.bring_in(coming, manager)


def _submitted_when_notified(manager) -> None:
    """Say of each notification that it was typed in on the day it came, not when the demo began."""
    with change("seed_demo", by=manager) as written:
        for notification in Notification.objects.filter(submitted_by=manager):
            day = datetime.datetime.combine(notification.notified_on, HALF_PAST_NINE)
            notification.submitted_at = min(timezone.make_aware(day), timezone.now())
            written.save(notification)


def _wednesday(today: datetime.date, days: int) -> datetime.date:
    """Return the first Wednesday at or after so many days from today."""
    day = today + datetime.timedelta(days=days)
    return day + datetime.timedelta(days=(2 - day.weekday()) % 7)


def _meet(day: datetime.date, cases: list[Case], manager, *, held: bool) -> Meeting:
    meeting = actions.arrange_meeting(
        panel=Panel.objects.get(code=cast.PANEL),
        held_on=day,
        starts_at=HALF_PAST_NINE,
        by=manager,
        members=cast.members(),
        chair=cast.person(Role.PANEL_CHAIR),
    )
    for case in cases:
        actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    if not held:
        return meeting
    with change("seed_demo", by=manager) as written:
        meeting.state, meeting.place = Meeting.State.HELD, "Committee room 2"
        written.save(meeting)
        for invited in meeting.attendances.all():
            invited.attended = Attendance.Attended.CAME
            written.save(invited)
        first = AgendaItem.objects.filter(meeting=meeting).order_by("place")[0]
        first.outcome = AgendaItem.Outcome.DEFERRED
        first.note = "Ask the health visitor what was said about sleeping on a sofa."
        written.save(first)
    return meeting


def _review_for_the_chair(case: Case, manager, today: datetime.date) -> None:
    """Record a whole review, so that only the chair's signature is missing."""
    lines = [
        GridLine(None, "A18-05", "Y", "child", "2", "N", note="Complex congenital heart disease"),
    ]
    record_panel_review(
        case=case,
        by=manager,
        seen=None,
        agencies_represented=AT_THE_PANEL,
        documents_available="Hospital summary, health visitor’s report",
        cause_of_death="Heart failure due to complex congenital heart disease",
        summary="A girl with a heart condition known before birth, who died in intensive care "
        "after two operations. Her care was planned and her parents were with her.",
    )
    record_factors(case=case, by=manager, domain="A", seen=None, lines=lines)
    record_factors(
        case=case,
        by=manager,
        domain="D",
        seen=None,
        lines=[GridLine(None, "D18-07", "N", note="Seen promptly each time")],
    )
    record_panel_review(
        case=case,
        by=manager,
        seen=None,
        modifiable_outcome="N",
        category_of_death="7",
        secondary_category="6",
        considered_another="Y",
        categories_considered=["6"],
        category_reason="The condition was present from birth, which stands higher in the list.",
        learning="Planning where a child will die, early and with the family, worked well.",
        family_follow_up="Consultant met the parents in the sixth week.",
        referrals={"CORONER": "N", "SCR_GROUP": "N"},
    )
    decide_actions(
        case=case,
        by=manager,
        seen=None,
        decision="actions",
        reason="",
        rows=[
            AgreedAction(
                None,
                "Share the end-of-life plan used here with the other wards",
                owner=cast.person(Role.DESIGNATED_DOCTOR),
                due_on=today + datetime.timedelta(days=40),
            )
        ],
    )


def _review_in_draft(case: Case, manager) -> None:
    """Record part of a review: a grid with modifiable factors, and no decision yet."""
    record_panel_review(
        case=case,
        by=manager,
        seen=None,
        agencies_represented=AT_THE_PANEL,
        cause_of_death="Unascertained",
        summary="A boy of ten weeks, born at 36 weeks, who was found lifeless after sleeping on a "
        "sofa with his father. Both parents smoked.",
    )
    record_factors(
        case=case,
        by=manager,
        domain="B",
        seen=None,
        lines=[
            GridLine(
                None, "B18-07", "Y", "father", "2", "Y",
                note="Slept together on the sofa",
                reason="Advice was given before the birth and not repeated",
                what_would_change="Safe sleeping talked through at every visit, fathers included",
            ),
            GridLine(
                None, "B18-04", "Y", "mother", "2", "Y",
                note="Ten a day",
                what_would_change="An offer of help to stop at the first appointment",
            ),
            GridLine(None, "B18-06", "NK", note="Nobody asked"),
        ],
    )  # fmt: skip


def _draft(today: datetime.date) -> dict:
    """Return a notification broken off after its first pages, as it was typed."""
    died = today - datetime.timedelta(days=1)

    def typed(**answers: str) -> dict:
        return {"typed": {name: [value] for name, value in answers.items()}, "kept": 1}

    def day(name: str, on: datetime.date) -> dict[str, str]:
        return {f"{name}_{part}": str(getattr(on, part)) for part in PARTS}

    return {
        "sections": {
            "scope": typed(
                born_alive="Y", lawful_termination="N", under_18="Y", residence_board="LEICESTER"
            ),
            "referral": typed(
                notifier_name="Bridie Sallow",
                notifier_contact="0116 496 0321",
                notified_by="HOSPITAL",
                **day("notified_on", today),
            ),
            "child": typed(given_names="Felix", family_name="Underhay", sex="M"),
            "death": typed(
                **day("died_on", died), died_on_precision="exact", location_of_death="HOSP_PAED"
            ),
        }
    }
