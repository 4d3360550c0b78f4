"""Calendar months: the same day number, or the month's last day where it is shorter."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the day this many calendar months later (earlier where negative)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def whole_months(start: date, end: date) -> int:
    """Return the greatest number of months that, added to `start`, is not after `end`.

    Raises:
        ValueError: `end` is before `start`.
    """
    if end < start:
        raise ValueError("the end is before the start")
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
