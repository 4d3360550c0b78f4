"""What a PDF would do beside being read, and its words without what stands on every page."""

import io
import re
import sys
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from casereview import pdf

# Names in a PDF by which it acts, asks, fetches or carries something along.
ACTIVE = {
    "/JS",
    "/JavaScript",
    "/OpenAction",
    "/AA",
    "/URI",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/RichMedia",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/EF",
    "/AcroForm",
    "/XFA",
    "/Annots",
    "/Movie",
    "/Sound",
    "/Rendition",
}
FURNITURE = re.compile(r"\A.*?\bPage \d+\n?", re.DOTALL)
# A footer without a page's number, longer than its two lines.
CUT_SHORT = re.compile(r"\A[^…]*…\n?")


def active_in(data: bytes, password: str = "") -> set[str]:
    """Return what of a PDF would act: names of keys, or of the kinds of its objects."""
    reader = PdfReader(io.BytesIO(data), password=password or None)
    found: set[str] = set()
    for each in PdfWriter(clone_from=reader)._objects:
        found |= _active(each)
    return found


def _active(value: Any) -> set[str]:
    if isinstance(value, IndirectObject):
        return set()  # it is looked at by itself
    if isinstance(value, ArrayObject):
        return set().union(*map(_active, value)) if value else set()
    if not isinstance(value, DictionaryObject):
        return {str(value)} & ACTIVE if type(value).__name__ == "NameObject" else set()
    found = {str(key) for key in value} & ACTIVE
    for inner in value.values():
        found |= _active(inner)
    return found


def words_of(data: bytes, password: str = "") -> str:
    """Return the words of a PDF without a space, and without footer and watermark."""
    reader = PdfReader(io.BytesIO(data), password=password or None)
    texts = [page.extract_text() for page in reader.pages]
    pages = [(FURNITURE if FURNITURE.match(one) else CUT_SHORT).sub("", one) for one in texts]
    return "".join("".join(pages).split())


def seen_drawing(monkeypatch) -> set[str]:
    """Return a set that tells from now on which functions had a paper drawn, as module:name."""
    seen: set[str] = set()
    draw = pdf.draw

    def watched(*args, **kwargs):
        caller = sys._getframe(1)
        seen.add(f"{caller.f_globals['__name__']}:{caller.f_code.co_name}")
        return draw(*args, **kwargs)

    monkeypatch.setattr(pdf, "draw", watched)
    return seen
