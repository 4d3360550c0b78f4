"""Protected tables as a file: CSV or Excel, with what is hidden as its symbol."""

from collections.abc import Callable, Iterator

from casereview.rules.release_gate import Settled, Shown
from casereview.spreadsheets import Row, Sheet, csv_bytes, xlsx_bytes
from cdop.statistics import row_texts

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LAST = ("All", "Modifiable", "95% interval")


def content(settled: Settled, title: str, notes: tuple[str, ...], file_format: str) -> bytes:
    """Return the file.

    Raises:
        KeyError: it is not written in that format.
    """
    return _WRITERS[file_format](settled, title, notes)


def _csv(settled: Settled, title: str, notes: tuple[str, ...]) -> bytes:
    rows: list[Row] = [[title]]
    for shown in settled.shown:
        rows += [[], [shown.table.title, *(one.label for one in shown.table.columns), *_LAST]]
        rows += _lines(shown, settled)
    return csv_bytes([*rows, [], [settled.profile.legend], *([note] for note in notes)])


def _xlsx(settled: Settled, title: str, notes: tuple[str, ...]) -> bytes:
    rows: list[Row] = [[title]]
    styles = {0: "title"}
    for shown in settled.shown:
        rows.append([])
        styles[len(rows)] = "heading"
        rows.append([shown.table.title, *(one.label for one in shown.table.columns), *_LAST])
        rows += _lines(shown, settled)
    rows.append([])
    for note in (settled.profile.legend, *notes):
        styles[len(rows)] = "note"
        rows.append([note])
    return xlsx_bytes([Sheet("Statistics", rows, styles, (44, 14, 14, 14, 10, 12, 16))])


def _lines(shown: Shown, settled: Settled) -> Iterator[Row]:
    labels = [*(line.label for line in shown.table.rows), "All"]
    for label, cells in zip(labels, shown.grid, strict=True):
        numbers = [settled.profile.symbol if n is None else n for n in cells]
        yield [label, *numbers, *row_texts(cells, settled.profile)[len(cells) :]]


_WRITERS: dict[str, Callable[[Settled, str, tuple[str, ...]], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
}
