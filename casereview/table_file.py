"""The file of a table of counts that is to be made fit to publish; no Django."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from casereview.rules.suppression import CountTable

LARGEST_BYTES = 1_000_000
MOST_CELLS = 2_000
LARGEST_COUNT = 10_000_000
LARGEST_THRESHOLD = 1_000
_LONGEST_NAME = 200
_SHAPE = '{"rows": ["…"], "columns": ["…"], "counts": [[0, …], …], "threshold": 5}'


@dataclass(frozen=True)
class TableError:
    """What is wrong with a table: where, counted from 1, and what to do; it repeats no value."""

    message: str
    row: int | None = None
    column: int | None = None


class BadTable(ValueError):
    """A file that is no table of counts; `errors` say all that is wrong with it."""

    def __init__(self, errors: list[TableError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


def read_table(path: Path) -> tuple[CountTable, int]:
    """Return the table in a file, and the threshold below which its numbers are small.

    The file is JSON: `rows`, `columns`, `counts` (one line per row, inner cells only) and
    `threshold`; anything else in it is left unread.

    Raises:
        BadTable: it cannot be read, or is not such a table.
    """
    document = _document(_text(path))
    rows, columns = _names(document, "rows"), _names(document, "columns")
    if len(rows) * len(columns) > MOST_CELLS:
        _refuse(f"Split the table: it has more than {MOST_CELLS:,} cells")
    counts = _counts(document.get("counts"), len(rows), len(columns))
    return CountTable(rows, columns, counts), _threshold(document)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        _refuse(f"Choose a file that can be read: {error.strerror}")
    except ValueError:
        _refuse("Choose a file that can be read: its name is not one")
    if len(content) > LARGEST_BYTES:
        _refuse("Choose a smaller file: a table needs no more than a megabyte")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse("Save the file as UTF-8 and try again")


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except BadTable:
        raise
    except (ValueError, RecursionError):
        _refuse(f"Write the file as JSON: {_SHAPE}")
    if not isinstance(document, dict):
        _refuse(f"Write one table: {_SHAPE}")
    if missing := [
        name for name in ("rows", "columns", "counts", "threshold") if name not in document
    ]:
        _refuse(f"Add {', '.join(missing)} to the table: {_SHAPE}")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        _refuse("Give each part of the table once: a name is there twice")
    return dict(pairs)


def _names(document: dict[str, Any], part: str) -> tuple[str, ...]:
    """Return the names of the rows or of the columns."""
    one = part.removesuffix("s")
    names = document[part]
    if not isinstance(names, list):
        _refuse(f"Write the {part} as a list of names")
    if not names:
        _refuse(f"Give the table at least one {one}")
    if not all(isinstance(name, str) and name.strip() for name in names):
        _refuse(f"Give each {one} a name, in quotation marks")
    if any(len(name) > _LONGEST_NAME for name in names):
        _refuse(f"Shorten the names of the {part}: {_LONGEST_NAME} characters are enough")
    if any(_unwritable(name) for name in names):
        _refuse(f"Take out what cannot be written from the names of the {part}")
    if len(set(names)) < len(names):
        _refuse(f"Give each {one} its own name: one is there twice")
    return tuple(names)


def _unwritable(name: str) -> bool:
    """Tell whether a name holds a control character or half of a character."""
    return any(ord(each) < 32 or 0xD800 <= ord(each) <= 0xDFFF for each in name)


def _counts(given: Any, rows: int, columns: int) -> tuple[tuple[int, ...], ...]:
    if not isinstance(given, list) or not all(isinstance(line, list) for line in given):
        _refuse("Write the counts as a list of rows, each a list of numbers")
    if len(given) != rows:
        _refuse(f"Give one line of counts per row: there are {rows} rows and {len(given)} lines")
    errors = [
        TableError(f"Row {row}: give {columns} counts, one per column, not {len(line)}", row)
        for row, line in enumerate(given, start=1)
        if len(line) != columns
    ]
    errors += [
        TableError(f"Row {row}, column {column}: {wrong}", row, column)
        for row, line in enumerate(given, start=1)
        for column, count in enumerate(line, start=1)
        if (wrong := _wrong(count))
    ]
    if errors:
        raise BadTable(errors)
    return tuple(tuple(line) for line in given)


def _wrong(count: Any) -> str:
    """Say what is wrong with a count; blank when it is one."""
    if type(count) is float and math.isfinite(count):
        return "give a whole number: a count has no decimals"
    if type(count) is not int:
        return "give a whole number from 0 on"
    if count < 0:
        return "give a whole number from 0 on: a count is not negative"
    return "" if count <= LARGEST_COUNT else f"give a number up to {LARGEST_COUNT:,}"


def _threshold(document: dict[str, Any]) -> int:
    threshold = document["threshold"]
    if type(threshold) is not int or not 2 <= threshold <= LARGEST_THRESHOLD:
        _refuse(
            f"Give the threshold as a whole number from 2 to {LARGEST_THRESHOLD:,}: "
            "numbers below it are hidden, zero is not"
        )
    return threshold


def _refuse(message: str) -> NoReturn:
    raise BadTable([TableError(message)])
