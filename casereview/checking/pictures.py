"""Pictures: PNG and JPEG, walked from part to part, never drawn."""

import struct
import zlib
from collections.abc import Iterator

from casereview.checking.verdict import NotTaken

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000
MOST_NOTES = 4 * 1024 * 1024  # bytes of unpacked text and colour profiles
BLOCK = 256 * 1024
BROKEN = "Save the picture again: it is damaged"
TOO_BIG = "Choose a picture of 50 million pixels or fewer"
MORE = "Save the picture again: something else hangs on its end"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def look_at_png(content: bytes) -> str:
    """Walk a PNG and unpack it into nothing, to see that it is as large as it says.

    Raises:
        NotTaken: damaged, too large, or more than a picture.
    """
    at, row_bytes, height, seen_end = 8, 0, 0, False
    unpacking = zlib.decompressobj()
    unpacked, notes = 0, 0
    while at < len(content):
        if seen_end:
            raise NotTaken(MORE)
        if at + 12 > len(content):
            raise NotTaken(BROKEN)
        length, name = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        if len(body) != length or at + 12 + length > len(content):
            raise NotTaken(BROKEN)
        if (
            zlib.crc32(body, zlib.crc32(name))
            != struct.unpack_from(">I", content, at + 8 + length)[0]
        ):
            raise NotTaken(BROKEN)
        if (at == 8) != (name == b"IHDR"):
            raise NotTaken(BROKEN)
        if name == b"IHDR":
            row_bytes, height = _size_of_png(body)
        elif name == b"IDAT":
            for piece in _unpack(unpacking, body):
                unpacked += piece
                # An interlaced picture has up to seven times as many row marks, and no more.
                if unpacked > row_bytes * height + 8 * (height + 8) * 7:
                    raise NotTaken(BROKEN)
        elif name in (b"zTXt", b"iTXt", b"iCCP"):
            notes += _unpacked_notes(body)
            if notes > MOST_NOTES:
                raise NotTaken(BROKEN)
        seen_end = name == b"IEND"
        at += 12 + length
    if not seen_end or not unpacked:
        raise NotTaken(BROKEN)
    return "png"


def _size_of_png(body: bytes) -> tuple[int, int]:
    if len(body) != 13:
        raise NotTaken(BROKEN)
    width, height, depth, colour = struct.unpack_from(">IIBB", body)
    if depth not in (1, 2, 4, 8, 16) or colour not in _SAMPLES:
        raise NotTaken(BROKEN)
    _check_size(width, height)
    return (width * depth * _SAMPLES[colour] + 7) // 8 + 1, height


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise NotTaken(BROKEN)
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise NotTaken(TOO_BIG)


def _unpack(unpacking, packed: bytes) -> Iterator[int]:
    """Return the lengths of the unpacked pieces; what comes after the end is refused."""
    waiting = packed
    while waiting:
        try:
            yield len(unpacking.decompress(waiting, BLOCK))
        except zlib.error:
            raise NotTaken(BROKEN) from None
        if unpacking.unused_data:
            raise NotTaken(BROKEN)
        waiting = unpacking.unconsumed_tail


def _unpacked_notes(body: bytes) -> int:
    """Return how long the packed text or profile is, tried at each place where it may begin."""
    most = len(body)
    for at in [place for place in range(min(len(body), 200)) if body[place : place + 1] == b"\x78"]:
        try:
            most = max(most, len(zlib.decompressobj().decompress(body[at:], MOST_NOTES + 1)))
        except zlib.error:
            continue
    return most


def look_at_jpeg(content: bytes) -> str:
    """Walk a JPEG from mark to mark.

    Raises:
        NotTaken: damaged, too large, or more than a picture.
    """
    at, framed, scanned = 2, False, False
    while True:
        if at + 4 > len(content) or content[at] != 0xFF:
            raise NotTaken(BROKEN)
        mark = content[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if mark == 0xD9:
            break
        if mark == 0x01 or 0xD0 <= mark <= 0xD8:
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(content):
            raise NotTaken(BROKEN)
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            _check_size(width, height)
            framed = True
        at += 2 + length
        if mark == 0xDA:
            scanned = True
            at = _end_of_scan(content, at)
        # The end is two bytes long: look for it where a longer mark would not fit.
        if content[at : at + 2] == b"\xff\xd9":
            break
    if not (framed and scanned):
        raise NotTaken(BROKEN)
    if content[at + 2 :].strip(b"\0\r\n\t "):
        raise NotTaken(MORE)
    return "jpg"


def _end_of_scan(content: bytes, at: int) -> int:
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise NotTaken(BROKEN)
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        elif content[at + 1] == 0xFF:
            at += 1
        else:
            return at
