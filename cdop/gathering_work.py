"""What asking agencies adds to *Your work*, to the Next box, to the timeline and to a case."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.models import AgencyRequest, AgendaItem, Case, Meeting
from casereview.registries import CasePage, NextStep, TimelineEntry, Together, WorkItem
from cdop import chasing
from cdop.actions.asking import BEFORE_PANEL
from cdop.contradictions import of_case, waiting_in
from cdop.gathering import OPEN, SETTLED

# A death notified longer ago and never asked about was imported: it does not fill today's work.
RECENT_DAYS = 28
State = AgencyRequest.State


def work(user, today: date) -> list[WorkItem]:
    """Return whom to ask, what is waited for or overdue, what to settle, and what is ready."""
    if not any(role in access.roles_for("request_report") for role in access.roles_of(user)):
        return []
    cases = access.visible_to(user, "request_report").filter(
        kind=Case.Kind.DEATH, stage__in=BEFORE_PANEL, merged_into=None
    )
    return [
        *_to_ask(cases, today),
        *_waited_for(cases, today),
        *_to_settle(cases),
        *_ready(cases, today),
    ]


def _to_ask(cases: Any, today: date) -> Iterable[WorkItem]:
    new = cases.filter(
        stage=Case.Stage.NOTIFIED, notified_on__gt=today - timedelta(days=RECENT_DAYS)
    ).exclude(Q(reviewing_board=None) & Q(residence_board__isnull=False))
    for reference in new.order_by("reference").values_list("reference", flat=True):
        yield WorkItem(
            key=f"ask agencies {reference}",
            task="Ask the agencies that knew the child",
            url=reverse("cdop:request_report", args=[reference]),
            reference=reference,
            why="No agency has been asked yet.",
        )


def _waited_for(cases: Any, today: date) -> Iterable[WorkItem]:
    rows = (
        AgencyRequest.objects.filter(case__in=cases, state__in=OPEN)
        .order_by("case__reference")
        .values("case__reference")
        .annotate(
            asked=Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            first=Min("due_on"),
        )
    )
    chase = reverse("cdop:remind_agencies") + "?show=overdue"
    for row in rows:
        reference, overdue = row["case__reference"], row["overdue"]
        waiting = _agencies(row["asked"])
        yield WorkItem(
            key=f"reports {reference}",
            task="Chase the agencies’ overdue reports" if overdue else "Agency reports asked for",
            url=reverse("cdop:view_agency_reports", args=[reference]),
            reference=reference,
            due_on=row["first"],
            why=f"{overdue} of {waiting} overdue." if overdue else "",
            waiting_for="" if overdue else waiting,
            together=Together("Chase {count} overdue agency reports", chase, overdue)
            if overdue
            else None,
        )


def _to_settle(cases: Any) -> Iterable[WorkItem]:
    waiting = waiting_in(cases.values("pk"))
    if not waiting:
        return
    found = Case.objects.filter(pk__in=waiting).order_by("reference")
    for pk, reference in found.values_list("pk", "reference"):
        yield WorkItem(
            key=f"contradictions {reference}",
            task="Settle where agencies contradict each other",
            url=reverse("cdop:view_evidence", args=[reference]),
            reference=reference,
            why=_questions(waiting[pk]),
        )


def _ready(cases: Any, today: date) -> Iterable[WorkItem]:
    """A case that all agencies have answered and no meeting has on its agenda."""
    on_agenda = AgendaItem.objects.filter(meeting__held_on__gte=today).exclude(
        meeting__state=Meeting.State.CANCELLED
    )
    answered = AgencyRequest.objects.filter(state__in=SETTLED)
    ready = (
        cases.filter(stage=Case.Stage.READY, pk__in=answered.values("case"))
        .exclude(pk__in=on_agenda.values("case"))
        .exclude(panel_review__isnull=False)
    )
    for reference in ready.order_by("reference").values_list("reference", flat=True):
        yield WorkItem(
            key=f"ready {reference}",
            task="Put the case on a meeting’s agenda",
            url=reverse("put_on_agenda", args=[reference]),
            reference=reference,
            why="Every agency that was asked has answered.",
        )


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what asking agencies calls for next on a case."""
    if case.kind != Case.Kind.DEATH or case.stage not in BEFORE_PANEL or case.merged_into_id:
        return []
    if not access.can(user, "request_report", case):
        return []
    steps = []
    today = timezone.localdate()
    waiting = list(
        AgencyRequest.objects.filter(case=case, state__in=OPEN).values_list("due_on", flat=True)
    )
    overdue = sorted(day for day in waiting if day and day < today)
    if overdue:
        steps.append(
            NextStep(
                55,
                "chase the agencies’ overdue reports",
                f"{len(overdue)} of {_agencies(len(waiting))} overdue.",
                reverse("cdop:view_agency_reports", args=[case.reference]),
                "See the requests",
                overdue[0],
            )
        )
    differing = sum(one.waiting for one in of_case(case))
    if differing:
        steps.append(
            NextStep(
                50,
                "settle where agencies contradict each other",
                _questions(differing),
                reverse("cdop:view_evidence", args=[case.reference]),
                "See the evidence",
            )
        )
    if case.stage == Case.Stage.NOTIFIED and not waiting and case.reviewing_board_id:
        steps.append(
            NextStep(
                25,
                "ask the agencies that knew the child",
                "No agency has been asked yet.",
                reverse("cdop:request_report", args=[case.reference]),
                "Ask agencies",
            )
        )
    return steps


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return when agencies were asked and when each answered."""
    if not access.can(user, "view_agency_reports", case):
        return []
    url = reverse("cdop:view_agency_reports", args=[case.reference])
    entries: list[TimelineEntry] = []
    asked: dict[tuple[date, str], int] = {}
    rows = AgencyRequest.objects.filter(case=case).select_related(
        "agency", "requested_by", "signed_off_by"
    )
    for row in rows:
        key = (timezone.localdate(row.requested_at), str(row.requested_by or ""))
        asked[key] = asked.get(key, 0) + 1
        if row.returned_at:
            at = timezone.localtime(row.returned_at)
            no_record = row.state == State.NO_RECORD
            title = f"{row.agency.name}: {'no record' if no_record else 'report returned'}"
            by = str(row.signed_off_by or "")
            entries.append(TimelineEntry(at.date(), title, by, at, url=url))
    entries += [
        TimelineEntry(day, f"{_agencies(count)} asked for a report", by, url=url)
        for (day, by), count in asked.items()
    ]
    return entries


def _agencies(count: int) -> str:
    return "1 agency" if count == 1 else f"{count} agencies"


def _questions(count: int) -> str:
    return "They differ on 1 question." if count == 1 else f"They differ on {count} questions."


def register() -> None:
    """Add the above to the pages that gather from all apps, and the round to each day."""
    registries.work_items.append(work)
    registries.next_steps.append(next_steps)
    registries.tell_timeline("agencies", "Agencies", timeline)
    registries.case_pages += [
        CasePage(
            "Agency reports", "cdop:view_agency_reports", "view_agency_reports", 30, main=True
        ),
        CasePage("Evidence", "cdop:view_evidence", "view_evidence", 35, main=True),
    ]
    chasing.register()
