"""Other bodies' processes about a death, and where the serious case review group stands."""

import datetime
from typing import Any

from django.utils import timezone

from casereview import registries
from casereview.actions.admissions import NotAllowed
from casereview.actions.clocks import FUTURE_DEATHS, hold_for
from casereview.actions.seen import as_seen
from casereview.codes import code_list, parallel_processes
from casereview.models import Case, Clock, ParallelProcess
from casereview.records import Change, change
from casereview.rules.scr_status import scr_status_of

TO_US = "PFD_OURS"
RUNNING = (ParallelProcess.Status.EXPECTED, ParallelProcess.Status.OPEN)
# What a process may ask us not to do; each is asked for apart from the others.
HOLDS = ("hold_family_contact", "hold_review", "hold_publication", "hold_witness_contact")


def record_process(*, case: Case, kind: str, by, **facts: Any) -> ParallelProcess:
    """Record a process that runs beside the panel's own.

    Raises:
        NotAllowed: no such process, no status, days that contradict each other, or a hold that
            does not say what may not be done.
    """
    if kind not in dict(parallel_processes()):
        raise NotAllowed("Select the process")
    process = ParallelProcess(case=case, kind=kind, recorded_by=by)
    return _save("record_process", process, by, facts)


def change_process(
    *, process: ParallelProcess, by, version: int | None = None, **facts: Any
) -> ParallelProcess:
    """Change what is known of a process; raises as `record_process`, and on a conflict."""
    as_seen(process, version)
    return _save("change_process", process, by, facts)


def holds(case: Case, hold: str) -> bool:
    """Tell whether a running process asks that something is not done, such as publication.

    Raises:
        KeyError: there is no such hold.
    """
    if hold not in HOLDS:
        raise KeyError(hold)
    return case.parallel_processes.filter(status__in=RUNNING, **{hold: True}).exists()


def _save(action: str, process: ParallelProcess, by, facts: dict[str, Any]) -> ParallelProcess:
    sealed = {*process.identifying, *process.narrative}
    for name, value in facts.items():
        setattr(process, name, (value or None) if name in sealed else value)
    _check(process)
    running = process.status in RUNNING
    with change(action, by=by, case=process.case) as written:
        if process.kind == TO_US:
            _reply_by(process)
        written.save(process, subject=True)
        if process.kind == TO_US:
            _reply_clock(written, process)
        hold_for(written, process, holds=running and process.hold_review, why=_why(process))
    return process


def _check(process: ParallelProcess) -> None:
    today = timezone.localdate()
    if process.status not in ParallelProcess.Status.values:
        raise NotAllowed("Select how far the process is")
    for day in (process.began_on, process.ended_on, process.replied_on):
        if day and day > today:
            raise NotAllowed("Enter days on which something happened that are not in the future")
    if process.began_on and process.ended_on and process.ended_on < process.began_on:
        raise NotAllowed("Enter a day of the end on or after the beginning")
    if any(getattr(process, hold) for hold in HOLDS) and not process.restriction:
        raise NotAllowed("Enter what may not be done meanwhile, and who asks for it")
    if process.kind == TO_US and process.began_on is None:
        raise NotAllowed("Enter the day of the coroner’s report: the reply is due from then")
    if process.replied_on and process.began_on and process.replied_on < process.began_on:
        raise NotAllowed("Enter a day of the reply on or after the report")


def _reply_by(process: ParallelProcess) -> None:
    code = code_list("parallel_process").get(TO_US)
    if code is not None and process.began_on is not None:
        days = int(code.extra["reply_days"])
        process.reply_due_on = process.began_on + datetime.timedelta(days=days)


def _reply_clock(written: Change, process: ParallelProcess) -> None:
    """Keep the clock of the reply to a report, one for each report that is addressed to us."""
    if process.began_on is None or process.reply_due_on is None:
        return
    rule = f"{FUTURE_DEATHS}:{process.pk.hex[:12]}"
    clock = process.case.clocks.filter(rule=rule).first() or Clock(case=process.case, rule=rule)
    clock.rule_version = code_list("timescales").version
    start = datetime.datetime.combine(process.began_on, datetime.time.min)
    clock.started_at = timezone.make_aware(start)
    clock.due_on, clock.met_on = process.reply_due_on, process.replied_on
    days = (process.reply_due_on - process.began_on).days
    clock.worked_out = f"{days} days from the coroner’s report (Regulation 29; reconstructed)."
    written.save(clock)


def _why(process: ParallelProcess) -> str:
    label = dict(parallel_processes()).get(process.kind, process.kind)
    return f"{label}: {process.restriction}" if process.restriction else label


def record_scr_state(
    *,
    case: Case,
    state: str,
    by,
    referred_on: datetime.date | None = None,
    decided_on: datetime.date | None = None,
    published_on: datetime.date | None = None,
    version: int | None = None,
) -> Case:
    """Record how far the serious case review group is; the status in the return follows it.

    Raises:
        NotAllowed: no such state, a day that it needs is missing, days out of their order, or the
            group keeps records of the case here.
        Conflict: somebody else changed the case since the page was shown.
    """
    if any(kept(case) for kept in registries.kept_by_group):
        raise NotAllowed("Leave this to the group: its own records say how far it is")
    if state not in Case.ScrState.values:
        raise NotAllowed("Select how far the group is")
    days = [referred_on, decided_on, published_on]
    needed = {"": 0, "referred": 1, "published": 3}.get(state, 2)
    if any(day is None for day in days[:needed]):
        raise NotAllowed("Enter the day of each step that has been taken")
    kept = [day for day in days[:needed] if day]
    if kept != sorted(kept) or any(day > timezone.localdate() for day in kept):
        raise NotAllowed("Enter the days in their order, none in the future")
    as_seen(case, version)
    with change("record_scr_state", by=by, case=case) as written:
        follow_scr(written, case, state, *(days[:needed] + [None] * (3 - needed)))
    return case


def follow_scr(
    written: Change,
    case: Case,
    state: str,
    referred_on: datetime.date | None,
    decided_on: datetime.date | None,
    published_on: datetime.date | None,
) -> None:
    """Write a state of the group's work on the case, inside a change of another action."""
    case.scr_state = state
    case.scr_referred_on, case.scr_decided_on = referred_on, decided_on
    case.scr_published_on = published_on
    case.scr_status = scr_status_of(state)
    written.detail["scr_status"] = case.scr_status
    written.save(case)
