"""Funnel limits, waiting and national figures: by tables and by laws."""

import math
import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from casereview.codes import code_list
from casereview.rules.linked_tables import Line, LinkedTable
from casereview.rules.output_profiles import Audience, OutputProfile
from casereview.rules.paused_clock import Pause
from casereview.rules.release_gate import Shown, settle
from casereview.rules.return_year import ReturnYear
from cdop import national
from cdop.modifiable_page import _stands
from cdop.rules.annual_return import ReviewedDeath
from cdop.rules.funnel import compared, poisson_limits
from cdop.rules.review_steps import Reviewed, steps_of
from cdop.rules.statistics_tables import Cover, by_outcome, by_year
from cdop.rules.waiting import middles, notification_band, took
from cdop.statistics import OUTCOMES, breakdowns, section
from cdop.statistics_rates import Denominators, _rows, chart_of


@pytest.mark.parametrize("expected", [0.1, 0.9, 3, 9.7, 24, 150])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_the_limits_leave_no_more_than_half_of_the_rest_in_each_tail(expected, level):
    low, high = poisson_limits(expected, level)

    def chance(numbers):
        return sum(
            math.exp(-expected + n * math.log(expected) - math.lgamma(n + 1)) for n in numbers
        )

    tail = (1 - level) / 2
    assert chance(range(low)) <= tail < chance(range(low + 1))
    assert 1 - chance(range(high + 1)) <= tail + 1e-12
    assert 1 - chance(range(high)) > tail


def test_a_count_stands_to_its_limits():
    assert compared("", 15, 69, 0.22).words == "within the limits"
    assert compared("", 25, 69, 0.22).words == "outside the 95% limits"
    assert compared("", 40, 69, 0.22).words == "outside the 99.8% limits"
    assert compared("", 0, 5, 0.22).words == "within the limits"


@pytest.mark.parametrize(
    ("notified_on", "band"),
    [
        (date(2015, 4, 2), "W1"),  # the day itself, Maundy Thursday
        (date(2015, 4, 7), "W1"),  # the next working day, after Easter
        (date(2015, 4, 13), "W2"),
        (date(2015, 4, 14), "W3"),
        (date(2015, 4, 21), "W4"),
        (date(2015, 4, 1), ""),
    ],
)
def test_notification_is_counted_in_working_days(notified_on, band):
    assert notification_band(date(2015, 4, 2), notified_on) == band


def test_waiting_is_taken_out_of_the_days_to_review():
    pause = Pause(date(2014, 6, 1), date(2014, 6, 30))
    found = took(date(2014, 5, 1), date(2014, 5, 3), date(2014, 8, 9), [pause])

    assert (found.to_notification, found.to_review, found.waited, found.working) == (2, 100, 30, 70)
    assert took(date(2014, 5, 3), date(2014, 5, 1), date(2014, 8, 9), ()) is None
    assert [middle.median for middle in middles([found])] == [2, 100, 30, 70]
    nothing = took(date(2014, 5, 1), date(2014, 5, 3), date(2014, 8, 9), ())
    assert [middle.median for middle in middles([nothing])] == [2, 100]
    assert middles([])[0].median is None
    met = took(date(2014, 5, 1), date(2014, 5, 3), date(2014, 8, 9), (), date(2014, 7, 1))
    assert [middle.median for middle in middles([met, nothing])] == [2, 61, 100]
    assert took(date(2014, 5, 1), date(2014, 5, 3), date(2014, 8, 9), (), date(2014, 4, 1)) is None


def test_steps_of_a_review_are_counted_in_calendar_working_and_waiting_days():
    friday = date(2024, 3, 1)
    limits = {"NOTIFY": date(2024, 3, 2), "MEETING": date(2024, 6, 1)}
    deaths = [
        Reviewed(friday, {"NOTIFY": date(2024, 3, 4), "MEETING": date(2024, 4, 2)}, limits),
        Reviewed(
            friday,
            {"NOTIFY": date(2024, 3, 2), "MEETING": date(2024, 6, 3), "PANEL": date(2024, 9, 2)},
            limits,
            (Pause(date(2024, 4, 1), date(2024, 4, 30)),),
        ),
        Reviewed(friday, {"NOTIFY": date(2024, 2, 28)}, limits),
    ]

    notified, met, panel = steps_of(deaths, date(2024, 6, 2))

    assert (notified.reached, notified.in_time, notified.late) == (2, 1, 1)
    assert (notified.days, notified.working_days, notified.out_of_order) == (2, 0.5, 1)
    # Neither Easter nor the holidays of May are working days: 20 to 2 April, 62 to 3 June.
    assert (met.in_time, met.late, met.waiting, met.overdue) == (1, 1, 1, 1)
    assert (met.days, met.working_days, met.waited) == (63, 41, 15)
    assert (panel.reached, panel.waiting, panel.overdue, panel.waited) == (1, 2, 0, 30)
    assert steps_of([], friday)[0].days is None


def death(**facts):
    usual = {
        "row": "CD-2014-0001",
        "residence_board": "LEICESTER",
        "death_board": "LEICESTER",
        "notified_on": date(2014, 5, 13),
        "died_on": date(2014, 5, 12),
        "completed_on": date(2014, 9, 2),
        "age_band": "A2",
        "age_days": 300,
        "sex": "F",
        "ethnicity": "WBRI",
        "category": "3",
        "location": "HOSP_PICU",
        "outcome": "M",
    }
    return ReviewedDeath(**usual | facts)


def test_every_table_counts_every_review_once_and_its_parts_add_up_to_it():
    deaths = [
        death(),
        death(outcome="", category="", sex="", age_band=None, age_days=None, ethnicity="ZZZ"),
        death(completed_on=date(2013, 9, 2), residence_board="LEICS_RUTLAND", outcome="N"),
        death(completed_on=date(2012, 3, 31)),
        death(not_for_review=True),
        death(residence_board="NOTTINGHAM"),
        death(completed_on=None),
    ]
    cover = Cover(("LEICESTER", "LEICS_RUTLAND"), (ReturnYear(2014), ReturnYear(2015)))

    tables = by_outcome(deaths, cover, breakdowns(), OUTCOMES)

    asked = [table for table in tables if table.given]
    assert {table.value(None, None) for table in asked} == {3}
    assert [table.key for table in asked] == [each.key for each in breakdowns()]
    # Two years, two boards, and each board in each year.
    # Three are also counted by single codes: ethnicity, place and deprivation.
    assert len(tables) == 9 * (len(asked) + 3)
    singles = [one for one in tables if all(len(codes) == 1 for _, codes in one.where)]
    for table in asked:
        parts = [one for one in singles if (one.key, one.rows) == (table.key, table.rows)]
        for row, column in table.places():
            assert table.value(row, column) == sum(one.value(row, column) for one in parts)
    joined = by_outcome(deaths, cover, breakdowns(), OUTCOMES, joined="Others")
    first = joined[0]
    assert [line.codes for line in first.columns] == [("M",), ("N", "I", "NOT_KNOWN")]
    assert first.value(None, None) == 3 and first.value(None, 0) == asked[0].value(None, 0)
    place = next(table for table in asked if table.key == "location")
    lines = {line.label: place.value(row, None) for row, line in enumerate(place.rows)}
    assert lines["Acute hospital - intensive care unit"] == 3


def test_deprivation_is_told_in_fifths_and_what_nobody_looked_up_is_a_row_of_its_own():
    told = ["1", "2", "3", "9", "10", "10", "", "11"]
    deaths = [death(deprivation=tenth) for tenth in told]
    cover = Cover(("LEICESTER",), (ReturnYear(2015),))

    every = by_outcome(deaths, cover, breakdowns(), OUTCOMES)

    table = next(one for one in every if one.key == "deprivation" and one.given)
    counts = [table.value(row, None) for row in range(len(table.rows))]
    assert counts == [2, 1, 0, 0, 3, 2]
    assert table.rows[0].label == "Most deprived fifth (tenths 1 and 2)"
    assert table.rows[-1].label == "Not known"


HIDING = OutputProfile(Audience.PUBLIC, threshold=5)
GROUPS = [code for code in code_list("population_group").codes]


@given(
    counts=st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=2, max_size=3),
    children=st.one_of(st.none(), st.integers(1, 400_000)),
)
def test_a_rate_its_interval_and_its_total_are_reckoned_from_numbers_given_and_no_others(
    counts, children
):
    columns = (Line("infants", ("A1", "A2")), Line("older", ("A3", "A4", "A5", "A6")))
    years = tuple(Line(f"20{10 + n}-{11 + n}", (f"20{11 + n}",)) for n in range(len(counts)))
    table = LinkedTable(
        key="deaths",
        title="",
        measure="deaths",
        rows_by="year",
        rows=years,
        counts=tuple((0, 0) for _ in years),
        where=(),
        columns_by="age",
        columns=columns,
    )
    # Infants as drawn; all that is not given of the rest is given nowhere.
    shown = Shown(table, tuple((n, None, None) for n in (*counts, None)))
    numbers = {} if children is None else {int(one.codes[0]): children for one in years}

    for group in GROUPS:
        rows = _rows(shown, Denominators(numbers, ()), group, HIDING)
        infants = group.code == "live_births"
        for count, row in zip((*counts, None), rows, strict=True):
            told = count if infants else None
            if told is None:
                assert row[1] == "c" and row[3] == row[4] == ("–" if children is None else "c")
            elif children is not None:
                rate = told * group.extra["per"] / children
                low, high = (float(one.replace(",", "")) for one in row[4].split(" to "))
                assert abs(float(row[3].replace(",", "")) - rate) <= 0.05001
                assert low <= float(row[3].replace(",", "")) <= high


def test_what_a_chart_says_is_what_is_given_and_no_more():
    counts = ((3, 40), (17, 2))
    table = LinkedTable(
        key="sex",
        title="Sex",
        measure="reviews",
        rows_by="sex",
        rows=(Line("Girls", ("F",)), Line("Boys", ("M",))),
        counts=counts,
        where=(),
        columns_by="outcome",
        columns=(Line("Modifiable", ("M",)), Line("Others", ("N",))),
    )
    shown = Shown(table, ((None, 40, None), (17, None, None), (None, None, 62)))

    drawn = section(shown, HIDING)

    said = render_to_string(drawn.chart.drawing, {"chart": drawn.chart})
    told = " ".join(re.findall(r">([^<>]+)<", said))
    assert "c: not given" in told and "Girls" in told
    # Of the whole counts none is said: 43 girls, 19 boys, 3 and 2 of them.
    assert not re.search(r"(?<![0-9])(43|19|3|2)(?![0-9])", told)
    rates = {
        "key": "under_18",
        "caption": "Deaths",
        "columns": ["Year", "Deaths", "Children", "Rate", "95% interval"],
        "rows": [
            ["2013-14", "c", "210,000", "c", "c"],
            ["2014-15", "9", "210,000", "4.3", "2.0 to 8.1"],
            ["2015-16", "9", "not entered", "–", "–"],
        ],
    }
    bars = chart_of(rates, "c").bars
    assert [(bar.label, bar.value, bar.words) for bar in bars] == [
        ("2013-14", None, "c: not given"),
        ("2014-15 (95%: 2.0 to 8.1)", 43, "4.3"),
    ]
    assert chart_of({**rates, "rows": rates["rows"][2:]}, "c") is None


def test_five_years_together_are_the_sum_of_five_and_their_rate_is_of_all_their_children():
    years = tuple(ReturnYear(ends) for ends in range(2011, 2016))
    deaths = [
        death(died_on=date(2010 + n, 5, 1), completed_on=date(2010 + n, 9, 1), age_band="A2")
        for n in range(5)
        for _ in range(n + 1)
    ]
    cover = Cover(("LEICESTER",), years)
    single = [Cover(("LEICESTER",), (year,)) for year in years]

    def reviews(of):
        table = next(one for one in by_outcome(deaths, of, breakdowns(), OUTCOMES) if one.given)
        return table.value(None, None)

    assert [reviews(one) for one in single] == [1, 2, 3, 4, 5] and reviews(cover) == 15
    bands = [Line("infants", ("A1", "A2")), Line("older", ("A3", "A4", "A5", "A6"))]
    table = by_year(deaths, cover, bands)[0]
    panel = OutputProfile(Audience.PANEL, threshold=0)
    shown = settle((table,), (), panel).shown[0]
    group = next(one for one in GROUPS if one.code == "live_births")
    children = Denominators({year.ends_in: 100_000 for year in years}, ())
    # Garwood: 15 of 500,000, a thousand at a time.
    assert _rows(shown, children, group, panel)[-1][:4] == [
        "All these years",
        "15",
        "500,000",
        "0.0",
    ]
    short = Denominators({year.ends_in: 100_000 for year in years[1:]}, ())
    # A year without its population: no rate of all of them is made up.
    assert _rows(shown, short, group, panel)[-1][2:] == ["not entered", "–", "–"]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.3, 0.6, "found more often"), (0.1, 0.2, "found less often"), (0.1, 0.3, "may be the same")],
)
def test_the_panel_stands_to_england_by_its_interval(low, high, words):
    assert _stands(low, high, 0.22) == words


def test_every_published_figure_names_its_day_and_its_source():
    assert len(national.values()) > 30
    assert all(one.source and one.since and str(one.extra["value"]) for one in national.values())


def test_a_published_share_is_that_of_the_year_or_the_last_before_it():
    assert national.modifiable(ReturnYear(2012)).words == "20% in 2011-12"
    assert national.modifiable(ReturnYear(2017)).words == "22% in 2013-14"
    assert national.modifiable(ReturnYear(2019)).words == "28% in 2017-18"
    assert national.modifiable(ReturnYear(2010)) is None
    assert national.modifiable(ReturnYear(2015), "1").words == "65% in 2011-12"
    assert national.modifiable(ReturnYear(2015), "6") is None
    assert all(code.source for code in national.values())
