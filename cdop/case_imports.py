"""Bringing in notifications from a spreadsheet: columns, check and write, by the import's rules."""

import io
from collections.abc import Sequence
from typing import Any

from casereview import access, import_kinds, imports
from casereview.codelists import load_named
from casereview.import_kinds import BroughtIn, ChangedMeanwhile, ImportKind, Step
from casereview.models import Board, Case, ImportFile
from casereview.rules.import_sheets import Column, Fate, RowFate, counted
from casereview.spreadsheets import csv_to_read_back
from cdop import codes
from cdop.actions.importing import Imported, NotImported, Sight, check_stream, import_stream
from cdop.actions.notifying import own_boards
from cdop.rules.import_columns import CODED, COLUMNS
from cdop.rules.import_rows import DATES

_NEEDED = {"source_reference", "notified_on", "died_on", "born_on", *CODED[:11]}
_LABELS = {
    "source_reference": (
        "Your own reference of the death",
        "reference",
        "our ref",
        "ref",
        "id",
        "case number",
    ),
    "notified_on": ("Date notified", "notification date", "date of notification"),
    "died_on": ("Date of death", "dod", "date died"),
    "born_on": ("Date of birth", "dob", "birth date"),
    "family_name": ("Family name", "surname", "last name"),
    "given_names": ("Given names", "first name", "forename", "forenames"),
    "mother_family_name": ("Mother’s family name", "mother surname"),
    "sex": ("Sex (code)", "gender"),
    "nhs_number": ("NHS number", "nhs no"),
    "ethnicity": ("Ethnic group (code)", "ethnic group"),
    "residence_postcode": ("Postcode of residence", "postcode", "home postcode"),
    "residence_lscb": ("Board of residence (code)", "residence board", "lscb of residence"),
    "place_of_death_lscb": ("Board of the place of death (code)", "place of death board"),
    "notified_by": ("Type of agency that notified (code)", "notifier", "notifying agency"),
    "expectedness": ("Expected or unexpected (code)", "expected"),
    "event": ("Event that led to the death (code)", "event type"),
    "location": ("Where the event happened (code)", "place of event"),
    "cp_plan": ("Child protection plan (code)", "child protection plan"),
    "statutory_order": ("Statutory order (code)", "order"),
    "asylum_seeker": ("Asylum seeker (code)", "asylum"),
    "review_completed_on": ("Date the review was completed", "review date", "completed"),
    "category_of_death": ("Category of death (code)", "category"),
    "modifiable_outcome": ("Modifiable factors: M, N or I", "outcome", "modifiable"),
    "modifiable_factors": ("Which modifiable factors (codes with ; between)", "factors"),
    "insufficient_reason": ("Why the information was insufficient", "reason insufficient"),
    "scr_status": ("Serious case review (code)", "scr"),
    "learning": ("One learning point", "lesson", "learning point"),
}
_EXAMPLE = {
    "source_reference": "EXAMPLE-1",
    "notified_on": "2015-02-03",
    "died_on": "2015-02-02",
    "born_on": "2014-11-20",
    "family_name": "Example",
    "given_names": "Child",
}


def _columns() -> tuple[Column, ...]:
    return tuple(
        Column(name, label, name in _NEEDED, name in DATES, tuple(also))
        for name in COLUMNS
        for label, *also in (_LABELS[name],)
    )


def sight_of(user: Any) -> Sight:
    """Return whose deaths a manager may bring in."""
    panels = {panel.pk for _, panel in own_boards(user).values()}
    return Sight(access.visible_to(user, "correct_record"), panels)


def _stream(lines: Sequence[Sequence[str]]) -> io.BytesIO:
    """Return the lines as the import file, version 1, each at its row."""
    return io.BytesIO(csv_to_read_back(lines))


def _check(file: ImportFile, lines: Sequence[Sequence[str]], step: Step) -> list[RowFate]:
    return check_stream(stream=_stream(lines), sight=sight_of(file.user), step=step)


def _bring_in(file: ImportFile, lines: Sequence[Sequence[str]]) -> BroughtIn:
    fates = imports.fates_of(file)
    found = counted(fates)
    try:
        done = import_stream(
            stream=_stream(lines),
            by=file.user,
            update=True,
            sight=sight_of(file.user),
            expected=Imported(found[Fate.CREATE], found[Fate.SKIP], found[Fate.CHANGE]),
        )
    except NotImported:
        raise ChangedMeanwhile from None
    new = [one.told for one in fates if one.fate == Fate.CREATE]
    made = Case.objects.filter(notifications__source_reference__in=new).order_by("reference")
    filled = [one.reference for one in fates if one.fate == Fate.CHANGE]
    references = [*made.values_list("reference", flat=True), *filled]
    return BroughtIn(done.created, done.updated, done.skipped, references)


def _codes() -> list[tuple[str, str, str]]:
    boards = dict(Board.objects.order_by("code").values_list("code", "name"))
    labels: dict[str, dict[str, str]] = {
        column: dict(load_named(*where).choices()) for column, where in codes.IMPORT_LISTS.items()
    }
    labels |= {"residence_lscb": boards, "place_of_death_lscb": boards}
    labels["expectedness"] = dict(codes.expectedness())
    return [
        (column, code, str(label)) for column in CODED for code, label in labels[column].items()
    ]


KIND = ImportKind(
    code="cases",
    action="import_cases",
    title="Bring in notifications from a spreadsheet",
    things=("death", "deaths"),
    columns=_columns(),
    check=_check,
    bring_in=_bring_in,
    codes=_codes,
    example=_EXAMPLE,
)


def register() -> None:
    """Make the kind known to the worker and the pages."""
    import_kinds.add(KIND)
