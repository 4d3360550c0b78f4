"""Archives that leave the machine: sealed in chunks, so that nothing altered is taken for whole.

An archive is `CRAR | version (1) | kind (1) | salt (32) | sender (32) | chunks`, each chunk
AES-256-GCM with its number (11) and whether it is the last (1) as nonce and the header as
associated data: one that is moved, repeated, left out, cut off or from another archive does not
open. An archive of data opens with the key ring; an archive of keys is sealed to a public key
(X25519, `sender` being a key made for this archive alone), and the machine that made it cannot
open it again.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casereview import crypto

MAGIC, VERSION = b"CRAR", 1
DATA, KEYS = 1, 2  # kinds of archive
SALT = PUBLIC = 32
HEADER = len(MAGIC) + 2 + SALT + PUBLIC
CHUNK = 256 * 1024
TAG = 16


class Damaged(crypto.IntegrityFailure):
    """Not an archive, not one of this kind, altered, cut, or sealed under another key."""


class Writer:
    """A file object that seals what is written to it; without `close` there is no whole archive."""

    def __init__(self, out: BinaryIO, header: bytes, key: bytes):
        self._out, self._header, self._cipher = out, header, AESGCM(key)
        self._held, self._number = bytearray(), 0
        self.digest = hashlib.sha256()
        self.size = 0
        self._put(header)

    def write(self, data: bytes) -> int:
        """Seal what fills a chunk, keep the rest for the next."""
        self._held += data
        while len(self._held) > CHUNK:
            self._seal(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Seal the last chunk, marked as the last."""
        self._seal(bytes(self._held), last=True)
        self._held.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._number, last), plain, self._header))
        self._number += 1

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self.digest.update(data)
        self.size += len(data)


class Reader:
    """A file object over the content of an archive; each piece is opened before it is given.

    Whoever reads to the end without an error has read the whole, unaltered archive.
    """

    def __init__(self, source: BinaryIO, header: bytes, key: bytes):
        self._pieces = _pieces(source, header, AESGCM(key))
        self._held = bytearray()

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; fewer only at the end."""
        while size < 0 or len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                size = len(self._held)
                break
            self._held += piece
        found = bytes(self._held[:size])
        del self._held[:size]
        return found


def data_writer(out: BinaryIO, ring: crypto.KeyRing) -> Writer:
    """Begin an archive of data, to be opened with the ring."""
    header = _header(DATA, os.urandom(SALT), bytes(PUBLIC))
    return Writer(out, header, _derived(ring.derive("backup"), header))


def data_reader(source: BinaryIO, ring: crypto.KeyRing) -> Reader:
    """Open an archive of data.

    Raises:
        Damaged: at once or while reading: see the class.
    """
    header = _read_header(source, DATA)
    return Reader(source, header, _derived(ring.derive("backup"), header))


def keys_writer(out: BinaryIO, public: bytes) -> Writer:
    """Begin an archive of keys for whoever holds the private key."""
    sender = X25519PrivateKey.generate()
    header = _header(KEYS, os.urandom(SALT), sender.public_key().public_bytes_raw())
    shared = sender.exchange(X25519PublicKey.from_public_bytes(public))
    return Writer(out, header, _derived(shared + public, header))


def keys_reader(source: BinaryIO, private: bytes) -> Reader:
    """Open an archive of keys.

    Raises:
        Damaged: as for data.
    """
    header = _read_header(source, KEYS)
    mine = X25519PrivateKey.from_private_bytes(private)
    try:
        shared = mine.exchange(X25519PublicKey.from_public_bytes(header[-PUBLIC:]))
    except ValueError:
        raise Damaged("this is not an archive of keys") from None
    return Reader(source, header, _derived(shared + mine.public_key().public_bytes_raw(), header))


def new_pair() -> tuple[bytes, bytes]:
    """Return a private key and its public key."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_of(private: bytes) -> bytes:
    """Return the public key of a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def create(path: Path) -> tuple[Path, BinaryIO]:
    """Return a new file beside `path`, to be written and then put in its place by `keep`."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return draft, os.fdopen(descriptor, "wb")


def keep(draft: Path, out: BinaryIO, path: Path) -> None:
    """Put the written file at `path`, whole and settled on the disk.

    Raises:
        FileExistsError: there is a file already; it stays.
    """
    out.flush()
    os.fsync(out.fileno())
    out.close()
    os.link(draft, path)
    draft.unlink()
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _header(kind: int, salt: bytes, sender: bytes) -> bytes:
    return MAGIC + bytes([VERSION, kind]) + salt + sender


def _read_header(source: BinaryIO, kind: int) -> bytes:
    header = source.read(HEADER)
    if len(header) != HEADER or header[:4] != MAGIC or header[4] != VERSION:
        raise Damaged("this is not an archive of a known version")
    if header[5] != kind:
        raise Damaged("this is an archive of another kind: keys and data are kept apart")
    return header


def _derived(key: bytes, header: bytes) -> bytes:
    info = b"casereview\0archive\0" + header
    return HKDF(SHA256(), crypto.KEY_BYTES, salt=header[6 : 6 + SALT], info=info).derive(key)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _pieces(source: BinaryIO, header: bytes, cipher: AESGCM) -> Iterator[bytes]:
    sealed = source.read(CHUNK + TAG)
    for number in count():
        following = source.read(CHUNK + TAG)
        last = not following
        try:
            yield cipher.decrypt(_nonce(number, last), sealed, header)
        except InvalidTag:
            raise Damaged(
                "the archive was altered or cut short, or was sealed under another key"
            ) from None
        if last:
            return
        sealed = following
