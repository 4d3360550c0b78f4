"""Backups: the database and the files in one archive, the keys in another.

What is in the archive of data is sealed twice where it tells of a child: under its case's key,
and as a whole. Without the keys it is worth nothing, which is why they are never beside it.
"""

import datetime
import hashlib
import io
import json
import os
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone

from casereview import archives, audit, crypto, database_copies, keys, upkeep_records, vault
from casereview.database import KEYS
from casereview.keystore.models import DataKey
from casereview.models import AuditEntry

FORMAT = 1
MANIFEST = "manifest.json"


class BackupRefused(Exception):
    """The backup was not made; the words say what to do."""


@dataclass(frozen=True)
class Made:
    """An archive that was written."""

    path: Path
    size: int
    digest: str  # SHA-256 of the whole file
    details: dict[str, Any]


def back_up(out: Path) -> Made:
    """Write the database, as it is at one instant, and the stored files to the archive `out`.

    People go on working meanwhile. Nothing is left at `out` unless all of it was written.

    Raises:
        BackupRefused: there is a file already, or the database cannot be copied here.
    """
    _refuse_existing(out)
    audit.append("backup", outcome=audit.ALLOWED)
    try:
        made = _written(out)
    except (OSError, database_copies.CannotCopy) as error:
        upkeep_records.note(
            upkeep_records.Kind.BACKUP,
            at=timezone.now(),
            succeeded=False,
            reason=type(error).__name__,
        )
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise BackupRefused(f"The backup was not made: {why}") from None
    audit.append("backup", detail={"digest": made.digest, "bytes": made.size, **made.details})
    upkeep_records.note(
        upkeep_records.Kind.BACKUP,
        at=timezone.now(),
        bytes=made.size,
        digest=made.digest,
        **made.details,
    )
    return made


def back_up_keys(out: Path) -> Made:
    """Write the key ring and the data keys to `out`, sealed to the public key of the settings.

    Raises:
        BackupRefused: there is a file already, or no public key is set.
    """
    _refuse_existing(out)
    public = public_key()
    ring, gone = keys.ring(), keys.destroyed()
    rows = DataKey.objects.using(KEYS).order_by("pk")
    names = ("owner_kind", "owner_id", "epoch", "wrapped", "made_at")
    listed = [
        [kind, str(owner), epoch, bytes(wrapped).hex(), made_at.isoformat()]
        for kind, owner, epoch, wrapped, made_at in rows.values_list(*names)
    ]
    content = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "ring": crypto.document_of(ring),
        "data_keys": listed,
        "destroyed": [[kind, str(owner), at.isoformat()] for kind, owner, at in gone],
    }
    details: dict[str, Any] = {"ring": ring.fingerprint(), "keys": len(listed)}
    try:
        draft, file = archives.create(out)
        try:
            writer = archives.keys_writer(file, public)
            writer.write(json.dumps(content).encode("ascii"))
            writer.close()
            archives.keep(draft, file, out)
        finally:
            file.close()
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise BackupRefused(f"The backup of the keys was not made: {error.strerror}") from None
    made = Made(out, writer.size, writer.digest.hexdigest(), details)
    audit.append("back_up_keys", detail={"digest": made.digest, **details})
    upkeep_records.note(upkeep_records.Kind.KEY_BACKUP, at=timezone.now(), **details)
    return made


def public_key() -> bytes:
    """Return the public key to which backups of the keys are sealed.

    Raises:
        BackupRefused: it is not set, or not 64 hexadecimal digits.
    """
    if not settings.BACKUP_PUBLIC_KEY:
        raise BackupRefused(
            "Set BACKUP_PUBLIC_KEY: make_backup_key makes a pair (docs/keys.md says how)"
        )
    try:
        public = bytes.fromhex(settings.BACKUP_PUBLIC_KEY)
    except ValueError:
        public = b""
    if len(public) != archives.PUBLIC:
        raise BackupRefused("BACKUP_PUBLIC_KEY is 64 hexadecimal digits")
    return public


def _refuse_existing(out: Path) -> None:
    if out.exists():
        raise BackupRefused(f"There is a file already: {out.name}; nothing was overwritten")
    if not out.parent.is_dir():
        raise BackupRefused("There is no such folder for the backup")


def _written(out: Path) -> Made:
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".casereview-backup-", dir=settings.DATA) as folder:
        copy, tables = database_copies.take(Path(folder))
        draft, file = archives.create(out)
        try:
            writer = archives.data_writer(file, keys.ring())
            entries: dict[str, dict[str, Any]] = {}
            with tarfile.open(fileobj=writer, mode="w|", format=tarfile.GNU_FORMAT) as tar:  # type: ignore[call-overload]
                _add(tar, copy.name, copy, entries)
                for path in stored_files():
                    _add(tar, f"files/{path.parent.name}/{path.name}", path, entries)
                manifest = _manifest(entries, tables)
                _add_bytes(tar, MANIFEST, json.dumps(manifest).encode("ascii"))
            writer.close()
            archives.keep(draft, file, out)
        finally:
            file.close()
            draft.unlink(missing_ok=True)
    details = {
        "engine": manifest["engine"],
        "files": len(entries) - 1,
        "rows": sum(table["rows"] for table in tables.values()),
        "entries": tables[AuditEntry._meta.db_table]["rows"],
    }
    return Made(out, writer.size, writer.digest.hexdigest(), details)


def stored_files() -> list[Path]:
    """Return the stored files, each of which is sealed and never changes."""
    found = Path(settings.MEDIA_ROOT).glob("[0-9a-f][0-9a-f]/*")
    return sorted(path for path in found if vault.NAME.fullmatch(path.name))


def _manifest(entries: dict[str, Any], tables: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": timezone.now().astimezone(datetime.UTC).isoformat(),
        "engine": database_copies.vendor(),
        "ring": keys.ring().fingerprint(),
        "entries": entries,
        "tables": tables,
        "destroyed": [[kind, str(owner), at.isoformat()] for kind, owner, at in keys.destroyed()],
    }


class _Digesting:
    """A file that is read once and digested on the way."""

    def __init__(self, file: BinaryIO):
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _add(tar: tarfile.TarFile, name: str, path: Path, entries: dict[str, Any]) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return  # removed since it was listed, together with the row that named it
    with file:
        size = os.fstat(file.fileno()).st_size
        member, digesting = tarfile.TarInfo(name), _Digesting(file)
        member.size = size
        tar.addfile(member, digesting)  # type: ignore[arg-type]
    entries[name] = {"bytes": size, "sha256": digesting.digest.hexdigest()}


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))
