"""Files kept sealed: AES-256-GCM in chunks, bound to owner, name, order and end.

A file is `version (1) | key epoch (2) | salt (32) | chunks`. Each file has a key of its own,
derived from its owner's data key by the salt and the file's name, so destroying the owner's key
destroys the file. A chunk's nonce is its number (11) and whether it is the last (1); a chunk that
is moved, repeated, left out, cut off or taken from another file does not open.
"""

import os
import re
import secrets
import uuid
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from casereview import crypto, keys

VERSION = 1
SALT = 32
HEADER = 3 + SALT
CHUNK = 64 * 1024  # bytes of plain content in every chunk but the last
TAG = 16
NAME = re.compile(r"[0-9a-f]{32}")


class FileMissing(crypto.IntegrityFailure):
    """There is no stored file of that name."""


def store(owner_kind: str, owner_id: uuid.UUID, content: Iterable[bytes] | BinaryIO) -> str:
    """Keep the content sealed under the owner's key and return the file's random name.

    Content is read piece by piece, of any size; a file object is read to its end. Nothing is left
    behind when reading it fails.

    Raises:
        KeyMissing: the owner has no key.
    """
    epoch, data_key = keys.sealing_key(owner_kind, owner_id)
    name = secrets.token_hex(16)
    header = bytes([VERSION]) + epoch.to_bytes(2, "big") + os.urandom(SALT)
    cipher = _cipher(data_key, owner_kind, owner_id, name, header)
    path = _path(name)
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(header)
            for number, (piece, last) in enumerate(_chunks(content)):
                out.write(cipher.encrypt(_nonce(number, last), piece, header))
            out.flush()
            os.fsync(out.fileno())
        _settle(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def open_(owner_kind: str, owner_id: uuid.UUID, name: str) -> Iterator[bytes]:
    """Return the content piece by piece; the first piece is opened before this returns.

    A later piece that does not open ends the reading with the error: what was read until then is
    the beginning of the true content, and no more may be made of it.

    Raises:
        FileMissing: no such file.
        KeyMissing: the owner's key is gone.
        IntegrityFailure: altered, cut, swapped, or stored for another owner or under another name.
    """
    try:
        file = os.fdopen(os.open(_path(name), os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except OSError:
        raise FileMissing("there is no stored file of that name") from None
    try:
        header = file.read(HEADER)
        if len(header) != HEADER or header[0] != VERSION:
            raise crypto.IntegrityFailure("not a stored file of a known version")
        data_key = keys.opening_key(owner_kind, owner_id, int.from_bytes(header[1:3], "big"))
        cipher = _cipher(data_key, owner_kind, owner_id, name, header)
        pieces = _pieces(file, cipher, header)
        first = next(pieces)
    except BaseException:
        file.close()
        raise
    return _rest(first, pieces)


def read(owner_kind: str, owner_id: uuid.UUID, name: str) -> bytes:
    """Return the whole content, and only when its every piece opens.

    Raises:
        IntegrityFailure: as `open_`.
    """
    return b"".join(open_(owner_kind, owner_id, name))


def remove(name: str) -> None:
    """Remove a stored file; one that is gone already stays gone."""
    _path(name).unlink(missing_ok=True)


def sweep(known: set[str], *, before: float) -> int:
    """Remove stored files that no record names; return how many.

    `before` is a time in seconds since 1970: a file touched then or later may be waiting for the
    record that will name it, and stays.
    """
    removed = 0
    for path in Path(settings.MEDIA_ROOT).glob("[0-9a-f][0-9a-f]/*"):
        if NAME.fullmatch(path.name) and path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise FileMissing("not the name of a stored file")
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def _settle(folder: Path) -> None:
    # The name must outlast a power cut as surely as the row that will hold it.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cipher(data_key: bytes, kind: str, owner: uuid.UUID, name: str, header: bytes) -> AESGCM:
    info = b"casereview\0file\0" + kind.encode() + b"\0" + owner.bytes + name.encode()
    return AESGCM(HKDF(SHA256(), crypto.KEY_BYTES, salt=header[3:], info=info).derive(data_key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _chunks(content: Iterable[bytes] | BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Return the content in chunks of equal length, the last marked; no content is one chunk."""
    read_more = getattr(content, "read", None)
    source = iter(lambda: read_more(CHUNK), b"") if read_more else iter(content)
    held = bytearray()
    for piece in source:
        held += piece
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def _pieces(file: BinaryIO, cipher: AESGCM, header: bytes) -> Iterator[bytes]:
    with file:
        sealed = file.read(CHUNK + TAG)
        for number in count():
            following = file.read(CHUNK + TAG)
            last = not following
            try:
                yield cipher.decrypt(_nonce(number, last), sealed, header)
            except InvalidTag:
                raise crypto.IntegrityFailure("a stored file does not open in its place") from None
            if last:
                return
            sealed = following


def _rest(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces
