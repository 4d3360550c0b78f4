"""The annual return as a file: JSON for programs, CSV for tables, XLSX laid out as the form, PDF.

Every file is read again and compared with the figures before it is handed over.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
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
from cdop.return_paper import return_paper
from cdop.return_reread import check_again
from cdop.rules.annual_return import OUTCOMES, TOTAL, Coverage, Tabulation
from cdop.rules.public_return import PublicReturn

CSV_HEADER = (
    "item",
    "code",
    "label",
    "modifiable",
    "not_modifiable",
    "insufficient_information",
    "total",
)
_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
CHILD_LEVEL_NOTE = (
    "Each stands under a pseudonym that is used nowhere else. That there was such a form is known "
    "for 2016-17 alone, and of no year which reviews it asked for."
)


@dataclass(frozen=True)
class Beside:
    """What a file says beside the figures: whose it is, who made it, and of a frozen one, which.

    `rows` are those of the child-level form; None leaves that form out.
    """

    area: str = ""
    exported: str = ""
    revision: int = 0
    digest: str = ""
    frozen: str = ""
    comments: str = ""
    contact: str = ""
    signed_off_by: str = ""
    rows: Sequence[Mapping[str, str]] | None = None
    release: int = 0

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is printed of the return; empty ones are left out."""
        facts = [
            ("Revision", str(self.revision or "")),
            ("Frozen", self.frozen),
            ("Digest", self.digest),
            ("Signed off by", self.signed_off_by),
            ("Contact", self.contact),
            ("Release", str(self.release or "")),
            ("Exported", self.exported),
            ("Comments", self.comments),
        ]
        return [(label, text) for label, text in facts if text]


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
    beside: Beside = Beside(),
) -> ReturnFile:
    """Write the return as a file and put the export on record; call it before handing it over.

    Raises:
        UnknownFormat: a return is not written so.
        NotAsCounted: the file was read again and does not hold the figures.
    """
    if file_format not in _WRITERS:
        raise UnknownFormat(f"Choose one of {', '.join(_WRITERS)}: {file_format} is not written")
    content = _WRITERS[file_format](counted, beside)
    check_again(content, file_format, counted, beside.rows if file_format == "xlsx" else None)
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
            **({"profile": "public", "release": beside.release} if public else {}),
            **({"revision": beside.revision} if beside.revision else {}),
            **({"child_level": True} if beside.rows is not None and file_format == "xlsx" else {}),
        },
    )
    board = f"-{counted.board.lower().replace('_', '-')}" if counted.board else ""
    profile = "-public" if public else ""
    revision = f"-revision-{beside.revision}" if beside.revision else ""
    rows = "-child-level" if beside.rows is not None and file_format == "xlsx" else ""
    name = f"annual-return-{counted.year.slug}{board}{profile}{revision}{rows}.{file_format}"
    return ReturnFile(content, file_format, name, digest)


def csv_rows(counted: Tabulation | PublicReturn) -> list[Row]:
    """Return the figures as rows: those of the JSON document and no others, with words."""
    lines: list[Line] = []
    for section in sections(counted):
        lines += section.figures
        for table in section.tables:
            lines += [line for line in table.lines if line.total != 0]
    lines += groups_table(counted).lines
    shown = _shown_in(counted)
    return [CSV_HEADER, *(_csv_row(line, shown) for line in lines)]


def form_sheet(counted: Tabulation | PublicReturn, beside: Beside) -> Sheet:
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
    add("Area", beside.area or counted.board or "All boards together")
    add("Template", f"{counted.template.name}, version {counted.template.version}")
    add("Due", deadline_words(counted.template, counted.year))
    for label, text in beside.facts:
        add(label, text)
    if isinstance(counted, PublicReturn):
        add(counted.profile.legend, style="note")
    shown = _shown_in(counted)
    for section in sections(counted):
        add()
        add(section.title, style="title")
        for figure in section.figures:
            add(figure.item, figure.label, shown(figure.total), _number(counted, figure.item))
        for table in section.tables:
            _add_table(add, table, counted)
    add()
    add("Not part of the form", style="title")
    _add_table(add, groups_table(counted), counted)
    return Sheet(f"LSCB1 {counted.year.slug}", rows, styles, widths=(14, 62, 14, 14, 14, 12, 14))


def child_level_sheet(counted: Tabulation | PublicReturn, beside: Beside) -> Sheet:
    """Return the child-level form: codes by column, under pseudonyms."""
    columns = counted.template.child_level
    heads: list[Cell] = [column.question for column in columns]
    numbers: list[Cell] = [column.number or column.item for column in columns]
    rows: list[Row] = [
        [f"LSCB1 A1: child-level form, {counted.year.slug}"],
        [f"One row for {_ROWS_FOR[counted.template.coverage]}. {CHILD_LEVEL_NOTE}"],
        numbers,
        heads,
    ]
    for row in beside.rows or ():
        rows.append(
            [
                counted.template.as_on_form.get(column.item, {}).get(
                    row[column.column], row[column.column]
                )
                for column in columns
            ]
        )
    styles = {0: "title", 1: "note", 3: "heading"}
    return Sheet("LSCB1 A1", rows, styles, widths=(16, 22) + (14,) * (len(columns) - 2))


_ROWS_FOR = {
    Coverage.ALL: "each completed review",
    Coverage.MODIFIABLE: "each completed review with modifiable factors, and no other",
}


def _number(counted: Tabulation | PublicReturn, item: str) -> str:
    """Return what the form itself calls a question, where that was entered."""
    found = next((each.number for each in counted.template.items if each.item == item), "")
    return f"Form: {found}" if found else ""


def _add_table(
    add: Callable[..., None], table: Table[N], counted: Tabulation | PublicReturn
) -> None:
    as_on_form = counted.template.as_on_form.get(table.item, {})
    shown = _shown_in(counted)
    add()
    if number := _number(counted, table.item):
        add("", number, style="note")
    if table.split:
        words = [OUTCOME_WORDS[outcome] for outcome in (*OUTCOMES, TOTAL)]
        add(table.item, table.question, *words, style="heading")
    else:
        name = "" if table.item == GROUPS_ITEM else table.item
        add(name, table.question, OUTCOME_WORDS[TOTAL], style="heading")
    for line in table.lines:
        add(as_on_form.get(line.code, line.code), line.label, *map(shown, line.counts.values()))
    add("", OUTCOME_WORDS[TOTAL], *map(shown, table.sums.values()))


def _shown_in(counted: Tabulation | PublicReturn) -> Callable[[Cell], Cell]:
    """Return what writes a figure: itself, or what stands for one that is not given."""
    hidden = counted.profile.symbol if isinstance(counted, PublicReturn) else ""
    return lambda figure: hidden if figure is None else figure


def _csv_row(line: Line[N], shown: Callable[[Cell], Cell]) -> Row:
    # Outcomes are blank where they are not told apart.
    apart: list[Cell] = [shown(line.counts.get(outcome, "")) for outcome in OUTCOMES]
    return [line.item, line.code, line.label, *apart, shown(line.total)]


def _json(counted: Tabulation | PublicReturn, beside: Beside) -> bytes:
    return (json.dumps(counted.document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _csv(counted: Tabulation | PublicReturn, beside: Beside) -> bytes:
    return csv_bytes(csv_rows(counted))


def _xlsx(counted: Tabulation | PublicReturn, beside: Beside) -> bytes:
    sheets = [form_sheet(counted, beside)]
    if beside.rows is not None:
        sheets.append(child_level_sheet(counted, beside))
    return xlsx_bytes(sheets)


def _pdf(counted: Tabulation | PublicReturn, beside: Beside) -> bytes:
    about = beside.facts
    if public := isinstance(counted, PublicReturn):
        about = [("Hidden numbers", counted.profile.legend), *about]
    area = beside.area or counted.board or "All boards together"
    return return_paper(
        counted, area, about, _shown_in(counted), draft=not (beside.revision or public)
    )


_WRITERS: dict[str, Callable[[Tabulation | PublicReturn, Beside], bytes]] = {
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
    "pdf": _pdf,
}
FORMATS = tuple(_WRITERS)
