"""Change the wrapping key: every data key is wrapped under a new epoch, the old one is retired."""

from dataclasses import asdict

from casereview import crypto
from casereview.key_rotation import RotationRefused, Step, rotate
from casereview.management.base import Command as Base
from casereview.management.base import Refused


class Command(Base):
    help = (
        "Wrap every data key under a new epoch of the key ring, then retire the old one. The "
        "application goes on meanwhile. Run again after it was interrupted, it goes on where it "
        "was. Make a new backup of the keys afterwards (docs/keys.md)."
    )

    def arguments(self, parser) -> None:
        parser.add_argument(
            "--step",
            choices=[step.value for step in Step],
            help="one step only, for several hosts with a copy of the ring each (docs/keys.md)",
        )

    def handle(self, *args, **options):
        steps = (Step(options["step"]),) if options["step"] else tuple(Step)
        try:
            done = rotate(steps)
        except (RotationRefused, crypto.IntegrityFailure) as error:
            raise Refused(str(error), {"ok": False, "reason": str(error)}) from None
        retired = ", ".join(map(str, done.retired)) or "none"
        line = f"Epoch {done.epoch} seals; keys wrapped again: {done.rewrapped}; retired: {retired}"
        self.tell(line, {"ok": True, **asdict(done)}, options)
