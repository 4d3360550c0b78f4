"""The clock of a review, and the pauses in which it rightly waits."""

import datetime
import uuid

from django.utils import timezone

from casereview.actions.admissions import NotAllowed
from casereview.codes import code_list
from casereview.models import Case, Clock, ClockPause, ParallelProcess
from casereview.records import Change, change
from casereview.rules.months import add_months
from casereview.rules.paused_clock import Pause, moved_by

REVIEW = "review"
REVIEW_MONTHS = 12
FUTURE_DEATHS = "future_deaths_reply"


def review_clock(written: Change, case: Case) -> Clock:
    """Return the clock from the death to the completed review, begun where it is not yet.

    Source: timescales T14 and T26: no statutory limit; twelve months are our own alert.

    Raises:
        NotAllowed: the day of the death is not known.
    """
    clock = case.clocks.filter(rule=REVIEW).first()
    if clock is not None:
        return clock
    if case.died_on is None:
        raise NotAllowed("Record the day of the death first")
    clock = Clock(
        case=case,
        rule=REVIEW,
        rule_version=code_list("timescales").version,
        started_at=timezone.make_aware(datetime.datetime.combine(case.died_on, datetime.time.min)),
        due_on=add_months(case.died_on, REVIEW_MONTHS),
        worked_out="Twelve months from the death: our own alert, there is no limit by law.",
    )
    written.save(clock)
    return clock


def pause_clock(*, case: Case, since: datetime.date, reason: str, by) -> ClockPause:
    """Pause the clock of the review from a day, which is the first that does not count.

    Raises:
        NotAllowed: no reason, a day to come or before the death, the review is complete, or the
            clock stands already.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the clock is paused")
    if since > timezone.localdate():
        raise NotAllowed("Enter a first day that is not in the future")
    with change("pause_clock", by=by, case=case) as written:
        clock = review_clock(written, case)
        if clock.met_on or case.stage == Case.Stage.REVIEWED:
            raise NotAllowed("Leave the clock: the review is complete")
        if case.died_on and since < case.died_on:
            raise NotAllowed("Enter a first day on or after the death")
        if clock.pauses.filter(until=None).exists():
            raise NotAllowed("End the pause that runs first")
        pause = ClockPause(case=case, clock=clock, since=since, reason=reason, paused_by=by)
        written.save(pause, subject=True)
    return pause


def resume_clock(*, pause: ClockPause, until: datetime.date, by) -> ClockPause:
    """End a pause on a day, which is the last that does not count.

    Raises:
        NotAllowed: ended already, or a day to come or before the pause began.
    """
    if pause.until is not None:
        raise NotAllowed("This pause has ended already")
    if until > timezone.localdate():
        raise NotAllowed("Enter a last day that is not in the future")
    if until < pause.since:
        raise NotAllowed("Enter a last day on or after the first")
    with change("resume_clock", by=by, case=pause.case) as written:
        pause.until = until
        written.save(pause, subject=True)
        move_due(written, pause.clock)
    return pause


def hold_for(written: Change, process: ParallelProcess, *, holds: bool, why: str) -> None:
    """Let the review's clock stand while a process asks for it, and run when it no longer does."""
    today = timezone.localdate()
    mine = [uuid.uuid5(process.pk, str(number)) for number in range(process.version + 1)]
    running = ClockPause.objects.filter(case=process.case, pk__in=mine, until=None).first()
    if holds and running is None and process.case.stage != Case.Stage.REVIEWED:
        clock = review_clock(written, process.case)
        # The key says whose pause it is: a process ends its own pause and nobody else's.
        key = uuid.uuid5(process.pk, str(process.version))
        written.save(
            ClockPause(
                id=key,
                case=process.case,
                clock=clock,
                since=today,
                reason=why,
                paused_by=written.by,
            )
        )
    elif running is not None and not holds:
        running.until = max(running.since, today)
        written.save(running)
        move_due(written, running.clock)


def move_due(written: Change, clock: Clock) -> None:
    """Move the alert of a clock by the days on which it has stood."""
    start = timezone.localdate(clock.started_at)
    pauses = [Pause(each.since, each.until) for each in clock.pauses.all()]
    due = add_months(start, REVIEW_MONTHS)
    clock.due_on = moved_by(due, start, pauses, timezone.localdate())
    moved = (clock.due_on - due).days
    clock.worked_out = "Twelve months from the death: our own alert, there is no limit by law." + (
        f" Moved by {moved} day{'' if moved == 1 else 's'} of waiting." if moved else ""
    )
    written.save(clock)
