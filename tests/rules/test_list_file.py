"""A list's file: what is accepted, and what each refusal says."""

import datetime

import pytest

from cdop.rules.list_file import LARGEST_BYTES, check_list

HEADER = "entry,given_names,family_name,sex,born_on,died_on,postcode"
ROW = "C1,Ada,Example,F,2014-03-09,2015-04-02,LE1 1ZZ"


def check(*rows, header=HEADER):
    return check_list("\n".join([header, *rows]).encode())


def problem(*rows, header=HEADER):
    found = check(*rows, header=header)
    assert found.deaths == ()
    assert len(found.problems) == 1
    return found.problems[0]


def test_a_row_is_read():
    (death,) = check(ROW).deaths

    assert (death.entry, death.given_names, death.sex) == ("C1", "Ada", "F")
    assert (death.born_on, death.died_on) == (
        datetime.date(2014, 3, 9),
        datetime.date(2015, 4, 2),
    )


def test_any_cell_may_be_blank_and_a_row_of_blanks_is_left_out():
    found = check(",,,,,,", ",Ada,,,,,", "C3,,,,,,")

    assert [death.entry for death in found.deaths] == ["row 3", "C3"]


def test_the_columns_may_stand_in_any_order_with_a_byte_order_mark_and_british_dates():
    text = "\ufeffpostcode,died_on,born_on,sex,family_name,given_names,entry\r\n"
    found = check_list((text + "LE1 1ZZ,02/04/2015,9/3/2014,Female,Example,Ada,C1\r\n").encode())

    assert found == check(ROW)


def test_an_empty_list_is_a_list():
    assert check().problems == check().deaths == ()


@pytest.mark.parametrize(
    "row, column, says, value",
    [
        ("C1,Ada,Example,X,,,", "sex", "Enter M, F or U", "X"),
        ("C1,Ada,Example,F,,31/02/2015,", "died_on", "Enter the date of death", "31/02/2015"),
        ("C1,Ada,Example,F,2014-3-9x,,", "born_on", "Enter the date of birth", None),
        ("C1,Ada\u202e,Example,F,,,", "given_names", "Remove the hidden character", None),
        ("C1,Ada,Example,F,,,LE1 1ZZ LE1 1ZZ", "postcode", "Shorten this cell", None),
        ("C1,Ada,Example", "sex", "Give this row 7 cells", None),
        ('C1,"Ada,Example,F,,,', "entry", "Close the quotation mark", None),
    ],
)
def test_a_refusal_names_row_column_and_remedy_and_never_a_person(row, column, says, value):
    found = problem(row)

    assert (found.row, found.column) == (2, column)
    assert found.message.startswith(says)
    assert found.value == value


def test_an_entry_twice_is_refused_with_both_rows():
    found = problem(ROW, ROW)

    assert (found.row, found.column, found.value) == (3, "entry", "C1")
    assert "row 2" in found.message


def test_a_column_that_is_missing_or_not_known_is_named():
    found = check(header="entry,given_names,family_name,sex,born_on,died_on,Sample Street")

    assert [(one.row, one.column) for one in found.problems] == [(1, "postcode"), (1, "column 7")]


@pytest.mark.parametrize("data", [b"", b"Ada,Example\n", b"\xff\xfe\x00"])
def test_what_is_no_list_is_refused_in_words(data):
    (found,) = check_list(data).problems

    assert found.row == 1
    assert found.message.split()[0] in {"Begin", "Save"}


def test_a_list_too_large_is_refused():
    (found,) = check_list(b"x" * (LARGEST_BYTES + 1)).problems

    assert found.message.startswith("Split the list")
