"""Import a file of deaths: all rows or none; a second run of the same file changes nothing."""

from pathlib import Path

from casereview.management.base import Command as Base
from casereview.management.base import Refused
from cdop.actions.importing import NotImported, import_cases

SHOWN = 50


class Command(Base):
    help = "Import the deaths of a CSV file (version 1): all rows or none."

    def arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check the file, write nothing")
        parser.add_argument(
            "--update",
            action="store_true",
            help="fill blanks and complete open reviews of cases that were imported before",
        )

    def handle(self, *args, **options):
        try:
            done = import_cases(
                path=options["file"], update=options["update"], dry_run=options["dry_run"]
            )
        except NotImported as refusal:
            lines = [
                f"Row {problem.row}, {problem.column}: {problem.message}"
                + ("" if problem.value is None else f" (found: {problem.value or 'nothing'})")
                for problem in refusal.problems
            ]
            if len(lines) > SHOWN:
                lines[SHOWN:] = [f"… and {len(lines) - SHOWN} more; --json gives all"]
            raise Refused(
                "\n".join(["Nothing was imported:", *lines]),
                {"errors": [problem.as_json() for problem in refusal.problems]},
            ) from None
        found = [each.as_json() for each in done.possible_duplicates]
        would = "Would have imported" if options["dry_run"] else "Imported"
        line = f"{would} {done.created}, updated {done.updated}, skipped {done.skipped}."
        for each in done.possible_duplicates:
            rows = ", ".join(str(row) for row in each.rows)
            references = ", ".join(each.references)
            line += f"\nPossibly the same death ({each.why}): row {rows} – {references}"
        self.tell(
            line,
            {
                "created": done.created,
                "skipped": done.skipped,
                "updated": done.updated,
                "possible_duplicates": found,
            },
            options,
        )
