"""Arms that take turns in one process, and what their figures allow to be said.

Drift of the machine falls on every arm alike: in each round each arm runs once, in an order that
is turned round from one round to the next. One arm is always run twice, under two names: how far
the two differ is the smallest difference the machine can tell (the A/A pair). Time is CPU time of
this process and, on PostgreSQL, of the backends that serve it, so that a busy machine counts less.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

AGAIN = "again"  # the second name of the first arm
NANO = 1e9


@dataclass(frozen=True)
class Ratio:
    """What one arm takes of another's time: the median of the rounds and its middle half."""

    median: float
    low: float
    high: float

    def as_json(self) -> list[float]:
        """Return median, lower and upper quartile."""
        return [round(self.median, 3), round(self.low, 3), round(self.high, 3)]


class Clock:
    """CPU seconds of this process and of the database backends that serve it."""

    def __init__(self) -> None:
        from django.db import connections

        self.backends = []
        for alias in connections:
            if connections[alias].vendor == "postgresql":
                with connections[alias].cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    # The first figure is the time on a processor, in nanoseconds.
                    self.backends.append(Path(f"/proc/{cursor.fetchone()[0]}/schedstat"))

    def __call__(self) -> float:
        """Return the seconds used up to now."""
        theirs = sum(int(path.read_text().split()[0]) for path in self.backends)
        return time.process_time() + theirs / NANO


def take_turns(
    arms: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float], each: int = 1
) -> dict[str, list[float]]:
    """Return the seconds of each arm in each round, the first arm's also under AGAIN.

    A first round warms every arm and is not counted. `each` runs of an arm are timed as one.
    """
    first = next(iter(arms))
    order = [*arms.items(), (AGAIN, arms[first])]
    found: dict[str, list[float]] = {name: [] for name, _ in order}
    for number in range(rounds + 1):
        for name, run in order if number % 2 else reversed(order):
            began = clock()
            for _ in range(each):
                run()
            took = (clock() - began) / each
            if number:
                found[name].append(took)
    return found


def ratio(found: Mapping[str, Sequence[float]], one: str, of: str) -> Ratio:
    """Return the time of one arm as a part of another's, round by round."""
    parts = sorted(a / b for a, b in zip(found[one], found[of], strict=True))
    low, median, high = (
        statistics.quantiles(parts, n=4, method="inclusive") if len(parts) > 1 else parts * 3
    )
    return Ratio(median, low, high)


def milliseconds(found: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median milliseconds of each arm."""
    return {name: round(1_000 * statistics.median(took), 2) for name, took in found.items()}
