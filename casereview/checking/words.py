"""The words of a file that was taken, for reading in a page: its layout and pictures are left out.

It is asked of the process apart alone, as looking through is: what reads a hostile file is limited.
"""

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n"}


def words_of(content: bytes, most: int) -> str:
    """Return up to `most` characters of what a PDF or a Word file says, a paragraph a line."""
    pieces = _of_word(content) if content.startswith(b"PK") else _of_pdf(content)
    found: list[str] = []
    length = 0
    for piece in pieces:
        plain = _plain(piece)
        found.append(plain)
        length += len(plain) + 2
        if length > most:
            break
    return "\n\n".join(found)[:most]


def _of_pdf(content: bytes) -> Iterator[str]:
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    for page in PdfReader(io.BytesIO(content), strict=False).pages:
        if words := page.extract_text().strip():
            yield words


def _of_word(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # What was taken holds no DOCTYPE, so there is nothing to expand or fetch.
        whole = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314
    for paragraph in whole.iter(f"{_WORD}p"):
        words = "".join(
            _BREAKS.get(one.tag, "") if one.tag != f"{_WORD}t" else one.text or ""
            for one in paragraph.iter()
        )
        if words.strip():
            yield words.strip()


def _plain(text: str) -> str:
    return "".join(
        one
        for one in unicodedata.normalize("NFC", text)
        if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs", "Cn", "Co")
    )
