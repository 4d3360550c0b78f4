"""Reviews that are not complete six, nine and twelve months after the death, in *Your work*."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from casereview import access, registries
from casereview.actions.clocks import REVIEW
from casereview.codes import parallel_processes
from casereview.models import (
    AgencyRequest,
    AgendaItem,
    Case,
    ClockPause,
    Meeting,
    ParallelProcess,
)
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from casereview.rules.months import add_months
from casereview.rules.paused_clock import Pause, waited_days
from cdop.actions.asking import BEFORE_PANEL
from cdop.gathering import OPEN
from cdop.review_work import PUT_OFF
from cdop.rules.review_alerts import MARKS, held_up, mark_reached

# A death notified longer ago and never asked about was imported: it does not fill today's work.
RECENT = timedelta(days=500)
AT_ONCE = 25
RUNNING = (ParallelProcess.Status.EXPECTED, ParallelProcess.Status.OPEN)


def work(user, today: date) -> list[WorkItem]:
    """Return the reviews that have reached a mark, the oldest first, with what holds each up."""
    if Role.CDR_MANAGER not in access.roles_of(user):
        return []
    late = _late(user, today)
    found = list(late.order_by("died_on", "reference")[:AT_ONCE])
    if not found:
        return []
    reasons, pauses = _reasons(found, today), _pauses(found)
    items = [_item(case, today, reasons[case.pk], pauses.get(case.pk, [])) for case in found]
    if len(found) == AT_ONCE and (more := late.count() - AT_ONCE):
        items.append(
            WorkItem(
                key="late reviews",
                task=f"{more} more review{'' if more == 1 else 's'} not complete six months on",
                url=reverse("list_cases"),
            )
        )
    return items


def _late(user, today: date):
    begun = Q(stage__in=(Case.Stage.GATHERING, Case.Stage.READY))
    return access.visible_to(user, "record_panel_review").filter(
        begun | Q(notified_on__gt=today - RECENT),
        kind=Case.Kind.DEATH,
        stage__in=BEFORE_PANEL,
        merged_into=None,
        died_on__lte=add_months(today, -MARKS[0]),
    )


def _item(case: Case, today: date, reasons: list[str], pauses: list[Pause]) -> WorkItem:
    died_on = case.died_on or today
    months = mark_reached(died_on, today) or MARKS[0]
    standing = any(pause.until is None for pause in pauses)
    return WorkItem(
        key=f"late {months} {case.reference}",
        task=f"The review is not complete {months} months after the death",
        url=reverse("view_case", args=[case.reference]),
        reference=case.reference,
        due_on=add_months(died_on, months),
        why=held_up(reasons, waited_days(died_on, today, pauses)),
        waiting_for="the end of a pause" if standing else "",
    )


def _pauses(cases: Iterable[Case]) -> dict[uuid.UUID, list[Pause]]:
    found: dict[uuid.UUID, list[Pause]] = {}
    rows = ClockPause.objects.filter(case__in=list(cases), clock__rule=REVIEW)
    for case, since, until in rows.order_by("since").values_list("case", "since", "until"):
        found.setdefault(case, []).append(Pause(since, until))
    return found


def _reasons(cases: list[Case], today: date) -> dict[uuid.UUID, list[str]]:
    """Return what holds each case up, in words without names, four questions for all of them."""
    found: dict[uuid.UUID, list[str]] = {case.pk: [] for case in cases}
    labels = dict(parallel_processes())
    reports = AgencyRequest.objects.filter(case__in=cases, state__in=OPEN).values("case")
    for row in reports.order_by("case").annotate(waiting=Count("pk")):
        many = "report has" if row["waiting"] == 1 else "reports have"
        found[row["case"]].append(f"{row['waiting']} agency {many} not come")
    holds = ParallelProcess.objects.filter(case__in=cases, status__in=RUNNING, hold_review=True)
    for key, kind in holds.order_by("began_on", "pk").values_list("case", "kind"):
        label = str(labels.get(kind, kind))
        found[key].append(f"{label[:1].lower()}{label[1:]}")
    pauses = ClockPause.objects.filter(case__in=cases, clock__rule=REVIEW, until=None)
    for key, since in pauses.values_list("case", "since"):
        found[key].append(f"the clock stands since {since.day} {since:%B %Y}")
    meetings = (
        AgendaItem.objects.filter(case__in=cases)
        .exclude(meeting__state=Meeting.State.CANCELLED)
        .order_by("-meeting__held_on")
    )
    coming: dict[uuid.UUID, date] = {}
    considered: dict[uuid.UUID, date] = {}
    for key, day, outcome in meetings.values_list("case", "meeting__held_on", "outcome"):
        if day >= today and not outcome:
            coming[key] = day
        elif outcome not in PUT_OFF:
            considered.setdefault(key, day)
    for case in cases:
        if case.pk in coming:
            day = coming[case.pk]
            words = f"it goes to the panel on {day.day} {day:%B %Y}"
        elif case.pk in considered:
            day = considered[case.pk]
            words = f"the panel considered it on {day.day} {day:%B %Y} and it is not signed"
        else:
            words = "no meeting has it on its agenda"
        found[case.pk].append(words)
    return found


def register() -> None:
    """Add the above to *Your work*."""
    registries.work_items.append(work)
