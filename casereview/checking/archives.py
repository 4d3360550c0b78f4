"""Word and Excel files: archives whose directory is read before anything in them is unpacked."""

import io
import re
import stat
import zipfile
from xml.etree import ElementTree

from casereview.checking.verdict import NotTaken

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
HIGHEST_RATIO = 100
# Small parts, such as empty tables, pack better than any limit on the whole allows.
SMALL = 1024 * 1024
BLOCK = 256 * 1024
LARGEST_LIST = 2 * 1024 * 1024

BROKEN = "Save the file again: it is damaged"
BOMB = "Save the file again in a simpler form: unpacked it is too large"
NOT_OFFICE = "Choose a Word (docx) or Excel (xlsx) file: other archives are not taken"
MACROS = "Save the file without macros (as docx or xlsx)"
EMBEDDED = "Take out what is embedded in the file, and hand it in on its own"
OUTSIDE = "Take out what the file fetches from elsewhere: templates, linked pictures and data"
LOCKED = "Save the file without a password"

_PARTS = re.compile(
    r"(?i).+\.(xml|rels|png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|vml|odttf|wdp|psmdcp)"
    r"|.*printersettings\d*\.bin"
)
_MARKS = (
    ("docx", "wordprocessingml.document.main+xml"),
    ("xlsx", "spreadsheetml.sheet.main+xml"),
)


def kind_of(content: bytes) -> str:
    """Return docx or xlsx, the whole archive read.

    Raises:
        NotTaken: damaged, another archive, a bomb, or with macros, objects or links in it.
    """
    entries = _directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in entries:
                _read(archive, entry)
            types = archive.read("[Content_Types].xml")
            for entry in entries:
                if entry.filename.lower().endswith(".rels"):
                    _check_links(archive.read(entry))
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError):
        raise NotTaken(BROKEN) from None
    said = types.decode("utf-8", "replace").lower()
    if "macroenabled" in said or "vbaproject" in said:
        raise NotTaken(MACROS)
    for kind, mark in _MARKS:
        if mark in said:
            return kind
    raise NotTaken(NOT_OFFICE)


def _directory(content: bytes) -> list[zipfile.ZipInfo]:
    """Return what the directory lists, having checked every line of it."""
    end = content.rfind(b"PK\x05\x06")
    if not content.startswith(b"PK\x03\x04") or end < 0 or end + 22 != len(content):
        # A picture or a program in front, or something behind, makes it two files in one.
        raise NotTaken(BROKEN)
    if int.from_bytes(content[end + 10 : end + 12], "little") > MOST_ENTRIES:
        raise NotTaken(BOMB)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise NotTaken(BROKEN) from None
    if len(entries) > MOST_ENTRIES:
        raise NotTaken(BOMB)
    names = {entry.filename.lower() for entry in entries}
    if len(names) != len(entries):
        raise NotTaken(BROKEN)
    for entry in entries:
        _check_entry(entry)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise NotTaken(BOMB)
    if unpacked > SMALL and unpacked > HIGHEST_RATIO * len(content):
        raise NotTaken(BOMB)
    if "[content_types].xml" not in names:
        raise NotTaken(NOT_OFFICE)
    _check_overlaps(entries)
    return [entry for entry in entries if not entry.is_dir()]


def _check_entry(entry: zipfile.ZipInfo) -> None:
    # `orig_filename` keeps what ZipInfo has already tidied away.
    name = entry.orig_filename
    steps = name.split("/")
    if name.startswith("/") or ".." in steps or "\\" in name or ":" in name or not name.strip():
        raise NotTaken(BROKEN)
    if any(ord(one) < 32 or ord(one) == 127 for one in name):
        raise NotTaken(BROKEN)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise NotTaken(BROKEN)
    if entry.flag_bits & 0x1:
        raise NotTaken(LOCKED)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotTaken(BROKEN)
    if entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
        raise NotTaken(BOMB)
    lowered = name.lower()
    if "vbaproject" in lowered or "vbadata" in lowered or "macrosheets" in lowered:
        raise NotTaken(MACROS)
    if "embeddings/" in lowered or "activex/" in lowered or "oleobject" in lowered:
        raise NotTaken(EMBEDDED)
    if not entry.is_dir() and not _PARTS.fullmatch(name):
        raise NotTaken(EMBEDDED if "[content" not in lowered else BROKEN)


def _check_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse entries that share bytes: so few bytes then unpack into any number of files."""
    last = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < last:
            raise NotTaken(BOMB)
        last = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack an entry into nothing; its length and checksum must be what the directory says."""
    text = entry.filename.lower().endswith((".xml", ".rels", ".vml", ".svg"))
    tail = b""
    length = 0
    with archive.open(entry) as part:
        while piece := part.read(BLOCK):
            if text:
                if not length and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
                    raise NotTaken(BROKEN)
                near = (tail + piece).upper()
                if b"<!DOCTYPE" in near or b"<!ENTITY" in near:
                    raise NotTaken(BROKEN)
                tail = piece[-16:]
            length += len(piece)
    if length != entry.file_size:
        raise NotTaken(BROKEN)


def _check_links(content: bytes) -> None:
    """Refuse parts that are fetched from elsewhere; a link that a person follows may stay."""
    if len(content) > LARGEST_LIST:
        raise NotTaken(BOMB)
    try:
        # No DOCTYPE is in it (see `_read`), so there is nothing to expand or fetch.
        links = ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError:
        raise NotTaken(BROKEN) from None
    for link in links.iter():
        kind = link.get("Type", "").rstrip("/").rsplit("/", 1)[-1].lower()
        if link.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
            raise NotTaken(OUTSIDE)
        if kind in ("vbaproject", "oleobject", "package", "control"):
            raise NotTaken(MACROS if kind == "vbaproject" else EMBEDDED)
