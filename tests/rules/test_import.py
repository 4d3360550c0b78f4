"""Every condition that refuses an import file, and what the refusal may say."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdop.codes import import_codes
from cdop.rules.import_columns import COLUMNS, NEVER_SHOWN
from cdop.rules.import_file import check_file
from cdop.rules.import_rows import ImportedDeath, validate_row

CODES = import_codes()
TODAY = date(2016, 1, 1)
FIXTURE = Path(__file__).parent.parent / "data" / "llr_2014_15.csv"
SECRET = "Secretname"

OPEN = dict.fromkeys(COLUMNS, "") | {
    "source_reference": "X-1",
    "notified_on": "2014-06-03",
    "died_on": "2014-06-02",
    "born_on": "2010-01-01",
    "family_name": "Example",
    "given_names": "Ada",
    "sex": "F",
    "nhs_number": "9997443403",
    "ethnicity": "WBRI",
    "residence_lscb": "LEICESTER",
    "place_of_death_lscb": "LEICESTER",
    "notified_by": "HOSPITAL",
    "expectedness": "UNEXPECTED",
    "event": "OTHER",
    "location": "HOME",
    "cp_plan": "NEVER",
    "statutory_order": "NEVER",
    "asylum_seeker": "N",
    "scr_status": "NONE",
}
COMPLETED = OPEN | {
    "review_completed_on": "2015-03-31",
    "category_of_death": "3",
    "modifiable_outcome": "N",
}
WITH_FACTORS = COMPLETED | {"modifiable_outcome": "M", "modifiable_factors": "SMOKING; OTHER"}


def a_file(*rows, header=COLUMNS):
    lines = [",".join(header)]
    for row in rows:
        lines.append(",".join('"' + row[c].replace('"', '""') + '"' for c in COLUMNS))
    return ("\n".join(lines) + "\n").encode()


def accepted(row):
    found = validate_row(row, 2, CODES, TODAY)
    assert isinstance(found, ImportedDeath)
    return found


def problems_of(changes, base=OPEN):
    found = validate_row(base | changes, 7, CODES, TODAY)
    return [] if isinstance(found, ImportedDeath) else found


@pytest.mark.parametrize("row", [OPEN, COMPLETED, WITH_FACTORS])
def test_a_complete_and_possible_row_is_accepted(row):
    assert problems_of({}, row) == []


@pytest.mark.parametrize(
    ("base", "changes", "column", "says"),
    [
        (OPEN, {"died_on": "2014-02-31"}, "died_on", "real date"),
        (OPEN, {"died_on": "02/06/2014"}, "died_on", "real date"),
        (OPEN, {"died_on": "20140602"}, "died_on", "real date"),
        (OPEN, {"died_on": "2014-6-2"}, "died_on", "real date"),
        (OPEN, {"died_on": "2014-W23-1"}, "died_on", "real date"),
        (OPEN, {"died_on": "\N{ARABIC-INDIC DIGIT TWO}014-06-02"}, "died_on", "real date"),
        (OPEN, {"died_on": ""}, "died_on", "Enter the date of death"),
        (OPEN, {"notified_on": ""}, "notified_on", "Enter the date of notification"),
        (OPEN, {"born_on": ""}, "born_on", "Enter the date of birth"),
        (OPEN, {"born_on": "2014-06-03"}, "born_on", "not after the date of death"),
        (OPEN, {"born_on": "1996-06-02"}, "born_on", "18 or over"),
        (OPEN, {"born_on": "1996-06-01"}, "born_on", "18 or over"),
        (OPEN, {"notified_on": "2014-06-01"}, "notified_on", "not before the date of death"),
        (OPEN, {"notified_on": "2016-01-02"}, "notified_on", "not after today"),
        (
            COMPLETED,
            {"review_completed_on": "2014-06-01"},
            "review_completed_on",
            "not before the date of death",
        ),
        (COMPLETED, {"review_completed_on": "2016-01-02"}, "review_completed_on", "today"),
        (COMPLETED, {"review_completed_on": "2015-02-29"}, "review_completed_on", "real date"),
        (OPEN, {"nhs_number": "9997443404"}, "nhs_number", "check digit"),
        (OPEN, {"nhs_number": "12345"}, "nhs_number", "ten digits"),
        (OPEN, {"source_reference": ""}, "source_reference", "Enter the source reference"),
        (OPEN, {"source_reference": "x" * 61}, "source_reference", "60 characters"),
        (OPEN, {"born_on": "1887-06-02"}, "born_on", "1900 or after"),
        (OPEN, {"family_name": ""}, "family_name", "family name"),
        (OPEN, {"sex": ""}, "sex", "blank is not a code"),
        (OPEN, {"sex": "X"}, "sex", "list"),
        (OPEN, {"sex": "f"}, "sex", "list"),
        (OPEN, {"ethnicity": "ZZZZ"}, "ethnicity", "list"),
        (OPEN, {"residence_lscb": "ATLANTIS"}, "residence_lscb", "list"),
        (OPEN, {"place_of_death_lscb": "ATLANTIS"}, "place_of_death_lscb", "list"),
        (OPEN, {"notified_by": "NOBODY"}, "notified_by", "list"),
        (OPEN, {"expectedness": "NEONATAL"}, "expectedness", "list"),
        (OPEN, {"event": "FLOOD"}, "event", "list"),
        (OPEN, {"location": "MOON"}, "location", "list"),
        (OPEN, {"cp_plan": "YES"}, "cp_plan", "list"),
        (OPEN, {"statutory_order": "YES"}, "statutory_order", "list"),
        (OPEN, {"asylum_seeker": "YES"}, "asylum_seeker", "list"),
        (OPEN, {"scr_status": "MAYBE"}, "scr_status", "list"),
        (COMPLETED, {"scr_status": ""}, "scr_status", "completed"),
        (COMPLETED, {"category_of_death": "11"}, "category_of_death", "list"),
        (COMPLETED, {"category_of_death": "03"}, "category_of_death", "list"),
        (COMPLETED, {"category_of_death": ""}, "category_of_death", "completed"),
        (COMPLETED, {"modifiable_outcome": ""}, "modifiable_outcome", "completed"),
        (COMPLETED, {"modifiable_outcome": "X"}, "modifiable_outcome", "list"),
        (COMPLETED, {"modifiable_outcome": "M"}, "modifiable_factors", "outcome is M"),
        (COMPLETED, {"modifiable_factors": "SMOKING"}, "modifiable_factors", "outcome is N"),
        (
            COMPLETED,
            {
                "modifiable_outcome": "I",
                "insufficient_reason": "No records",
                "modifiable_factors": "SMOKING",
            },
            "modifiable_factors",
            "outcome is I",
        ),
        (COMPLETED, {"modifiable_outcome": "I"}, "insufficient_reason", "not sufficient"),
        (COMPLETED, {"insufficient_reason": "No records"}, "insufficient_reason", "outcome I"),
        (WITH_FACTORS, {"modifiable_factors": "SMOKING;GHOSTS"}, "modifiable_factors", "list"),
        (WITH_FACTORS, {"modifiable_factors": "SMOKING;"}, "modifiable_factors", "list"),
        (WITH_FACTORS, {"modifiable_factors": "SMOKING,OTHER"}, "modifiable_factors", "list"),
        (WITH_FACTORS, {"modifiable_factors": "SMOKING;SMOKING"}, "modifiable_factors", "once"),
        (OPEN, {"category_of_death": "3"}, "category_of_death", "case is open"),
        (OPEN, {"modifiable_outcome": "N"}, "modifiable_outcome", "case is open"),
        (OPEN, {"modifiable_factors": "SMOKING"}, "modifiable_factors", "case is open"),
        (OPEN, {"insufficient_reason": "No records"}, "insufficient_reason", "case is open"),
        (OPEN, {"learning": "Ask twice"}, "learning", "case is open"),
        (OPEN, {"family_name": "Exam\x00ple"}, "family_name", "control character"),
        (OPEN, {"family_name": "Exam\nple"}, "family_name", "line break"),
        (OPEN, {"given_names": "A\tB"}, "given_names", "control character"),
        (OPEN, {"given_names": "A\x85B"}, "given_names", "control character"),
        (OPEN, {"given_names": "A\u202eB"}, "given_names", "control character"),
        (OPEN, {"family_name": "=1+1"}, "family_name", "formula"),
        (COMPLETED, {"learning": "@SUM(A1)"}, "learning", "formula"),
        (COMPLETED, {"learning": "x" * 5001}, "learning", "5000 characters"),
    ],
)
def test_each_condition_refuses_the_row_in_its_column(base, changes, column, says):
    found = problems_of(changes, base)

    assert [problem.column for problem in found] == [column]
    assert says in found[0].message
    assert found[0].row == 7
    assert found[0].message[0].isupper()


def test_the_day_before_the_eighteenth_birthday_is_accepted():
    assert problems_of({"born_on": "1996-06-03"}) == []


def test_blank_is_allowed_where_the_fact_may_not_be_known():
    blank = {
        "nhs_number": "",
        "given_names": "",
        "residence_postcode": "",
        "family_name": "",
        "mother_family_name": "Example",
        "scr_status": "",
    }

    assert problems_of(blank) == []


def test_a_row_is_normalised_so_that_the_same_content_has_one_digest():
    spaced = WITH_FACTORS | {
        "family_name": "  Ame\u0301lie ",
        "nhs_number": "999 744 3403",
        "modifiable_factors": "OTHER;SMOKING",
    }
    plain = WITH_FACTORS | {"family_name": "Am\u00e9lie"}

    first, second = accepted(spaced), accepted(plain)

    assert first.canonical() == second.canonical()
    assert second.modifiable_factors == ("SMOKING", "OTHER")
    assert set(first.cells()) == set(COLUMNS)


@pytest.mark.parametrize("column", sorted(NEVER_SHOWN))
def test_a_problem_never_repeats_what_identifies_a_person(column):
    bad = {column: f"={SECRET}"}

    found = problems_of(bad, COMPLETED | {"modifiable_outcome": "I"})

    told = next(problem for problem in found if problem.column == column)
    assert told.value is None
    assert SECRET not in str([problem.as_json() for problem in found])


def test_a_problem_shows_the_value_of_any_other_column():
    found = problems_of({"event": "FLOOD"})

    assert found[0].as_json() == {
        "row": 7,
        "column": "event",
        "message": found[0].message,
        "value": "FLOOD",
    }


def test_a_death_does_not_show_the_child_when_printed():
    death = validate_row(COMPLETED | {"family_name": SECRET}, 2, CODES, TODAY)

    assert SECRET not in repr(death) and "9997443403" not in repr(death)


def test_the_fictional_year_is_accepted_whole():
    checked = check_file(FIXTURE.read_bytes(), CODES, TODAY)

    assert checked.problems == ()
    assert len(checked.deaths) == 100
    assert sum(death.completed for _, death in checked.deaths) == 71


@pytest.mark.parametrize(
    ("header", "column", "says"),
    [
        ([c for c in COLUMNS if c != "event"], "event", "missing"),
        ([*COLUMNS, "shoe_size"], "shoe_size", "not known"),
        ([c if c != "event" else "sex" for c in COLUMNS], "sex", "twice"),
        ([COLUMNS[1], COLUMNS[0], *COLUMNS[2:]], "source_reference", "order"),
        (["CD1", SECRET, "Ada"], "source_reference", "Begin the file"),
        ([*COLUMNS, f"{SECRET} of 1 Example Street"], "column 28", "not known"),
    ],
)
def test_a_header_that_is_not_that_of_version_1_is_refused(header, column, says):
    checked = check_file(a_file(OPEN, header=header), CODES)

    assert checked.deaths == ()
    assert any(p.row == 1 and p.column == column and says in p.message for p in checked.problems)
    assert SECRET not in str(checked.problems)


@pytest.mark.parametrize(
    ("data", "row", "column", "says"),
    [
        (b"", 1, "source_reference", "header"),
        (a_file(OPEN).decode().encode("utf-16"), 1, "source_reference", "UTF-8"),
        (a_file(OPEN).replace(b"Ada", b"Ad\xe9"), 2, "given_names", "UTF-8"),
        (a_file(OPEN).replace(b'"Ada"', b'"Ada'), 2, "given_names", "quotation mark"),
        (a_file(OPEN).replace(b'"Ada"', b'"A"da'), 2, "given_names", "quotation mark"),
        (a_file(OPEN, OPEN) + b"CD1,2014-06-03\n", 4, "died_on", "missing cells"),
        (a_file(OPEN).replace(b'"Ada"', b'"Ada","Bob"'), 2, "learning", "extra cells"),
        (a_file(OPEN).replace(b"Ada", b"A" * 50_000_000), 2, "given_names", "too long"),
        (a_file(OPEN, OPEN), 3, "source_reference", "row 2 has this one"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_row_and_column(data, row, column, says):
    checked = check_file(data, CODES)

    told = [p for p in checked.problems if p.row == row and says in p.message]
    assert checked.deaths == ()
    assert told and told[0].column == column


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    second = OPEN | {"source_reference": "X-2", "learning": "two\nlines"}
    third = OPEN | {"source_reference": "X-3", "sex": "?"}
    data = a_file(OPEN, second).decode() + "\n" + a_file(third).decode().split("\n", 1)[1]

    checked = check_file(data.encode(), CODES)

    assert [(p.row, p.column) for p in checked.problems] == [(3, "learning"), (5, "sex")]


def test_a_byte_order_mark_and_windows_line_ends_are_accepted():
    data = b"\xef\xbb\xbf" + a_file(OPEN).replace(b"\n", b"\r\n")

    assert check_file(data, CODES).problems == ()


def test_one_bad_row_refuses_the_whole_file_and_every_problem_is_told():
    bad = OPEN | {"source_reference": "X-2", "nhs_number": "", "sex": "?", "event": "?"}

    checked = check_file(a_file(OPEN, bad), CODES)

    assert checked.deaths == ()
    assert [(p.row, p.column) for p in checked.problems] == [(3, "sex"), (3, "event")]


def test_the_same_nhs_number_or_name_and_dates_is_listed_and_not_refused():
    same_number = OPEN | {"source_reference": "X-2", "given_names": "Bo"}
    same_name = OPEN | {"source_reference": "X-3", "nhs_number": "", "given_names": "ADA"}
    another = OPEN | {"source_reference": "X-4", "nhs_number": "", "born_on": "2011-01-01"}

    checked = check_file(a_file(OPEN, same_number, same_name, another), CODES)

    assert len(checked.deaths) == 4
    assert [found.as_json() for found in checked.possible_duplicates] == [
        {"why": "nhs_number", "rows": [2, 3], "references": ["X-1", "X-2"]},
        {"why": "name_and_dates", "rows": [2, 4], "references": ["X-1", "X-3"]},
    ]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30), max_size=6))
def test_any_text_in_any_cell_is_accepted_or_refused_but_never_fails(changes):
    found = validate_row(COMPLETED | changes, 2, CODES, TODAY)

    assert isinstance(found, ImportedDeath) or found
    if isinstance(found, ImportedDeath):
        assert validate_row(found.cells(), 2, CODES, TODAY) == found or found.modifiable_factors


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_accepted_or_refused_but_never_fails(place, damage):
    data = FIXTURE.read_bytes()[:3000]

    checked = check_file(data[:place] + damage + data[place + 1 :], CODES, TODAY)

    assert checked.deaths == () or not checked.problems
