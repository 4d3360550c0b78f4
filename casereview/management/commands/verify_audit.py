"""Say whether the audit chain holds and every row is as its last entry left it."""

from pathlib import Path

from django.utils import timezone

from casereview import upkeep_records
from casereview.checkpoints import WHY, Checkpoint, NotACheckpoint, read_file, typed
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.upkeep_records import Kind
from casereview.verification import verify


class Command(Base):
    help = (
        "Check the audit chain and the rows; exit 1 naming the first broken entry. With "
        "checkpoints kept elsewhere, an end that was cut off or written anew is found too."
    )
    # They load every page, which says nothing about the chain and takes a third more memory.
    requires_system_checks: list[str] = []

    def arguments(self, parser) -> None:
        parser.add_argument(
            "--checkpoint", nargs="+", default=[], metavar="FILE", help="a file or saved message"
        )
        parser.add_argument(
            "--code",
            nargs=2,
            action="append",
            default=[],
            metavar=("ENTRY", "CODE"),
            help="what stands on a printed checkpoint",
        )

    def handle(self, *args, **options):
        verdict = verify(given(options))
        document = verdict.as_json()
        upkeep_records.note(
            Kind.VERIFICATION,
            at=timezone.now(),
            succeeded=verdict.ok,
            entries=verdict.entries,
            first_broken=verdict.first_broken,
            checkpoints=verdict.checkpoints,
        )
        if not verdict.ok:
            raise Refused(
                f"The audit chain is broken at entry {verdict.first_broken}: {verdict.reason}",
                document,
            )
        line = f"All {verdict.entries} entries hold."
        if verdict.checkpoints:
            line += f" {verdict.checkpoints} checkpoints compared."
        for gap in verdict.declared:
            line += (
                f" Entries after {gap.log_ended_at} up to {gap.checkpoint} are lost, as entry "
                f"{gap.entry} declares: {WHY[gap.why]}."
            )
        self.tell(line, document, options)


def given(options: dict) -> list[Checkpoint]:
    """Return the checkpoints of the command line.

    Raises:
        Refused: one of them is none, or was not signed here.
    """
    found = []
    for name in options["checkpoint"]:
        try:
            found.append(read_file(Path(name)))
        except NotACheckpoint as error:
            raise Refused(f"{name}: {error}", _refusal(str(error))) from None
    for entry, code in options["code"]:
        try:
            found.append(typed(int(entry) if entry.isdecimal() else 0, code))
        except NotACheckpoint as error:
            raise Refused(str(error), _refusal(str(error))) from None
    return found


def _refusal(reason: str) -> dict:
    return {"ok": False, "entries": None, "first_broken": None, "reason": reason}
