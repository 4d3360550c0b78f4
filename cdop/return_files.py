"""The annual return as a file: JSON for programs, CSV for tables, XLSX laid out as the form."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from casereview import audit
from casereview.spreadsheets import Cell, Row, Sheet, csv_bytes, xlsx_bytes
from cdop.return_layout import (
    GROUPS_ITEM,
    OUTCOME_WORDS,
    Line,
    N,
    Table,
    deadline_words,
    groups_table,
    sections,
    status_words,
    year_words,
)
from cdop.rules.annual_return import OUTCOMES, TOTAL, Tabulation
from cdop.rules.public_return import THRESHOLD, PublicReturn

CSV_HEADER = (
    "item",
    "code",
    "label",
    "modifiable",
    "not_modifiable",
    "insufficient_information",
    "total",
)
# What stands in a file for a number that is not given.
HIDDEN = "c"
HIDDEN_WORDS = (
    f"{HIDDEN}: not given, because it is below {THRESHOLD} or would give such a number away. "
    "A zero is a zero."
)
_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UnknownFormat(ValueError):
    """A return is not written in that format."""


@dataclass(frozen=True)
class ReturnFile:
    """A return ready to be handed over: its bytes, and the digest that the audit log keeps."""

    content: bytes
    format: str
    name: str
    digest: str

    @property
    def content_type(self) -> str:
        """What a browser is told the file is."""
        return _TYPES[self.format]


def export_return(
    counted: Tabulation | PublicReturn,
    file_format: str,
    *,
    by,
    board_name: str = "",
    exported: str = "",
) -> ReturnFile:
    """Write the return as a file and put the export on record; call it before handing it over.

    `exported` says who made the file and when, for the formats read by people.

    Raises:
        UnknownFormat: a return is not written so.
    """
    if file_format not in _WRITERS:
        raise UnknownFormat(f"Choose one of {', '.join(_WRITERS)}: {file_format} is not written")
    content = _WRITERS[file_format](counted, board_name, exported)
    digest = hashlib.sha256(content).hexdigest()
    public = isinstance(counted, PublicReturn)
    audit.append(
        "export_annual_return",
        actor=by,
        outcome=audit.DONE,
        detail={
            "year": counted.year.ends_in,
            "board": counted.board,
            "format": file_format,
            "reviews": counted.count("AG-01"),
            "digest": digest,
            **({"profile": "public"} if public else {}),
        },
    )
    board = f"-{counted.board.lower().replace('_', '-')}" if counted.board else ""
    profile = "-public" if public else ""
    name = f"annual-return-{counted.year.slug}{board}{profile}.{file_format}"
    return ReturnFile(content, file_format, name, digest)


def csv_rows(counted: Tabulation | PublicReturn) -> list[Row]:
    """Return the figures as rows: those of the JSON document and no others, with words."""
    rows: list[Row] = [CSV_HEADER]
    for section in sections(counted):
        for figure in section.figures:
            rows.append(_csv_row(figure))
        for table in section.tables:
            rows += [_csv_row(line) for line in table.lines if line.total != 0]
    return rows + [_csv_row(line) for line in groups_table(counted).lines]


def form_sheet(
    counted: Tabulation | PublicReturn, board_name: str = "", exported: str = ""
) -> Sheet:
    """Return the return as a sheet: title, status, then section by section as the form has it."""
    rows: list[Row] = []
    styles: dict[int, str] = {}

    def add(*cells, style: str = "") -> None:
        if style:
            styles[len(rows)] = style
        rows.append(cells)

    add(f"Child death reviews: annual return (LSCB1), {counted.year.slug}", style="title")
    add(status_words(counted.template), style="note")
    add("Year", year_words(counted.year))
    add("Area", board_name or counted.board or "All boards together")
    add("Template", counted.template.name)
    add("Due", deadline_words(counted.template, counted.year))
    if exported:
        add("Exported", exported)
    if isinstance(counted, PublicReturn):
        add(HIDDEN_WORDS, style="note")
    for section in sections(counted):
        add()
        add(section.title, style="title")
        for figure in section.figures:
            add(figure.item, figure.label, _shown(figure.total))
        for table in section.tables:
            _add_table(add, table)
    add()
    add("Not part of the form", style="title")
    _add_table(add, groups_table(counted))
    return Sheet(f"LSCB1 {counted.year.slug}", rows, styles, widths=(14, 62, 14, 14, 14, 12))


def _add_table(add: Callable[..., None], table: Table[N]) -> None:
    add()
    if table.split:
        words = [OUTCOME_WORDS[outcome] for outcome in (*OUTCOMES, TOTAL)]
        add(table.item, table.question, *words, style="heading")
    else:
        name = "" if table.item == GROUPS_ITEM else table.item
        add(name, table.question, OUTCOME_WORDS[TOTAL], style="heading")
    for line in table.lines:
        add(line.code, line.label, *map(_shown, line.counts.values()))
    add("", OUTCOME_WORDS[TOTAL], *map(_shown, table.sums.values()))


def _shown(figure: Cell) -> Cell:
    return HIDDEN if figure is None else figure


def _csv_row(line: Line[N]) -> Row:
    return [line.item, line.code, line.label, *_apart(line), _shown(line.total)]


def _apart(line: Line[N]) -> list[Cell]:
    """Return the outcomes of a line; blank where they are not told apart."""
    return [_shown(line.counts.get(outcome, "")) for outcome in OUTCOMES]


def _json(counted: Tabulation | PublicReturn, board_name: str, exported: str) -> bytes:
    return (json.dumps(counted.document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _csv(counted: Tabulation | PublicReturn, board_name: str, exported: str) -> bytes:
    return csv_bytes(csv_rows(counted))


def _xlsx(counted: Tabulation | PublicReturn, board_name: str, exported: str) -> bytes:
    return xlsx_bytes([form_sheet(counted, board_name, exported)])


_WRITERS: dict[str, Callable[[Tabulation | PublicReturn, str, str], bytes]] = {
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
}
FORMATS = tuple(_WRITERS)
