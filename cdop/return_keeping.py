"""Returns that were kept: which there are, each as it was, and what has moved since."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import F, Max

from casereview import audit, codelists
from casereview.audit_words import action_words
from casereview.codes import english_boards
from casereview.models import AuditEntry, Case, User
from casereview.rules.return_year import ReturnYear
from cdop import return_layout
from cdop.counting import Scope
from cdop.models import AnnualReturn
from cdop.rules import child_level, frozen_return
from cdop.rules.annual_return import ReviewedDeath, Tabulation
from cdop.rules.frozen_return import Kept

JOIN = "+"
# Where each fact of a death stands: what an audit entry calls the record and its fields.
_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "residence_board": (("casereview.case", "residence_board_id"),),
    "death_board": (("casereview.case", "place_of_death_board_id"),),
    "notified_on": (("casereview.case", "notified_on"), ("cdop.notification", "notified_on")),
    "died_on": (("casereview.case", "died_on"),),
    "completed_on": (("cdop.panelreview", "first_completed_on"),),
    "age_band": (("casereview.child", "age_band"), ("casereview.child", "born_on")),
    "age_days": (("casereview.child", "age_days"), ("casereview.child", "born_on")),
    "expectedness": (("cdop.notification", "expectedness"),),
    "sex": (("casereview.child", "sex"),),
    "ethnicity": (("casereview.child", "ethnicity"),),
    "category": (("cdop.panelreview", "category_of_death"),),
    "event": (("cdop.notification", "event"),),
    "location": (("cdop.notification", "location"),),
    "cp_plan": (("cdop.notification", "cp_plan"),),
    "statutory_order": (("cdop.notification", "statutory_order"),),
    "asylum_seeker": (("cdop.notification", "asylum_seeker"),),
    "scr_status": (("casereview.case", "scr_status"),),
    "outcome": (("cdop.panelreview", "modifiable_outcome"),),
    "not_for_review": (("casereview.case", "stage"),),
    "passed_on": (("casereview.case", "stage"),),
}
# A row that came or left altogether: the case was opened, merged, closed or completed.
_WHOLE = (
    ("casereview.case", "stage"),
    ("casereview.case", "merged_into_id"),
    ("casereview.case", "residence_board_id"),
    ("cdop.panelreview", "first_completed_on"),
)


@dataclass(frozen=True)
class Correction:
    """An act on record that changed a fact of a case: what, when, and who; never the reason."""

    what: str
    at: datetime
    by: str
    seq: int


def area_of(scope: Scope) -> str:
    """Return the name under which returns of a scope are kept: its boards in order."""
    boards = scope.residents_of
    return "" if boards is None else JOIN.join(sorted(boards))


def kept_returns(year: ReturnYear, scope: Scope) -> list[AnnualReturn]:
    """Return the frozen returns of a year and area, the latest first; nothing is opened."""
    return list(
        AnnualReturn.objects.filter(year=year.ends_in, area=area_of(scope), frozen_at__isnull=False)
        .select_related("frozen_by")
        .defer("frozen", "row_references")
        .order_by("-revision")
    )


def latest_by_year(scope_by_year: Mapping[ReturnYear, Scope]) -> dict[ReturnYear, AnnualReturn]:
    """Return the last frozen return of each year, for the area the reader sees of that year."""
    wanted = {(year.ends_in, area_of(scope)): year for year, scope in scope_by_year.items()}
    found: dict[ReturnYear, AnnualReturn] = {}
    rows = (
        AnnualReturn.objects.filter(
            year__in=[year for year, _ in wanted],
            area__in={area for _, area in wanted},
            frozen_at__isnull=False,
        )
        .defer("frozen", "row_references", "comments", "explanations", "revision_reason")
        .order_by("revision")
    )
    for row in rows:
        year = wanted.get((row.year, row.area))
        if year is not None:
            found[year] = row
    return found


def latest_by_board(
    scope_by_year: Mapping[ReturnYear, Scope],
) -> dict[ReturnYear, list[AnnualReturn]]:
    """Return the last frozen return of each single board, where a reader makes those of several.

    The boards stand in the order of their names; one query for all years.
    """
    rows = (
        AnnualReturn.objects.filter(
            year__in=[year.ends_in for year in scope_by_year],
            area=F("board__code"),
            frozen_at__isnull=False,
        )
        .select_related("board")
        .defer("frozen", "row_references", "comments", "explanations", "revision_reason")
        .order_by("board__name", "revision")
    )
    found: dict[ReturnYear, dict[str, AnnualReturn]] = {}
    for row in rows:
        year = ReturnYear(row.year)
        scope = scope_by_year[year]
        if scope.board is None and (scope.boards is None or row.area in scope.boards):
            found.setdefault(year, {})[row.area] = row
    return {year: list(of_boards.values()) for year, of_boards in found.items()}


def draft_of(year: ReturnYear, scope: Scope) -> AnnualReturn | None:
    """Return what the officer has written beside the figures that were not frozen yet."""
    return AnnualReturn.objects.filter(
        year=year.ends_in, area=area_of(scope), frozen_at=None
    ).first()


def opened(kept: AnnualReturn) -> Kept:
    """Return a frozen return as it was sent; nothing is counted again."""
    return frozen_return.unpack(kept.frozen, kept.row_references, english_boards())


def intact(kept: AnnualReturn) -> bool:
    """Tell whether the digest made when it was frozen is that of what is kept."""
    return kept.digest == frozen_return.digest(kept.frozen, kept.row_references)


def pseudonym_of(year: ReturnYear, area: str, reference: str) -> str:
    """Return what stands for a case in the child-level rows of one year and area.

    The same case has the same one in every revision, and another one elsewhere: without the keys
    nobody can tell that two rows are of one child, or which case a row is of.
    """
    index = audit.blind_index("child-level row", f"{year.ends_in}|{area}|{reference}")
    number = int.from_bytes(index, "big")
    letters = ""
    for _ in range(10):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return f"{letters[:5]}-{letters[5:]}"


def child_level_rows(
    counted: Tabulation, deaths: Iterable[ReviewedDeath], scope: Scope
) -> list[dict[str, str]]:
    """Return the rows of the child-level form, each under its pseudonym."""
    area = area_of(scope)
    return child_level.rows_of(counted, deaths, lambda row: pseudonym_of(counted.year, area, row))


# Without letters and digits that are read for one another, and without vowels: no word comes out.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"


@cache
def list_versions() -> dict[str, str]:
    """Return the version of every list that a return is made with."""
    return {
        f"{each.app}/{each.name}": each.version
        for each in codelists.all_lists()
        if each.app in ("casereview", "cdop")
    }


def labels_of(counted: Tabulation) -> dict[str, dict[str, str]]:
    """Return the words of every code of a return, as its form shows them."""
    return {
        item.item: return_layout.labels_of(counted, item)
        for item in counted.template.counted
        if item.kind == "table" and item.column
    }


def corrections(
    columns: Mapping[str, Collection[str]], since: datetime
) -> dict[str, list[Correction]]:
    """Return what was done to cases since, that changed what a return counts; by reference.

    `columns` are the facts of each case that differ; none means that the whole case came or left.
    """
    if not columns:
        return {}
    cases = Case.objects.filter(reference__in=list(columns))
    keys: dict[Any, str] = dict(cases.values_list("pk", "reference"))
    entries = (
        AuditEntry.objects.filter(case__in=list(keys), at__gte=since, outcome=audit.DONE)
        .exclude(detail="{}")
        .order_by("seq")
        .values_list("seq", "at", "actor", "action", "case", "detail")
    )
    found: dict[str, list[tuple]] = {}
    for seq, at, actor, action, case, detail in entries.iterator(chunk_size=2000):
        reference = keys[case]
        if _touches(json.loads(detail).get("fields", {}), columns[reference]):
            found.setdefault(reference, []).append((action, at, actor, seq))
    actors = {actor for rows in found.values() for _, _, actor, _ in rows if actor}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=actors)}
    return {
        reference: [
            Correction(action_words(action), at, names.get(actor, "the product"), seq)
            for action, at, actor, seq in rows
        ]
        for reference, rows in found.items()
    }


def _touches(fields: Mapping[str, Iterable[str]], columns: Collection[str]) -> bool:
    wanted = [place for column in columns for place in _FIELDS.get(column, ())] or list(_WHOLE)
    return any(name in fields.get(record, ()) for record, name in wanted)


def next_revision(year: ReturnYear, scope: Scope) -> int:
    """Return the number of the return that would be frozen next."""
    last = AnnualReturn.objects.filter(
        year=year.ends_in, area=area_of(scope), frozen_at__isnull=False
    ).aggregate(Max("revision"))["revision__max"]
    return (last or 0) + 1
