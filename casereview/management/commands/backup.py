"""Back up the database and the files; with --keys, the keys too, to another place."""

from pathlib import Path

from casereview.backups import BackupRefused, back_up, back_up_keys, public_key
from casereview.management.base import Command as Base
from casereview.management.base import Refused


class Command(Base):
    help = (
        "Write the database and the files to the encrypted archive OUT, while people work. The "
        "keys are never in it: --keys writes them to another archive, sealed to "
        "BACKUP_PUBLIC_KEY, to be kept in another place (docs/backup.md)."
    )

    def arguments(self, parser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT", help="the archive to write")
        parser.add_argument(
            "--keys", type=Path, metavar="OUT", help="the archive of the keys, in another folder"
        )

    def handle(self, *args, **options):
        out, keys_out = options["out"], options["keys"]
        try:
            if keys_out is not None:
                public_key()
                if keys_out.absolute().parent.resolve() == out.absolute().parent.resolve():
                    raise BackupRefused(
                        "Put the keys in another folder: together they open everything"
                    )
            made = back_up(out)
            made_keys = back_up_keys(keys_out) if keys_out is not None else None
        except BackupRefused as error:
            raise Refused(str(error), {"ok": False, "reason": str(error)}) from None
        document = {"ok": True, "bytes": made.size, "sha256": made.digest, **made.details}
        line = f"Backed up {made.details['rows']} rows and {made.details['files']} files to {out}"
        if made_keys is not None:
            document["keys"] = made_keys.details["keys"]
            line += f"\nBacked up {made_keys.details['keys']} keys to {keys_out}"
        self.tell(line, document, options)
