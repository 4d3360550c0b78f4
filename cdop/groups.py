"""Neonatal, expected or unexpected: the group of many cases at once, for lists and filters."""

import uuid
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from casereview.models import Case
from casereview.prepared import Prepared
from casereview.registries import Grouping
from casereview.rules.ages import NEONATAL_DAYS
from cdop.models import Notification
from cdop.rules.categorisation import Group, group

LABELS = {
    Group.NEONATAL: "Neonatal",
    Group.EXPECTED: "Expected",
    Group.UNEXPECTED: "Unexpected",
}


def with_expectedness() -> QuerySet[Any]:
    """Return deaths with what counts of their notifications: the confirmed answer, else the
    latest that was given."""
    said = (
        Notification.objects.filter(case=OuterRef("pk"))
        .exclude(expectedness="")
        .order_by(F("expectedness_confirmed_at").desc(nulls_last=True), "-notified_on", "pk")
        .values("expectedness")[:1]
    )
    return (
        Case.objects.filter(kind=Case.Kind.DEATH, child__age_days__isnull=False)
        .order_by()
        .annotate(expectedness=Subquery(said))
    )


def of_cases(wanted: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the group of each case; a case whose group cannot be said yet is absent."""
    rows = _of_cases(wanted=list(wanted))
    found = {key: group(days, expectedness or "") for key, days, expectedness in rows}
    return {key: str(value) for key, value in found.items() if value}


@Prepared
def _of_cases(wanted: list[uuid.UUID]) -> QuerySet[Any]:
    cases = with_expectedness().filter(pk__in=wanted)
    return cases.values_list("pk", "child__age_days", "expectedness")


def having(code: str) -> QuerySet[Any]:
    """Return the keys of the cases of a group."""
    cases = with_expectedness()
    neonatal = cases.filter(child__age_days__lt=NEONATAL_DAYS)
    older = cases.filter(child__age_days__gte=NEONATAL_DAYS)
    match code:
        case Group.NEONATAL:
            return neonatal.values("pk")
        case Group.EXPECTED:
            return older.filter(expectedness="EXPECTED").values("pk")
        case _:
            known = older.filter(expectedness="EXPECTED").values("pk")
            return older.exclude(pk__in=known).values("pk")


GROUPING = Grouping(
    label="Group",
    choices=lambda: [(str(code), label) for code, label in LABELS.items()],
    of_cases=of_cases,
    having=having,
)
