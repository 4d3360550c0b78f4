"""The one writer of CSV and XLSX: nothing in a file is run as a formula, no file is overwritten."""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Cell = str | int | float | None
Row = Sequence[Cell]

# A spreadsheet reads a cell as a formula by its first character, in either width; some skip
# what cannot be seen before it.
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_SKIPPED = " \u00a0\ufeff\u200b"


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: rows of cells, and how some of them look.

    `styles` maps a row, counted from 0, to "title", "heading" or "note"; a row that is missing
    is plain. `widths` are the columns' widths in characters, from the first on.
    """

    name: str
    rows: Sequence[Row]
    styles: Mapping[int, str] = field(default_factory=dict)
    widths: Sequence[int] = ()


def inert(value: Cell) -> Cell:
    """Return the cell so that no spreadsheet runs it: text that would be a formula is quoted.

    Numbers stay numbers, a negative one too.
    """
    if not isinstance(value, str):
        return value
    starts = value.lstrip(_SKIPPED)[:1] in _STARTS_A_FORMULA
    return f"'{value}" if starts else value


def as_it_was(cell: str) -> str:
    """Return a cell that comes back in a file of ours as it was before it was made inert."""
    return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell


def csv_bytes(rows: Iterable[Row]) -> bytes:
    """Return rows as CSV: UTF-8, a comma between cells, CR LF at the end of a row."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def csv_to_read_back(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV with every cell as it is, for our own reader: it is given to nobody."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def xlsx_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Return sheets as an Excel workbook: text as text, numbers as numbers."""
    import xlsxwriter

    content = io.BytesIO()
    # In memory: a temporary file would outlive a crash with the figures in it.
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    looks = {
        "": book.add_format({"valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "heading": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "note": book.add_format({"italic": True}),
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        for number, row in enumerate(sheet.rows):
            _write(page, number, row, looks[sheet.styles.get(number, "")])
        page.set_landscape()
        page.fit_to_pages(1, 0)
    book.close()
    return content.getvalue()


def _write(page: Any, number: int, row: Row, look: Any) -> None:
    for column, value in enumerate(row):
        if value is None or value == "":
            continue
        if isinstance(value, str):
            page.write_string(number, column, str(inert(value)), look)
        else:
            page.write_number(number, column, value, look)


def create(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read; nothing is left behind on failure.

    Raises:
        FileExistsError: there is something of that name; it is left as it is.
        OSError: it cannot be written.
    """
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
