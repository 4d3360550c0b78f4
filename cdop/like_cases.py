"""Earlier reviews that are like the case under review: codes and references, nobody's name."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from casereview import access
from casereview import codes as kernel_codes
from casereview.models import Case
from casereview.rules.similarity import Shared
from cdop import codes
from cdop.groups import LABELS as GROUPS
from cdop.groups import with_expectedness
from cdop.models import FactorFinding, Notification, PanelReview
from cdop.rules.categorisation import group
from cdop.rules.similarity import Death, like_deaths

FEATURES = {
    "age_band": "Same age band",
    "group": "Same kind of death",
    "event": "Same event",
    "category": "Same category, chosen or considered",
    "factors": "Present in both",
}
_COLUMNS = (
    "pk",
    "reference",
    "child__age_band",
    "child__age_days",
    "expectedness",
    "event",
    "panel_review__category_of_death",
    "panel_review__categories_considered",
    "panel_review__modifiable_outcome",
    "panel_review__first_completed_on",
)


@dataclass(frozen=True)
class LikeCase:
    """An earlier review that is like this one: what was decided, when, and what both share."""

    reference: str
    url: str
    year: int
    outcome: str
    category: str
    why: tuple[str, ...]


def like_cases(user, case: Case) -> list[LikeCase]:
    """Return completed reviews most like a case, of those alone that the reader may open.

    Whatever is kept from the reader is not compared, counted or hinted at. A constant number of
    queries, none of which opens anything sealed.
    """
    open_to_reader = access.visible_to(user, "view_panel_review").values("pk")
    rows = {row["pk"]: row for row in _rows(case, open_to_reader)}
    this = rows.pop(case.pk, None)
    if this is None:
        return []
    factors = _factors(open_to_reader)
    deaths = {key: _death(row, factors[key]) for key, row in rows.items()}
    found = like_deaths(_death(this, factors[case.pk]), deaths)
    return [_shown(rows[each.key], each.why) for each in found]


def _rows(case: Case, open_to_reader: QuerySet[Any, Any]) -> QuerySet[Any, dict[str, Any]]:
    """The case and the completed reviews its reader may open, the latest first."""
    completed = Q(panel_review__state=PanelReview.State.COMPLETED, merged_into=None)
    event = (
        Notification.objects.filter(case=OuterRef("pk"))
        .exclude(event="")
        .order_by("-notified_on", "pk")
        .values("event")[:1]
    )
    return (
        with_expectedness()
        .filter(Q(pk=case.pk) | completed)
        .filter(pk__in=open_to_reader)
        .annotate(event=Subquery(event))
        .order_by("-panel_review__first_completed_on", "reference")
        .values(*_COLUMNS)
    )


def _factors(cases: QuerySet[Any, Any]) -> Mapping[uuid.UUID, set[str]]:
    """Return the factors present in each case: the coded one, or else the line of the grid."""
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    lines = FactorFinding.objects.filter(present="Y", case__in=cases).order_by()
    for key, factor, coded in lines.values_list("case_id", "factor", "modifiable_factor"):
        found[key].add(coded or factor)
    return found


def _death(row: Mapping[str, Any], factors: set[str]) -> Death:
    kind = group(row["child__age_days"], row["expectedness"] or "")
    considered = row["panel_review__categories_considered"] or []
    return Death(
        age_band=row["child__age_band"] or "",
        group=str(kind or ""),
        event=row["event"] or "",
        categories=frozenset({row["panel_review__category_of_death"] or "", *considered}),
        factors=frozenset(factors),
    )


def _shown(row: Mapping[str, Any], why: Iterable[Shared]) -> LikeCase:
    category = row["panel_review__category_of_death"]
    return LikeCase(
        reference=row["reference"],
        url=reverse("cdop:view_panel_review", args=[row["reference"]]),
        year=row["panel_review__first_completed_on"].year,
        outcome=codes.code_list("modifiable_outcome").label(
            row["panel_review__modifiable_outcome"]
        ),
        category=f"{category}. {codes.code_list('category_of_death').label(category)}",
        why=tuple(
            f"{FEATURES[each.feature]}: {', '.join(_words(each.feature, each.codes))}"
            for each in why
        ),
    )


def _words(feature: str, shared: tuple[str, ...]) -> list[str]:
    names = {
        "age_band": lambda: dict(kernel_codes.age_bands()),
        "group": lambda: {str(code): label for code, label in GROUPS.items()},
        "event": lambda: dict(codes.events()),
        "category": lambda: dict(codes.categories_of_death()),
        "factors": lambda: {**dict(codes.domain_factors()), **dict(codes.modifiable_factors())},
    }[feature]()
    return [names.get(code, code) for code in shared]
