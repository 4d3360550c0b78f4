"""How long something took, with and without the days on which it rightly waited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Pause:
    """Days on which a clock stood still, both inclusive; no last day is still standing."""

    since: date
    until: date | None = None


@dataclass(frozen=True)
class Elapsed:
    """Calendar days from a start to an end, and how many of them were legitimate waiting."""

    days: int
    waited: int

    @property
    def without_waiting(self) -> int:
        """The days that are left when the waiting is taken away."""
        return self.days - self.waited


def waited_days(start: date, end: date, pauses: Iterable[Pause]) -> int:
    """Return how many days after `start`, up to and including `end`, lie in any pause.

    A day that lies in two pauses is counted once.
    """
    counted, reached = 0, start
    for pause in sorted(pauses, key=lambda pause: pause.since):
        first = max(pause.since, reached + timedelta(days=1))
        last = min(pause.until or end, end)
        if first <= last:
            counted += (last - first).days + 1
            reached = last
    return counted


def elapsed(start: date, end: date, pauses: Iterable[Pause] = ()) -> Elapsed:
    """Return how long it was from `start` to `end`, and how much of it was waiting.

    Source: the national statistics count from death to completion with the waiting in it; leaving
    out the days of an inquest or a prosecution is our own second figure.

    Raises:
        ValueError: `end` is before `start`.
    """
    if end < start:
        raise ValueError("the end is before the start")
    return Elapsed((end - start).days, waited_days(start, end, pauses))


def moved_by(due_on: date, start: date, pauses: Iterable[Pause], today: date) -> date:
    """Return a due day moved by every day waited since `start`; what still waits counts to today.

    Waiting after the moved day moves it no more.
    """
    pauses = tuple(pauses)
    moved = due_on
    while True:
        later = due_on + timedelta(days=waited_days(start, min(moved, today), pauses))
        if later == moved:
            return moved
        moved = later
