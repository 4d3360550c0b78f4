"""Make the pair to whose public half backups of the keys are sealed."""

from pathlib import Path

from casereview.key_archives import KeysRefused, write_private_key
from casereview.management.base import Command as Base
from casereview.management.base import Refused


class Command(Base):
    help = (
        "Write a new private key to OUT and print its public half for BACKUP_PUBLIC_KEY. Take the "
        "file off this machine: without it no backup of the keys opens (docs/keys.md)."
    )
    needs_database = False

    def arguments(self, parser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT", help="where the private key is put")

    def handle(self, *args, **options):
        try:
            public = write_private_key(options["out"])
        except KeysRefused as error:
            raise Refused(str(error), {"ok": False, "reason": str(error)}) from None
        line = f"Set BACKUP_PUBLIC_KEY={public}\nTake {options['out']} off this machine, twice"
        self.tell(line, {"ok": True, "public_key": public}, options)
