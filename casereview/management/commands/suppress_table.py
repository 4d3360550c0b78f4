"""Hide the small numbers of a table of counts, and all that would give them away."""

from collections.abc import Sequence
from pathlib import Path

from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.management.quiet import solver_unheard
from casereview.rules.suppression import PublishedTable, suppress_table
from casereview.table_file import BadTable, TableError, read_table

HIDDEN = "c"
_SHOWN = 10


class Command(Base):
    help = "Hide the small numbers of the table in FILE; opens no database and no key."
    needs_database = False
    requires_system_checks: list[str] = []

    def arguments(self, parser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            type=Path,
            help='JSON: {"rows": […], "columns": […], "counts": [[…], …], "threshold": 5}',
        )
        parser.add_argument(
            "--zeros-are-known",
            action="store_true",
            help="hide more, so that who knows that zeros are always given learns nothing either",
        )

    def handle(self, *args, **options):
        try:
            table, threshold = read_table(options["file"])
        except BadTable as refusal:
            raise Refused(_sentences(refusal.errors), _document(refusal.errors)) from None
        with solver_unheard():
            found = suppress_table(table, threshold, zeros_are_known=options["zeros_are_known"])
        self.tell(
            _lines(found),
            {
                "rows": found.rows,
                "columns": found.columns,
                "threshold": found.threshold,
                "published": found.cells,
                "row_totals": found.row_totals,
                "column_totals": found.column_totals,
                "grand_total": found.grand_total,
            },
            options,
        )


def _sentences(errors: Sequence[TableError]) -> str:
    lines = [error.message for error in errors[:_SHOWN]]
    if len(errors) > _SHOWN:
        lines.append(f"… and {len(errors) - _SHOWN} more")
    return "\n".join(lines)


def _document(errors: Sequence[TableError]) -> dict:
    return {
        "errors": [
            {"row": error.row, "column": error.column, "message": error.message} for error in errors
        ]
    }


def _lines(found: PublishedTable) -> str:
    """Return the table for a person: the hidden numbers as one letter, and what it means."""
    body: list[list[str | int | None]] = [
        ["", *found.columns, "Total"],
        *(
            [name, *cells, total]
            for name, cells, total in zip(found.rows, found.cells, found.row_totals, strict=True)
        ),
        ["Total", *found.column_totals, found.grand_total],
    ]
    shown = [[HIDDEN if cell is None else str(cell) for cell in line] for line in body]
    widths = [max(len(line[place]) for line in shown) for place in range(len(shown[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in shown
    ]
    hidden = any(cell is None for line in body for cell in line)
    note = (
        f"{HIDDEN}: not given, because it is below {found.threshold} or would give such a number "
        "away"
        if hidden
        else f"No number is below {found.threshold}: nothing is hidden"
    )
    return "\n".join([*lines, note])
