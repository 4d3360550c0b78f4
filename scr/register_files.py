"""The decisions register as a file: a workbook and a PDF, both put on record."""

import hashlib
from dataclasses import dataclass
from datetime import date

from casereview import audit, pdf
from casereview.spreadsheets import Row as Cells
from casereview.spreadsheets import Sheet, xlsx_bytes
from scr.register import Register, Row

FORMATS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = (
    "Number",
    "Board",
    "Kind",
    "Referred",
    "Edition",
    "What holds",
    "Criteria",
    "Time limits",
    "Recommendation",
    "Decision",
    "Departs",
    "National panel",
    "Review",
    "Actions",
)
YEAR_COLUMNS = (
    "Year to 31 March",
    "Considered",
    "Decided",
    "Review",
    "Of these in a composite",
    "Other review",
    "No review",
    "Referred on",
    "Not decided",
    "Published",
    "In progress",
    "Overdue",
)
NOTE = (
    "For the board: the numbers are small and a figure may point to a child. Not for publication."
)


@dataclass(frozen=True)
class RegisterFile:
    """A register ready to be handed over, and the digest that the audit log keeps."""

    content: bytes
    content_type: str
    name: str
    digest: str


def export_register(found: Register, file_format: str, *, by, exported: str) -> RegisterFile:
    """Write the register as a file and put the export on record; call it before handing it over.

    Raises:
        KeyError: it is not written in that format.
    """
    content_type = FORMATS[file_format]
    content = _xlsx(found, exported) if file_format == "xlsx" else _pdf(found, exported)
    digest = hashlib.sha256(content).hexdigest()
    audit.append(
        "export_scr_register",
        actor=by,
        outcome=audit.DONE,
        detail={"format": file_format, "rows": len(found.rows), "digest": digest},
    )
    of_year = f"-{found.year}" if found.year else ""
    name = f"decisions-register{of_year}.{file_format}"
    return RegisterFile(content, content_type, name, digest)


def cells(row: Row) -> Cells:
    """Return a row as the columns of the workbook have it."""
    return (
        row.number,
        row.board,
        row.kind,
        "\n".join(day.isoformat() for day in row.referred_on),
        row.edition,
        "\n".join(row.lines),
        "\n".join(row.criteria),
        "\n".join(row.clocks),
        row.recommendation,
        "\n".join(row.decisions),
        row.departure,
        "\n".join(row.advice),
        "\n".join(row.reviews),
        row.actions,
    )


def year_cells(found: Register) -> list[Cells]:
    """Return the record of each year as rows."""
    return [
        (
            year.ends_in,
            year.considered,
            year.decided,
            year.reviews,
            year.composite,
            year.other_reviews,
            year.no_review,
            year.elsewhere,
            year.waiting,
            year.published,
            year.under_way,
            year.overdue,
        )
        for year in found.years
    ]


def _xlsx(found: Register, exported: str) -> bytes:
    top: list[Cells] = [(found.title,), (NOTE,), (exported,), ()]
    rows = [*top, COLUMNS, *(cells(row) for row in found.rows)]
    years = [("The years’ record",), (NOTE,), (), YEAR_COLUMNS, *year_cells(found)]
    return xlsx_bytes(
        [
            Sheet(
                "Decisions",
                rows,
                {0: "title", 1: "note", 4: "heading"},
                widths=(12, 16, 14, 12, 18, 40, 44, 40, 30, 34, 24, 24, 34, 14),
            ),
            Sheet("Years", years, {0: "title", 1: "note", 3: "heading"}, widths=(16, *[12] * 11)),
        ]
    )


def _pdf(found: Register, exported: str) -> bytes:
    blocks: list[pdf.Block] = [
        pdf.Heading(found.title),
        pdf.Words(NOTE),
        pdf.Words(exported),
        pdf.Heading("The years’ record", 2),
    ]
    for year in year_cells(found):
        facts = [f"{name}: {value}" for name, value in zip(YEAR_COLUMNS[1:], year[1:], strict=True)]
        blocks.append(pdf.Fact(f"Year to 31 March {year[0]}", points=tuple(facts)))
    for row in found.rows:
        blocks.append(pdf.Heading(f"{row.number}: {row.kind}", 2))
        for name, value in zip(COLUMNS[3:], cells(row)[3:], strict=True):
            lines = tuple(str(value or "–").split("\n"))
            blocks.append(
                pdf.Fact(name, lines[0]) if len(lines) == 1 else pdf.Fact(name, points=lines)
            )
    return pdf.draw(blocks, title="Decisions register", footer=exported)


def exported_words(name: str, on: date) -> str:
    """Say who took the register out, and when."""
    return f"Exported by {name}, {on.day} {on:%B %Y}"
