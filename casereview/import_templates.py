"""Files to begin with, and files of rows to correct: CSV or Excel, the same for every import."""

from collections.abc import Sequence

from django.http import HttpResponse

from casereview.import_kinds import ImportKind
from casereview.spreadsheets import Row, Sheet, csv_bytes, xlsx_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CODES = ("Column", "Code", "What it means")


def template(kind: ImportKind, name: str, xlsx: bool) -> HttpResponse:
    """Return a file with every column and one example; in Excel with a sheet of the codes."""
    header = [column.name for column in kind.columns]
    rows: list[Row] = [header, [kind.example.get(column, "") for column in header]]
    if not xlsx:
        return handed_over(rows, name, None)
    about: list[Row] = [("Column", "What it holds", "Needed")]
    about += [
        (one.name, one.label, "yes" if one.needed else "may be blank") for one in kind.columns
    ]
    sheets = [
        Sheet("Rows", rows, {0: "heading"}, [max(len(one) + 2, 14) for one in header]),
        Sheet("Columns", about, {0: "heading"}, (26, 60, 14)),
        Sheet("Codes", [CODES, *kind.codes()], {0: "heading"}, (26, 40, 70)),
    ]
    return _file(xlsx_bytes(sheets), f"{name}.xlsx", XLSX)


def handed_over(rows: Sequence[Row], name: str, sheet: str | None) -> HttpResponse:
    """Return rows as a file that no cache keeps: Excel where a `sheet` is named, else CSV."""
    if sheet is None:
        return _file(csv_bytes(rows), f"{name}.csv", "text/csv")
    widths = [8, 60, *[18] * (len(rows[0]) - 2)]
    return _file(xlsx_bytes([Sheet(sheet, rows, {0: "heading"}, widths)]), f"{name}.xlsx", XLSX)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
