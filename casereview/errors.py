"""Error reports that cannot leak: type, place and a reference; never values or locals."""

import logging
import traceback
import uuid


class Formatter(logging.Formatter):
    """Logs an exception as its type and the lines it passed through, without its message."""

    def formatException(self, ei) -> str:  # noqa: N802 - the name is logging's
        kind, _, trace = ei
        places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
        name = kind.__name__ if kind else "error"
        return f"{name} [{uuid.uuid4().hex[:8]}] at " + " < ".join(reversed(places))

    def format(self, record: logging.LogRecord) -> str:
        # A cached text may hold the message of the exception; make it anew.
        record.exc_text = None
        return super().format(record)


class Reporter:
    """Django's exception reporter, replaced: it tells nothing."""

    def __init__(self, request, exc_type, exc_value, tb, is_email=False):
        self.name = exc_type.__name__ if exc_type else "error"

    def get_traceback_html(self) -> str:
        return self.get_traceback_text()

    def get_traceback_text(self) -> str:
        return f"{self.name}: see the log"
