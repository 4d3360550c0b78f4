"""Say which epochs the key ring holds and how many data keys are wrapped under each."""

from casereview import crypto
from casereview.key_rotation import status
from casereview.management.base import Command as Base
from casereview.management.base import Refused


class Command(Base):
    help = (
        "Say which epochs the key ring holds and how many data keys are wrapped under each; "
        "exit 1 where a key is wrapped under an epoch that the ring lacks. Tells no secret."
    )

    def handle(self, *args, **options):
        try:
            found = status()
        except crypto.KeyMissing as error:
            raise Refused(str(error), {"ok": False, "reason": str(error)}) from None
        lacking = [each for each in found["epochs"] if each["keys"] and not each["in_ring"]]
        lines = [f"Key ring {found['ring']}, {found['keys']} data keys"]
        lines += [_line(each) for each in found["epochs"]]
        if found["rotation_unfinished"]:
            lines.append("A rotation is not finished: run rotate_keys again")
        lines.append(f"Last rotation: {found['last_rotation'] or 'never'}")
        if lacking:
            numbers = ", ".join(str(each["epoch"]) for each in lacking)
            raise Refused(
                f"Bring back the ring that holds epoch {numbers}: keys are wrapped under it",
                {"ok": False, **found},
            )
        self.tell("\n".join(lines), {"ok": True, **found}, options)


def _line(epoch: dict) -> str:
    seals = ", seals" if epoch["seals"] else ""
    return f"Epoch {epoch['epoch']} ({epoch['fingerprint']}): {epoch['keys']} keys{seals}"
