"""The annual return comes out right, and every figure can be opened."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casereview.rules.return_year import ReturnYear
from cdop import return_templates
from cdop.rules.annual_return import OUTCOMES, duration_band, tabulate
from tests.rules.rows import DATA, a_death, from_file

YEAR = ReturnYear(2015)
TEMPLATE = return_templates.template(YEAR)
PANEL = ("LEICESTER", "LEICS_RUTLAND")
EXPECTED = json.loads((DATA / "llr_2014_15.expected.json").read_text(encoding="utf-8"))


def count(*deaths, **options):
    return tabulate(deaths, YEAR, TEMPLATE, **options)


def test_the_fictional_year_gives_the_return_counted_independently():
    counted = tabulate(from_file(DATA / "llr_2014_15.csv"), YEAR, TEMPLATE, boards_of_panel=PANEL)

    assert counted.items == EXPECTED["all"]
    assert counted.groups == EXPECTED["groups"]
    assert counted.document["year_ending"] == EXPECTED["year_ending"]
    assert counted.document["template"] == "lscb1-2014-15"
    assert counted.document["lscb"] is None


@pytest.mark.parametrize("board", sorted(EXPECTED["by_lscb"]))
def test_each_board_has_its_own_return(board):
    rows = from_file(DATA / "llr_2014_15.csv")

    counted = tabulate(rows, YEAR, TEMPLATE, board=board, boards_of_panel=PANEL)

    assert counted.items == EXPECTED["by_lscb"][board]
    assert counted.document["lscb"] == board


def test_the_totals_of_the_published_year_are_written_out():
    counted = tabulate(from_file(DATA / "llr_2014_15.csv"), YEAR, TEMPLATE)

    assert counted.items["AG-01"] == 71
    assert counted.items["AG-02"] == 23
    assert counted.groups == {"neonatal": 23, "expected": 23, "unexpected": 25}


def test_an_empty_return_still_has_every_item():
    items = count().items

    assert set(items) == set(EXPECTED["all"])
    assert all(value in (0, {}) for value in items.values())


@pytest.mark.parametrize(
    ("completed_on", "counts"),
    [
        (date(2014, 3, 31), 0),
        (date(2014, 4, 1), 1),
        (date(2015, 3, 31), 1),
        (date(2015, 4, 1), 0),
        (None, 0),
    ],
)
def test_a_review_counts_in_the_year_it_was_completed_whenever_the_child_died(completed_on, counts):
    long_ago = a_death(
        died_on=date(2012, 1, 1), notified_on=date(2012, 1, 2), completed_on=completed_on
    )

    assert count(long_ago).count("AG-01") == counts


@pytest.mark.parametrize(
    ("died_on", "completed_on", "band"),
    [
        (date(2014, 1, 15), date(2014, 1, 15), "D1"),
        (date(2014, 1, 15), date(2014, 7, 14), "D1"),
        (date(2014, 1, 15), date(2014, 7, 15), "D2"),
        (date(2014, 1, 15), date(2014, 9, 14), "D2"),
        (date(2014, 1, 15), date(2014, 9, 15), "D3"),
        (date(2014, 1, 15), date(2014, 11, 14), "D3"),
        (date(2014, 1, 15), date(2014, 11, 15), "D4"),
        (date(2014, 1, 15), date(2015, 1, 14), "D4"),
        (date(2014, 1, 15), date(2015, 1, 15), "D5"),
        (date(2014, 1, 15), date(2015, 2, 14), "D5"),
        (date(2014, 1, 15), date(2015, 2, 15), "D6"),
        (date(2014, 8, 31), date(2015, 2, 27), "D1"),
        (date(2014, 8, 31), date(2015, 2, 28), "D2"),
        (date(2016, 2, 29), date(2017, 2, 28), "D5"),
        (date(2014, 1, 15), date(2014, 1, 14), "DX"),
        (date(2014, 1, 15), None, "DX"),
    ],
)
def test_the_time_to_completion_is_banded_in_whole_calendar_months(died_on, completed_on, band):
    assert duration_band(died_on, completed_on) == band


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"completed_on": None}, 1),
        ({"completed_on": date(2015, 4, 1)}, 1),
        ({"completed_on": date(2015, 3, 31)}, 0),
        ({"completed_on": None, "died_on": date(2010, 1, 1)}, 1),
        (
            {
                "completed_on": None,
                "died_on": date(2015, 3, 31),
                "notified_on": date(2015, 3, 31),
            },
            1,
        ),
        (
            {
                "completed_on": None,
                "died_on": date(2015, 3, 31),
                "notified_on": date(2015, 4, 1),
            },
            0,
        ),
        ({"completed_on": None, "not_for_review": True}, 0),
        ({"completed_on": None, "passed_on": True}, 0),
    ],
)
def test_a_review_is_ongoing_when_known_and_not_completed_on_31_march(changes, counts):
    counted = count(a_death(**changes))

    assert counted.count("AG-30") == counts
    assert sum(counted.items["AG-31"].values()) == counts


def test_ongoing_reviews_are_told_by_the_financial_year_of_the_death():
    last = a_death(row="1", completed_on=None, died_on=date(2014, 3, 31))
    this = a_death(row="2", completed_on=None, died_on=date(2014, 4, 1))

    assert count(last, this).items["AG-31"] == {"2014": 1, "2015": 1}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"death_board": "NOTTINGHAM"}, 1),
        ({"death_board": "LEICESTER"}, 0),
        ({"death_board": "ABROAD"}, 0),
        ({"death_board": "WALES"}, 0),
        ({"death_board": "NK"}, 0),
        ({"death_board": "NOTTINGHAM", "notified_on": date(2014, 3, 31)}, 0),
        ({"death_board": "NOTTINGHAM", "notified_on": date(2015, 3, 31)}, 1),
        ({"death_board": "NOTTINGHAM", "notified_on": date(2015, 4, 1)}, 0),
        ({"death_board": "NOTTINGHAM", "completed_on": None}, 1),
        ({"death_board": "NOTTINGHAM", "not_for_review": True}, 0),
        ({"residence_board": "NOTTINGHAM", "death_board": "LEICESTER"}, 0),
    ],
)
def test_out_of_area_are_residents_who_died_in_another_english_board(changes, counts):
    assert count(a_death(**changes), boards_of_panel=PANEL).count("AG-40") == counts


@pytest.mark.parametrize(("within", "counts"), [(True, 1), (False, 0)])
def test_a_death_in_another_board_of_the_panel_counts_as_the_template_says(within, counts):
    death = a_death(death_board="LEICS_RUTLAND")
    template = replace(TEMPLATE, within_panel=within)

    panel = tabulate([death], YEAR, template, boards_of_panel=PANEL)
    board = tabulate([death], YEAR, template, board="LEICESTER", boards_of_panel=PANEL)

    assert panel.count("AG-40") == counts
    assert board.count("AG-40") == 1


def test_a_death_not_for_review_is_in_no_figure():
    counted = count(a_death(not_for_review=True, death_board="NOTTINGHAM"))

    assert counted.items == count().items
    assert set(counted.groups.values()) == {0}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("HOSP_PICU", "HOSP_ICU"),
        ("HOSP_AICU", "HOSP_ICU"),
        ("HOSP_LABOUR", "HOSP_OTH"),
        ("HOME", "HOME"),
        ("", "NK"),
    ],
)
def test_a_finer_location_rolls_up_to_the_list_of_the_template(given, told):
    assert list(count(a_death(location=given)).items["AG-15"]) == [told]


@pytest.mark.parametrize(
    ("column", "item", "code"),
    [
        ("age_band", "AG-10", "NK"),
        ("sex", "AG-11", "U"),
        ("ethnicity", "AG-12", "UNKN"),
        ("event", "AG-14", "UNKNOWN"),
        ("cp_plan", "AG-17", "NK"),
        ("statutory_order", "AG-18", "NK"),
        ("asylum_seeker", "AG-19", "NK"),
    ],
)
def test_what_is_not_known_is_counted_as_unknown(column, item, code):
    counted = count(a_death(**{column: ""}))

    assert counted.items[item] == {code: {"M": 0, "N": 1, "I": 0, "total": 1}}


@pytest.mark.parametrize("status", ["NONE", "CONSIDERED", "IN_PROGRESS", "COMPLETED", "ALT"])
def test_only_a_completed_serious_case_review_of_a_completed_review_counts(status):
    completed = a_death(row="1", scr_status=status)
    open_case = a_death(row="2", scr_status=status, completed_on=None)

    assert count(completed, open_case).count("AG-20") == (status == "COMPLETED")


def test_a_figure_opens_to_its_rows():
    first = a_death(row="CD-2014-0001", outcome="M", sex="M")
    second = a_death(row="CD-2014-0002", outcome="N", sex="M")
    third = a_death(row="CD-2014-0003", completed_on=None, died_on=date(2014, 3, 31))

    counted = count(first, second, third)

    assert counted.rows("AG-01") == ("CD-2014-0001", "CD-2014-0002")
    assert counted.rows("AG-02") == ("CD-2014-0001",)
    assert counted.rows("AG-11", "M") == ("CD-2014-0001", "CD-2014-0002")
    assert counted.rows("AG-11", "M", "N") == ("CD-2014-0002",)
    assert counted.rows("AG-31", "2014") == ("CD-2014-0003",)
    assert counted.rows("groups", "unexpected") == ("CD-2014-0001", "CD-2014-0002")
    assert counted.rows("AG-11", "F", "I") == ()


def test_there_is_a_template_for_each_year_of_the_return():
    years = return_templates.years()

    assert [year.ends_in for year in years] == list(range(2011, 2020))
    for year in years:
        template = return_templates.template(year)
        assert template.name == f"lscb1-{year.slug}"
        assert template.status == "RECONSTRUCTED"


def test_a_year_without_a_template_says_so():
    with pytest.raises(return_templates.NoTemplate, match="2029-30"):
        return_templates.template(ReturnYear(2030))


spring = date(2014, 1, 1)
moments = st.integers(0, 700).map(lambda days: spring + timedelta(days=days))
boards = st.sampled_from([*PANEL, "NOTTINGHAM", "ABROAD", "NK"])


@st.composite
def deaths(draw):
    died = draw(moments)
    return a_death(
        died_on=died,
        notified_on=died + timedelta(days=draw(st.integers(0, 60))),
        completed_on=draw(st.none() | st.integers(0, 500).map(lambda n: died + timedelta(n))),
        residence_board=draw(boards),
        death_board=draw(boards),
        sex=draw(st.sampled_from(["M", "F", "U", ""])),
        location=draw(st.sampled_from(["HOME", "HOSP_PICU", "HOSP_ICU", ""])),
        age_days=draw(st.sampled_from([0, 27, 28, 5000])),
        expectedness=draw(st.sampled_from(["EXPECTED", "UNEXPECTED", "UNSURE", ""])),
        outcome=draw(st.sampled_from(OUTCOMES)),
        scr_status=draw(st.sampled_from(["NONE", "COMPLETED"])),
        not_for_review=draw(st.booleans()),
        passed_on=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(deaths(), max_size=25))
def test_the_cells_of_the_return_add_up_to_the_reviews(found):
    rows = [replace(death, row=str(number)) for number, death in enumerate(found)]

    counted = tabulate(rows, YEAR, TEMPLATE)
    items = counted.items

    assert items["AG-02"] + items["AG-03"] + items["AG-04"] == items["AG-01"]
    assert sum(counted.groups.values()) == items["AG-01"]
    assert items["AG-20"] <= items["AG-01"]
    assert sum(items["AG-31"].values()) == items["AG-30"]
    for table in TEMPLATE.tables:
        cells = items[table.item].values()
        assert sum(cell["total"] for cell in cells) == items["AG-01"]
        for number, outcome in enumerate(OUTCOMES):
            assert sum(cell[outcome] for cell in cells) == items[f"AG-0{2 + number}"]
    assert not set(counted.rows("AG-01")) & set(counted.rows("AG-30"))


@settings(max_examples=40, deadline=None)
@given(st.lists(deaths(), max_size=25))
def test_the_returns_of_the_boards_add_up_to_the_panels(found):
    rows = [replace(death, row=str(number)) for number, death in enumerate(found)]

    panel = tabulate(rows, YEAR, TEMPLATE, boards_of_panel=PANEL).items
    each = [tabulate(rows, YEAR, TEMPLATE, board=board).items for board in PANEL]

    for item in ("AG-01", "AG-02", "AG-03", "AG-04", "AG-20", "AG-30", "AG-40"):
        assert panel[item] == sum(items[item] for items in each)
