"""An age as somebody said it, for a child whose birth date is not known yet."""

from dataclasses import dataclass
from enum import StrEnum

from casereview.rules.ages import ADULT, neonatal


class Unit(StrEnum):
    """What an age is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


# The fewest days that so many completed units can have.
_LEAST_DAYS = {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 30, Unit.YEARS: 365}
_LONGEST = {
    Unit.HOURS: 24 * 28,
    Unit.DAYS: 364,
    Unit.WEEKS: 52,
    Unit.MONTHS: 24,
    Unit.YEARS: 120,
}
_SHORTEST = {Unit.MONTHS: 1, Unit.YEARS: 1}


@dataclass(frozen=True)
class StatedAge:
    """The fewest days a stated age can have, and its age band; no band from eighteen years."""

    least_days: int
    band: str | None

    @property
    def adult(self) -> bool:
        return self.band is None


def limits(unit: Unit) -> tuple[int, int]:
    """Return the fewest and the most of a unit that an age is given in, both inclusive."""
    return _SHORTEST.get(unit, 0), _LONGEST[unit]


def stated_age(number: int, unit: Unit) -> StatedAge:
    """Return what is certain about an age that was said in completed units.

    Raises:
        ValueError: the number is outside `limits(unit)`.
    """
    least, most = limits(unit)
    if not least <= number <= most:
        raise ValueError("say the age in another unit")
    if unit is Unit.HOURS:
        days, years = number // 24, 0
    else:
        # A month of February has 28 days, so that no whole month is under 28 days.
        days = 28 if (unit, number) == (Unit.MONTHS, 1) else number * _LEAST_DAYS[unit]
        years = {Unit.MONTHS: number // 12, Unit.YEARS: number}.get(unit, 0)
    if years >= ADULT:
        return StatedAge(days, None)
    if neonatal(days):
        return StatedAge(days, "A1")
    for code, upper in (("A2", 1), ("A3", 5), ("A4", 10), ("A5", 15)):
        if years < upper:
            return StatedAge(days, code)
    return StatedAge(days, "A6")
