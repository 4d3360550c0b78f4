"""Error reports that cannot leak: type, place and a reference; never values, messages or locals.

A message may hold what somebody typed, an address what they looked for, a local variable a child's
name. So a log line of another's library is its level and its place, one of a request its status
and the pattern of its page, and an exception its type and the lines it passed through.
"""

import logging
import sys
import traceback
import uuid
from types import TracebackType
from typing import Any
from xml.sax.saxutils import escape

log = logging.getLogger(__name__)

# Whose messages hold no values: they are ours.
OURS = frozenset({"casereview", "cdop", "scr", "learning", "config"})

# Sent when not even the page of an error can be made: it needs no template and no other file.
LAST_RESORT = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Sorry, something went wrong – {name}</title></head>
<body><header><p>{name}</p></header><main><h1>Sorry, something went wrong</h1>
<p>Try again in a few minutes. Check whether your last change was saved before you repeat it.</p>
<p>If it keeps failing, tell an administrator of your area this reference: {reference}</p>
<p><a href="/">Go to your work</a></p></main></body></html>
"""


def reference_of(request: Any) -> str:
    """Return the reference of what went wrong with a request: on its page and in the log."""
    if request is None:
        return uuid.uuid4().hex[:8]
    if not hasattr(request, "error_reference"):
        request.error_reference = uuid.uuid4().hex[:8]
    return request.error_reference


def last_resort(reference: str) -> bytes:
    """Return the page that is sent when no other can be made."""
    from casereview import branding  # not at the top: the log is set up before there is any app

    return LAST_RESORT.format(reference=reference, name=escape(branding.name())).encode()


def report(kind: type[BaseException] | None, trace: TracebackType | None, reference: str) -> str:
    """Return an exception as its type, its reference and the lines it passed through."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    name = kind.__name__ if kind else "error"
    return f"{name} [{reference}] at " + " < ".join(reversed(places))


def report_current(reference: str = "") -> str:
    """Return the exception that is being handled, where nothing can go on."""
    kind, _, trace = sys.exc_info()
    return report(kind, trace, reference or reference_of(None))


class Formatter(logging.Formatter):
    """Writes a line that holds nothing of what was asked, sent or stored."""

    def format(self, record: logging.LogRecord) -> str:
        said = logging.makeLogRecord(record.__dict__)
        # A cached text may hold the message of the exception; it is made anew below.
        said.exc_info, said.exc_text, said.stack_info = None, None, None
        if record.name.partition(".")[0] not in OURS:
            said.msg, said.args = _place(record), None
        line = super().format(said)
        if record.exc_info:
            kind, _, trace = record.exc_info
            line += "\n" + report(kind, trace, reference_of(getattr(record, "request", None)))
        return line


def _place(record: logging.LogRecord) -> str:
    """Return of another's message what it is about, without its words."""
    request, status = getattr(record, "request", None), getattr(record, "status_code", None)
    if status is None or request is None or not hasattr(request, "method"):
        return f"at {record.pathname}:{record.lineno}"
    match = getattr(request, "resolver_match", None)
    return f"{status} of {request.method} {match.route if match else 'no page'}"


class Reporter:
    """Django's exception reporter, replaced: it tells nothing."""

    def __init__(self, request, exc_type, exc_value, tb, is_email=False):
        self.name = exc_type.__name__ if exc_type else "error"

    def get_traceback_html(self) -> str:
        return self.get_traceback_text()

    def get_traceback_text(self) -> str:
        return f"{self.name}: see the log"
