"""The integrated chronology: order, gaps, and what is refused of an agency's file."""

import datetime
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scr.rules.chronology import Entry, Gap, gaps, lines, merged
from scr.rules.chronology_file import COLUMNS, MOST_ROWS, check_chronology

TODAY = date(2015, 3, 31)
HEADER = ",".join(COLUMNS)
GOOD = "2014-03-05,16:05,,GP record,Seen with a cough,Advice given,,Y"

days = st.dates(date(2012, 1, 1), date(2014, 12, 31))
entries = st.builds(
    Entry,
    key=st.uuids().map(str),
    agency=st.sampled_from(["GP", "Hospital", "Police"]),
    on=days,
    at=st.none() | st.times(),
    until=st.none() | days,
    about=st.booleans(),
)


def checked(*rows: str, header: str = HEADER):
    return check_chronology("\r\n".join([header, *rows]).encode(), TODAY)


def messages(*rows: str, header: str = HEADER) -> list[str]:
    return [one.words for one in checked(*rows, header=header).problems]


def entry(key: str, on: date, **facts) -> Entry:
    return Entry(key, facts.pop("agency", "GP"), on, **facts)


def test_agencies_are_merged_by_time_and_an_exact_time_comes_after_the_day_alone():
    day = date(2014, 3, 5)
    found = merged(
        [
            entry("late", day, at=time(16, 5)),
            entry("about", day, about=True),
            entry("early", day, at=time(9, 0), agency="Police"),
            entry("next", date(2014, 3, 6), agency="Police"),
            entry("day", day, agency="Police"),
        ]
    )

    assert [one.key for one in found] == ["day", "about", "early", "late", "next"]


def test_a_gap_begins_after_the_last_day_of_what_went_on():
    found = gaps(
        [entry("a", date(2014, 1, 1), until=date(2014, 1, 31)), entry("b", date(2014, 3, 1))], 27
    )

    assert found == [Gap(date(2014, 2, 1), date(2014, 2, 28))]
    assert found[0].days == 28


def test_a_gap_of_just_the_length_is_none():
    both = [entry("a", date(2014, 1, 31)), entry("b", date(2014, 3, 1))]

    assert gaps(both, 28) == []
    assert len(gaps(both, 27)) == 1


def test_the_days_of_the_scope_before_and_after_are_looked_at():
    found = gaps([entry("a", date(2014, 6, 1))], 28, date(2014, 1, 1), date(2014, 12, 31))

    assert found == [
        Gap(date(2014, 1, 1), date(2014, 5, 31)),
        Gap(date(2014, 6, 2), date(2014, 12, 31)),
    ]


def test_a_scope_of_which_nobody_speaks_is_one_gap():
    assert gaps([], 28, date(2014, 1, 1), date(2014, 12, 31)) == [
        Gap(date(2014, 1, 1), date(2014, 12, 31))
    ]


def test_a_gap_has_at_least_a_day():
    with pytest.raises(ValueError, match="at least one day"):
        gaps([], 0)


@given(st.lists(entries, max_size=12), st.integers(1, 90))
def test_every_day_is_spoken_of_or_in_a_short_or_a_shown_gap(found, longest):
    shown = gaps(found, longest)
    spoken = {
        one.on + datetime.timedelta(days=n)
        for one in found
        for n in range((one.last - one.on).days + 1)
    }

    for gap in shown:
        assert gap.days > longest
        assert not any(gap.first <= day <= gap.last for day in spoken)
        assert gap.first - datetime.timedelta(days=1) in spoken
        assert gap.last + datetime.timedelta(days=1) in spoken


@given(st.lists(entries, max_size=12, unique_by=lambda one: one.key))
def test_nothing_is_lost_and_no_gap_is_moved_by_merging(found):
    listed = lines(found, gaps(found, 7))

    assert [one for one in listed if isinstance(one, Entry)] == merged(found)
    assert sorted(one.key for one in listed if isinstance(one, Entry)) == sorted(
        one.key for one in found
    )
    firsts = [one.first if isinstance(one, Gap) else one.on for one in listed]
    assert firsts == sorted(firsts)


def test_a_good_file_gives_each_row_with_its_place():
    found = checked(GOOD, "", "about 05/04/2014,,2014-04-20,Letter,Referred on,,,")

    assert found.problems == ()
    assert [number for number, _ in found.rows] == [2, 4]
    first, second = (row for _, row in found.rows)
    assert (first.on, first.at, first.child_seen) == (date(2014, 3, 5), time(16, 5), "Y")
    assert (second.on, second.until, second.about) == (date(2014, 4, 5), date(2014, 4, 20), True)
    assert second.child_seen == "NK"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",,,GP record,Seen,,,", "Row 2, date: Enter the day"),
        ("2014-02-30,,,GP record,Seen,,,", "Row 2, date: Enter a real date"),
        ("2015-04-01,,,GP record,Seen,,,", "Row 2, date: Enter a day that is not in the future"),
        ("2014-03-05,25:00,,GP record,Seen,,,", "Row 2, time: Enter the time on the 24-hour"),
        ("about 2014-03-05,9:00,,GP record,Seen,,,", "Row 2, time: Leave the time empty"),
        ("2014-03-05,,2014-03-04,GP record,Seen,,,", "Row 2, until: Enter a last day on or after"),
        ("2014-03-05,,,,Seen,,,", "Row 2, source: Enter which record this is from"),
        ("2014-03-05,,,GP record,,,,", "Row 2, what_happened: Enter what happened"),
        ("2014-03-05,,,GP record,Seen,,,maybe", "Row 2, child_seen: Enter Y, N or NK"),
        ("2014-03-05,,,GP record", "Give this row 8 cells: it has 4"),
        ("2014-03-05,,,GP record,Seen\x00,,,", "Row 2, what_happened: Remove the hidden control"),
    ],
)
def test_a_wrong_cell_is_told_with_its_row_column_and_remedy(row, words):
    found = messages(row)

    assert len(found) == 1
    assert words in found[0]


def test_one_wrong_row_refuses_the_whole_file():
    found = checked(GOOD, "2014-03-05,,,GP record,,,,")

    assert found.rows == ()
    assert len(found.problems) == 1


def test_a_story_is_never_repeated_in_a_message():
    found = messages(f"2014-03-05,,,GP record,Qxstory{'x' * 4000},,,")

    assert found and "Qxstory" not in " ".join(found)


def test_a_row_that_is_there_twice_is_refused():
    assert messages(GOOD, GOOD) == ["Row 3, what_happened: Remove this row: it repeats row 2"]


def test_the_header_must_be_complete_and_what_else_is_there_is_not_repeated():
    found = messages(GOOD, header=HEADER.replace("comment", "Ada Example"))

    assert found == [
        "Row 1, comment: Add this column: it is missing",
        "Row 1, column 7: Remove this column: it is not known",
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Begin the file with the header"),
        (HEADER.encode(), "Add a row for each event"),
        (b"Ada,Example\n1,2\n", "Begin the file with the header"),
        (f"{HEADER}\n".encode() + b"2014-03-05,,,GP,\xff,,,\n", "Save the file as CSV in UTF-8"),
        (f'{HEADER}\n2014-03-05,,,GP,"Seen,,,\n'.encode(), "Close the quotation mark"),
        (b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_chronology_is_refused(data, words):
    found = check_chronology(data, TODAY)

    assert found.rows == ()
    assert words in found.problems[0].message


def test_too_many_rows_are_refused():
    rows = [f"2014-03-05,,,GP record,Event {n},,," for n in range(MOST_ROWS + 1)]

    assert "Split the file" in messages(*rows)[0]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_a_file_is_read_or_refused(data):
    found = check_chronology(HEADER.encode() + b"\n" + data, TODAY)

    assert bool(found.rows) != bool(found.problems)
