"""What may be handed in: files of six kinds, looked through apart from the server, within limits.

A file is judged by its content, never by what the browser says of it. The looking is done by a
process of its own with little memory and little time, which knows no key, no database and no
setting: a file made to harm harms that process only.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

LARGEST_BYTES = 25 * 1024 * 1024
SECONDS = 4
KINDS = "PDF, Word (docx), Excel (xlsx), PNG, JPEG or plain text (txt)"
_HOUSE = Path(__file__).resolve().parent.parent.parent
_CHILD = "import sys; sys.path[:0] = [sys.argv[1]]; from casereview.checking import inside; "


class Refused(Exception):
    """The file may not be handed in; the message says what to do, and nothing of the file."""


@dataclass(frozen=True)
class Kind:
    """What a file is."""

    name: str
    content_type: str
    endings: tuple[str, ...]


KNOWN = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", ("pdf",)),
        Kind(
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ("docx",),
        ),
        Kind(
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)
        ),
        Kind("png", "image/png", ("png",)),
        Kind("jpg", "image/jpeg", ("jpg", "jpeg")),
        Kind("txt", "text/plain", ("txt",)),
    )
}


def check_content(content: bytes, ending: str) -> Kind:
    """Return what a file is, having looked through all of it; `ending` is that of its name.

    Raises:
        Refused: it is empty, too large, of no kind that is taken, not what its name says, made to
            harm, or too complex to look through within four seconds.
    """
    if not content:
        raise Refused("Choose a file that is not empty")
    if len(content) > LARGEST_BYTES:
        raise Refused("Choose a file of 25 MB or less")
    verdict = _look(content)
    if "refused" in verdict:
        raise Refused(verdict["refused"])
    kind = KNOWN[verdict["kind"]]
    if ending.lower() not in kind.endings:
        raise Refused(
            f"Check the file: its name ends in .{ending[:10] or '…'}, and it is a "
            f"{kind.endings[0]} file. Give it its own ending or save it again"
        )
    return kind


def words_in(content: bytes, most: int) -> str | None:
    """Return up to `most` characters of the words of a PDF or a Word file that was taken.

    None: they cannot be read within the limits.
    """
    return _apart(f"inside.tell({int(most)})", content).get("words")


def _look(content: bytes) -> dict[str, str]:
    unreadable = "Save the file again in a simpler form: it cannot be looked through"
    return _apart("inside.main()", content) or {"refused": unreadable}


def _apart(call: str, content: bytes) -> dict[str, str]:
    """Return what the process apart says; nothing where it was killed for its time or memory."""
    try:
        looked = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-I", "-c", f"{_CHILD}{call}", os.fspath(_HOUSE)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
        said = json.loads(looked.stdout)
    except (subprocess.TimeoutExpired, ValueError, OSError):
        return {}
    return said
