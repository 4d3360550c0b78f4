"""The time limits of an edition: working days, calendar days and weeks, calendar months."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from casereview.rules.months import add_months
from casereview.rules.working_days import (
    add_working_days,
    skipped_days,
    working_day,
    written,
)
from scr.rules.frameworks import Clock, Framework


class NoClock(LookupError):
    """The edition has no such time limit."""


@dataclass(frozen=True)
class Due:
    """The day a time limit falls on, with the days that were not counted and why."""

    clock: Clock
    start: date
    on: date
    skipped: tuple[tuple[date, str], ...]

    def explain(self) -> str:
        """Say in words how the day was worked out."""
        side = "before" if self.clock.before else "after"
        parts = [f"{_length(self.clock)} {side} {written(self.start)}, when {self.clock.starts}"]
        if self.skipped:
            days = "; ".join(f"{written(day)} ({why})" for day, why in self.skipped)
            parts.append(f"Not counted: {days}")
        if not self.clock.confirmed:
            parts.append("This time limit is reconstructed: check the guidance")
        return ". ".join(parts) + "."


def clock_of(framework: Framework, clock: str) -> Clock:
    """Return a time limit of an edition.

    Raises:
        NoClock: the edition has no such time limit.
    """
    for each in framework.clocks:
        if each.id == clock:
            return each
    raise NoClock(clock)


def due_on(framework: Framework, clock: str, start: date, extra: Collection[date] = ()) -> date:
    """Return the day on which a time limit falls; `extra` are one-off holidays.

    The day it starts is never counted. A limit that ends before an event, such as a copy sent
    before publication, is counted back from it.

    Raises:
        NoClock: the edition has no such time limit.
        OverflowError: the day lies outside the calendar.
    """
    return due(framework, clock, start, extra).on


def due(framework: Framework, clock: str, start: date, extra: Collection[date] = ()) -> Due:
    """Return the day on which a time limit falls and how it was worked out; raises as `due_on`."""
    found = clock_of(framework, clock)
    length = -found.length if found.before else found.length
    skipped: list[tuple[date, str]] = []
    match found.unit:
        case "months":
            on = add_months(start, length)
        case "working_days":
            on = _working_days(start, length, extra)
            skipped = skipped_days(min(start, on), max(start, on), extra)
        case "weeks":
            on = start + timedelta(weeks=length)
        case _:
            on = start + timedelta(days=length)
    return Due(found, start, on, tuple(skipped))


def _working_days(start: date, length: int, extra: Collection[date]) -> date:
    if length >= 0:
        return add_working_days(start, length, extra)
    day = start
    for _ in range(-length):
        day -= timedelta(days=1)
        while not working_day(day, extra):
            day -= timedelta(days=1)
    return day


def _length(clock: Clock) -> str:
    unit = clock.unit.replace("_", " ")
    return f"{clock.length} {unit if clock.length > 1 else unit.removesuffix('s')}"
