"""The days on which a bereaved family is left alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_LEAP_DAY = (2, 29)


@dataclass(frozen=True)
class DayToAvoid:
    """A day of every year on which a family is not contacted, and why."""

    month: int
    day: int
    why: str

    def falls_on(self, day: date) -> bool:
        """Tell whether this is that day; a 29 February falls on the 28th in other years."""
        if (self.month, self.day) == _LEAP_DAY and not _leap(day.year):
            return (day.month, day.day) == (2, 28)
        return (day.month, day.day) == (self.month, self.day)


def days_to_avoid(
    born_on: date | None, died_on: date | None, others: Iterable[tuple[int, int, str]] = ()
) -> list[DayToAvoid]:
    """Return the child's birthday, the anniversary of the death and the family's own days.

    `others` are month, day and why; a date that is not known gives no day.
    """
    found = []
    if born_on:
        found.append(DayToAvoid(born_on.month, born_on.day, "the child’s birthday"))
    if died_on:
        found.append(DayToAvoid(died_on.month, died_on.day, "the anniversary of the death"))
    return found + [DayToAvoid(month, day, why) for month, day, why in others]


def avoided(day: date, days: Iterable[DayToAvoid]) -> str:
    """Return why a family is not contacted on a day; empty when nothing speaks against it."""
    return " and ".join(dict.fromkeys(each.why for each in days if each.falls_on(day)))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
