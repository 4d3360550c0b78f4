"""Reading the bytes of a spreadsheet, CSV or Excel, as lines of text; nothing is kept on disk."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

LARGEST_BYTES = 5_000_000
# A workbook is a packed file: what it may unpack to, and how many lines and cells of it are read.
MOST_UNPACKED, MOST_LINES, MOST_CELLS = 40_000_000, 5_000, 100


class Unreadable(Exception):
    """The file cannot be read; the message says what to do, and nothing of the file."""


def lines_of(content: bytes, most: int = MOST_LINES) -> list[list[str]]:
    """Return the lines of a file, the header first; a line stands at the row a spreadsheet shows.

    Raises:
        Unreadable: it is no such file, or has more than `most` rows below its header.
    """
    reader: Callable[[bytes, int], list[list[str]]] = (
        _of_workbook if content[:4] == b"PK\x03\x04" else _of_csv
    )
    try:
        lines = reader(content, most)
    except UnicodeDecodeError:
        raise Unreadable("Save the file as CSV in UTF-8, or as an Excel workbook") from None
    except csv.Error:
        raise Unreadable("Close every quotation mark of the file, or shorten its cells") from None
    except Exception:  # a workbook may be broken in any way
        raise Unreadable("Save the workbook again: it cannot be read") from None
    for line in lines:
        while line and not line[-1].strip():
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > most + 1:
        raise Unreadable(f"Split the file: it has more than {most:,} rows")
    if not lines or not lines[0]:
        raise Unreadable("Begin the file with its header, in the first row")
    if len(lines) == 1:
        raise Unreadable("Enter at least one row below the header")
    return lines


def _of_csv(content: bytes, most: int) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    found = []
    for line in csv.reader(io.StringIO(text, newline=""), strict=True):
        found.append(line[:MOST_CELLS])
        if len(found) > most + 1:
            break
    return found


def _of_workbook(content: bytes, most: int) -> list[list[str]]:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise ValueError("too large")
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(max_row=most + 2, max_col=MOST_CELLS, values_only=True)
    return [[_written(cell) for cell in row] for row in rows]


def _written(cell: object) -> str:
    """Return a cell as it would be typed: a day as YYYY-MM-DD, a whole number without decimals."""
    match cell:
        case None:
            return ""
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell).encode("utf-8", "replace").decode()
