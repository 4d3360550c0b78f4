"""Copies of papers that people take with them: each for one reader, with a password of its own.

The password is kept nowhere: it is worked out from the copy's number, which is good for ten
minutes in the sitting that asked for it.
"""

import base64
import time
import uuid

from django.http import HttpRequest, HttpResponse

from casereview import keys

SESSION = "paper_copies"
GOOD_FOR = 10 * 60  # seconds
MOST = 5


def begin(
    request: HttpRequest, paper: uuid.UUID, reader: bytes | None = None
) -> tuple[uuid.UUID, str]:
    """Return the number of a new copy of a paper and its password, good for this sitting.

    `reader` stands for somebody who has no account.
    """
    copy = uuid.uuid4()
    held = _held(request)
    held[copy.hex] = [str(paper), int(time.time())]
    request.session[SESSION] = dict(list(held.items())[-MOST:])
    return copy, password(paper, request.user, copy, reader)


def is_good(request: HttpRequest, paper: uuid.UUID, copy: uuid.UUID) -> bool:
    """Say whether this sitting asked for this copy of this paper within the last ten minutes."""
    found = _held(request).get(copy.hex)
    return (
        found is not None
        and found[0] == str(paper)
        and 0 <= time.time() - float(found[1]) <= GOOD_FOR
    )


def _held(request: HttpRequest) -> dict[str, list]:
    found = request.session.get(SESSION)
    return found if isinstance(found, dict) else {}


def password(paper: uuid.UUID, user, copy: uuid.UUID, reader: bytes | None = None) -> str:
    """Return the password of one reader's copy: 80 bits, in groups of four letters and digits."""
    said = keys.ring().mac("paper password", paper.bytes, reader or user.pk.bytes, copy.bytes)
    letters = base64.b32encode(said[:10]).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def number_of(copy: uuid.UUID) -> str:
    """Return what a copy is called on its pages."""
    return copy.hex[:8]


def as_file(data: bytes, name: str) -> HttpResponse:
    """Hand a PDF over to be saved, and never kept by the browser or shown in a page."""
    response = HttpResponse(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
