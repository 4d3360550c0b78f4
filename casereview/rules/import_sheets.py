"""A spreadsheet that is to be imported: which of its headings is which column, and each row's fate.

Whoever keeps a list names its columns in their own way. Which heading stands for which column is
guessed by likeness and chosen by a person; nothing is read from a column that nobody chose.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

# Below this likeness two headings are two things: "sex" and "section" reach 0.6.
ALIKE = 0.72
ROW, REMEDY = "row", "what_to_do"
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00(?::00)?")

Line = Sequence[str]
Chosen = dict[str, int]


@dataclass(frozen=True)
class Column:
    """A column that is expected: its name in the template, and what people may call it.

    A column that is `needed` must be chosen; another may be missing, and is then blank.
    """

    name: str
    label: str
    needed: bool = False
    day: bool = False
    also: tuple[str, ...] = ()


class Fate(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    CHANGE = "change"
    SKIP = "skip"
    ERROR = "error"


@dataclass(frozen=True)
class RowFate:
    """What becomes of one row, and what is said of it; `row` is what a spreadsheet shows.

    `told` names the row without naming a child: its reference, a day. `reference` is the record
    that is there already, and `note` what a person should look at. `problems` are pairs of a
    column and what to do, never a value.
    """

    row: int
    fate: Fate
    told: str = ""
    reference: str = ""
    note: str = ""
    problems: tuple[tuple[str, str], ...] = ()

    def as_kept(self) -> dict[str, object]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def of_kept(cls, kept: Mapping) -> "RowFate":
        """Return what was kept by `as_kept`."""
        problems = tuple((column, message) for column, message in kept["problems"])
        return cls(**{**kept, "fate": Fate(kept["fate"]), "problems": problems})


class Problem(Protocol):
    """What is wrong in one cell, as each import words it."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def message(self) -> str: ...


def with_errors(fates: Iterable[RowFate], problems: Iterable[Problem]) -> list[RowFate]:
    """Return the fates in the order of the rows; a row with a problem has an error, whatever else.

    The problems of a row stay in the order in which they were found.
    """
    wrong: dict[int, list[tuple[str, str]]] = {}
    for one in problems:
        wrong.setdefault(one.row, []).append((one.column, one.message))
    found = {one.row: one for one in fates} | {
        row: RowFate(row, Fate.ERROR, problems=tuple(said)) for row, said in wrong.items()
    }
    return [found[row] for row in sorted(found)]


def folded(heading: str) -> str:
    """Return a heading as it is compared: small letters and digits with underscores between."""
    return _NOT_LETTERS.sub("_", heading.casefold()).strip("_")


def by_name(columns: Sequence[Column], headings: Line) -> Chosen | None:
    """Return the place of each column where the headings are the template's own; else None.

    The columns may stand in any order, those not needed may be missing, and what the file of
    rows to correct has beside them is passed over.
    """
    known = {column.name for column in columns}
    found: Chosen = {}
    for place, heading in enumerate(headings):
        name = folded(heading)
        if not name or name in (ROW, REMEDY):
            continue
        if name not in known or name in found:
            return None
        found[name] = place
    needed = {column.name for column in columns if column.needed}
    return found if found and needed <= set(found) else None


def handed_back(headings: Line) -> bool:
    """Tell whether a file is one of rows to correct, as `to_correct` lays it out."""
    return REMEDY in map(folded, headings)


def guessed(
    columns: Sequence[Column], headings: Line, before: Mapping[str, str] | None = None
) -> Chosen:
    """Return the likeliest place of each column; one that is like none of them has none.

    `before` is what was chosen last time: column -> folded heading. It beats any likeness.
    """
    places = {folded(heading): place for place, heading in reversed(list(enumerate(headings)))}
    places.pop("", None)
    found: Chosen = {}
    for column in columns:
        heading = (before or {}).get(column.name, "")
        if heading in places and places[heading] not in found.values():
            found[column.name] = places[heading]
    likely = sorted(
        (
            (likeness(column, heading), -place, column.name)
            for column in columns
            if column.name not in found
            for heading, place in places.items()
        ),
        reverse=True,
    )
    for score, place, name in likely:
        if score >= ALIKE and name not in found and -place not in found.values():
            found[name] = -place
    return found


def likeness(column: Column, heading: str) -> float:
    """Say how like a folded heading is to a column, from 0 to 1."""
    names = {column.name, folded(column.label), *(folded(one) for one in column.also)}
    if heading in names:
        return 1.0
    return max(SequenceMatcher(None, heading, name).ratio() for name in names) * 0.99


def wrong_choice(columns: Sequence[Column], chosen: Chosen) -> list[tuple[str, str]]:
    """Return what is wrong with a choice of headings, as pairs of a column and what to do."""
    found = [
        (column.name, f"Select the heading that holds: {column.label}")
        for column in columns
        if column.needed and column.name not in chosen
    ]
    times = Counter(chosen.values())
    return found + [
        (column.name, f"Select each heading once: {column.label} shares its heading with another")
        for column in columns
        if column.name in chosen and times[chosen[column.name]] > 1
    ]


def arranged(columns: Sequence[Column], lines: Sequence[Line], chosen: Chosen) -> list[list[str]]:
    """Return the lines in the order of the columns, the header first; what was not chosen is left.

    Days written day first are written the way the import reads them. A line keeps its place.
    """
    places = [chosen.get(column.name) for column in columns]
    found = [[column.name for column in columns]]
    for line in lines[1:]:
        cells = [line[at] if at is not None and at < len(line) else "" for at in places]
        found.append(
            [
                as_iso(cell) if column.day else cell
                for column, cell in zip(columns, cells, strict=True)
            ]
        )
    return found


def as_iso(cell: str) -> str:
    """Return a day written DD/MM/YYYY, or with midnight beside it, as YYYY-MM-DD; else the cell.

    Whether it is a real day is for the import to judge.
    """
    cell = cell.strip()
    if found := _DAY_FIRST.fullmatch(cell):
        day, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    found = _WITH_TIME.fullmatch(cell)
    return found[1] if found else cell


def counted(fates: Iterable[RowFate]) -> dict[str, int]:
    """Return how many rows have each fate; every fate is in it."""
    times = Counter(one.fate for one in fates)
    return {fate.value: times[fate] for fate in Fate}


def to_correct(
    columns: Sequence[Column], lines: Sequence[Line], fates: Iterable[RowFate]
) -> list[list[str]]:
    """Return the rows with an error as a sheet: row, what to do, then the cells as they were.

    Its own header can be read again: correct the cells and hand the file in.
    """
    found = [[ROW, REMEDY, *(column.name for column in columns)]]
    for one in sorted(fates, key=lambda fate: fate.row):
        if one.fate != Fate.ERROR:
            continue
        remedy = " | ".join(f"{column}: {message}" for column, message in one.problems)
        line = lines[one.row - 1] if 1 < one.row <= len(lines) else [""] * len(columns)
        found.append([str(one.row), remedy, *line])
    return found
