"""Put a backup back, or with --drill only try whether it could be."""

from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command

from casereview import crypto, key_archives, restoring
from casereview.database import KEYS
from casereview.management.base import Command as Base
from casereview.management.base import Refused, ready


class Command(Base):
    help = (
        "Put the archive IN in the place of the database and files. --drill changes nothing: it "
        "unpacks the archive apart, looks through it, and puts on record that it was tried. "
        "--keys brings the keys back first (docs/backup.md)."
    )

    needs_database = False

    def arguments(self, parser) -> None:
        parser.add_argument("archive", type=Path, metavar="IN", help="the archive of data")
        parser.add_argument("--drill", action="store_true", help="only try it")
        parser.add_argument("--keys", type=Path, metavar="IN", help="the archive of the keys")
        parser.add_argument(
            "--private-key", type=Path, metavar="FILE", help="the private key that opens --keys"
        )
        parser.add_argument(
            "--replace", action="store_true", help="put a database in use aside; stop it first"
        )

    def handle(self, *args, **options):
        try:
            document = self.restore(options)
        except (
            restoring.RestoreRefused,
            key_archives.KeysRefused,
            crypto.IntegrityFailure,
        ) as error:
            raise Refused(str(error), {"ok": False, "reason": str(error)}) from None
        done = "could be restored" if options["drill"] else "was restored"
        line = (
            f"The backup {done}: {document['cases']} cases, of which {document['opened']} open and "
            f"{document['disposed']} were disposed of; {document['entries']} audit entries hold; "
            f"{document['rows']} rows, {document['files']} files"
        )
        if document["unapplied"]:
            line += "\nIt is of an earlier version: run migrate before anybody uses it"
        self.tell(line, document, options)

    def restore(self, options: dict[str, Any]) -> dict[str, Any]:
        """Do what was asked and return what was found."""
        keys_in, private = options["keys"], b""
        if keys_in is not None:
            if options["private_key"] is None:
                raise key_archives.KeysRefused("Say --private-key: the keys are sealed to it")
            private = key_archives.read_private_key(options["private_key"])
        if options["drill"]:
            ready()
            under = partial(key_archives.kept_apart, keys_in, private) if keys_in else nullcontext
            found = restoring.drill(options["archive"], under)
            if not found.ok:
                raise restoring.RestoreRefused(f"The drill failed: {found.reason}")
            return {"ok": True, **asdict(found)}
        # On a new machine there is nothing yet: what is brought back brings its own shape.
        call_command("migrate", database=KEYS, verbosity=0)
        document: dict[str, Any] = {"ok": True}
        if keys_in is not None:
            back = key_archives.bring_back(keys_in, private, replace=options["replace"])
            document["keys"] = asdict(back)
        found = restoring.restore(options["archive"], replace=options["replace"])
        return {**document, **asdict(found)}
