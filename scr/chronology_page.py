"""The integrated chronology as a page and as a file: entries of all agencies, gaps between them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from casereview.models import Agency
from casereview.rules.working_days import written
from scr.models import CaseUnderReview, ChronologyEntry
from scr.rules.chronology import Entry, Gap, gaps, lines

SEEN = {"Y": "Yes", "N": "No", "NK": "Not known"}
HEADER = (
    "agency",
    "date",
    "time",
    "until",
    "about",
    "source",
    "what_happened",
    "response",
    "comment",
    "child_seen",
)


@dataclass(frozen=True)
class Line:
    """A line of the page: an entry with its row, or a gap in words."""

    row: ChronologyEntry | None = None
    gap: str = ""
    when: str = ""


def agencies_with_entries(review: CaseUnderReview) -> list[Agency]:
    """Return the agencies whose entries stand in a review, by name."""
    keys = review.chronology.filter(withdrawn_at=None).values("agency")
    return list(Agency.objects.filter(pk__in=keys).order_by("name"))


def rows_of(review: CaseUnderReview, agency: str = "") -> list[ChronologyEntry]:
    """Return the entries that stand, of one agency by its key or of all, in the order of time."""
    found = review.chronology.filter(withdrawn_at=None).select_related("agency", "case")
    if agency:
        found = found.filter(agency_id=uuid.UUID(agency))
    by_key = {str(one.pk): one for one in found}
    ordered = lines([as_entry(one) for one in by_key.values()], [])
    return [by_key[one.key] for one in ordered if isinstance(one, Entry)]


def as_entry(row: ChronologyEntry) -> Entry:
    """Return where an entry stands in time."""
    return Entry(
        key=str(row.pk),
        agency=row.agency.name,
        on=row.happened_on,
        at=row.happened_at,
        until=row.until,
        about=row.precision == ChronologyEntry.Precision.ABOUT,
    )


def shown(review: CaseUnderReview, rows: Sequence[ChronologyEntry], longer_than: int) -> list[Line]:
    """Return entries and the gaps between them, those of the review's scope included."""
    by_key = {str(one.pk): one for one in rows}
    entries = [as_entry(one) for one in rows]
    found = gaps(entries, longer_than, review.scope_from, review.scope_to)
    listed = []
    for one in lines(entries, found):
        if isinstance(one, Gap):
            days = f"{one.days} day{'' if one.days == 1 else 's'}"
            words = f"Nothing recorded for {days}: {written(one.first)} to {written(one.last)}"
            listed.append(Line(gap=words))
        else:
            listed.append(Line(row=by_key[one.key], when=when(by_key[one.key])))
    return listed


def when(row: ChronologyEntry) -> str:
    """Return when an entry happened, in words."""
    about = "About " if row.precision == ChronologyEntry.Precision.ABOUT else ""
    at = f", {row.happened_at:%H:%M}" if row.happened_at else ""
    until = f" to {written(row.until)}" if row.until else ""
    return f"{about}{written(row.happened_on)}{at}{until}"


def as_cells(rows: Iterable[ChronologyEntry]) -> list[list[Any]]:
    """Return the entries as the cells of a file, its header first."""
    cells: list[list[Any]] = [list(HEADER)]
    for one in rows:
        cells.append(
            [
                one.agency.name,
                one.happened_on.isoformat(),
                f"{one.happened_at:%H:%M}" if one.happened_at else "",
                one.until.isoformat() if one.until else "",
                "Y" if one.precision == ChronologyEntry.Precision.ABOUT else "N",
                one.source or "",
                one.what or "",
                one.response or "",
                one.comment or "",
                one.child_seen,
            ]
        )
    return cells
