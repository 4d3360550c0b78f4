"""Put on record that entries at the end of the audit chain are lost, and why."""

from casereview.checkpoints import WHY, NotACheckpoint, declare
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.management.commands.verify_audit import given
from casereview.models import User


class Command(Base):
    help = (
        "Put on record that the entries up to a checkpoint are lost: after a failover or a "
        "restore. Every check that is given the checkpoint goes on saying so."
    )

    def arguments(self, parser) -> None:
        parser.add_argument("--checkpoint", nargs="+", default=[], metavar="FILE")
        parser.add_argument(
            "--code", nargs=2, action="append", default=[], metavar=("ENTRY", "CODE")
        )
        parser.add_argument("--because", required=True, choices=sorted(WHY))
        parser.add_argument("--by", metavar="EMAIL", required=True, help="who answers for it")

    def handle(self, *args, **options):
        person = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if person is None:
            raise Refused(f"Nobody signs in with {options['by']}")
        checkpoints = given(options)
        if not checkpoints:
            raise Refused("Give the checkpoint whose entry is lost, with --checkpoint or --code")
        try:
            declared = [declare(one, options["because"], by=person) for one in checkpoints]
        except NotACheckpoint as error:
            raise Refused(str(error)) from None
        line = "; ".join(
            f"entries after {gap.log_ended_at} up to {gap.checkpoint} are declared lost"
            for gap in declared
        )
        self.tell(line, {"declared_gaps": [gap._asdict() for gap in declared]}, options)
