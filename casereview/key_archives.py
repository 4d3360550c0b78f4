"""Bringing keys back from a backup of the keys, with the private key that was kept apart."""

import datetime
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from casereview import archives, crypto, database_copies, keys
from casereview.backups import FORMAT
from casereview.database import KEYS, lock_ring
from casereview.keystore.models import DataKey, DestroyedKey


class KeysRefused(Exception):
    """No key was brought back; the words say why."""


@dataclass(frozen=True)
class KeysBack:
    """How many keys were brought back, were there already, and stay destroyed."""

    brought_back: int
    there: int
    destroyed: int


def write_private_key(path: Path) -> str:
    """Make a pair, write the private key to `path`, and return the public one.

    Raises:
        KeysRefused: there is a file already, or it cannot be written.
    """
    private, public = archives.new_pair()
    try:
        draft, file = archives.create(path)
        try:
            file.write(f"{private.hex()}\n".encode("ascii"))
            archives.keep(draft, file, path)
        finally:
            file.close()
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise KeysRefused(f"The private key was not written: {error.strerror}") from None
    return public.hex()


def read_private_key(path: Path) -> bytes:
    """Return the private key: the first 64 hexadecimal digits of its file, spaces aside.

    Raises:
        KeysRefused: there is none.
    """
    try:
        digits = "".join(path.read_text(encoding="ascii").split())
        private = bytes.fromhex(digits)
    except (OSError, ValueError):
        private = b""
    if len(private) != crypto.KEY_BYTES:
        raise KeysRefused("The private key is a file of 64 hexadecimal digits")
    return private


def bring_back(path: Path, private: bytes, *, replace: bool = False) -> KeysBack:
    """Bring ring and data keys back from an archive of the keys.

    A key that is there stays; what was destroyed for good stays destroyed. Keys are wrapped under
    the ring of this installation where it has one of the same root.

    Raises:
        KeysRefused: the archive does not open, or there is a ring of another installation and
            `replace` was not said.
    """
    content = _read(path, private)
    theirs = crypto.ring_of(content["ring"])
    another = _is_another(theirs, replace=replace)
    ring = theirs if another else _ring_to_use(theirs)
    gone = [
        (kind, uuid.UUID(owner), datetime.datetime.fromisoformat(at))
        for kind, owner, at in content["destroyed"]
    ]
    brought = there = 0
    with transaction.atomic(using=KEYS):
        lock_ring(alone=True)
        if another:
            _put_aside()
        for kind, owner, at in gone:
            DestroyedKey.objects.using(KEYS).get_or_create(
                owner_kind=kind, owner_id=owner, defaults={"destroyed_at": at}
            )
            keys.destroy(kind, owner)
        stays_destroyed = keys.stays_destroyed()
        have = set(DataKey.objects.using(KEYS).values_list("owner_kind", "owner_id", "epoch"))
        for kind, digits, epoch, wrapped, _ in content["data_keys"]:
            owner = uuid.UUID(digits)
            if stays_destroyed(kind, owner, epoch):
                continue
            if (kind, owner, epoch) in have:
                there += 1
                continue
            data_key = theirs.unwrap(kind, owner, epoch, bytes.fromhex(wrapped))
            row = DataKey(
                owner_kind=kind,
                owner_id=owner,
                epoch=epoch,
                wrapped=ring.wrap(kind, owner, epoch, data_key),
            )
            row.save(using=KEYS, force_insert=True)
            brought += 1
        if another:
            # Last: until here nothing of this installation has changed for good.
            crypto.write_ring(Path(settings.KEYS_FILE), theirs)
    return KeysBack(brought, there, len(keys.destroyed()))


@contextmanager
def kept_apart(path: Path, private: bytes) -> Iterator[None]:
    """Let the keys of an archive stand in for those of this installation, in this thread.

    They lie in a folder of their own, readable by its owner only, that goes afterwards.
    """
    live = settings.KEYS_FILE
    with tempfile.TemporaryDirectory(prefix=".casereview-keys-", dir=settings.DATA) as name:
        store = Path(name) / "keys.sqlite3"
        try:
            settings.KEYS_FILE = Path(name) / "ring.json"
            with database_copies.sqlite_in_place(store, KEYS), keys.held():
                call_command("migrate", database=KEYS, verbosity=0)
                bring_back(path, private)
                yield
        finally:
            settings.KEYS_FILE = live


def _read(path: Path, private: bytes) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = json.loads(archives.keys_reader(file, private).read())
    except OSError as error:
        raise KeysRefused(f"The archive cannot be read: {error.strerror}") from None
    except crypto.IntegrityFailure as error:
        raise KeysRefused(f"No key was brought back: {error}") from None
    if content["format"] != FORMAT:
        raise KeysRefused("The archive is of a version that is not known here")
    return content


def _is_another(theirs: crypto.KeyRing, *, replace: bool) -> bool:
    """Tell whether the ring here is of another installation, and is to be replaced.

    Raises:
        KeysRefused: it is, its keys are in use, and `replace` was not said.
    """
    if not Path(settings.KEYS_FILE).exists() or crypto.same(keys.ring().root, theirs.root):
        return False
    if DataKey.objects.using(KEYS).exists() and not replace:
        raise KeysRefused(
            "There is the key ring of another installation, in use: say --replace to put it aside"
        )
    return True


def _ring_to_use(theirs: crypto.KeyRing) -> crypto.KeyRing:
    """Return the ring that is here; theirs is put where there is none."""
    place = Path(settings.KEYS_FILE)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        crypto.write_ring(place, theirs)
    return keys.ring()


def _put_aside() -> None:
    """Keep the ring and the data keys that are here beside the ring, and clear the key store.

    Together they open what they opened before: one without the other opens nothing.
    """
    place = Path(settings.KEYS_FILE)
    when = f"before-restore-{timezone.now():%Y%m%d-%H%M%S}"
    shutil.copy2(place, place.with_name(f"{place.name}.{when}"))
    rows = DataKey.objects.using(KEYS).order_by("pk")
    listed = [
        [kind, str(owner), epoch, bytes(wrapped).hex()]
        for kind, owner, epoch, wrapped in rows.values_list(
            "owner_kind", "owner_id", "epoch", "wrapped"
        )
    ]
    path = place.with_name(f"{place.name}.data-keys.{when}")
    draft, file = archives.create(path)
    try:
        file.write(json.dumps({"format": FORMAT, "data_keys": listed}).encode("ascii"))
        archives.keep(draft, file, path)
    finally:
        file.close()
        draft.unlink(missing_ok=True)
    rows.delete()
