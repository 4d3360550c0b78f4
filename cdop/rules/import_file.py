"""The import file as a whole: its bytes, header and rows, and the rows beside one another."""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from cdop.rules.import_columns import COLUMNS, ImportProblem, normalised, shown
from cdop.rules.import_rows import ImportedDeath, validate_row

LONGEST_LINE = 100_000
_LIKE_A_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WELL_QUOTED = re.compile(r'[^"]*|"(?:[^"]|"")*"')


@dataclass(frozen=True)
class PossibleDuplicate:
    """Rows that may tell of one death; for a person to judge, never refused.

    `why` is "nhs_number" or "name_and_dates".
    """

    why: str
    rows: tuple[int, ...]
    references: tuple[str, ...]

    def as_json(self) -> dict[str, str | list[int] | list[str]]:
        """Return the rows as the import command lists them."""
        return {"why": self.why, "rows": list(self.rows), "references": list(self.references)}


@dataclass(frozen=True)
class CheckedFile:
    """What a file holds: deaths with their row, or the problems that refuse it whole."""

    deaths: tuple[tuple[int, ImportedDeath], ...]
    problems: tuple[ImportProblem, ...]
    possible_duplicates: tuple[PossibleDuplicate, ...]


def check_file(
    data: bytes, codes: Mapping[str, Collection[str]], today: date | None = None
) -> CheckedFile:
    """Check every row of a file; where there is a problem, no death is given.

    `codes` and `today` are those of `validate_row`.
    """
    check = FileCheck(codes, today)
    deaths = list(check.deaths(io.BytesIO(data)))
    if check.problems:
        return CheckedFile((), tuple(sorted(check.problems, key=_place)), ())
    return CheckedFile(tuple(deaths), (), tuple(check.possible_duplicates()))


class FileCheck:
    """Checks a file row by row and keeps what only the whole file can tell.

    Of each row it keeps the source reference and digests; `codes` and `today` are those of
    `validate_row`.
    """

    def __init__(self, codes: Mapping[str, Collection[str]], today: date | None = None):
        self.codes, self.today = codes, today
        self.problems: list[ImportProblem] = []
        self.references: dict[str, int] = {}
        self._first: dict[bytes, int] = {}
        self._alike: dict[bytes, tuple[str, list[int]]] = {}

    def deaths(self, stream: BinaryIO) -> Iterator[tuple[int, ImportedDeath]]:
        """Yield each row that may be imported; what is wrong with the others is kept."""
        for found in read_rows(stream):
            if isinstance(found, ImportProblem):
                self.problems.append(found)
                continue
            row, cells = found
            if problem := self._repeated(row, cells):
                self.problems.append(problem)
            death = validate_row(cells, row, self.codes, self.today)
            if isinstance(death, ImportedDeath):
                self._remember(row, death)
                yield row, death
            else:
                self.problems.extend(death)

    def possible_duplicates(self) -> list[PossibleDuplicate]:
        """Return the rows that share an NHS number, or both name and dates."""
        references = {row: reference for reference, row in self.references.items()}
        return [
            PossibleDuplicate(why, tuple(rows), tuple(references[row] for row in rows))
            for why, rows in self._alike.values()
        ]

    def _repeated(self, row: int, cells: Mapping[str, str]) -> ImportProblem | None:
        reference = normalised(cells["source_reference"])
        if not reference or self.references.setdefault(reference, row) == row:
            return None
        first = self.references[reference]
        message = f"Give each row its own source reference: row {first} has this one"
        return ImportProblem(row, "source_reference", message, shown(reference))

    def _remember(self, row: int, death: ImportedDeath) -> None:
        for key in same_person_keys(death):
            digest = hashlib.blake2b("\0".join(key).encode(), digest_size=16).digest()
            first = self._first.setdefault(digest, row)
            if first != row:
                self._alike.setdefault(digest, (key[0], [first]))[1].append(row)


def read_table(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[ImportProblem]]:
    """Return the rows of a file with their number, and what stopped the reading of any."""
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[ImportProblem] = []
    for found in read_rows(io.BytesIO(data)):
        if isinstance(found, ImportProblem):
            problems.append(found)
        else:
            rows.append(found)
    return rows, problems


def read_rows(stream: BinaryIO) -> Iterator[tuple[int, dict[str, str]] | ImportProblem]:
    """Read the rows of an open file one by one, each with its number, and what is wrong with any.

    Blank rows are left out but counted, as a spreadsheet does. A byte order mark is accepted. No
    more than one row is held; reading ends at a fault after which no row can be trusted.
    """
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    lines = _Lines(text)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines, strict=True), start=1):
            lines.row_ends()
            if number == 1:
                if problems := check_header(cells):
                    yield from problems
                    return
            elif len(cells) == len(COLUMNS):
                if any(cells):
                    yield number, dict(zip(COLUMNS, cells, strict=True))
            elif any(cells):
                yield _wrong_width(number, cells)
        if number == 0:
            yield ImportProblem(1, COLUMNS[0], "Begin the file with the header")
    except _TooLong:
        line = lines.row[0]
        column = _column_of(line, max(line.split(","), key=len))
        yield ImportProblem(number + 1, column, "Shorten this cell: the line is too long")
    except UnicodeDecodeError:
        yield _undecodable(stream)
    except csv.Error:
        line = lines.row[0]
        column = _column_of(line, _badly_quoted(line))
        yield ImportProblem(number + 1, column, "Close the quotation mark of this cell")
    finally:
        text.detach()


class _TooLong(Exception):
    pass


class _Lines:
    """The lines of a file, refusing a row that is too long before it fills the memory."""

    def __init__(self, text: io.TextIOWrapper):
        self.text = text
        self.row_ends()

    def row_ends(self) -> None:
        self.row: list[str] = []
        self.length = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.row.append(line)
        self.length += len(line)
        if self.length > LONGEST_LINE:
            raise _TooLong
        return line


def check_header(header: list[str]) -> list[ImportProblem]:
    """Return what is wrong with the header; it is never repeated where it may hold a person."""
    known = [column for column in header if column in COLUMNS]
    if len(known) < len(COLUMNS) // 2:
        return [ImportProblem(1, COLUMNS[0], "Begin the file with the header of version 1")]
    problems = []
    for place, column in enumerate(header, start=1):
        if column not in COLUMNS:
            named = shown(column) if _LIKE_A_COLUMN.fullmatch(column) else f"column {place}"
            problems.append(ImportProblem(1, named, "Remove this column: it is not known"))
    for column in COLUMNS:
        if known.count(column) == 0:
            problems.append(ImportProblem(1, column, "Add this column: it is missing"))
        elif known.count(column) > 1:
            problems.append(ImportProblem(1, column, "Keep this column once: it is there twice"))
    if not problems and tuple(header) != COLUMNS:
        column = next(wanted for wanted, got in zip(COLUMNS, header, strict=True) if wanted != got)
        problems.append(ImportProblem(1, column, "Put the columns in the order of version 1"))
    return problems


def same_person_keys(death: ImportedDeath) -> list[tuple[str, ...]]:
    """Return the keys by which two deaths may be one; they hold the person and are never shown."""
    name = name_key(death.family_name, death.mother_family_name, death.given_names)
    keys: list[tuple[str, ...]] = [
        ("name_and_dates", *name, death.born_on.isoformat(), death.died_on.isoformat())
    ]
    if death.nhs_number:
        keys.insert(0, ("nhs_number", death.nhs_number))
    return keys


def name_key(family: str, mother: str, given: str) -> tuple[str, str]:
    """Return a child's name as it is compared; without a family name the mother's stands for it."""
    return " ".join((family or mother).casefold().split()), " ".join(given.casefold().split())


def _wrong_width(number: int, cells: list[str]) -> ImportProblem:
    if len(cells) < len(COLUMNS):
        message = f"Add the missing cells: this row has {len(cells)} of {len(COLUMNS)}"
        return ImportProblem(number, COLUMNS[len(cells)], message)
    message = f"Remove the extra cells: this row has {len(cells)} in place of {len(COLUMNS)}"
    return ImportProblem(number, COLUMNS[-1], message)


def _undecodable(stream: BinaryIO) -> ImportProblem:
    """Name the cell of the first byte that is not UTF-8; a comma inside quotes may mislead it."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    feeds = returns = commas = 0
    while chunk := stream.read(65_536):
        pending = decoder.getstate()[0]
        try:
            decoder.decode(chunk)
            before, ended = chunk, False
        except UnicodeDecodeError as error:
            # The error counts from what the decoder still held of the chunk before.
            before, ended = chunk[: max(error.start - len(pending), 0)], True
        feeds, returns = feeds + before.count(b"\n"), returns + before.count(b"\r")
        line = max(before.rfind(b"\n"), before.rfind(b"\r"))
        commas = before[line + 1 :].count(b",") + (commas if line < 0 else 0)
        if ended:
            break
    place = min(commas, len(COLUMNS) - 1)
    return ImportProblem((feeds or returns) + 1, COLUMNS[place], "Save the file as CSV in UTF-8")


def _badly_quoted(line: str) -> str:
    return next((part for part in line.split(",") if not _WELL_QUOTED.fullmatch(part)), "")


def _column_of(line: str, part: str) -> str:
    place = line[: line.find(part)].count(",") if part else 0
    return COLUMNS[min(place, len(COLUMNS) - 1)]


def _place(problem: ImportProblem) -> tuple[int, int]:
    return (
        problem.row,
        COLUMNS.index(problem.column) if problem.column in COLUMNS else len(COLUMNS),
    )
