"""How long each step of a child death review took, from the death: counts and medians, no child."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from casereview.rules.paused_clock import Pause, elapsed
from casereview.rules.working_days import working_days_between

NOTIFICATION, MEETING, PANEL = "NOTIFY", "MEETING", "PANEL"
STEPS = (NOTIFICATION, MEETING, PANEL)


@dataclass(frozen=True)
class Reviewed:
    """One death with the day of each step it has come to, and the last day each was to be by.

    A step that is not there has not happened; one without a last day is never late.
    """

    died_on: date
    steps: dict[str, date]
    due: dict[str, date]
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step over all deaths: how many came to it, in time or late, and how long it took.

    `waiting` are not there yet, and `overdue` are among them; medians are of those that came to
    it, None of none. `waited` is the median of the days on which a clock rightly stood still,
    among those that came to it; working days leave out weekends and bank holidays.
    """

    code: str
    reached: int
    in_time: int
    late: int
    waiting: int
    overdue: int
    days: float | None
    working_days: float | None
    waited: float | None
    out_of_order: int


def steps_of(deaths: Iterable[Reviewed], today: date) -> list[Step]:
    """Return each step in its order. A step before the death is out of order and not counted.

    Source: cdr_clock list for the limits; the counts are our own.
    """
    every = list(deaths)
    return [_step(code, every, today) for code in STEPS]


def _step(code: str, deaths: Sequence[Reviewed], today: date) -> Step:
    days, working, waited = [], [], []
    in_time = late = waiting = overdue = wrong = 0
    for one in deaths:
        on, due = one.steps.get(code), one.due.get(code)
        if on is None:
            waiting += 1
            overdue += due is not None and due < today
        elif on < one.died_on:
            wrong += 1
        else:
            took = elapsed(one.died_on, on, one.pauses)
            days.append(took.days)
            waited.append(took.waited)
            working.append(working_days_between(one.died_on, on))
            if due is not None and on > due:
                late += 1
            else:
                in_time += 1
    return Step(
        code=code,
        reached=len(days),
        in_time=in_time,
        late=late,
        waiting=waiting,
        overdue=overdue,
        days=median(days) if days else None,
        working_days=median(working) if working else None,
        waited=median(waited) if waited else None,
        out_of_order=wrong,
    )
