"""How agencies keep to the days by which they were asked: counts, and nothing of any child."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from casereview.rules.working_days import working_days_between


@dataclass(frozen=True)
class Asked:
    """One request as far as timeliness needs it; `returned_on` is None while it is open."""

    agency: str
    asked_on: date
    due_on: date | None
    returned_on: date | None


@dataclass(frozen=True)
class Timeliness:
    """One agency's counts; the median is of working days from asking to return, None for none."""

    agency: str
    asked: int
    on_time: int
    late: int
    open: int  # noqa: A003 - the word of the table
    overdue: int
    median_days: float | None


def by_agency(requests: Iterable[Asked], today: date) -> list[Timeliness]:
    """Return one line an agency, by name. A report that comes on its due day is on time.

    A request without a due day is on time whenever it is returned. `overdue` are among `open`.
    """
    grouped: dict[str, list[Asked]] = {}
    for one in requests:
        grouped.setdefault(one.agency, []).append(one)
    return [_line(agency, grouped[agency], today) for agency in sorted(grouped)]


def _line(agency: str, requests: list[Asked], today: date) -> Timeliness:
    late = on_time = overdue = waiting = 0
    days = []
    for one in requests:
        if one.returned_on is None:
            waiting += 1
            overdue += one.due_on is not None and one.due_on < today
            continue
        days.append(working_days_between(one.asked_on, one.returned_on))
        if one.due_on is not None and one.returned_on > one.due_on:
            late += 1
        else:
            on_time += 1
    return Timeliness(
        agency, len(requests), on_time, late, waiting, overdue, median(days) if days else None
    )
