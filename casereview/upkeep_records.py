"""What was done for the installation as a whole, and when it was done last."""

import datetime
from typing import Any

from casereview.models import UpkeepRecord

Kind = UpkeepRecord.Kind


def note(
    kind: Kind, *, at: datetime.datetime, succeeded: bool = True, **details: Any
) -> UpkeepRecord:
    """Add that something was done, or was tried and failed."""
    record = UpkeepRecord(kind=kind, at=at, succeeded=succeeded, details=details)
    record.save(force_insert=True)
    return record


def last(kind: Kind, *, succeeded: bool | None = True) -> UpkeepRecord | None:
    """Return the newest record of a kind that succeeded; with `succeeded=None`, the newest."""
    records = UpkeepRecord.objects.filter(kind=kind)
    if succeeded is not None:
        records = records.filter(succeeded=succeeded)
    return records.order_by("-at").first()


def last_of_each() -> dict[str, UpkeepRecord]:
    """Return the newest that succeeded of each kind; a kind never done is not in it."""
    found: dict[str, UpkeepRecord] = {}
    for kind in Kind:
        if (record := last(kind)) is not None:
            found[kind.value] = record
    return found
