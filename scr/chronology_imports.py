"""Bringing an agency's chronology in from a spreadsheet: columns, check and write."""

from collections.abc import Sequence

from django.utils import timezone

from casereview import import_kinds, keys
from casereview.actions import NotAllowed
from casereview.import_kinds import BroughtIn, ChangedMeanwhile, ImportKind, Step
from casereview.models import ImportFile
from casereview.rules.import_sheets import Column, Fate, RowFate, with_errors
from scr.actions import chronology
from scr.models import ChronologyEntry, ReviewRequest
from scr.review_access import requests_of
from scr.rules.chronology_file import COLUMNS, MOST_ROWS, Checked, Row, examined

_COLUMNS = (
    Column("date", "Date of the event", True, False, ("day", "date of contact", "event date")),
    Column("time", "Time, such as 16:05", also=("time of contact",)),
    Column("until", "Last day, where it lasted", also=("end date", "to")),
    Column("source", "Which record it is from", True, False, ("record", "source of information")),
    Column("what_happened", "What happened", True, False, ("event", "description", "details")),
    Column("response", "What your agency did", also=("action taken", "agency response")),
    Column("comment", "What you think of it now", also=("analysis", "comments")),
    Column("child_seen", "Was the child seen? Y, N or NK", also=("seen",)),
)
assert tuple(one.name for one in _COLUMNS) == COLUMNS  # noqa: S101 - the columns are a contract


def _asked(file: ImportFile) -> ReviewRequest | None:
    """Return what the file answers, where the person may still answer it."""
    if file.about is None:
        return None
    return requests_of(file.user, "import_chronology").filter(pk=file.about).first()


def _examined(lines: Sequence[Sequence[str]]) -> Checked:
    header = list(lines[0])
    read = [
        (number, dict(zip(header, line, strict=True)))
        for number, line in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in line)
    ]
    return examined(read, timezone.localdate())


def _standing(asked: ReviewRequest) -> set[Row]:
    """Return the agency's entries that stand, as rows of a file."""
    entries = ChronologyEntry.objects.filter(
        review=asked.review, agency=asked.agency, withdrawn_at=None
    )
    keys.prefetch("case", [asked.case_id])
    return {
        Row(
            on=one.happened_on,
            at=one.happened_at,
            until=one.until,
            about=one.precision == ChronologyEntry.Precision.ABOUT,
            source=one.source or "",
            what=one.what or "",
            response=one.response or "",
            comment=one.comment or "",
            child_seen=one.child_seen,
        )
        for one in entries
    }


def _check(file: ImportFile, lines: Sequence[Sequence[str]], step: Step) -> list[RowFate]:
    asked = _asked(file)
    if asked is None:
        raise NotAllowed("it is not asked of this person")
    found, there = _examined(lines), _standing(asked)
    fates: list[RowFate] = []
    for number, row in found.rows:
        told = f"{'about ' if row.about else ''}{row.on:%-d %B %Y}, {row.source}"
        note = "Stands in your chronology" if row in there else ""
        fates.append(RowFate(number, Fate.SKIP if note else Fate.CREATE, told, note=note))
    step(len(lines) - 1)
    return with_errors(fates, found.problems)


def _bring_in(file: ImportFile, lines: Sequence[Sequence[str]]) -> BroughtIn:
    asked = _asked(file)
    if asked is None:
        raise NotAllowed("it is not asked of this person")
    found, there = _examined(lines), _standing(asked)
    rows = [(number, row) for number, row in found.rows if row not in there]
    if found.problems or not rows:
        raise ChangedMeanwhile
    made = chronology.import_chronology(request=asked, rows=rows, by=file.user)
    return BroughtIn(len(made), 0, len(found.rows) - len(rows))


KIND = ImportKind(
    code="chronology",
    action="import_chronology",
    title="Bring in your chronology from a spreadsheet",
    things=("event", "events"),
    columns=_COLUMNS,
    check=_check,
    bring_in=_bring_in,
    codes=lambda: [
        ("child_seen", "Y", "Yes"),
        ("child_seen", "N", "No"),
        ("child_seen", "NK", "Not known"),
    ],
    example={
        "date": "2014-03-31",
        "time": "16:05",
        "source": "GP record",
        "what_happened": "Came with a cough",
        "child_seen": "Y",
    },
    may=lambda file: _asked(file) is not None,
    most=MOST_ROWS,
)


def register() -> None:
    """Make the kind known to the worker and the pages."""
    import_kinds.add(KIND)
