"""A file of the return read again, as its receiver would, and compared with what was counted."""

import csv
import html
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from casereview import pdf
from cdop.return_layout import Counted, Table, groups_table, sections


class NotAsCounted(RuntimeError):
    """A file does not hold the figures it was made from: it is not handed over."""


def check_again(
    content: bytes,
    file_format: str,
    counted: Counted[Any],
    rows: Sequence[Mapping[str, str]] | None = None,
) -> None:
    """Read a file again and compare every figure; `rows` are those of the child-level sheet.

    Raises:
        NotAsCounted: a figure is missing or another one.
    """
    _READERS[file_format](content, counted, rows)


def _symbol(counted: Counted[Any]) -> str:
    """Return what stands for a figure that is not given; a whole return has none."""
    profile = getattr(counted, "profile", None)
    return profile.symbol if profile else ""


def _json(content: bytes, counted: Counted[Any], rows: Any) -> None:
    document = json.loads(content)
    _same("the document", document, json.loads(json.dumps(counted.document)))


def _csv(content: bytes, counted: Counted[Any], rows: Any) -> None:
    hidden = _symbol(counted)
    read = {
        (row["item"], row["code"]): row["total"]
        for row in csv.DictReader(io.StringIO(content.decode(), newline=""))
    }
    wanted = {
        (line.item, line.code): _text(line.total, hidden)
        for line in _lines(counted)
        if not line.code or line.item == "groups" or line.total != 0
    }
    _same("the figures", read, wanted)


def _xlsx(content: bytes, counted: Counted[Any], rows: Any) -> None:
    import openpyxl

    hidden = _symbol(counted)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    cells = [list(row) for row in book.worksheets[0].values]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            if any(getattr(cell, "data_type", "") == "f" for cell in row):
                raise NotAsCounted("a cell of the workbook is a formula")
    read = [
        [str(cell) for cell in row[2:6] if cell is not None and not str(cell).startswith("Form: ")]
        for row in cells
        if len(row) > 2 and row[2] is not None and _is_figure(row[2], hidden)
    ]
    wanted = []
    for section in sections(counted):
        wanted += [[_text(line.total, hidden)] for line in section.figures]
        for table in section.tables:
            wanted += _of_table(table, hidden)
    wanted += _of_table(groups_table(counted), hidden)
    _same("the form", read, wanted)
    if rows is not None:
        columns = counted.template.child_level
        as_on_form = counted.template.as_on_form
        expected = [
            [as_on_form.get(one.item, {}).get(row[one.column], row[one.column]) for one in columns]
            for row in rows
        ]
        sheet_rows = list(book.worksheets[1].iter_rows(min_row=5, values_only=True))
        found = [[cell or "" for cell in row[: len(columns)]] for row in sheet_rows]
        _same("the child-level rows", found, expected)
    book.close()


def _pdf(content: bytes, counted: Counted[Any], rows: Any) -> None:
    words = _run_together("".join(pdf.pages_of(content)))
    hidden = _symbol(counted)
    as_on_form = counted.template.as_on_form
    for line in _lines(counted):
        name = as_on_form.get(line.item, {}).get(line.code, line.code) or line.item
        figures = "".join(_text(n, hidden) for n in line.counts.values())
        if _run_together(html.unescape(pdf.esc(f"{name} {line.label} {figures}"))) not in words:
            raise NotAsCounted(f"the paper lacks the figure {line.item} {line.code}")


def _run_together(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _of_table(table: Table[Any], hidden: str) -> list[list[str]]:
    lines = [[_text(n, hidden) for n in line.counts.values()] for line in table.lines]
    return [*lines, [_text(n, hidden) for n in table.sums.values()]]


def _lines(counted: Counted[Any]):
    for section in sections(counted):
        yield from section.figures
        for table in section.tables:
            yield from table.lines
    yield from groups_table(counted).lines


def _is_figure(cell: object, hidden: str) -> bool:
    return isinstance(cell, int) or (bool(hidden) and cell == hidden)


def _text(figure: object, hidden: str) -> str:
    return hidden if figure is None else str(figure)


def _same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise NotAsCounted(f"{what} of the file are not those that were counted")


_READERS = {"json": _json, "csv": _csv, "xlsx": _xlsx, "pdf": _pdf}
