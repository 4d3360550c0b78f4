"""An agency's chronology as a file: its columns, rows, and what is wrong with them."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from casereview.rules.text import UnacceptableText, normalise_line, normalise_text

COLUMNS = (
    "date",
    "time",
    "until",
    "source",
    "what_happened",
    "response",
    "comment",
    "child_seen",
)
LARGEST_BYTES = 2_000_000
MOST_ROWS = 2_000
_LIMITS = {"source": 200, "what_happened": 4_000, "response": 4_000, "comment": 4_000}
# Their words tell a child's story: a message never repeats them.
_NEVER_SHOWN = frozenset(_LIMITS)
_LINES = frozenset({"date", "time", "until", "source", "child_seen"})
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?")
_ABOUT = re.compile(r"(?:about|circa|c\.|approx\.?)\s+", re.IGNORECASE)
_SEEN = {
    "": "NK",
    "y": "Y",
    "yes": "Y",
    "n": "N",
    "no": "N",
    "nk": "NK",
    "not known": "NK",
    "unknown": "NK",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell: the row as a spreadsheet counts it (header 1), the column, what
    to do, and the value unless it tells a story; None is a value that is not shown."""

    row: int
    column: str
    message: str
    value: str | None = None

    @property
    def words(self) -> str:
        """The problem in one line."""
        shown = f" (it is {self.value})" if self.value else ""
        return f"Row {self.row}, {self.column}: {self.message}{shown}"


@dataclass(frozen=True, repr=False)
class Row:
    """One event as an agency recorded it; `until` is its last day, None where it is one day."""

    on: date
    at: time | None
    until: date | None
    about: bool
    source: str
    what: str
    response: str
    comment: str
    child_seen: str


@dataclass(frozen=True, repr=False)
class Checked:
    """The events of a file, with the row each stood in, or the problems that refuse it whole."""

    rows: tuple[tuple[int, Row], ...]
    problems: tuple[Problem, ...]


def check_chronology(data: bytes, today: date) -> Checked:
    """Check every row of an agency's chronology; where there is a problem, no event is given.

    Dates are written YYYY-MM-DD or DD/MM/YYYY, with *about* before one that is not exact, and
    lie neither before 1900 nor after `today`; times are written HH:MM on the 24-hour clock.
    """
    found, problems = _cells(data)
    checked = examined(found, today)
    problems += checked.problems
    if not problems and not checked.rows:
        problems.append(_whole("Add a row for each event: there is none below the header"))
    if problems:
        ordered = sorted(problems, key=lambda one: (one.row, _place(one.column)))
        return Checked((), tuple(ordered))
    return checked


def examined(found: Iterable[tuple[int, dict[str, str]]], today: date) -> Checked:
    """Check rows that were read, each with its number; the good ones stand beside what is wrong."""
    problems: list[Problem] = []
    rows: list[tuple[int, Row]] = []
    first: dict[Row, int] = {}
    for number, cells in found:
        row, wrong = _row(number, cells, today)
        problems += wrong
        if row is None:
            continue
        if (before := first.setdefault(row, number)) != number:
            problems.append(
                Problem(number, "what_happened", f"Remove this row: it repeats row {before}")
            )
            continue
        rows.append((number, row))
    return Checked(tuple(rows), tuple(problems))


def _cells(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    if len(data) > LARGEST_BYTES:
        return [], [_whole(f"Split the file: it is larger than {LARGEST_BYTES // 1_000_000} MB")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Problem(line, COLUMNS[0], "Save the file as CSV in UTF-8")]
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    header: list[str] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            if number == 1:
                header = [cell.strip().lower().replace(" ", "_") for cell in cells]
                if problems := _header(header):
                    return [], problems
            elif not any(cell.strip() for cell in cells):
                continue
            elif len(cells) != len(header):
                message = f"Give this row {len(header)} cells: it has {len(cells)}"
                problems.append(Problem(number, header[min(len(cells), len(header) - 1)], message))
            else:
                rows.append((number, dict(zip(header, cells, strict=True))))
            if len(rows) > MOST_ROWS:
                return [], [_whole(f"Split the file: it has more than {MOST_ROWS:,} rows")]
    except csv.Error:
        return [], [
            Problem(
                number + 1, COLUMNS[0], "Close the quotation mark in this row, or shorten its cells"
            )
        ]
    if number == 0:
        problems.append(_whole(f"Begin the file with the header {','.join(COLUMNS)}"))
    return rows, problems


def _header(header: list[str]) -> list[Problem]:
    if not set(header) & set(COLUMNS):
        return [_whole(f"Begin the file with the header {','.join(COLUMNS)}")]
    problems = []
    for place, column in enumerate(header, start=1):
        if column not in COLUMNS:
            # What stands there may be a person's name: it is called by its place.
            problems.append(Problem(1, f"column {place}", "Remove this column: it is not known"))
    for column in COLUMNS:
        if header.count(column) == 0:
            problems.append(Problem(1, column, "Add this column: it is missing"))
        elif header.count(column) > 1:
            problems.append(Problem(1, column, "Keep this column once: it is there twice"))
    return problems


def _row(number: int, raw: dict[str, str], today: date) -> tuple[Row | None, list[Problem]]:
    problems: list[Problem] = []
    cells: dict[str, str] = {}
    for column, value in raw.items():
        normalise = normalise_line if column in _LINES else normalise_text
        try:
            cells[column] = normalise(value)
        except UnacceptableText as error:
            cells[column] = ""
            problems.append(Problem(number, column, str(error)))
    wrong = {one.column for one in problems}

    def refuse(column: str, message: str) -> None:
        value = None if column in _NEVER_SHOWN else cells[column][:40] or None
        problems.append(Problem(number, column, message, value))

    for column, limit in _LIMITS.items():
        if len(cells[column]) > limit:
            refuse(column, f"Shorten this cell to {limit:,} characters or fewer")
    if not cells["what_happened"] and "what_happened" not in wrong:
        refuse("what_happened", "Enter what happened")
    if not cells["source"] and "source" not in wrong:
        refuse("source", "Enter which record this is from, such as GP record")
    about = _ABOUT.match(cells["date"])
    written = cells["date"][about.end() :] if about else cells["date"]
    on, until = _day(written), _day(cells["until"])
    if "date" not in wrong:
        if not cells["date"]:
            refuse("date", "Enter the day")
        elif on is None:
            refuse("date", "Enter a real date, such as 2014-03-31, with about before it or not")
        elif on > today:
            refuse("date", "Enter a day that is not in the future")
    if cells["until"]:
        if until is None:
            refuse("until", "Enter a real date, such as 2014-03-31, or none")
        elif on and until < on:
            refuse("until", "Enter a last day on or after the date")
        elif until > today:
            refuse("until", "Enter a last day that is not in the future")
    at = _time(cells["time"])
    if cells["time"] and at is None:
        refuse("time", "Enter the time on the 24-hour clock, such as 16:05, or none")
    elif at and about:
        refuse("time", "Leave the time empty: the date is only about right")
    seen = _SEEN.get(cells["child_seen"].casefold())
    if seen is None:
        refuse("child_seen", "Enter Y, N or NK, or leave the cell empty")
    if problems or on is None or seen is None:
        return None, problems
    return (
        Row(
            on=on,
            at=at,
            until=until if until != on else None,
            about=bool(about),
            source=cells["source"],
            what=cells["what_happened"],
            response=cells["response"],
            comment=cells["comment"],
            child_seen=seen,
        ),
        [],
    )


def _whole(message: str) -> Problem:
    return Problem(1, COLUMNS[0], message)


def _place(column: str) -> int:
    return COLUMNS.index(column) if column in COLUMNS else len(COLUMNS)


def _day(text: str) -> date | None:
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        given = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return given if given.year >= 1900 else None


def _time(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))
