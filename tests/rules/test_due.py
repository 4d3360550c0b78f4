"""Due days in words."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casereview.rules.due import Urgency, clock_words, due_words, urgency
from casereview.rules.working_days import written

FRIDAY = date(2026, 11, 20)
days = st.dates(date(2010, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (None, ""),
        (FRIDAY, "Due today (Friday 20 November 2026)"),
        (date(2026, 11, 22), "Due Sunday 22 November 2026"),
        (date(2026, 11, 23), "Due in 1 working day (Monday 23 November 2026)"),
        (date(2026, 11, 25), "Due in 3 working days (Wednesday 25 November 2026)"),
        (date(2015, 5, 1), "Overdue since Friday 1 May 2015"),
        (date(2026, 11, 18), "Overdue by 2 working days (was due Wednesday 18 November 2026)"),
    ],
)
def test_a_due_day_is_said_in_words_with_its_date(due_on, words):
    assert due_words(due_on, FRIDAY) == words


def test_a_day_past_is_overdue_though_only_a_weekend_lies_between():
    assert due_words(date(2026, 11, 21), date(2026, 11, 22)).startswith("Overdue (was due")
    assert urgency(date(2026, 11, 21), date(2026, 11, 22)) is Urgency.OVERDUE


def test_five_working_days_are_soon_and_six_are_not():
    assert urgency(date(2026, 11, 27), FRIDAY) is Urgency.SOON
    assert urgency(date(2026, 11, 30), FRIDAY) is Urgency.LATER


@pytest.mark.parametrize(
    ("met_on", "state"),
    [(date(2014, 5, 13), "kept"), (date(2014, 5, 14), "missed")],
)
def test_a_clock_met_on_its_day_is_kept_and_a_day_later_missed(met_on, state):
    found, words = clock_words(date(2014, 5, 13), met_on, None, date(2014, 6, 1))

    assert found == state
    assert words.startswith(f"Done on {written(met_on)}")
    assert words.endswith("late") == (state == "missed")


def test_a_clock_that_was_stopped_is_neither_kept_nor_missed():
    state, words = clock_words(date(2014, 5, 13), None, date(2014, 5, 10), date(2014, 6, 1))

    assert state == "stopped"
    assert "Stopped on Saturday 10 May 2014" in words


@settings(deadline=None)  # twenty years are counted day by day
@given(days, days)
def test_words_and_urgency_agree(due_on, today):
    words = due_words(due_on, today)

    assert words.startswith("Overdue") == (urgency(due_on, today) is Urgency.OVERDUE)
    assert str(due_on.year) in words


@given(days)
def test_waiting_a_day_never_makes_a_thing_less_urgent(due_on):
    order = [Urgency.LATER, Urgency.SOON, Urgency.OVERDUE]

    ranks = [order.index(urgency(due_on, due_on + timedelta(days=n))) for n in range(-15, 5)]

    assert ranks == sorted(ranks)


def test_what_is_long_overdue_says_since_when():
    assert due_words(date(2015, 5, 1), date(2026, 11, 22)) == "Overdue since Friday 1 May 2015"
