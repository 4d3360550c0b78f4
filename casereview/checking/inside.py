"""The process that looks through one file: it limits itself, reads the file, says what it is.

It writes one line of JSON, `{"kind": …}` or `{"refused": …}`. Whatever else happens to it counts
as a refusal.
"""

import json
import resource
import sys

from casereview.checking import archives, pdfs, pictures, texts, words
from casereview.checking.verdict import NotTaken

MEMORY = 150 * 1024 * 1024  # bytes of data; the interpreter's own files come on top
ADDRESSES = 600 * 1024 * 1024
CPU_SECONDS = 4
UNREADABLE = "Save the file again in a simpler form: it cannot be looked through"
OTHER = "Choose a PDF, Word (docx), Excel (xlsx), PNG, JPEG or plain text (txt) file"


def main() -> None:
    """Look through what comes in and say what it is."""
    limit()
    sys.stdout.write(json.dumps(verdict_on(sys.stdin.buffer.read())))


def tell(most: int) -> None:
    """Say the words of what comes in, up to so many characters."""
    limit()
    sys.stdout.write(json.dumps(told(sys.stdin.buffer.read(), most)))


def told(content: bytes, most: int) -> dict[str, str]:
    """Return the words of a file; nothing where they cannot be read."""
    try:
        return {"words": words.words_of(content, most)}
    except Exception:  # a file may be taken and yet not be readable here
        return {}


def verdict_on(content: bytes) -> dict[str, str]:
    """Return what a file is, or why it is refused."""
    try:
        return {"kind": kind_of(content)}
    except NotTaken as reason:
        return {"refused": str(reason)}
    except Exception:  # whatever a file made to harm brings about, it is refused
        return {"refused": UNREADABLE}


def limit() -> None:
    """Give this process little memory and little time, and no way to write or to start another."""
    for what, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_AS, ADDRESSES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    sys.setrecursionlimit(600)


def kind_of(content: bytes) -> str:
    """Return the kind of a file, all of it looked through.

    Raises:
        NotTaken: it is none of those that are taken, or holds what none may hold.
    """
    if content.startswith(b"PK"):
        return archives.kind_of(content)
    if content.startswith(b"%PDF-"):
        return pdfs.look(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return pictures.look_at_png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return pictures.look_at_jpeg(content)
    if texts.is_text(content):
        return "txt"
    raise NotTaken(OTHER)
