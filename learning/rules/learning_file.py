"""A file of earlier learning: its columns, and what is wrong with each row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casereview.rules.text import UnacceptableText, normalise_line, normalise_text
from learning.rules.plain_signs import signs_in
from learning.rules.quarters import BadQuarter, Quarter

NEEDED = ("learned_on", "source", "theme", "statement")
# Columns a file may have beside these; a cell of them may be blank.
FURTHER = (
    "why_it_matters",
    "other_themes",
    "kind",
    "domain",
    "modifiable",
    "contributed",
    "scale",
    "evidence",
    "evidence_cases",
    "agency",
    "died_in",
    "family_asked",
    "family_said",
    "family_told",
    "events",
    "openness",
)
COLUMNS = NEEDED + FURTHER
TEXTS = ("statement", "why_it_matters", "family_said")
CODED = (
    "source", "kind", "domain", "modifiable", "contributed", "scale", "evidence", "openness",
    "family_asked", "family_told", "agency",
)  # fmt: skip
LONGEST_TEXT, LONGEST_CELL = 4_000, 500
MOST_ROWS = 2_000
MOST_EVENTS, MOST_CASES = 10_000, 999
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?: 00:00:00)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")

Row = dict[str, str]


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; `row` is the line a spreadsheet shows, the header being 1."""

    row: int
    column: str
    message: str

    @property
    def in_words(self) -> str:
        """The place, and what to do."""
        return f"Row {self.row}, {self.column}: {self.message}"


@dataclass(frozen=True)
class Lists:
    """What a cell of a coded column may hold, by column: what is written -> its code.

    What is written is in small letters: a code, or its label. `themes` serve two columns.
    """

    codes: Mapping[str, Mapping[str, str]]
    themes: Mapping[str, str]


@dataclass(frozen=True)
class Checked:
    """The rows with codes for what was written, or the problems that refuse them all.

    Each row has every column, and its number as `row`.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def check_rows(lines: Sequence[Sequence[str]], lists: Lists, today: date) -> Checked:
    """Check every line under its header; where there is a problem, no row is given.

    A line that is blank throughout is left out. Days are written YYYY-MM-DD or DD/MM/YYYY.
    """
    found = examined(lines, lists, today)
    return Checked((), found.problems) if found.problems else found


def examined(lines: Sequence[Sequence[str]], lists: Lists, today: date) -> Checked:
    """Check every line under its header; return the rows that are good beside what is wrong."""
    if not lines:
        return Checked((), (Problem(1, NEEDED[0], "Begin the file with its header"),))
    header = [cell.strip().lower().replace(" ", "_") for cell in lines[0]]
    while header and not header[-1]:
        header.pop()
    if wrong := _header(header):
        return Checked((), tuple(wrong))
    rows: list[Row] = []
    problems: list[Problem] = []
    first: dict[tuple[str, str], int] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            problems.append(Problem(number, header[-1], "Remove what stands beyond the header"))
            continue
        padded = [*cells, *[""] * (len(header) - len(cells))]
        row = _checked(number, dict(zip(header, padded, strict=False)), lists, today, problems)
        same = (row["statement"].casefold(), row["learned_on"])
        if all(same) and (before := first.setdefault(same, number)) != number:
            message = f"Take this row out: row {before} says the same"
            problems.append(Problem(number, "statement", message))
        rows.append(row)
    if not rows and not problems:
        problems.append(Problem(2, NEEDED[0], "Enter at least one row below the header"))
    if len(rows) > MOST_ROWS:
        problems = [Problem(1, NEEDED[0], f"Split the file: {MOST_ROWS:,} rows are the most")]
    wrong_rows = {one.row for one in problems}
    good = tuple(row for row in rows if int(row["row"]) not in wrong_rows)
    return Checked(good if 1 not in wrong_rows else (), tuple(problems))


def _header(header: list[str]) -> list[Problem]:
    """Return what is wrong with the header; what is not a column is not repeated."""
    if not set(header) & set(COLUMNS):
        return [Problem(1, NEEDED[0], f"Begin the file with the header {', '.join(NEEDED)}")]
    found = [
        Problem(1, f"column {place}", "Remove this column, or give it a name of the template")
        for place, column in enumerate(header, start=1)
        if column not in COLUMNS
    ]
    found += [Problem(1, one, "Add this column") for one in NEEDED if one not in header]
    return found + [
        Problem(1, one, "Keep this column once: it is there twice")
        for one in COLUMNS
        if header.count(one) > 1
    ]


def _checked(number: int, cells: Row, lists: Lists, today: date, problems: list[Problem]) -> Row:
    def refuse(column: str, message: str) -> str:
        problems.append(Problem(number, column, message))
        return ""

    row = dict.fromkeys(COLUMNS, "") | {"row": str(number)}
    for column, cell in cells.items():
        try:
            text = (normalise_text if column in TEXTS else normalise_line)(cell)
        except UnacceptableText as wrong:
            refuse(column, f"{wrong} in this cell")
            continue
        most = LONGEST_TEXT if column in TEXTS else LONGEST_CELL
        if len(text) > most:
            refuse(column, f"Shorten this cell to {most:,} characters or fewer")
            continue
        row[column] = text
    for column in NEEDED:
        if not row[column] and not any(p.row == number and p.column == column for p in problems):
            refuse(column, "Fill in this cell")
    for column in TEXTS:
        for sign in signs_in(row[column]):
            refuse(column, f"Take out {sign.what}: it may tell who somebody is")
    for column in CODED:
        if row[column]:
            code = lists.codes[column].get(row[column].casefold())
            row[column] = code or refuse(column, "Enter a code or name of the list in this cell")
    themes = [part.strip() for part in row["other_themes"].split(";") if part.strip()]
    codes = [lists.themes.get(one.casefold(), "") for one in themes]
    row["other_themes"] = ";".join(codes)
    if not all(codes):
        refuse("other_themes", "Enter themes of the list, with a semicolon between them")
    if row["theme"]:
        code = lists.themes.get(row["theme"].casefold())
        row["theme"] = code or refuse("theme", "Enter a theme of the list, by its code or name")
    if row["learned_on"]:
        row["learned_on"] = _day(row["learned_on"], today) or refuse(
            "learned_on", "Enter a real day that is not after today, such as 2015-03-31"
        )
    if row["died_in"]:
        row["died_in"] = _quarter(row["died_in"], today) or refuse(
            "died_in", "Enter the quarter of the death like 2015-Q1, never the day"
        )
    _number(row, "events", MOST_EVENTS, refuse)
    _number(row, "evidence_cases", MOST_CASES, refuse)
    if row["evidence_cases"] and row["evidence"] != "pattern":
        refuse("evidence_cases", "Enter pattern as the evidence, or clear the number of cases")
    return row


def _number(row: Row, column: str, most: int, refuse) -> None:
    text = row[column]
    text = text.removesuffix(".0")  # a workbook keeps every number as a decimal one
    if not text:
        return
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= most):
        refuse(column, f"Enter a whole number from 1 to {most:,}")
        text = ""
    row[column] = text


def _day(text: str, today: date) -> str:
    iso, day_first = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if iso:
        year, month, day = map(int, iso.groups())
    elif day_first:
        day, month, year = map(int, day_first.groups())
    else:
        return ""
    try:
        found = date(year, month, day)
    except ValueError:
        return ""
    return found.isoformat() if date(1990, 1, 1) <= found <= today else ""


def _quarter(text: str, today: date) -> str:
    try:
        found = Quarter.parse(text.upper())
    except BadQuarter:
        return ""
    return str(found) if found <= Quarter.containing(today) else ""
