"""A file of earlier learning: what is read of it, and what is wrong by row and column."""

from datetime import date

import pytest

from learning.rules.learning_file import CODED, COLUMNS, MOST_ROWS, NEEDED, Lists, check_rows

TODAY = date(2021, 4, 1)
LISTS = Lists(
    {
        **{column: {} for column in CODED},
        "source": {"audit": "audit", "panel review": "panel_review"},
        "evidence": {"pattern": "pattern", "single": "single"},
    },
    {"safe_sleep": "safe_sleep", "unsafe sleeping": "safe_sleep", "t05": "suicide"},
)
GOOD = ["2015-03-31", "audit", "safe_sleep", "A baby slept on a sofa."]


def check(*rows, header=NEEDED):
    return check_rows([header, *rows], LISTS, TODAY)


def told(checked):
    return [(one.row, one.column, one.message) for one in checked.problems]


def test_a_row_is_read_with_codes_for_what_was_written():
    checked = check(["31/03/2015", "Panel review", "Unsafe Sleeping", " A baby slept. "])

    (row,) = checked.rows
    assert not checked.problems
    assert set(row) == {*COLUMNS, "row"}
    assert [row[name] for name in ("row", *NEEDED)] == [
        "2", "2015-03-31", "panel_review", "safe_sleep", "A baby slept.",
    ]  # fmt: skip


def test_further_columns_are_read_and_blank_lines_left_out():
    header = [*NEEDED, "Other themes", "evidence", "evidence_cases", "died_in", "events"]
    row = [*GOOD, "T05; safe_sleep", "pattern", "4.0", "2015-q3", "12"]

    checked = check([""] * 9, row, header=header)

    (read,) = checked.rows
    assert read["row"] == "3"
    assert read["other_themes"] == "suicide;safe_sleep"
    assert (read["evidence_cases"], read["died_in"], read["events"]) == ("4", "2015-Q3", "12")


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("learned_on", "", "Fill in"),
        ("learned_on", "2021-04-02", "not after today"),
        ("learned_on", "31.03.2015", "real day"),
        ("learned_on", "30/02/2015", "real day"),
        ("source", "gossip", "code or name"),
        ("theme", "T99", "theme of the list"),
        ("statement", "", "Fill in"),
        ("statement", "x" * 4_001, "Shorten"),
        ("statement", "He died on 3 May 2014", "Take out a day"),
        ("statement", "turned \u202e round", "Remove the"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column_and_no_row_is_given(column, value, says):
    row = list(GOOD)
    row[NEEDED.index(column)] = value

    checked = check(["2015-03-30", *GOOD[1:]], row)

    assert checked.rows == ()
    ((number, where, message),) = told(checked)
    assert (number, where) == (3, column)
    assert says in message
    assert not value or len(value) < 12 or value not in message


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("events", "0", "whole number"),
        ("events", "²", "whole number"),
        ("evidence_cases", "3", "Enter pattern"),
        ("died_in", "2015-03-31", "never the day"),
        ("died_in", "2022-Q2", "never the day"),
        ("other_themes", "safe_sleep; nothing", "semicolon"),
        ("kind", "odd", "code or name"),
    ],
)
def test_a_wrong_cell_of_a_further_column_is_told(column, value, says):
    ((_, where, message),) = told(check([*GOOD, value], header=[*NEEDED, column]))

    assert where == column
    assert says in message


def test_two_rows_that_say_the_same_are_refused():
    assert told(check(GOOD, GOOD)) == [(3, "statement", "Take this row out: row 2 says the same")]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "Begin the file with its header"),
        ([["a", "b"]], "Begin the file with the header"),
        ([NEEDED], "at least one row"),
        ([[*NEEDED, "theme"], [*GOOD, ""]], "twice"),
        ([[*NEEDED, "child"], [*GOOD, "x"]], "Remove this column"),
        ([NEEDED[1:], GOOD[1:]], "Add this column"),
        ([NEEDED, [*GOOD, "beyond"]], "beyond the header"),
        (
            [NEEDED, *([GOOD[0], *GOOD[1:3], f"Said {n}"] for n in range(MOST_ROWS + 1))],
            "Split the file",
        ),
    ],
)
def test_a_file_that_is_not_one_is_refused_whole(lines, says):
    checked = check_rows(lines, LISTS, TODAY)

    assert checked.rows == ()
    assert says in checked.problems[0].message


def test_what_a_wrong_header_holds_is_not_repeated():
    checked = check(["x"], header=[*NEEDED, "Ada Example"])

    assert "Ada" not in str(checked.problems)
