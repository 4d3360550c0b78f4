"""How much office time lies between two instants."""

import datetime

import pytest

from casereview.rules.office_hours import office_time
from casereview.rules.working_days import LONDON


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime.datetime:
    return datetime.datetime(2015, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (at(2, 10), at(2, 14), 4),
        (at(2, 7), at(2, 10), 1),
        (at(2, 16), at(3, 12), 4),
        (at(2, 18), at(3, 8), 0),
        (at(6, 16), at(9, 10), 2),  # over a weekend
        (at(2, 16, month=4), at(7, 9, 30, month=4), 1.5),  # over Easter
        (at(2, 9), at(4, 17), 24),
        (at(3, 10), at(2, 10), 0),
    ],
)
def test_only_office_hours_count(start, end, hours):
    passed = office_time(start, end)

    assert passed == datetime.timedelta(hours=hours)


def test_office_hours_are_those_of_england_in_summer_too():
    start = datetime.datetime(2015, 6, 1, 8, tzinfo=datetime.UTC)
    end = datetime.datetime(2015, 6, 1, 9, tzinfo=datetime.UTC)

    passed = office_time(start, end)

    assert passed == datetime.timedelta(hours=1)


def test_a_one_off_holiday_does_not_count():
    passed = office_time(at(2, 9), at(3, 10), extra=[datetime.date(2015, 3, 2)])

    assert passed == datetime.timedelta(hours=1)


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        office_time(datetime.datetime(2015, 3, 2), at(3, 10))  # noqa: DTZ001
