"""A registrar's or coroner's list as a file: its bytes, header and rows."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cdop.rules.import_columns import ImportProblem, normalised, shown, unseen
from cdop.rules.list_fields import sex_of
from cdop.rules.list_matching import ListedDeath

COLUMNS = ("entry", "given_names", "family_name", "sex", "born_on", "died_on", "postcode")
LARGEST_BYTES = 5_000_000
MOST_ROWS = 20_000
LONGEST_LINE = 10_000
_LIMITS = {"entry": 40, "given_names": 200, "family_name": 200, "sex": 20, "postcode": 12}
# The value of these is never repeated in a message: it names a person.
_NEVER_SHOWN = frozenset({"given_names", "family_name", "born_on", "postcode"})
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_LIKE_A_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NOT_KNOWN = frozenset({"", "u", "unknown", "i", "indeterminate", "nk", "not known"})
_NAMES = {"born_on": "date of birth", "died_on": "date of death"}


@dataclass(frozen=True)
class CheckedList:
    """What a list holds, or the problems that refuse it whole."""

    deaths: tuple[ListedDeath, ...]
    problems: tuple[ImportProblem, ...]


def check_list(data: bytes) -> CheckedList:
    """Check every row of a list; where there is a problem, no death is given.

    Any cell may be blank; an entry without a number is called by its row, such as "row 7".
    Dates are written YYYY-MM-DD or DD/MM/YYYY. Dates that cannot both be so are kept: a list
    may be wrong, and is compared as it is.
    """
    rows, problems = _rows(data)
    deaths: list[ListedDeath] = []
    first: dict[str, int] = {}
    for number, cells in rows:
        found = _death(number, cells)
        if isinstance(found, list):
            problems += found
        elif (before := first.setdefault(found.entry, number)) != number:
            message = f"Give each entry its own number: row {before} has this one"
            problems.append(ImportProblem(number, "entry", message, shown(found.entry)))
        else:
            deaths.append(found)
    if problems:
        ordered = sorted(problems, key=lambda one: (one.row, _place(one.column)))
        return CheckedList((), tuple(ordered))
    return CheckedList(tuple(deaths), ())


def _rows(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[ImportProblem]]:
    if len(data) > LARGEST_BYTES:
        return [], [_whole(f"Split the list: it is larger than {LARGEST_BYTES // 1_000_000} MB")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [ImportProblem(line, COLUMNS[0], "Save the list as CSV in UTF-8")]
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[ImportProblem] = []
    header: list[str] = []
    number = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                header = [cell.strip() for cell in cells]
                if problems := _header(header):
                    return [], problems
            elif sum(map(len, cells)) > LONGEST_LINE:
                problems.append(ImportProblem(number, COLUMNS[0], "Shorten this row"))
            elif not any(cell.strip() for cell in cells):
                continue
            elif len(cells) != len(header):
                column = header[min(len(cells), len(header) - 1)]
                message = f"Give this row {len(header)} cells: it has {len(cells)}"
                problems.append(ImportProblem(number, column, message))
            else:
                rows.append((number, dict(zip(header, cells, strict=True))))
            if len(rows) > MOST_ROWS:
                return [], [_whole(f"Split the list: it has more than {MOST_ROWS:,} rows")]
    except csv.Error:
        message = "Close the quotation mark in this row"
        problems.append(ImportProblem(number + 1, COLUMNS[0], message))
    if number == 0:
        problems.append(_whole("Begin the list with its header"))
    return rows, problems


def _header(header: list[str]) -> list[ImportProblem]:
    """Return what is wrong with the header; it is never repeated where it may hold a person."""
    if not set(header) & set(COLUMNS):
        return [_whole(f"Begin the list with the header {','.join(COLUMNS)}")]
    problems = []
    for place, column in enumerate(header, start=1):
        if column not in COLUMNS:
            named = column if _LIKE_A_COLUMN.fullmatch(column) else f"column {place}"
            problems.append(ImportProblem(1, named, "Remove this column: it is not known"))
    for column in COLUMNS:
        if header.count(column) == 0:
            problems.append(
                ImportProblem(1, column, "Add this column: it is missing; its cells may be blank")
            )
        elif header.count(column) > 1:
            problems.append(ImportProblem(1, column, "Keep this column once: it is there twice"))
    return problems


def _whole(message: str) -> ImportProblem:
    return ImportProblem(1, COLUMNS[0], message)


def _place(column: str) -> int:
    return COLUMNS.index(column) if column in COLUMNS else len(COLUMNS)


def _death(number: int, raw: Mapping[str, str]) -> ListedDeath | list[ImportProblem]:
    cells = {column: normalised(value) for column, value in raw.items()}
    problems: list[ImportProblem] = []

    def refuse(column: str, message: str) -> None:
        value = None if column in _NEVER_SHOWN else shown(cells[column])
        problems.append(ImportProblem(number, column, message, value))

    for column, value in cells.items():
        if unseen(value):
            refuse(column, "Remove the hidden character from this cell")
        elif len(value) > _LIMITS.get(column, 200):
            refuse(column, f"Shorten this cell to {_LIMITS.get(column, 200)} characters or fewer")
    days = {}
    for column in ("born_on", "died_on"):
        days[column] = _day(cells[column])
        if cells[column] and days[column] is None:
            refuse(
                column, f"Enter the {_NAMES[column]} as a real date, such as 2015-03-31, or none"
            )
    if cells["sex"].casefold() not in _NOT_KNOWN and not sex_of(cells["sex"]):
        refuse("sex", "Enter M, F or U, or leave the cell blank")
    if problems:
        return problems
    return ListedDeath(
        entry=cells["entry"] or f"row {number}",
        given_names=cells["given_names"],
        family_name=cells["family_name"],
        sex=sex_of(cells["sex"]),
        born_on=days["born_on"],
        died_on=days["died_on"],
        postcode=cells["postcode"],
    )


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
