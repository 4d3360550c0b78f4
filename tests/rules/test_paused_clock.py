"""Days of legitimate waiting, the days on which a family is left alone, and the return's status."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.models import Case
from casereview.rules.family_days import avoided, days_to_avoid
from casereview.rules.paused_clock import Pause, elapsed, moved_by, waited_days
from casereview.rules.scr_status import scr_status_of

DIED = date(2014, 5, 12)
day = st.dates(date(2014, 1, 1), date(2016, 12, 31))


@st.composite
def pauses(draw):
    since = draw(day)
    until = draw(st.none() | st.dates(since, since + timedelta(days=400)))
    return Pause(since, until)


def by_hand(start, end, some):
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return sum(any(p.since <= d and (p.until is None or d <= p.until) for p in some) for d in days)


@given(day, day, st.lists(pauses(), max_size=5))
def test_waiting_is_counted_as_one_would_by_hand(one, other, some):
    start, end = min(one, other), max(one, other)

    assert waited_days(start, end, some) == by_hand(start, end, some)


@given(day, day, st.lists(pauses(), max_size=5))
def test_waiting_is_never_more_than_the_whole(one, other, some):
    found = elapsed(min(one, other), max(one, other), some)

    assert 0 <= found.without_waiting <= found.days


def test_both_days_of_a_pause_are_waiting():
    found = elapsed(DIED, date(2014, 6, 11), [Pause(date(2014, 5, 20), date(2014, 5, 29))])

    assert (found.days, found.waited, found.without_waiting) == (30, 10, 20)


def test_two_pauses_at_once_are_counted_once():
    two = [
        Pause(date(2014, 5, 20), date(2014, 5, 29)),
        Pause(date(2014, 5, 25), date(2014, 6, 3)),
    ]

    assert elapsed(DIED, date(2014, 6, 11), two).waited == 15


def test_a_pause_that_still_runs_counts_to_the_end_asked_for():
    assert elapsed(DIED, date(2014, 6, 11), [Pause(date(2014, 6, 1))]).waited == 11


def test_an_end_before_the_start_is_refused():
    with pytest.raises(ValueError, match="before"):
        elapsed(DIED, date(2014, 5, 11))


def test_a_due_day_moves_by_the_days_waited_and_by_waiting_in_the_days_won():
    due, start = date(2014, 6, 1), DIED
    some = [Pause(date(2014, 5, 20), date(2014, 5, 29)), Pause(date(2014, 6, 5), date(2014, 6, 6))]

    assert moved_by(due, start, some, date(2015, 1, 1)) == date(2014, 6, 13)
    assert moved_by(due, start, [], date(2015, 1, 1)) == due


def test_waiting_after_the_due_day_moves_nothing():
    late = [Pause(date(2014, 7, 1), date(2014, 7, 9))]

    assert moved_by(date(2014, 6, 1), DIED, late, date(2015, 1, 1)) == date(2014, 6, 1)


def test_birthday_and_anniversary_are_left_alone_without_being_asked():
    days = days_to_avoid(date(2013, 7, 1), DIED, [(2, 14, "a brother’s birthday")])

    assert avoided(date(2026, 7, 1), days) == "the child’s birthday"
    assert avoided(date(2026, 5, 12), days) == "the anniversary of the death"
    assert avoided(date(2026, 2, 14), days) == "a brother’s birthday"
    assert avoided(date(2026, 2, 15), days) == ""


def test_a_leap_day_is_kept_on_the_28th_in_other_years():
    days = days_to_avoid(date(2012, 2, 29), None)

    assert avoided(date(2026, 2, 28), days)
    assert avoided(date(2028, 2, 29), days)
    assert not avoided(date(2028, 2, 28), days)


def test_every_state_of_the_group_has_a_status_in_the_return():
    known = {code for code, _ in Case._meta.get_field("scr_status").flatchoices}

    assert {scr_status_of(state) for state in Case.ScrState.values} <= known
    assert scr_status_of("published") == "COMPLETED"
    assert scr_status_of("no_review") == scr_status_of("referred") == "CONSIDERED"
