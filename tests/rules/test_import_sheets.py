"""Headings guessed, chosen and applied; rows to correct as a sheet; files read or refused."""

import datetime
import io
from dataclasses import dataclass

import openpyxl
import pytest

from casereview.import_reading import Unreadable, lines_of
from casereview.rules.import_sheets import (
    Column,
    Fate,
    RowFate,
    arranged,
    as_iso,
    by_name,
    counted,
    guessed,
    to_correct,
    with_errors,
    wrong_choice,
)
from casereview.spreadsheets import Sheet, csv_bytes, xlsx_bytes

COLUMNS = (
    Column("died_on", "Date of death", needed=True, day=True, also=("dod",)),
    Column("family_name", "Family name", needed=True, also=("surname",)),
    Column("sex", "Sex (code)"),
)


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["died_on", "family_name", "sex"], {"died_on": 0, "family_name": 1, "sex": 2}),
        (["Family Name", "", "Died on"], {"family_name": 0, "died_on": 2}),
        (["row", "what_to_do", "died_on", "family_name"], {"died_on": 2, "family_name": 3}),
        (["died_on", "family_name", "colour"], None),
        (["died_on", "died_on", "family_name"], None),
        (["died_on", "sex"], None),
        (["", ""], None),
    ],
)
def test_a_header_of_the_template_needs_no_choice(headings, found):
    assert by_name(COLUMNS, headings) == found


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["DOD", "Surname"], {"died_on": 0, "family_name": 1}),
        (["Dates of Death", "Famly name"], {"died_on": 0, "family_name": 1}),
        (["Ward", "Section", "Notes"], {}),
        (["Surname", "surname"], {"family_name": 0}),
    ],
)
def test_headings_are_guessed_by_likeness_and_what_is_unlike_is_left(headings, found):
    assert guessed(COLUMNS, headings) == found


def test_what_was_chosen_last_time_beats_likeness_where_the_heading_is_there():
    before = {"died_on": "when", "sex": "gone", "family_name": "surname"}

    assert guessed(COLUMNS, ["Date of death", "When", "Surname"], before) == {
        "died_on": 1,
        "family_name": 2,
    }


def test_a_choice_lacks_nothing_needed_and_uses_no_heading_twice():
    assert wrong_choice(COLUMNS, {"died_on": 0, "family_name": 1}) == []
    assert [column for column, _ in wrong_choice(COLUMNS, {"sex": 0})] == [
        "died_on",
        "family_name",
    ]
    twice = wrong_choice(COLUMNS, {"died_on": 0, "family_name": 1, "sex": 1})
    assert [column for column, _ in twice] == ["family_name", "sex"]


def test_lines_are_put_in_order_and_keep_their_place():
    lines = [["Name", "Notes", "Died"], ["Ash", "secret", "1/2/2015"], [], ["Elm"]]

    found = arranged(COLUMNS, lines, {"died_on": 2, "family_name": 0})

    assert found == [
        ["died_on", "family_name", "sex"],
        ["2015-02-01", "Ash", ""],
        ["", "", ""],
        ["", "Elm", ""],
    ]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (" 31/03/2015 ", "2015-03-31"),
        ("2015-03-31 00:00:00", "2015-03-31"),
        ("2015-03-31", "2015-03-31"),
        ("31/13/2015", "2015-13-31"),
        ("31.3.15", "31.3.15"),
    ],
)
def test_days_are_written_one_way(cell, found):
    assert as_iso(cell) == found


def test_rows_to_correct_say_what_to_do_and_can_be_read_again():
    lines = [["died_on", "family_name", "sex"], ["2015-02-30", "=Ash", ""], ["x", "Elm", ""]]
    fates = [
        RowFate(3, Fate.CREATE),
        RowFate(2, Fate.ERROR, problems=(("died_on", "Enter a real date"), ("sex", "Enter it"))),
    ]

    rows = to_correct(COLUMNS, lines, fates)

    assert rows[1:] == [
        ["2", "died_on: Enter a real date | sex: Enter it", "2015-02-30", "=Ash", ""]
    ]
    assert by_name(COLUMNS, rows[0]) == {"died_on": 2, "family_name": 3, "sex": 4}
    assert counted(fates) == {"create": 1, "change": 0, "skip": 0, "error": 1}
    assert RowFate.of_kept(fates[1].as_kept()) == fates[1]
    for content in (csv_bytes(rows), xlsx_bytes([Sheet("Rows", rows)])):
        assert lines_of(content)[1][3] == "'=Ash"


@dataclass(frozen=True)
class Wrong:
    row: int
    column: str
    message: str


def test_a_problem_makes_its_row_an_error_and_rows_stand_in_order():
    fates = [RowFate(4, Fate.CREATE, "third"), RowFate(2, Fate.SKIP, "first")]
    problems = [
        Wrong(4, "sex", "Enter it"),
        Wrong(3, "sex", "Choose"),
        Wrong(4, "died_on", "Again"),
    ]

    assert with_errors(fates, problems) == [
        RowFate(2, Fate.SKIP, "first"),
        RowFate(3, Fate.ERROR, problems=(("sex", "Choose"),)),
        RowFate(4, Fate.ERROR, problems=(("sex", "Enter it"), ("died_on", "Again"))),
    ]


def test_a_workbook_is_read_as_it_would_be_typed():
    book = openpyxl.Workbook()
    book.active.append(["number", "day", "time", "words"])
    book.active.append([9990000000.0, datetime.date(2015, 3, 31), datetime.time(16, 5), "a"])
    book.active.append([None, None, None, None])
    out = io.BytesIO()
    book.save(out)

    assert lines_of(out.getvalue()) == [
        ["number", "day", "time", "words"],
        ["9990000000", "2015-03-31", "16:05:00", "a"],
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b'a,b\n"open', "quotation mark"),
        (b"PK\x03\x04 not a workbook", "Save the workbook again"),
        (b"a,b\n", "at least one row"),
        (b"\n,\n", "Begin the file with its header"),
        (b"a\n1\n2\n3\n4\n", "more than 3 rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content, says):
    with pytest.raises(Unreadable, match=says):
        lines_of(content, most=3)
