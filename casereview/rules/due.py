"""How a due day is said: words and the date, never a colour alone."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from casereview.rules.working_days import working_days_between, written

SOON_WORKING_DAYS = 5
# Past this the number says less than the day.
LONG_OVERDUE_WORKING_DAYS = 60


class Urgency(StrEnum):
    """How near a due day is."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


def urgency(due_on: date | None, today: date, extra: Collection[date] = ()) -> Urgency:
    """Return how near a day is: soon is today or within five working days; no day is later."""
    if due_on is None:
        return Urgency.LATER
    if due_on < today:
        return Urgency.OVERDUE
    near = working_days_between(today, due_on, extra) <= SOON_WORKING_DAYS
    return Urgency.SOON if near else Urgency.LATER


def due_words(due_on: date | None, today: date, extra: Collection[date] = ()) -> str:
    """Return words such as "Due in 3 working days (Wednesday 25 November 2026)".

    No due day gives no words. A day that is past is overdue even where no working day lies
    between.
    """
    if due_on is None:
        return ""
    days = working_days_between(today, due_on, extra)
    if due_on == today:
        return f"Due today ({written(due_on)})"
    if due_on < today:
        if -days > LONG_OVERDUE_WORKING_DAYS:
            return f"Overdue since {written(due_on)}"
        late = f" by {_days(-days)}" if days else ""
        return f"Overdue{late} (was due {written(due_on)})"
    return f"Due in {_days(days)} ({written(due_on)})" if days else f"Due {written(due_on)}"


def clock_words(
    due_on: date, met_on: date | None, stopped_on: date | None, today: date
) -> tuple[str, str]:
    """Return how a clock stands, as `kept`, `missed`, `stopped` or an urgency, and in words.

    Meeting it on the due day itself keeps it.
    """
    if met_on is not None:
        if met_on <= due_on:
            return "kept", f"Done on {written(met_on)}"
        late = working_days_between(due_on, met_on)
        by = f", {_days(late)} late" if late else ", late"
        return "missed", f"Done on {written(met_on)}{by}"
    if stopped_on is not None:
        return "stopped", f"Stopped on {written(stopped_on)}, due {written(due_on)}"
    return urgency(due_on, today), due_words(due_on, today)


def _days(number: int) -> str:
    return f"{number} working day{'' if number == 1 else 's'}"
