"""A return that was kept opens as it was, and says what moved since."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from casereview.codes import english_boards
from casereview.rules.return_year import ReturnYear
from cdop import return_layout, return_templates
from cdop.rules import frozen_return
from cdop.rules.annual_return import tabulate
from tests.rules.rows import a_death
from tests.rules.years import years

YEAR = ReturnYear(2015)
TEMPLATE = return_templates.template(YEAR)


def counted(deaths, **options):
    return tabulate(deaths, YEAR, TEMPLATE, **options)


def labels(count):
    return {
        item.item: return_layout.labels_of(count, item)
        for item in count.template.counted
        if item.column
    }


def kept(deaths, **options):
    """Pack, store as text, read and open: as a database does."""
    count = counted(deaths, **options)
    stored = json.loads(json.dumps(frozen_return.pack(count, deaths, labels(count))))
    return frozen_return.unpack(*stored, english_boards())


@settings(max_examples=40, deadline=None)
@given(years())
def test_any_return_opens_as_it_was_kept(deaths):
    count = counted(deaths, board="LEICESTER")

    was = kept(deaths, board="LEICESTER")

    assert was.counted.document == count.document
    assert dict(was.counted.cells) == dict(count.cells)
    assert return_layout.sections(was.counted) == return_layout.sections(count)
    by_row = {death.row: replace(death, same_person_key="") for death in deaths}
    assert all(by_row[row] == death for row, death in was.deaths.items())
    assert not frozen_return.compare(was.counted, was.deaths, count, by_row)


@settings(max_examples=40, deadline=None)
@given(years(most=5))
def test_the_digest_is_that_of_the_content(deaths):
    count = counted(deaths)
    figures, rows = frozen_return.pack(count, deaths, labels(count))
    digest = frozen_return.digest(figures, rows)

    assert digest == frozen_return.digest(*json.loads(json.dumps([figures, rows])))
    assert digest != frozen_return.digest({**figures, "comments": "x"}, rows)


def test_its_words_are_those_it_was_kept_with(monkeypatch):
    was = kept([a_death(sex="F")])
    monkeypatch.setattr(return_layout, "list_of", None)

    (table,) = [
        table
        for section in return_layout.sections(was.counted)
        for table in section.tables
        if table.item == "AG-11"
    ]

    assert "Female" in [line.label for line in table.lines]


def moved(before, now):
    was = kept(before)
    return frozen_return.compare(
        was.counted, was.deaths, counted(now), {death.row: death for death in now}
    )


def test_a_corrected_fact_moves_its_figures_and_is_named():
    difference = moved([a_death(category="3")], [a_death(category="1")])

    assert [
        (one.item, one.code, one.before, one.now) for one in frozen_return.totals(difference)
    ] == [
        ("AG-13", "1", 0, 1),
        ("AG-13", "3", 1, 0),
    ]
    assert difference.facts == {"1": (frozen_return.Fact("category", "3", "1"),)}


def test_two_corrections_that_cancel_out_are_moves_still():
    before = [a_death(row="1", sex="F"), a_death(row="2", sex="M")]
    now = [a_death(row="1", sex="M"), a_death(row="2", sex="F")]

    difference = moved(before, now)

    assert {one.now - one.before for one in difference.figures} == {0}
    assert set(difference.facts) == {"1", "2"}


@pytest.mark.parametrize(
    "now",
    [
        {"under_revision": True},
        {"factors": 3},
        {"died_on": date(2014, 6, 3)},
    ],
)
def test_what_no_figure_goes_by_moves_nothing(now):
    assert not moved([a_death()], [a_death(**now)])


def test_a_case_that_left_and_one_that_came_have_no_facts_to_compare():
    difference = moved([a_death(row="old")], [a_death(row="new")])

    assert difference.facts == {"new": (), "old": ()}
    total = next(one for one in difference.figures if one.item == "AG-01")
    assert (total.came, total.left) == (("new",), ("old",))
