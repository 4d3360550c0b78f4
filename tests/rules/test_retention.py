"""How long papers are kept: the longest of the kinds decides, and not known is never over."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules.retention import (
    OF_SEVERAL,
    Event,
    Facts,
    Hold,
    Kind,
    Rule,
    born_on,
    fits,
    joined,
    joint_kept_until,
    kept_until,
    refusal,
    rule_for,
    years_after,
)

DAY = datetime.date
TODAY = DAY(2016, 3, 1)
DIED = DAY(1990, 6, 1)
FIRST = DAY(2010, 1, 1)


def rule(kind=Kind.DEATH, event=Event.DEATH, years=25, since=FIRST, until=None, number=1):
    return Rule(kind, event, years, since, until, "Board minutes", number)


def facts(*kinds, **events):
    return Facts(
        frozenset(kinds or {Kind.DEATH}), {Event(name): day for name, day in events.items()}
    )


@pytest.mark.parametrize(
    ("rules", "known", "until"),
    [
        ([rule()], facts(death=DIED), DAY(2015, 6, 1)),
        ([rule(years=26)], facts(death=DIED), DAY(2016, 6, 1)),
        ([rule(event=Event.BIRTH)], facts(birth=DAY(1989, 1, 1)), DAY(2014, 1, 1)),
        # No rule, no date of the event, no kind: it cannot be said, so nothing is over.
        ([], facts(death=DIED), None),
        ([rule(event=Event.COMPLETED)], facts(death=DIED), None),
        ([rule(kind=Kind.SERIOUS_CASE)], facts(death=DIED), None),
        ([rule()], Facts(frozenset(), {}), None),
        # The longest of two kinds decides, and both must be known.
        (
            [rule(), rule(kind=Kind.SERIOUS_CASE, event=Event.SCR_DECIDED, years=35)],
            facts(Kind.DEATH, Kind.SERIOUS_CASE, death=DIED, scr_decided=DAY(1991, 1, 1)),
            DAY(2026, 1, 1),
        ),
        (
            [rule(), rule(kind=Kind.SERIOUS_CASE, event=Event.SCR_DECIDED)],
            facts(Kind.DEATH, Kind.SERIOUS_CASE, death=DIED),
            None,
        ),
        # A rule that has not begun, and one that has ended, say nothing.
        ([rule(since=DAY(2016, 3, 2))], facts(death=DIED), None),
        ([rule(until=TODAY)], facts(death=DIED), None),
        ([rule(until=DAY(2016, 3, 2))], facts(death=DIED), DAY(2015, 6, 1)),
        # The later rule of a kind holds; of one day, the later version.
        ([rule(), rule(years=30, since=DAY(2015, 1, 1))], facts(death=DIED), DAY(2020, 6, 1)),
        ([rule(years=30, number=2), rule()], facts(death=DIED), DAY(2020, 6, 1)),
    ],
)
def test_until_when_papers_are_kept(rules, known, until):
    found = kept_until(known, rules, TODAY)

    assert found.until == until
    assert found.why


@pytest.mark.parametrize(
    ("holds", "on", "refused"),
    [
        ([], DAY(2015, 6, 1), True),  # the last day is kept
        ([], DAY(2015, 6, 2), False),
        ([Hold()], DAY(2040, 1, 1), True),
        ([Hold(lifted=True)], DAY(2016, 1, 1), False),
        ([Hold(until=TODAY)], TODAY, True),
        ([Hold(until=TODAY)], DAY(2016, 3, 2), False),
        ([Hold(lifted=True), Hold(until=DAY(2030, 1, 1))], TODAY, True),
    ],
)
def test_a_hold_beats_every_rule(holds, on, refused):
    assert bool(refusal(kept_until(facts(death=DIED), [rule()], on), holds, on)) is refused


RULES = st.builds(
    rule,
    kind=st.sampled_from(Kind),
    event=st.sampled_from(Event),
    years=st.integers(1, 100),
    since=st.dates(DAY(2005, 1, 1), DAY(2020, 1, 1)),
)
FACTS = st.builds(
    Facts,
    st.frozensets(st.sampled_from(Kind)),
    st.dictionaries(st.sampled_from(Event), st.none() | st.dates(DAY(1950, 1, 1), TODAY)),
)


@given(FACTS, st.lists(RULES, max_size=6))
def test_knowing_less_never_ends_the_time(known, rules):
    """Taking away what is known, or adding a kind, never makes a case disposable that was not."""
    on = DAY(2040, 1, 1)
    less = Facts(known.kinds | set(Kind), dict.fromkeys(known.events))

    if not refusal(kept_until(less, rules, on), [], on):
        raise AssertionError("nothing is known of it")
    more_kinds = Facts(known.kinds | set(Kind), known.events)
    if not refusal(kept_until(more_kinds, rules, on), [], on):
        assert not known.kinds or not refusal(kept_until(known, rules, on), [], on)


@given(FACTS, st.lists(RULES, max_size=6))
def test_one_hold_is_enough(known, rules):
    assert refusal(kept_until(known, rules, TODAY), [Hold(lifted=True), Hold()], TODAY)


def test_a_leap_day_is_never_over_early():
    assert years_after(DAY(1992, 2, 29), 25) == DAY(2017, 3, 1)
    assert years_after(DAY(1992, 2, 29), 24) == DAY(2016, 2, 29)


def test_the_birth_comes_from_the_age_at_death():
    assert born_on(DAY(2014, 5, 12), 315) == DAY(2013, 7, 1)
    assert born_on(None, 3) is None and born_on(DIED, None) is None


def test_kinds_do_not_share_rules():
    assert rule_for(Kind.SERIOUS_CASE, [rule()], TODAY) is None


@pytest.mark.parametrize(
    ("merged", "kinds", "event", "day"),
    [
        # Nothing merged: as it is.
        ([], {Kind.DEATH}, Event.SCR_DECIDED, None),
        # Whichever was looked at as a serious case keeps both as that.
        (
            [facts(Kind.DEATH, Kind.SERIOUS_CASE, scr_decided=DAY(2012, 1, 1))],
            {Kind.DEATH, Kind.SERIOUS_CASE},
            Event.SCR_DECIDED,
            DAY(2012, 1, 1),
        ),
        # One that is not decided yet: nothing is decided of the death.
        (
            [
                facts(Kind.SERIOUS_CASE, scr_decided=DAY(2012, 1, 1)),
                facts(Kind.SERIOUS_CASE, scr_decided=None),
            ],
            {Kind.DEATH, Kind.SERIOUS_CASE},
            Event.SCR_DECIDED,
            None,
        ),
        # What a merged case is of its own does not count: its papers follow the other's.
        ([facts(Kind.NOT_REVIEWED)], {Kind.DEATH}, Event.DEATH, DIED),
        # The latest day of an event; one that only one of them knows is known.
        ([facts(death=DAY(1991, 1, 1))], {Kind.DEATH}, Event.DEATH, DAY(1991, 1, 1)),
        ([facts(notified=DAY(1990, 7, 1))], {Kind.DEATH}, Event.NOTIFIED, DAY(1990, 7, 1)),
    ],
)
def test_a_death_that_was_notified_twice_is_kept_as_one(merged, kinds, event, day):
    found = joined(facts(death=DIED), merged)

    assert found.kinds == kinds
    assert found.events[event] == day


@pytest.mark.parametrize(
    ("years", "disposed", "until"),
    [
        (None, [], None),
        (None, [DAY(2016, 1, 1), None], None),
        (None, [DAY(2016, 1, 1), DAY(2016, 2, 1)], DAY(2016, 2, 1)),
        (2, [], DAY(2016, 6, 2)),
        (2, [DAY(2015, 1, 1), None], DAY(2016, 6, 2)),
        (2, [DAY(2015, 1, 1)], DAY(2015, 1, 1)),
        (2, [DAY(2019, 1, 1)], DAY(2016, 6, 2)),
    ],
)
def test_minutes_are_kept_by_their_rule_and_no_longer_than_their_last_case(years, disposed, until):
    known = [
        Rule(Kind.MINUTES, Event.MEETING_HELD, one, DAY(2010, 1, 1), None, "the board")
        for one in [years]
        if one
    ]
    found = joint_kept_until(Kind.MINUTES, DAY(2014, 6, 2), disposed, known, DAY(2020, 1, 1))

    assert found.until == until


def test_an_unknown_day_keeps_papers_of_several_cases():
    known = [Rule(Kind.COMPOSITE, Event.COMPOSITE_ENDED, 1, DAY(2010, 1, 1), None, "the board")]

    assert joint_kept_until(Kind.COMPOSITE, None, [None], known, DAY(2020, 1, 1)).until is None


def test_papers_of_several_cases_have_an_event_of_their_own():
    fitting = {(kind, event) for kind in Kind for event in Event if fits(kind, event)}

    assert {pair for pair in fitting if pair[0] in OF_SEVERAL} == set(OF_SEVERAL.items())
    assert not {event for kind, event in fitting if kind not in OF_SEVERAL} & set(
        OF_SEVERAL.values()
    )
