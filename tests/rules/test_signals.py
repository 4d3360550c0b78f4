"""Signals and intervals: the fixtures exactly, and the laws they follow."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules.intervals import byar, garwood, upper_bound_of_none, wilson
from learning.rules.quarters import BadQuarter, Period, Quarter
from learning.rules.signals import Flag, chance, false_alarms, in_order, judge, sentence

DATA = Path(__file__).resolve().parents[1] / "data"
quarters = st.builds(Quarter, st.integers(1950, 2100), st.integers(1, 4))


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_flag_and_chance_of_the_fixtures_is_met():
    fixtures = rows("theme_flag_fixtures.csv")

    found = [
        judge("x", int(r["last_4_quarters"]), int(r["reference_20_quarters"])) for r in fixtures
    ]

    assert len(found) == 120
    assert [round(one.p, 6) for one in found] == [float(r["p_value"]) for r in fixtures]
    assert [one.flag for one in found] == [r["flag"] for r in fixtures]


def test_every_interval_of_the_fixtures_is_met():
    for row in rows("interval_fixtures.csv"):
        count, total = int(row["count"]), int(row["n"])

        found = (*garwood(count), *byar(count), *wilson(count, total))

        names = [
            f"{name}_{end}" for name in ("garwood", "byar", "wilson") for end in ("low", "high")
        ]
        assert found == pytest.approx([float(row[name]) for name in names], abs=6e-5)


def test_a_year_of_none_may_hide_up_to_3_7_cases():
    assert round(upper_bound_of_none(), 1) == 3.7


@given(st.integers(0, 40), st.integers(0, 80), st.floats(0.05, 0.6))
def test_one_case_more_is_never_likelier(window, reference, share):
    assert chance(window + 1, reference, share) <= chance(window, reference, share)
    assert chance(window, reference + 1, share) <= 1


@given(st.integers(0, 30), st.integers(0, 60), st.integers(0, 7))
def test_fewer_than_eight_reference_quarters_are_never_flagged(window, reference, before):
    found = judge("x", window, reference, reference_quarters=before)

    assert (found.flag, found.p) == (Flag.SHORT, None)
    assert "Not enough history" in sentence(found)


def test_a_shorter_reference_is_compared_by_its_true_share():
    by_time = judge("x", 3, 3, reference_quarters=12)

    assert by_time.p == pytest.approx(chance(3, 3, 4 / 16))
    assert by_time.p > judge("x", 3, 3).p


def test_more_deaths_in_the_window_make_more_cases_likelier():
    assert judge("x", 5, 8, share=0.3).p > judge("x", 5, 8).p


def test_red_comes_before_amber_before_none_before_short():
    signals = [
        judge("short", 9, 0, reference_quarters=3),
        judge("none", 1, 5),
        judge("amber", 5, 8),
        judge("redder", 9, 5),
        judge("red", 4, 5),
    ]

    ordered = in_order(signals)

    assert [one.code for one in ordered] == ["redder", "red", "amber", "none", "short"]


def test_the_sentence_says_the_counts_and_the_chance():
    assert sentence(judge("x", 6, 10)) == (
        "6 cases in the last 12 months, 10 in the five reference years. If nothing had changed, so "
        "many in the last year would be about a 1 in 26 chance (p = 0.038)."
    )


def test_none_seen_is_never_called_a_fall():
    said = sentence(judge("x", 0, 30))

    assert "None seen is not a fall" in said
    assert "3.7 cases" in said


def test_twenty_themes_give_two_false_ambers_and_one_false_red_a_year():
    assert "about 2 false amber and 1 false red a year" in false_alarms(20)


@pytest.mark.parametrize("wrong", [(-1, 0, 0.5), (0, -1, 0.5), (1, 1, 1.5)])
def test_impossible_counts_and_shares_are_refused(wrong):
    with pytest.raises(ValueError, match="negative"):
        chance(*wrong)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2014, 4, 1), "2015-Q1"),
        (date(2014, 6, 30), "2015-Q1"),
        (date(2014, 12, 31), "2015-Q3"),
        (date(2015, 1, 1), "2015-Q4"),
        (date(2015, 3, 31), "2015-Q4"),
    ],
)
def test_a_quarter_is_named_by_the_year_to_31_march(day, quarter):
    assert str(Quarter.containing(day)) == quarter
    assert Quarter.parse(quarter).first_day <= day <= Quarter.parse(quarter).last_day


def test_a_quarter_is_closed_on_the_day_after_its_last():
    assert str(Quarter.last_closed(date(2015, 3, 31))) == "2015-Q3"
    assert str(Quarter.last_closed(date(2015, 4, 1))) == "2015-Q4"


@given(quarters, st.integers(-60, 60))
def test_quarters_are_counted_there_and_back(quarter, number):
    assert quarter.until(quarter + number) == number
    assert (quarter + number) - number == quarter
    assert Quarter.parse(str(quarter)) == quarter


def test_a_period_is_cut_where_the_window_begins():
    whole = Period(Quarter(2011, 1), 20)

    assert whole.cut_before(Quarter(2015, 1)).quarters == 16
    assert whole.cut_before(Quarter(2017, 1)) == whole
    assert whole.cut_before(Quarter(2010, 1)).quarters == 0


@pytest.mark.parametrize("text", ["", "2015", "2015-Q5", "2015-q1", "0999-Q1", "2015-Q1 "])
def test_a_text_that_is_no_quarter_is_refused(text):
    with pytest.raises(BadQuarter):
        Quarter.parse(text)
