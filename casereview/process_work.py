"""What other processes and passed cases ask of *Your work*, the Next box and the timeline."""

from datetime import date

from django.urls import reverse

from casereview import access, registries
from casereview.codes import parallel_processes
from casereview.models import Case, CasePassing, ParallelProcess
from casereview.registries import CasePage, NextStep, TimelineEntry, WorkItem

RUNNING = (ParallelProcess.Status.EXPECTED, ParallelProcess.Status.OPEN)


def work(user, today: date) -> list[WorkItem]:
    """Return the replies that are due, the processes to ask after and the answers waited for."""
    cases = access.visible_to(user, "change_process").filter(merged_into=None).values("pk")
    return [*_replies(cases), *_overdue(cases, today), *_passings(user)]


def _to(name: str, case: Case, key) -> str:
    return reverse(name, args=[case.reference, key])


def _replies(cases) -> list[WorkItem]:
    waiting = ParallelProcess.objects.filter(
        case__in=cases, reply_due_on__isnull=False, replied_on=None
    ).select_related("case")
    return [
        WorkItem(
            key=f"reply {one.pk}",
            task="Reply to the coroner’s report to prevent future deaths",
            url=_to("change_process", one.case, one.pk),
            reference=one.case.reference,
            due_on=one.reply_due_on,
            why="It is addressed to us.",
        )
        for one in waiting.order_by("reply_due_on", "id")
    ]


def _overdue(cases, today: date) -> list[WorkItem]:
    """Processes that were expected to be over by now: somebody has to ask."""
    waiting = ParallelProcess.objects.filter(
        case__in=cases, status__in=RUNNING, expected_on__lt=today
    ).select_related("case")
    labels = dict(parallel_processes())
    return [
        WorkItem(
            key=f"process {one.pk}",
            task=f"Ask how far it is: {labels.get(one.kind, one.kind)}",
            url=_to("change_process", one.case, one.pk),
            reference=one.case.reference,
            due_on=one.expected_on,
            why="It was expected to be over.",
        )
        for one in waiting.order_by("expected_on", "id")
    ]


def _passings(user) -> list[WorkItem]:
    cases = access.visible_to(user, "record_passing_answer").values("pk")
    waiting = CasePassing.objects.filter(case__in=cases, answer="").select_related(
        "case", "to_board"
    )
    return [
        WorkItem(
            key=f"passing {one.pk}",
            task="Agree which panel reviews the death, and record it",
            url=_to("record_passing_answer", one.case, one.pk),
            reference=one.case.reference,
            waiting_for=one.to_board.name if one.case.stage == Case.Stage.PASSED_ON else "",
            why=f"Sent to {one.to_board.name} on {one.sent_on.day} {one.sent_on:%B %Y}.",
        )
        for one in waiting.order_by("sent_on", "id")
    ]


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what other processes ask of `user` next on a case."""
    if not access.can(user, "change_process", case):
        return []
    one = (
        case.parallel_processes.filter(reply_due_on__isnull=False, replied_on=None)
        .order_by("reply_due_on")
        .first()
    )
    if one is None:
        return []
    return [
        NextStep(
            75,
            "reply to the coroner’s report to prevent future deaths",
            "It is addressed to us.",
            _to("change_process", case, one.pk),
            "Record the reply",
            one.reply_due_on,
        )
    ]


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return when other processes began and ended; what they found is on their page."""
    if not access.can(user, "view_processes", case):
        return []
    labels = dict(parallel_processes())
    url = reverse("view_processes", args=[case.reference])
    entries = []
    for one in case.parallel_processes.all():
        label = labels.get(one.kind, one.kind)
        steps = ((one.began_on, "began"), (one.ended_on, "ended"), (one.replied_on, "we replied"))
        entries += [TimelineEntry(day, f"{label}: {what}", url=url) for day, what in steps if day]
    return entries


def identifiers(case: Case) -> list[str]:
    """Return the references under which other bodies keep the death."""
    found = (one.their_reference for one in ParallelProcess.objects.filter(case=case))
    return [value for value in found if value]


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.next_steps.append(next_steps)
    registries.tell_timeline("processes", "Other processes", timeline)
    registries.identifiers.append(identifiers)
    registries.case_pages += [
        CasePage("Other processes", "view_processes", "view_processes", 55),
        CasePage("Area", "view_area", "view_area", 60),
    ]
