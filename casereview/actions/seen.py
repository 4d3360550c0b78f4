"""Saving only over what was on the page."""

from casereview.records import Conflict, Record


def as_seen(record: Record, version: int | None) -> None:
    """Check that a record still is as the page showed it; no version checks nothing.

    Raises:
        Conflict: somebody else saved it since.
    """
    if version is not None and record.version != version:
        raise Conflict(f"{type(record).__name__} {record.pk}")
