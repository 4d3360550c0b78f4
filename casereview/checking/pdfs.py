"""PDFs: every object is read, every packed stream is measured, and nothing is drawn or run."""

import io
import re
import zlib

from casereview.checking.verdict import NotTaken

MOST_PAGES = 2_000
MOST_OBJECTS = 200_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_FILTERS = 2
BLOCK = 256 * 1024

BROKEN = "Save the PDF again: it is damaged"
LOCKED = "Save the PDF without a password"
ACTIVE = "Save the PDF again by printing it to a file: this one holds scripts or actions"
EMBEDDED = "Take the attachments out of the PDF, and hand them in on their own"
BOMB = "Save the PDF again in a simpler form: unpacked it is too large"
MORE = "Save the PDF again: something else hangs on its end"

_HEADER = re.compile(rb"%PDF-[12]\.[0-9]\s")
_ACTIVE = frozenset({"/JS", "/JavaScript", "/RichMedia", "/XFA", "/AA"})
_ACTIONS = frozenset({"/Launch", "/JavaScript", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"})
_ATTACHED = frozenset({"/EmbeddedFiles", "/EF", "/AF"})
# However an object is packed or broken, these words in it are enough; the short names of the sets
# above would turn up by chance in packed pictures.
_SPELT = re.compile(
    rb"/(?:JavaScript|Launch|SubmitForm|ImportData|RichMedia)(?![A-Za-z0-9])|/(EmbeddedFile)"
)
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_ATTACHED_TYPES = frozenset({"/FileAttachment", "/Sound", "/Movie", "/Screen", "/3D", "/RichMedia"})


def look(content: bytes) -> str:
    """Read a PDF through.

    Raises:
        NotTaken: damaged, locked, a bomb, or with scripts, actions or attachments in it.
    """
    _check_outside(content)
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.disable(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise NotTaken(LOCKED)
        _look_at_objects(reader)
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            raise NotTaken(BOMB)
        if not pages:
            raise NotTaken(BROKEN)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        raise NotTaken(BROKEN) from None
    except RecursionError:
        raise NotTaken(BROKEN) from None
    return "pdf"


def _check_outside(content: bytes) -> None:
    if not _HEADER.match(content) or content[9:64].lstrip().startswith((b"MZ", b"PK", b"\x7fELF")):
        raise NotTaken(BROKEN)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise NotTaken(BROKEN)
    if content[end + 5 :].strip(b"\0\r\n\t \x1a"):
        raise NotTaken(MORE)
    _check_words(content)


def _check_words(content: bytes) -> None:
    plain = _HEX.sub(lambda found: bytes([int(found[1], 16)]), content)
    if found := _SPELT.search(plain):
        raise NotTaken(EMBEDDED if found[1] else ACTIVE)


def _look_at_objects(reader) -> None:
    from pypdf.generic import IndirectObject

    keys = {(generation, number) for generation, row in reader.xref.items() for number in row}
    keys |= {(0, number) for number in reader.xref_objStm}
    if len(keys) > MOST_OBJECTS:
        raise NotTaken(BOMB)
    unpacked = 0
    _look_at(reader.trailer)
    for generation, number in keys:
        found = reader.get_object(IndirectObject(number, generation, reader))
        unpacked += _look_at(found)
        if unpacked > MOST_UNPACKED:
            raise NotTaken(BOMB)


def _look_at(found) -> int:
    """Look at an object and what it holds directly; return how long its stream is unpacked."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

    waiting = [(found, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > 100:
            raise NotTaken(BROKEN)
        if isinstance(one, NameObject) and one in _ACTIONS:
            raise NotTaken(ACTIVE)
        if isinstance(one, DictionaryObject):
            _check_dictionary(one)
            # The values as they are written: what they point to is looked at in its own turn.
            waiting += [(dict.__getitem__(one, key), depth + 1) for key in one]
        elif isinstance(one, ArrayObject):
            waiting += [(list.__getitem__(one, place), depth + 1) for place in range(len(one))]
    return _unpacked(found) if isinstance(found, StreamObject) else 0


def _check_dictionary(one) -> None:
    names = set(one)
    if names & _ACTIVE:
        raise NotTaken(ACTIVE)
    if names & _ATTACHED:
        raise NotTaken(EMBEDDED)
    # An action's /S, an annotation's or an object's /Subtype and /Type, as they are written.
    said = {str(dict.__getitem__(one, key)) for key in ("/S", "/Subtype", "/Type") if key in one}
    if said & _ACTIONS:
        raise NotTaken(ACTIVE)
    if said & _ATTACHED_TYPES:
        raise NotTaken(EMBEDDED)


def _unpacked(stream) -> int:
    """Return the length of a stream, unpacked once where it is packed."""
    filters = stream.get("/Filter")
    filters = [] if filters is None else filters if isinstance(filters, list) else [filters]
    names = [str(name) for name in filters]
    packed = [name for name in names if name in ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW")]
    if len(names) > MOST_FILTERS or len(packed) > 1:
        raise NotTaken(BOMB)
    data = stream._data if isinstance(stream._data, bytes) else str(stream._data).encode("latin-1")
    if not names or names[0] not in ("/FlateDecode", "/Fl"):
        return len(data)
    unpacking, length, waiting, tail = zlib.decompressobj(), 0, data, b""
    holds_objects = stream.get("/Type") == "/ObjStm"
    while waiting and not unpacking.eof:
        try:
            piece = unpacking.decompress(waiting, BLOCK)
        except zlib.error:
            break  # pages with a stream that ends early are common, and readers draw what there is
        length += len(piece)
        if length > MOST_UNPACKED:
            raise NotTaken(BOMB)
        if holds_objects:
            _check_words(tail + piece)
            tail = piece[-64:]
        if not piece and unpacking.unconsumed_tail == waiting:
            break
        waiting = unpacking.unconsumed_tail
    return length
