"""The integrated chronology: what several agencies recorded, in one order of time, and its gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

GAP_DAYS = 28  # our own: a gap longer than this is shown until the reader says otherwise
_NO_TIME = time.min


@dataclass(frozen=True)
class Entry:
    """Where one recorded event stands in time: its key, whose record it is, and from when to when.

    `until` is the last day, inclusive; None is one day. `about` says that the day is not exact.
    """

    key: str
    agency: str
    on: date
    at: time | None = None
    until: date | None = None
    about: bool = False

    @property
    def last(self) -> date:
        """The last day on which it went on."""
        return max(self.on, self.until or self.on)


@dataclass(frozen=True)
class Gap:
    """Days of which no record speaks, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days there are in it."""
        return (self.last - self.first).days + 1


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries in the order of time, whoever wrote them.

    On one day those without a time stand first, the day that is only about right last among
    them; at one moment the agencies stand by name.
    """
    return sorted(
        entries,
        key=lambda one: (
            (one.on, one.at is not None, one.about, one.at or _NO_TIME, one.agency) + (one.key,)
        ),
    )


def gaps(
    entries: Iterable[Entry],
    longer_than: int = GAP_DAYS,
    first: date | None = None,
    last: date | None = None,
) -> list[Gap]:
    """Return the stretches of more than `longer_than` days of which no entry speaks.

    An entry speaks of each day from its first to its last. With `first` and `last`, the days of
    the review's scope, both inclusive, what lies before the first entry and after the last one
    is looked at too; without an entry the whole scope is one gap.

    Raises:
        ValueError: a gap of no day is none.
    """
    if longer_than < 1:
        raise ValueError("a gap has at least one day")
    spoken = sorted((one.on, one.last) for one in entries)
    reached = first - timedelta(days=1) if first else None
    found: list[Gap] = []
    for begins, ends in spoken:
        if reached is not None and begins > reached:
            _add(found, reached + timedelta(days=1), begins - timedelta(days=1), longer_than)
        reached = ends if reached is None else max(reached, ends)
    if last is not None and reached is not None and last > reached:
        _add(found, reached + timedelta(days=1), last, longer_than)
    return found


def _add(found: list[Gap], first: date, last: date, longer_than: int) -> None:
    if (last - first).days + 1 > longer_than:
        found.append(Gap(first, last))


def lines(entries: Sequence[Entry], found: Sequence[Gap]) -> list[Entry | Gap]:
    """Return entries and gaps in one order: a gap stands before the first entry after it."""
    left = sorted(found, key=lambda one: one.first)
    listed: list[Entry | Gap] = []
    for entry in merged(entries):
        while left and left[0].last < entry.on:
            listed.append(left.pop(0))
        listed.append(entry)
    return [*listed, *left]
