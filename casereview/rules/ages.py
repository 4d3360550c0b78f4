"""How old a child was: days, birthdays and the age bands of the return."""

from datetime import date

from casereview.rules.months import whole_months

ADULT = 18
NEONATAL_DAYS = 28


def birthday(born_on: date, years: int) -> date:
    """Return the day a child turns `years`; born on 29 February, 1 March in a common year."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def age_days(born_on: date, on: date) -> int:
    """Return the completed days of life; 0 on the day of birth.

    Raises:
        ValueError: the day is before the birth.
    """
    days = (on - born_on).days
    if days < 0:
        raise ValueError("the day is before the birth")
    return days


def completed_years(born_on: date, on: date) -> int:
    """Return the age in calendar birthdays; raises as `age_days` does."""
    if on < born_on:
        raise ValueError("the day is before the birth")
    years = on.year - born_on.year
    return years if birthday(born_on, years) <= on else years - 1


def under_18(born_on: date, on: date) -> bool:
    """Tell whether the eighteenth birthday was still to come.

    Source: The Children Act 2004, section 65(1); deaths from birth up to the 18th birthday.
    """
    return on < born_on or completed_years(born_on, on) < ADULT


def neonatal(days: int) -> bool:
    """Tell whether an age in days is under 28 completed days."""
    return days < NEONATAL_DAYS


def age_band(born_on: date, on: date) -> str | None:
    """Return the code of the age band at death, or None from the eighteenth birthday.

    The first band goes by days, 0 to 27 inclusive; every other by birthdays, so that a child of
    365 days in a leap year is still under one.

    Source: age_band list; the bands A2 to A5 are reconstructed.
    """
    days = age_days(born_on, on)
    years = completed_years(born_on, on)
    if years >= ADULT:
        return None
    if neonatal(days):
        return "A1"
    for code, upper in (("A2", 1), ("A3", 5), ("A4", 10), ("A5", 15)):
        if years < upper:
            return code
    return "A6"


def age_in_words(born_on: date, on: date) -> str:
    """Return an age as people say it: days to 27, weeks to 12, months to 23, then years.

    Raises:
        ValueError: the day is before the birth.
    """
    days = age_days(born_on, on)
    if days == 0:
        return "Less than a day"
    if neonatal(days):
        return _several(days, "day")
    if days < 12 * 7:
        return _several(days // 7, "week")
    months = whole_months(born_on, on)
    return _several(months, "month") if months < 24 else _several(months // 12, "year")


def _several(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
