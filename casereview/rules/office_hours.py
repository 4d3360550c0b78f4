"""Office hours: Monday to Friday from 9:00 to 17:00, without bank holidays."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from casereview.rules.working_days import LONDON, london_date, working_day

OPENS, CLOSES = time(9), time(17)


def office_time(start: datetime, end: datetime, extra: Collection[date] = ()) -> timedelta:
    """Return how much of the time between two instants lies in office hours, in England.

    An `end` before `start` is no time; `extra` are one-off holidays.

    Raises:
        ValueError: an instant carries no time zone.
    """
    day, last = london_date(start), london_date(end)
    passed = timedelta()
    while day <= last:
        if working_day(day, extra):
            opened = max(datetime.combine(day, OPENS, LONDON), start)
            closed = min(datetime.combine(day, CLOSES, LONDON), end)
            passed += max(closed - opened, timedelta())
        day += timedelta(days=1)
    return passed
