"""Sealing values to their place: AES-256-GCM bound to table, column and row.

A sealed value is `version (1) | key epoch (2) | nonce (12) | ciphertext and tag`. Its associated
data is the header, the table's label, the column and the sixteen bytes of the row's key, so a
value moved to another row, column or table does not open.
"""

import hmac
import json
import os
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
KEY_BYTES = 32
HEADER = 3
NONCE = 12
_BODY = HEADER + NONCE


class IntegrityFailure(Exception):
    """A sealed value does not open in its place: damaged, moved or put back."""


class KeyMissing(IntegrityFailure):
    """The key that opens a value is gone: never made, or destroyed with its case."""


def new_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


@lru_cache(maxsize=512)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def place(table: str, column: str, row: uuid.UUID) -> bytes:
    """Return the bytes that bind a value to its table, column and row."""
    return column_of(table, column) + row.bytes


def column_of(table: str, column: str) -> bytes:
    """Return what the places of one column begin with; the row's sixteen bytes follow."""
    return table.encode() + b"\0" + column.encode() + b"\0"


def seal(key: bytes, epoch: int, where: bytes, plain: bytes) -> bytes:
    """Return `plain` sealed under `key` to the place `where`."""
    header = bytes([VERSION]) + epoch.to_bytes(2, "big")
    nonce = os.urandom(NONCE)
    return header + nonce + _cipher(key).encrypt(nonce, plain, header + where)


def epoch_of(blob: bytes) -> int:
    """Return the key epoch a sealed value names.

    Raises:
        IntegrityFailure: too short, or of a version that is not known.
    """
    if len(blob) < HEADER + NONCE + 16 or blob[0] != VERSION:
        raise IntegrityFailure("not a sealed value of a known version")
    return int.from_bytes(blob[1:HEADER], "big")


def open_sealed(key: bytes, where: bytes, blob: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        IntegrityFailure: the value was altered, cut, or sealed to another place or key.
    """
    epoch_of(blob)
    try:
        return _cipher(key).decrypt(
            blob[HEADER : HEADER + NONCE], blob[HEADER + NONCE :], blob[:HEADER] + where
        )
    except InvalidTag:
        raise IntegrityFailure("a sealed value does not open in its place") from None


def opener(key: bytes) -> Callable[[bytes, bytes], bytes]:
    """Return what opens values of one key, given place and value, as `open_sealed` does.

    Its cipher is not kept: a scan over thousands of keys would only turn the kept ones out.
    """
    decrypt = AESGCM(key).decrypt

    def open_one(where: bytes, blob: bytes) -> bytes:
        try:
            return decrypt(blob[HEADER:_BODY], blob[_BODY:], blob[:HEADER] + where)
        except (InvalidTag, ValueError):
            raise IntegrityFailure("a sealed value does not open in its place") from None

    return open_one


@dataclass(frozen=True)
class KeyRing:
    """The keys kept outside the database: epoch -> 32 bytes; one of them seals.

    Purposes never share a key: each derives its own by label.
    """

    epochs: dict[int, bytes]
    # Labelled keys that must not change with the wrapping epoch: an index or a chain made
    # under the first epoch stays readable after rotation.
    root: bytes
    # The epoch that seals; 0 is the highest. While a rotation is being prepared, the highest
    # is there to open with and does not seal yet.
    sealing: int = 0

    def __repr__(self) -> str:
        return f"<KeyRing of epochs {sorted(self.epochs)}>"

    @property
    def current(self) -> int:
        return self.sealing or max(self.epochs)

    def fingerprint(self, epoch: int | None = None) -> str:
        """Return eight digits by which people compare copies of a ring, or of one epoch of it."""
        parts = [self.root] if epoch is None else []
        parts += [key for number, key in sorted(self.epochs.items()) if epoch in (None, number)]
        return mac(_derive(parts[0], "fingerprint"), *parts).hex()[:8]

    def derive(self, label: str) -> bytes:
        """Return the 32-byte key of one purpose, for example "audit" or "blind nhs number"."""
        return _derive(self.root, label)

    def mac(self, label: str, *parts: bytes) -> bytes:
        """Return HMAC-SHA256 of the parts, each preceded by its length, under the label's key."""
        return mac(self.derive(label), *parts)

    def wrap(self, kind: str, owner: uuid.UUID, epoch: int, data_key: bytes) -> bytes:
        """Return a data key sealed under the current epoch to its owner."""
        wrapping = _derive(self.epochs[self.current], "wrap")
        return seal(wrapping, self.current, _owner(kind, owner, epoch), data_key)

    def unwrapper(self) -> Callable[[str, uuid.UUID, int, bytes], bytes]:
        """Return what unwraps many keys as `unwrap` does, each epoch's cipher made once."""
        openers: dict[int, Callable[[bytes, bytes], bytes]] = {}

        def unwrap(kind: str, owner: uuid.UUID, epoch: int, blob: bytes) -> bytes:
            ring_epoch = epoch_of(blob)
            if ring_epoch not in openers:
                if ring_epoch not in self.epochs:
                    raise KeyMissing(f"the key ring has no epoch {ring_epoch}")
                openers[ring_epoch] = opener(_derive(self.epochs[ring_epoch], "wrap"))
            return openers[ring_epoch](_owner(kind, owner, epoch), blob)

        return unwrap

    def unwrap(self, kind: str, owner: uuid.UUID, epoch: int, blob: bytes) -> bytes:
        """Return the data key.

        Raises:
            KeyMissing: the ring no longer holds the epoch.
            IntegrityFailure: altered, or wrapped for another owner.
        """
        return self.unwrapper()(kind, owner, epoch, blob)


def _owner(kind: str, owner: uuid.UUID, epoch: int) -> bytes:
    return b"datakey\0" + kind.encode() + b"\0" + owner.bytes + epoch.to_bytes(2, "big")


@lru_cache(maxsize=64)
def _derive(key: bytes, label: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"casereview\0" + label.encode()).derive(key)


def mac(key: bytes, *parts: bytes) -> bytes:
    """Return HMAC-SHA256 of the parts; lengths are part of it, so parts cannot run together."""
    message = b"".join([part for each in parts for part in (len(each).to_bytes(8, "big"), each)])
    return hmac.digest(key, message, "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)


def read_ring(path: Path) -> KeyRing:
    """Read the key ring.

    Raises:
        KeyMissing: there is no file, or others may read it.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise KeyMissing(f"{path.name} may be read by others: set its mode to 0600")
        stored = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeyMissing("there is no key ring: run migrate, or set CASEREVIEW_KEY_RING") from None
    return ring_of(stored)


def ring_of(stored: dict) -> KeyRing:
    """Return the ring that a JSON document holds."""
    epochs = {int(epoch): bytes.fromhex(key) for epoch, key in stored["epochs"].items()}
    return KeyRing(epochs, bytes.fromhex(stored["root"]), int(stored.get("sealing", 0)))


def document_of(ring: KeyRing) -> dict:
    """Return the ring as the JSON document that is kept."""
    epochs = {str(epoch): key.hex() for epoch, key in sorted(ring.epochs.items())}
    return {"epochs": epochs, "root": ring.root.hex(), "sealing": ring.current}


def make_ring(path: Path) -> None:
    """Write a first key ring with mode 0600; an existing one is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _drafted(path, KeyRing({1: new_key()}, new_key()))
    try:
        os.link(draft, path)  # fails when the ring is there: two first starts make one ring
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def write_ring(path: Path, ring: KeyRing) -> None:
    """Put a ring in the place of the one at `path`: whoever reads it finds the old or the new.

    Drafts of writers that were killed hold keys, and go first.
    """
    for left_over in path.parent.glob(f".{path.name}.????????"):
        left_over.unlink(missing_ok=True)
    os.replace(_drafted(path, ring), path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drafted(path: Path, ring: KeyRing) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        json.dump(document_of(ring), out)
        out.flush()
        os.fsync(out.fileno())
    return draft
