"""Setting up without code: colours that are read, files of agencies, days proclaimed, the steps."""

import dataclasses
import datetime

import pytest

from casereview.rules import working_days
from casereview.rules.agency_file import COLUMNS, check_agencies
from casereview.rules.contrast import ENOUGH, contrast, is_colour
from casereview.rules.set_up_steps import Found, steps

KINDS = {"hospital": "HOSPITAL", "police": "POLICE"}
BOARDS = {"example board": "1"}
NOTHING = Found(
    administrators=1,
    auditors_apart=0,
    panels=1,
    panels_without_board=1,
    panels_without_quorum=1,
    panels_without_manager=1,
    panels_without_chair=1,
    boards_served=0,
    boards_without_telephone=0,
    agencies=0,
    agencies_unreachable=0,
    lists_reconstructed=3,
    retention_kinds=4,
    retention_settled=0,
    holidays_known_until=2030,
    this_year=2030,
    named=False,
    own_texts=0,
    sends_from="casereview@localhost",
    backed_up=False,
    drilled=False,
    key_backup=False,
)
EVERYTHING = Found(
    administrators=2,
    auditors_apart=1,
    panels=1,
    panels_without_board=0,
    panels_without_quorum=0,
    panels_without_manager=0,
    panels_without_chair=0,
    boards_served=3,
    boards_without_telephone=0,
    agencies=9,
    agencies_unreachable=0,
    lists_reconstructed=0,
    retention_kinds=4,
    retention_settled=4,
    holidays_known_until=2031,
    this_year=2030,
    named=True,
    own_texts=1,
    sends_from="casereview@example.org",
    backed_up=True,
    drilled=True,
    key_backup=True,
)


def test_nothing_is_done_at_first_and_everything_in_the_end():
    assert not [one.title for one in steps(NOTHING) if one.done]
    assert not [one.title for one in steps(EVERYTHING) if not one.done]


@pytest.mark.parametrize(
    ("fact", "value", "title"),
    [
        ("administrators", 1, "Two administrators"),
        ("auditors_apart", 0, "An auditor who is no administrator"),
        ("panels_without_board", 1, "Areas, boards and panels"),
        ("panels_without_quorum", 1, "Each panel’s quorum"),
        ("panels_without_manager", 1, "A manager for each panel"),
        ("panels_without_chair", 1, "A chair for each panel"),
        ("agencies_unreachable", 1, "Agencies, and whom to write to"),
        ("boards_without_telephone", 1, "Whom to telephone about a child at risk"),
        ("retention_settled", 3, "How long papers are kept"),
        ("sends_from", "casereview@localhost", "Sender of messages"),
        ("key_backup", False, "To whom backups of the keys are sealed"),
        ("drilled", False, "A backup, and a restore tried from it"),
    ],
)
def test_one_thing_that_is_missing_is_one_step(fact, value, title):
    found = dataclasses.replace(EVERYTHING, **{fact: value})

    assert [one.title for one in steps(found) if not one.done] == [title]


def test_each_step_has_one_page_or_the_setting():
    for one in steps(NOTHING):
        assert bool(one.page) != bool(one.setting), one.title
        assert bool(one.page) == bool(one.link), one.title


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_the_guidelines(one, other, known):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(known, abs=0.01)


def test_only_a_colour_is_a_colour_and_the_house_s_own_is_read():
    assert is_colour("#0b4144") and contrast("#0b4144", "#ffffff") > ENOUGH
    for written in ("0b4144", "#0b414", "#0b4144;}", "red", "#0b4144\n"):
        assert not is_colour(written)


def test_a_file_of_agencies_is_read_with_its_contacts():
    rows, problems = check_agencies(
        [
            ["Name ", "KIND", "Board", "contact name", "contact email"],
            ["Example Trust", "hospital", "Example Board", "Duty desk", "Desk@Example.org"],
            ["", "", "", "", ""],
            ["Example Trust", "Hospital", "example board", "Night desk", "n@example.org"],
            ["Example Force", "POLICE", "", "", ""],
        ],
        KINDS,
        BOARDS,
    )

    assert problems == ()
    assert [(one.number, one.name, one.kind, one.board) for one in rows] == [
        (2, "Example Trust", "HOSPITAL", "1"),
        (4, "Example Trust", "HOSPITAL", "1"),
        (5, "Example Force", "POLICE", ""),
    ]
    assert rows[0].contact["email"] == "desk@example.org"
    assert rows[2].contact == {}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"name": ""}, "enter the name"),
        ({"kind": "circus"}, "write the kind"),
        ({"board": "elsewhere"}, "write the board"),
        ({"email": "nobody"}, "write the email like"),
        ({"name": "x" * 201}, "shorten the name"),
        ({"name": "two\nlines"}, "take line ends"),
        ({"contact email": "a@example.org"}, "enter the contact name"),
        ({"contact name": "Desk"}, "enter the contact email or"),
    ],
)
def test_what_is_wrong_is_told_with_its_row_and_nothing_is_taken(cells, told):
    good = {"name": "Example Trust", "kind": "hospital"}
    lines = [list(COLUMNS), [(good | cells).get(name, "") for name in COLUMNS]]

    rows, problems = check_agencies(lines, KINDS, BOARDS)

    assert rows == ()
    assert len(problems) == 1
    assert problems[0].startswith(f"Row 2: {told}")


@pytest.mark.parametrize(
    "lines",
    [[], [["kind"]], [["name", "kind", "colour"]], [["name", "kind", "name"]], [["name", "kind"]]],
)
def test_a_file_without_its_header_or_rows_is_refused(lines):
    rows, problems = check_agencies(lines, KINDS, BOARDS)

    assert (rows, len(problems)) == ((), 1)


def test_one_agency_is_told_in_one_way():
    lines = [["name", "kind"], ["Example", "hospital"], ["EXAMPLE", "police"]]

    assert "the same kind" in check_agencies(lines, KINDS, BOARDS)[1][0]


def test_a_day_proclaimed_once_is_no_working_day():
    day = datetime.date(2030, 6, 5)  # a Wednesday
    assert working_days.working_day(day)
    try:
        working_days.proclaim([day])
        assert not working_days.working_day(day)
        assert working_days.add_working_days(datetime.date(2030, 6, 4), 1).day == 6
        assert working_days.bank_holidays(2030)[datetime.date(2030, 12, 25)]
    finally:
        working_days.proclaim([])
    assert working_days.working_day(day)
