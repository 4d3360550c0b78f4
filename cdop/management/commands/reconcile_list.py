"""Compare a registrar's or coroner's list with the deaths that were notified; nothing is kept."""

import hashlib
from pathlib import Path

from casereview import audit
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from cdop.notified_deaths import notified_deaths, source_references
from cdop.rules.import_columns import ImportProblem
from cdop.rules.list_file import COLUMNS, LARGEST_BYTES, check_list
from cdop.rules.list_matching import Band, match_list

SHOWN = 50


class Command(Base):
    help = "Compare a registrar's or coroner's list (CSV) with the deaths that were notified."

    def arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args, **options):
        data = _read(options["file"])
        checked = check_list(data)
        if checked.problems:
            raise _refused(checked.problems)
        found = match_list(checked.deaths, list(notified_deaths()))
        best = {one.entry: one.best for one in found if one.best is not None}
        called = source_references({one.reference for one in best.values()})
        matches = [
            {
                "entry": one.entry,
                "reference": called[best[one.entry].reference],
                "score": round(best[one.entry].bits, 1),
                "band": str(one.band),
            }
            for one in found
            if one.entry in best
        ]
        unmatched = [one.entry for one in found if one.entry not in best]
        counts = {str(band): sum(one.band == band for one in found) for band in Band}
        audit.append(
            "reconcile_list",
            actor=None,
            outcome=audit.DONE,
            detail={
                **counts,
                "digest": audit.digest_of("list file", hashlib.sha256(data).hexdigest()),
            },
        )
        lines = [
            f"{counts['certain']} certain, {counts['likely']} likely for a person to decide, "
            f"{counts['unmatched']} not notified."
        ]
        lines += [
            f"{one['entry']}: {one['reference']} ({one['band']}, {one['score']} bits)"
            for one in matches
        ]
        lines += [f"{entry}: not notified" for entry in unmatched]
        self.tell("\n".join(lines), {"matches": matches, "unmatched": unmatched}, options)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError:
        message = "Give the path of a file that can be read"
        raise _refused([ImportProblem(1, COLUMNS[0], message)]) from None


def _refused(problems) -> Refused:
    lines = [
        f"Row {one.row}, {one.column}: {one.message}"
        + ("" if one.value is None else f" (found: {one.value or 'nothing'})")
        for one in problems
    ]
    if len(lines) > SHOWN:
        lines[SHOWN:] = [f"… and {len(lines) - SHOWN} more; --json gives all"]
    return Refused(
        "\n".join(["The list was not compared:", *lines]),
        {"errors": [one.as_json() for one in problems]},
    )
