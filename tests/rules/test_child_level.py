"""The child-level rows give the figures of the return, and lead back to no case."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from casereview.rules.return_year import ReturnYear
from cdop import return_templates
from cdop.rules import child_level
from cdop.rules.annual_return import Coverage, tabulate
from tests.rules.rows import DATA, a_death, from_file
from tests.rules.years import years

YEAR = ReturnYear(2015)
TEMPLATE = return_templates.template(YEAR)


def rows_of(counted, deaths):
    return child_level.rows_of(counted, deaths, lambda row: f"P{row}")


@settings(max_examples=60, deadline=None)
@given(years())
def test_the_rows_of_any_year_give_every_figure_of_its_completed_reviews(deaths):
    for board in (None, "LEICESTER"):
        counted = tabulate(deaths, YEAR, TEMPLATE, board=board)

        rows = rows_of(counted, deaths)

        assert len(rows) == counted.count("AG-01")
        assert child_level.differences(rows, counted) == []


@settings(max_examples=60, deadline=None)
@given(years())
def test_rows_of_those_with_factors_alone_give_what_was_counted_of_them(deaths):
    template = replace(TEMPLATE, coverage=Coverage.MODIFIABLE)
    counted = tabulate(deaths, YEAR, template)

    rows = rows_of(counted, deaths)

    assert len(rows) == counted.count("AG-02")
    assert {row["outcome"] for row in rows} <= {"M"}
    assert child_level.differences(rows, counted) == []
    assert not rows or child_level.differences(rows[1:], counted)


@pytest.mark.parametrize("year", return_templates.years(), ids=str)
def test_each_years_template_says_whose_rows_the_form_has(year):
    """Nobody knows what the real form asked: every template has a row of each review."""
    assert return_templates.template(year).coverage == Coverage.ALL


def test_a_row_that_is_lost_or_altered_is_noticed():
    deaths = from_file(DATA / "llr_2014_15.csv")
    counted = tabulate(deaths, YEAR, TEMPLATE)
    rows = rows_of(counted, deaths)

    assert child_level.differences(rows, counted) == []
    assert ("AG-01", "", "total") in child_level.differences(rows[1:], counted)
    altered = [{**rows[0], "sex": "I"}, *rows[1:]]
    assert {item for item, _, _ in child_level.differences(altered, counted)} == {"AG-11"}


def test_a_row_has_codes_and_months_and_nothing_by_which_a_case_is_known():
    death = a_death(row="CD-2014-0001", died_on=date(2014, 5, 12), completed_on=date(2014, 11, 3))
    counted = tabulate([death], YEAR, TEMPLATE)

    (row,) = rows_of(counted, [death])

    said = json.dumps({key: value for key, value in row.items() if key != "pseudonym"})
    assert row["months"] == "2014-05 / 2014-11"
    assert "2014-05-12" not in said
    assert "CD-2014-0001" not in said


def test_rows_stand_in_the_order_of_their_pseudonyms():
    deaths = [a_death(row=row) for row in ("1", "2", "3")]
    counted = tabulate(deaths, YEAR, TEMPLATE)

    rows = child_level.rows_of(counted, deaths, {"1": "Z", "2": "A", "3": "M"}.__getitem__)

    assert [row["pseudonym"] for row in rows] == ["A", "M", "Z"]


@pytest.mark.parametrize("year", [2014, 2015, 2016, 2017])
def test_every_column_of_the_form_is_in_every_row(year):
    template = return_templates.template(ReturnYear(year))
    death = replace(a_death(), completed_on=date(year, 3, 31))
    counted = tabulate([death], ReturnYear(year), template)

    (row,) = rows_of(counted, [death])

    assert len(template.child_level) == 15
    assert {item.column for item in template.child_level} <= set(row)
