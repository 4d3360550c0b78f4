"""Putting a backup back, or only trying whether it could be: the drill.

An archive is unpacked apart and compared with its manifest before anything is put anywhere; one
that was altered, cut or belongs to other keys is refused whole. What was disposed of since the
backup stays disposed of: the keys are gone, and the cases are marked so again.
"""

import datetime
import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from casereview import archives, audit, crypto, database_copies, keys, upkeep_records
from casereview.actions import disposing
from casereview.backups import FORMAT, MANIFEST
from casereview.restored_check import Findings, look_at

NAME = re.compile(r"database\.(sqlite3|pgdump)|files/[0-9a-f]{2}/[0-9a-f]{32}|manifest\.json")
PIECE = 1024 * 1024


class RestoreRefused(Exception):
    """Nothing was restored; the words say why."""


@dataclass(frozen=True)
class Unpacked:
    """An archive whose every piece opened and agrees with its manifest."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def database(self) -> Path:
        """The copy of the database."""
        return next(self.folder.glob("database.*"))

    @property
    def made_at(self) -> datetime.datetime:
        """When the backup was made."""
        return datetime.datetime.fromisoformat(self.manifest["made_at"])


@contextmanager
def unpacked(path: Path, ring: crypto.KeyRing) -> Iterator[Unpacked]:
    """Unpack an archive of data into a folder of its own, which goes afterwards.

    Raises:
        RestoreRefused: it is missing, damaged, or sealed under another ring.
    """
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix=".casereview-restore-", dir=settings.DATA))
    try:
        yield Unpacked(folder, _unpack(path, ring, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(path: Path, ring: crypto.KeyRing, folder: Path) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    try:
        with path.open("rb") as file:
            reader = archives.data_reader(file, ring)
            with tarfile.open(fileobj=reader, mode="r|") as tar:  # type: ignore[call-overload]
                for member in tar:
                    if not member.isfile() or not NAME.fullmatch(member.name):
                        raise archives.Damaged("the archive holds something that is not a backup's")
                    found[member.name] = _extract(tar, member, folder)
            while reader.read(PIECE):
                pass  # to the last chunk: only then is it whole
    except OSError as error:
        raise RestoreRefused(f"The archive cannot be read: {error.strerror}") from None
    except tarfile.TarError:
        raise RestoreRefused("The archive is damaged: nothing was restored") from None
    except crypto.IntegrityFailure as error:
        raise RestoreRefused(f"Nothing was restored: {error}") from None
    listed = found.pop(MANIFEST, None)
    if listed is None:
        raise RestoreRefused("The archive has no manifest: nothing was restored")
    manifest = json.loads((folder / MANIFEST).read_bytes())
    if manifest["format"] != FORMAT or manifest["entries"] != found:
        raise RestoreRefused("The archive is not as its manifest says: nothing was restored")
    return manifest


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict[str, Any]:
    place = folder / member.name
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source, digest = tar.extractfile(member), hashlib.sha256()
    if source is None:
        raise archives.Damaged("the archive holds something that is not a backup's")
    with source, place.open("xb") as out:
        while piece := source.read(PIECE):
            digest.update(piece)
            out.write(piece)
    return {"bytes": place.stat().st_size, "sha256": digest.hexdigest()}


def drill(path: Path, under: Callable[[], AbstractContextManager[Any]] = nullcontext) -> Findings:
    """Unpack a backup apart, look through it, and put it on record.

    The keys are those of today, or those that stand in within `under`.

    Raises:
        RestoreRefused: the archive does not open; that too is on record.
    """
    try:
        with under(), unpacked(path, keys.ring()) as archive:
            with database_copies.in_place(archive.database):
                found = look_at(archive.manifest, archive.folder / "files")
            made_at = archive.made_at
    except (RestoreRefused, database_copies.CannotCopy, crypto.IntegrityFailure) as error:
        _drilled(succeeded=False, reason=str(error))
        raise RestoreRefused(str(error)) from None
    _drilled(succeeded=found.ok, made_at=made_at.isoformat(), **found.counts())
    return found


def _drilled(*, succeeded: bool, **details: Any) -> None:
    audit.append("restore_drill", detail={"succeeded": succeeded, **details})
    upkeep_records.note(
        upkeep_records.Kind.DRILL, at=timezone.now(), succeeded=succeeded, **details
    )


def restore(path: Path, *, replace: bool = False) -> Findings:
    """Put a backup in the place of the configured database and files.

    It is looked through first, as in a drill. Everybody is signed out; cases disposed of since
    are disposed of again.

    Raises:
        RestoreRefused: the archive does not open or does not hold, or a database in use is there
            and `replace` was not said. Nothing was changed then.
    """
    if not replace and not database_copies.empty():
        raise RestoreRefused(
            "There is a database in use: say --replace to put the backup in its place"
        )
    try:
        with unpacked(path, keys.ring()) as archive:
            with database_copies.in_place(archive.database):
                found = look_at(archive.manifest, archive.folder / "files")
            if not found.ok:
                raise RestoreRefused(f"Nothing was restored: {found.reason}")
            aside = f"before-restore-{timezone.now():%Y%m%d-%H%M%S}"
            _put_files_back(archive.folder / "files")
            database_copies.put_back(archive.database, aside=aside)
            if found.unapplied:
                call_command("migrate", verbosity=0)
            _settle(archive)
    except database_copies.CannotCopy as error:
        raise RestoreRefused(str(error)) from None
    return found


def _put_files_back(folder: Path) -> None:
    """Put each stored file where it belongs; what is there has the same name and content."""
    for source in folder.glob("??/*"):
        place = Path(settings.MEDIA_ROOT) / source.parent.name / source.name
        if place.exists():
            continue
        for each in (place.parent.parent, place.parent):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f".{place.name}")
        shutil.copyfile(source, draft)
        draft.chmod(0o600)
        os.replace(draft, place)


def _settle(archive: Unpacked) -> None:
    """Do, in the restored database, what must be done before anybody uses it."""
    Session.objects.all().delete()
    again = disposing.dispose_again(_gone(archive))
    details = {"made_at": archive.manifest["made_at"], "disposed_again": again}
    audit.append("restore_backup", detail=details)
    upkeep_records.note(upkeep_records.Kind.RESTORE, at=timezone.now(), **details)


def _gone(archive: Unpacked) -> dict[uuid.UUID, datetime.datetime]:
    """Return the cases disposed of, as the key store and the archive know them."""
    said = [(kind, uuid.UUID(owner), at) for kind, owner, at in archive.manifest["destroyed"]]
    known = [(kind, owner, at.isoformat()) for kind, owner, at in keys.destroyed()]
    gone = {}
    for kind, owner, at in [*said, *known]:
        keys.destroy_for_good(kind, owner)
        if kind == "case":
            gone[owner] = datetime.datetime.fromisoformat(at)
    return gone
