"""Ages, months, working days and return years at their edges."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casereview.rules.ages import (
    age_band,
    age_days,
    birthday,
    completed_years,
    neonatal,
    under_18,
)
from casereview.rules.months import add_months, whole_months
from casereview.rules.return_year import ReturnYear
from casereview.rules.working_days import (
    add_working_days,
    london_date,
    next_working_day,
    notification_clock,
    working_day,
    working_days_between,
)

SCENARIOS = Path(__file__).parent / "scenarios"
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2035, 12, 31))


def scenarios(name):
    with (SCENARIOS / f"{name}.toml").open("rb") as file:
        return [pytest.param(each, id=each["name"]) for each in tomllib.load(file)["scenarios"]]


@pytest.mark.parametrize("scenario", scenarios("age_bands"))
def test_the_age_band_changes_on_the_day_and_not_before(scenario):
    band = age_band(scenario["born_on"], scenario["died_on"])

    assert band == (scenario["band"] or None)


def test_a_child_born_on_29_february_has_the_birthday_on_1_march_in_common_years():
    assert birthday(date(2000, 2, 29), 18) == date(2018, 3, 1)
    assert birthday(date(2000, 2, 29), 4) == date(2004, 2, 29)
    assert under_18(date(2000, 2, 29), date(2018, 2, 28))
    assert not under_18(date(2000, 2, 29), date(2018, 3, 1))


def test_a_death_before_the_birth_has_no_age():
    with pytest.raises(ValueError, match="before the birth"):
        age_days(date(2015, 1, 2), date(2015, 1, 1))
    with pytest.raises(ValueError, match="before the birth"):
        completed_years(date(2015, 1, 2), date(2015, 1, 1))


@given(days, days)
def test_the_band_agrees_with_the_days_and_the_birthdays(born_on, died_on):
    assume(born_on <= died_on)

    band = age_band(born_on, died_on)

    assert (band is None) == (not under_18(born_on, died_on))
    assert (band == "A1") == neonatal((died_on - born_on).days)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2015, 1, 31), 1, date(2015, 2, 28)),
        (date(2016, 1, 31), 1, date(2016, 2, 29)),
        (date(2014, 8, 31), 6, date(2015, 2, 28)),
        (date(2014, 11, 30), 3, date(2015, 2, 28)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2014, 12, 15), 1, date(2015, 1, 15)),
        (date(2015, 3, 31), -1, date(2015, 2, 28)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(start, months, end):
    assert add_months(start, months) == end


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2014, 8, 31), date(2015, 2, 27), 5),
        (date(2014, 8, 31), date(2015, 2, 28), 6),
        (date(2014, 3, 15), date(2015, 3, 14), 11),
        (date(2014, 3, 15), date(2015, 3, 15), 12),
        (date(2014, 3, 15), date(2015, 4, 14), 12),
        (date(2014, 3, 15), date(2015, 4, 15), 13),
        (date(2016, 2, 29), date(2017, 2, 28), 12),
        (date(2015, 1, 1), date(2015, 1, 1), 0),
    ],
)
def test_only_whole_months_count(start, end, months):
    assert whole_months(start, end) == months


def test_months_are_not_counted_backwards():
    with pytest.raises(ValueError, match="before"):
        whole_months(date(2015, 1, 2), date(2015, 1, 1))


@given(days, days)
def test_counting_months_is_the_greatest_addition_that_fits(start, end):
    assume(start <= end)

    months = whole_months(start, end)

    assert add_months(start, months) <= end < add_months(start, months + 1)


@pytest.mark.parametrize("scenario", scenarios("working_days"))
def test_a_notification_is_due_one_working_day_after_the_later_day(scenario):
    clock = notification_clock(scenario["died_on"], scenario.get("learned_on"))

    assert clock.due_on == scenario["due_on"]
    assert clock.kept(scenario["due_on"])
    assert not clock.kept(date.fromordinal(scenario["due_on"].toordinal() + 1))


def test_the_clock_says_how_it_was_worked_out():
    clock = notification_clock(date(2015, 4, 2))

    words = clock.explain()

    assert words.startswith("One working day from Thursday 2 April 2015, the day of the death.")
    assert "Friday 3 April 2015 (Good Friday)" in words
    assert "Saturday 4 April 2015 (weekend)" in words
    assert words.endswith("Due by the end of Tuesday 7 April 2015.")


def test_the_clock_starts_when_the_notifier_learned_of_the_death():
    clock = notification_clock(date(2014, 6, 2), date(2014, 6, 4))

    assert "Wednesday 4 June 2014, the day the notifier learned of it" in clock.explain()


def test_a_one_off_holiday_moves_the_due_day():
    clock = notification_clock(date(2014, 6, 2), extra={date(2014, 6, 3)})

    assert clock.due_on == date(2014, 6, 4)
    assert "Tuesday 3 June 2014 (one-off holiday)" in clock.explain()


@given(days, st.integers(min_value=0, max_value=60))
def test_working_days_added_are_working_days_counted(start, number):
    end = add_working_days(start, number)

    assert working_days_between(start, end) == number
    assert working_days_between(end, start) == -number
    assert number == 0 or working_day(end)


@given(days)
def test_the_next_working_day_of_a_working_day_is_itself(day):
    found = next_working_day(day)

    assert working_day(found) and found >= day
    assert next_working_day(found) == found


def test_working_days_are_never_taken_away():
    with pytest.raises(ValueError, match="never taken away"):
        add_working_days(date(2015, 1, 5), -1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2015, 6, 30, 22, 59, tzinfo=UTC), date(2015, 6, 30)),
        (datetime(2015, 6, 30, 23, 0, tzinfo=UTC), date(2015, 7, 1)),
        (datetime(2015, 1, 31, 23, 59, tzinfo=UTC), date(2015, 1, 31)),
    ],
)
def test_the_day_is_the_day_in_england(instant, day):
    assert london_date(instant) == day


def test_an_instant_without_a_time_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        london_date(datetime(2015, 6, 30, 23, 0))  # noqa: DTZ001


def test_a_return_year_runs_from_1_april_to_31_march_inclusive():
    year = ReturnYear(2015)

    assert (year.first_day, year.last_day) == (date(2014, 4, 1), date(2015, 3, 31))
    assert date(2014, 4, 1) in year and date(2015, 3, 31) in year
    assert date(2014, 3, 31) not in year and date(2015, 4, 1) not in year
    assert (year.slug, str(year), year.previous) == ("2014-15", "2014-15", ReturnYear(2014))
    assert ReturnYear(2000).slug == "1999-00"


@given(days)
def test_every_day_lies_in_exactly_one_return_year(day):
    year = ReturnYear.containing(day)

    assert day in year
    assert day not in year.previous and day not in ReturnYear(year.ends_in + 1)


@pytest.mark.parametrize("year", [15, 0, -1, 10000])
def test_a_year_that_is_not_four_digits_is_refused(year):
    with pytest.raises(ValueError, match="four digits"):
        ReturnYear(year)


def test_a_child_of_the_last_years_there_are_is_under_18():
    assert under_18(date(9990, 1, 1), date(9999, 12, 31))
