"""Working days of England and Wales, and the clock of a notification."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_SATURDAY = 5


_proclaimed: set[date] = set()


def proclaim(days: Collection[date]) -> None:
    """Add bank holidays that were proclaimed once, when the program starts."""
    _proclaimed.clear()
    _proclaimed.update(days)
    bank_holidays.cache_clear()


@cache
def bank_holidays(year: int) -> dict[date, str]:
    """Return the bank holidays of England and Wales in a calendar year, with their names."""
    import holidays  # here: it is large, and most commands ask for no working day

    found = holidays.country_holidays("GB", subdiv="ENG", years=year)
    added = {day: "bank holiday proclaimed once" for day in _proclaimed if day.year == year}
    return added | {day: name for day, name in found.items() if day.year == year}


def london_date(instant: datetime) -> date:
    """Return the date in England at an instant.

    Raises:
        ValueError: the instant carries no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(LONDON).date()


def working_day(day: date, extra: Collection[date] = ()) -> bool:
    """Tell whether a day is a working day; `extra` are one-off holidays."""
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year) and day not in extra


def next_working_day(day: date, extra: Collection[date] = ()) -> date:
    """Return the day itself where it is a working day, else the next one."""
    while not working_day(day, extra):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, days: int, extra: Collection[date] = ()) -> date:
    """Return the day that is `days` working days after `day`, which is itself not counted.

    Raises:
        ValueError: `days` is negative.
    """
    if days < 0:
        raise ValueError("working days are added, never taken away")
    for _ in range(days):
        day = next_working_day(day + timedelta(days=1), extra)
    return day


def working_days_between(start: date, end: date, extra: Collection[date] = ()) -> int:
    """Return how many working days lie after `start`, up to and including `end`.

    An `end` before `start` gives the same number, negative.
    """
    if end < start:
        return -working_days_between(end, start, extra)
    days = (end - start).days
    return sum(working_day(start + timedelta(days=n), extra) for n in range(1, days + 1))


def skipped_days(start: date, end: date, extra: Collection[date] = ()) -> list[tuple[date, str]]:
    """Return the days after `start` and before `end` that do not count, each with its reason."""
    skipped = []
    day = start + timedelta(days=1)
    while day < end:
        if day.weekday() >= _SATURDAY:
            skipped.append((day, "weekend"))
        elif day in bank_holidays(day.year):
            skipped.append((day, bank_holidays(day.year)[day]))
        elif day in extra:
            skipped.append((day, "one-off holiday"))
        day += timedelta(days=1)
    return skipped


@dataclass(frozen=True)
class NotificationClock:
    """When a death had to be notified: within one working day of the later of two days.

    Source: Leicester LSCB Annual Report 2014-15, chapter 5: one working day, a local standard.
    """

    started_on: date
    due_on: date
    skipped: tuple[tuple[date, str], ...]
    learned_later: bool

    def kept(self, notified_on: date) -> bool:
        """Tell whether a notification on this day was in time; the due day itself is."""
        return notified_on <= self.due_on

    def explain(self) -> str:
        """Say in words how the due day was worked out."""
        start = "the notifier learned of it" if self.learned_later else "of the death"
        parts = [f"One working day from {written(self.started_on)}, the day {start}"]
        if self.skipped:
            days = "; ".join(f"{written(day)} ({why})" for day, why in self.skipped)
            parts.append(f"Not counted: {days}")
        parts.append(f"Due by the end of {written(self.due_on)}")
        return ". ".join(parts) + "."


def notification_clock(
    died_on: date, learned_on: date | None = None, extra: Collection[date] = ()
) -> NotificationClock:
    """Start the clock of a notification; when the notifier learned may not be known (None)."""
    learned_later = learned_on is not None and learned_on > died_on
    started_on = learned_on if learned_on is not None and learned_later else died_on
    due_on = add_working_days(started_on, 1, extra)
    return NotificationClock(
        started_on, due_on, tuple(skipped_days(started_on, due_on, extra)), learned_later
    )


def written(day: date) -> str:
    """Return a day in words, such as Friday 3 April 2015."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def in_words(day: date | None) -> str:
    """Return a day as 12 May 2014; none is empty."""
    return f"{day.day} {day:%B %Y}" if day else ""


def month(day: date | None) -> str:
    """Return the month of a day as May 2014; none is empty."""
    return f"{day:%B %Y}" if day else ""
