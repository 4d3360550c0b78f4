"""What the response to a death asks of *Your work*, the Next box, the timeline and leak test."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from casereview import access, registries
from casereview.models import Case
from casereview.pseudonyms import Entity, professionals
from casereview.registries import CasePage, NextStep, TimelineEntry, WorkItem
from casereview.rules.working_days import add_working_days
from cdop import codes
from cdop.actions.notifying import notification_of
from cdop.actions.responding import TRIGGERS, edition, needed, phases_of
from cdop.models import Notification, ResponsePhase
from cdop.notification_lists import OPEN_STAGES
from cdop.rules.rapid_response import Edition, Needed, phase_due

# A death longer ago has had its response, or none: it is not put on today's list.
RECENT_DAYS = 120


def _to(name: str, case: Case, *more: Any) -> str:
    return reverse(f"cdop:{name}", args=[case.reference, *more])


def work(user, today: date) -> list[WorkItem]:
    """Return the next phase of each recent response that waits for `user`."""
    cases = list(
        access.visible_to(user, "record_response_phase")
        .filter(
            kind=Case.Kind.DEATH,
            stage__in=OPEN_STAGES,
            merged_into=None,
            died_on__gt=today - timedelta(days=RECENT_DAYS),
        )
        .select_related("reviewing_board__area")
        .order_by("reference")
    )
    keys = [case.pk for case in cases]
    rows: dict[Any, dict[str, ResponsePhase]] = {}
    for row in ResponsePhase.objects.filter(case__in=keys):
        rows.setdefault(row.case_id, {})[row.phase] = row
    said: dict[Any, Notification] = {}
    for one in Notification.objects.filter(case__in=keys).order_by("-notified_on", "-submitted_at"):
        said.setdefault(one.case_id, one)
    items = []
    for case in cases:
        step = _next(case, said.get(case.pk), rows.get(case.pk, {}))
        if step:
            task, url, due_on, why = step
            items.append(
                WorkItem(f"response {case.reference}", task, url, case.reference, due_on, why)
            )
    return items


def _next(
    case: Case, notification: Notification | None, rows: dict[str, ResponsePhase]
) -> tuple[str, str, date | None, str] | None:
    """Return the next thing of a response: what, where, by when, why."""
    answer = needed(case, notification, rows.get(TRIGGERS))
    if answer is Needed.NOT_KNOWN and edition(case) is Edition.JOINT_AGENCY_RESPONSE:
        return (
            "Say whether a trigger of the joint agency response is met",
            _to("record_response_triggers", case),
            _next_day(case),
            "Until then it is not known whether the agencies respond together.",
        )
    if answer is not Needed.YES or case.died_on is None:
        return None
    for code in phases_of(case):
        row = rows.get(code.code)
        if row is None or row.held_on is None:
            due = phase_due(case.died_on, code.extra)
            return (
                f"Record the response: {code.label}",
                _to("record_response_phase", case, code.code),
                due.on if due else None,
                due.worked_out if due else "",
            )
    return None


def _next_day(case: Case) -> date | None:
    """Return the working day after the death was known here: a response begins by then at latest.

    Source: timescales list, T07, one area's protocol.
    """
    days = [day for day in (case.died_on, case.notified_on) if day]
    return add_working_days(max(days), 1) if days else None


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what the response to a death asks of `user` next."""
    if case.stage not in OPEN_STAGES or not access.can(user, "record_response_phase", case):
        return []
    rows = {row.phase: row for row in case.response_phases.all()}
    step = _next(case, notification_of(case), rows)
    if step is None:
        return []
    task, url, due_on, why = step
    return [NextStep(50, task[:1].lower() + task[1:], why, url, "Record it", due_on)]


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return when each phase took place; what it found is on its page."""
    if not access.can(user, "view_response", case):
        return []
    labels = dict(codes.code_list("response_phase").choices())
    url = _to("view_response", case)
    return [
        TimelineEntry(row.held_on, labels.get(row.phase, row.phase), url=url)
        for row in case.response_phases.all()
        if row.held_on
    ]


def identifiers(case: Case) -> list[str]:
    """Return the names of those who took part in the response."""
    found = []
    for row in ResponsePhase.objects.filter(case=case):
        found += [line.strip() for line in (row.attended_by or "").replace(",", "\n").splitlines()]
    return list(dict.fromkeys(filter(None, found)))


def entities(case: Case) -> list[Entity]:
    """Return the professionals who took part in the response, whom no paper may name."""
    rows = ResponsePhase.objects.filter(case=case)
    return [one for row in rows for one in professionals(row.attended_by)]


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.next_steps.append(next_steps)
    registries.tell_timeline("response", "Response to the death", timeline)
    registries.identifiers.append(identifiers)
    registries.entities.append(entities)
    registries.case_pages.append(CasePage("Response", "cdop:view_response", "view_response", 30))
