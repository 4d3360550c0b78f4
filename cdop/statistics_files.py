"""Protected tables and rates as a file: CSV, Excel or PDF, with what is hidden as its symbol."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casereview import pdf
from casereview.rules.release_gate import Settled, Shown
from casereview.spreadsheets import Cell, Row, Sheet, csv_bytes, xlsx_bytes
from cdop.statistics import heads, row_texts

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
GARWOOD = (
    "A death counts in the year the child died. Intervals are exact (Garwood, 95%). Where a number "
    "of deaths is not given, neither is its rate or interval."
)


@dataclass(frozen=True)
class _Part:
    """One table of a file: its title, headings and rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


def content(
    settled: Settled,
    title: str,
    notes: tuple[str, ...],
    file_format: str,
    rates: Sequence[Mapping[str, Any]] | None = None,
) -> bytes:
    """Return the file: of the rates where there are any, of the tables otherwise.

    Raises:
        KeyError: it is not written in that format.
    """
    if rates:
        parts = [_of_rates(one) for one in rates]
        notes = (GARWOOD, *notes)
    else:
        parts = [_of_table(one, settled) for one in settled.shown]
    return _WRITERS[file_format](parts, title, (settled.profile.legend, *notes))


def _of_table(shown: Shown, settled: Settled) -> _Part:
    columns = (shown.table.title, *heads(shown.table))
    return _Part(shown.table.title, columns, tuple(_lines(shown, settled)))


def _lines(shown: Shown, settled: Settled) -> Iterator[tuple[Cell, ...]]:
    labels = [*(line.label for line in shown.table.rows), "All"]
    for label, cells in zip(labels, shown.grid, strict=True):
        texts = row_texts(shown.table, cells, settled.profile)
        numbers = [settled.profile.symbol if n is None else n for n in cells[: len(texts)]]
        yield label, *numbers, *texts[len(cells) :]


def _of_rates(drawn: Mapping[str, Any]) -> _Part:
    rows = tuple((label, *(_number(text) for text in texts)) for label, *texts in drawn["rows"])
    sources = (f"Population: {'; '.join(drawn['sources'])}.",) if drawn["sources"] else ()
    return _Part(drawn["caption"], tuple(drawn["columns"]), rows, sources)


def _number(text: str) -> Cell:
    """Return a count or a rate as a number, so that a spreadsheet can reckon with it."""
    plain = text.replace(",", "")
    if plain.isdigit():
        return int(plain)
    whole, dot, part = plain.partition(".")
    return float(plain) if dot and whole.isdigit() and part.isdigit() else text


def _csv(parts: Sequence[_Part], title: str, notes: tuple[str, ...]) -> bytes:
    rows: list[Row] = [[title]]
    for part in parts:
        rows += [[], *_heads(part), *part.rows, *([note] for note in part.notes)]
    return csv_bytes([*rows, [], *([note] for note in notes)])


def _heads(part: _Part) -> list[Row]:
    """Return the headings of a table, after its title where the first of them is another."""
    return [part.columns] if part.title == part.columns[0] else [[part.title], part.columns]


def _xlsx(parts: Sequence[_Part], title: str, notes: tuple[str, ...]) -> bytes:
    rows: list[Row] = [[title]]
    styles = {0: "title"}
    for part in parts:
        rows.append([])
        for head in _heads(part):
            styles[len(rows)] = "heading"
            rows.append(head)
        rows += part.rows
        for note in part.notes:
            styles[len(rows)] = "note"
            rows.append([note])
    rows.append([])
    for note in notes:
        styles[len(rows)] = "note"
        rows.append([note])
    return xlsx_bytes([Sheet("Statistics", rows, styles, (44, 14, 14, 14, 14, 12, 16))])


def _pdf(parts: Sequence[_Part], title: str, notes: tuple[str, ...]) -> bytes:
    blocks: list[pdf.Block] = [pdf.Heading(title), pdf.Words(notes[0])]
    for part in parts:
        blocks.append(pdf.Heading(part.title, 2))
        rows = tuple(tuple(_text(cell) for cell in row) for row in part.rows)
        blocks.append(pdf.Table(part.columns, rows))
        blocks += [pdf.Words(note) for note in part.notes]
    blocks += [pdf.Words(note) for note in notes[1:]]
    return pdf.draw(blocks, title=title, footer=title)


def _text(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


_WRITERS: dict[str, Callable[[Sequence[_Part], str, tuple[str, ...]], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "pdf": _pdf,
}
