"""An agency's own entries in the chronology of a review: typed, brought in, withdrawn."""

from collections.abc import Sequence

from django.utils import timezone

from casereview import audit
from casereview.actions import NotAllowed
from casereview.records import Change, change
from scr.actions.review_requests import Kind, waiting_part
from scr.models import ChronologyEntry, ReviewRequest
from scr.rules.chronology_file import Row

Precision = ChronologyEntry.Precision


def add_chronology_entry(*, request: ReviewRequest, row: Row, by) -> ChronologyEntry:
    """Add one entry of the agency that is asked.

    Raises:
        NotAllowed: nothing is said, a day to come or out of order, or it was handed in.
    """
    _check(row)
    with change("add_chronology_entry", by=by, case=request.case) as written:
        found = waiting_part(request, Kind.CHRONOLOGY)
        return _add(written, found, row)


def _check(row: Row) -> None:
    today = timezone.localdate()
    if not row.what.strip():
        raise NotAllowed("Enter what happened")
    if not row.source.strip():
        raise NotAllowed("Enter which record this is from")
    if row.on > today or (row.until and row.until > today):
        raise NotAllowed("Enter days that are not in the future")
    if row.until and row.until < row.on:
        raise NotAllowed("Enter a last day on or after the first")


def _add(
    written: Change, request: ReviewRequest, row: Row, digest: str = "", line: int | None = None
) -> ChronologyEntry:
    precision = Precision.ABOUT if row.about else Precision.MINUTE if row.at else Precision.DAY
    entry = ChronologyEntry(
        case=request.case,
        review=request.review,
        agency=request.agency,
        happened_on=row.on,
        happened_at=row.at,
        until=row.until,
        precision=precision,
        child_seen=row.child_seen,
        entered_by=written.by,
        entered_at=timezone.now(),
        import_digest=digest,
        import_row=line,
    )
    entry.source, entry.what = row.source, row.what
    entry.response, entry.comment = row.response or None, row.comment or None
    written.save(entry)
    return entry


def digest_of(rows: Sequence[tuple[int, Row]]) -> str:
    """Return a keyed digest of a file's events, by which the same file is known again."""
    said = [
        "\t".join(
            (
                one.on.isoformat(),
                one.at.isoformat() if one.at else "",
                one.until.isoformat() if one.until else "",
                "about" if one.about else "",
                one.child_seen,
                *(part.replace("\t", " ") for part in (one.source, one.what)),
                *(part.replace("\t", " ") for part in (one.response, one.comment)),
            )
        )
        for _, one in rows
    ]
    return audit.digest_of("chronology", "\n".join(said))


def import_chronology(
    *, request: ReviewRequest, rows: Sequence[tuple[int, Row]], by
) -> list[ChronologyEntry]:
    """Bring in every event of an agency's file, with the row each stood in; all or none.

    Raises:
        NotAllowed: there is none, this very file was brought in and stands, or it was handed in.
    """
    if not rows:
        raise NotAllowed("Choose a file with an event in it")
    digest = digest_of(rows)
    with change("import_chronology", by=by, case=request.case) as written:
        found = waiting_part(request, Kind.CHRONOLOGY)
        before = ChronologyEntry.objects.filter(
            review=found.review, agency=found.agency, import_digest=digest, withdrawn_at=None
        )
        if before.exists():
            raise NotAllowed("Choose another file: this one was brought in already")
        entries = [_add(written, found, row, digest, line) for line, row in rows]
        written.detail["entries"] = len(entries)
    return entries


def withdraw_chronology_entry(
    *, request: ReviewRequest, entry: ChronologyEntry, reason: str, by
) -> ChronologyEntry:
    """Withdraw one of the agency's own entries, with a reason; it stays on record.

    Raises:
        NotAllowed: no reason, not this agency's, withdrawn already, or handed in.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the entry is withdrawn")
    with change("withdraw_chronology_entry", by=by, case=request.case, reason=reason) as written:
        found = waiting_part(request, Kind.CHRONOLOGY)
        mine = entry.agency_id == found.agency_id and entry.review_id == found.review_id
        if not mine:
            raise NotAllowed("Choose an entry of your own agency")
        if entry.withdrawn_at:
            raise NotAllowed("This entry was withdrawn already")
        entry.withdrawn_at = timezone.now()
        written.save(entry, subject=True)
    return entry
