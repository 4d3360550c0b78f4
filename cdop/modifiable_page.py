"""What the panel found modifiable, beside what was published for England, with the reasons."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.http import urlencode

from casereview import access
from casereview.rules.intervals import wilson
from casereview.rules.return_year import ReturnYear
from cdop import codes, national
from cdop.models import FactorFinding, PanelReview
from cdop.rules.annual_return import ReviewedDeath
from cdop.rules.statistics_tables import reviewed_in
from cdop.statistics import Asked

# Each reason is opened for the page it stands on, and for no other.
REASONS_ON_A_PAGE = 20


@dataclass(frozen=True)
class Reason:
    """Why a panel decided as it did about one death."""

    reference: str
    url: str
    outcome: str
    text: str
    factors: tuple[str, ...]


def compared(asked: Asked, deaths: list[ReviewedDeath]) -> dict[str, Any]:
    """Return the share of each category with modifiable factors, and what was published of it.

    Reviews with too little information are left out of the share, as they are of the national
    shares by category.
    """
    reviews = reviewed_in(deaths, asked.cover)
    base = {"year": asked.query["year"], "years": asked.query["years"]}
    if asked.scope.board:
        base["board"] = asked.scope.board
    rows = []
    for code, label in [*codes.categories_of_death(), ("", "All categories")]:
        own = [one for one in reviews if not code or one.category == code]
        if not own:
            continue
        url = f"?{urlencode({**base, 'category': code})}#reasons" if code else ""
        rows.append([{"text": label, "url": url}, *_shares(own, asked.year, code)])
    return {
        "id": "modifiable",
        "caption": "Modifiable factors by category of death",
        "columns": [
            {"label": "Category of death"},
            *(
                {"label": label, "numeric": True}
                for label in ("Modifiable", "Decided", "Share", "95% interval")
            ),
            {"label": "England, as published"},
            {"label": "Against England"},
        ],
        "rows": rows,
    }


def _shares(own: list[ReviewedDeath], year: ReturnYear, category: str) -> list[dict[str, Any]]:
    seen = sum(one.outcome == "M" for one in own)
    decided = sum(one.outcome in ("M", "N") for one in own)
    published = national.modifiable(year, category)
    share, interval, stands = "–", "–", ""
    if decided:
        low, high = wilson(seen, decided)
        share, interval = f"{seen / decided:.0%}", f"{low:.0%} to {high:.0%}"
        if published is not None:
            stands = _stands(low, high, published.share)
    return [
        *({"text": text, "numeric": True} for text in (str(seen), str(decided), share, interval)),
        {"text": published.words if published else "none published by then"},
        {"text": stands},
    ]


def _stands(low: float, high: float, share: float) -> str:
    if share < low:
        return "found more often"
    return "found less often" if share > high else "may be the same"


def reasons(user, asked: Asked, category: str, page: str) -> Any:
    """Return a page of the reasons in a category, of the reviews a reader may open."""
    cover = asked.cover
    found = (
        PanelReview.objects.filter(
            case__in=access.visible_to(user, "view_panel_review"),
            case__merged_into=None,
            case__residence_board__code__in=cover.boards,
            category_of_death=category,
            first_completed_on__range=(cover.years[0].first_day, cover.years[-1].last_day),
        )
        .select_related("case")
        .order_by("case__reference")
    )
    shown: Any = Paginator(found, REASONS_ON_A_PAGE).get_page(page)
    outcomes = dict(codes.modifiable_outcomes())
    factors = _factors(shown.object_list)
    shown.object_list = [
        Reason(
            review.case.reference,
            reverse("cdop:view_panel_review", args=[review.case.reference]),
            outcomes.get(review.modifiable_outcome, "Not decided"),
            review.outcome_reason or "",
            tuple(factors.get(review.pk, ())),
        )
        for review in shown.object_list
    ]
    return shown


def _factors(reviews: Any) -> dict[Any, list[str]]:
    """Return the modifiable factors named in some reviews, in words."""
    names = dict(codes.modifiable_factors())
    found: dict[Any, list[str]] = {}
    rows = FactorFinding.objects.filter(review__in=[one.pk for one in reviews], modifiable="Y")
    for review, code in rows.order_by("pk").values_list("review", "modifiable_factor"):
        found.setdefault(review, []).append(names.get(code, code))
    return {review: sorted(set(labels)) for review, labels in found.items()}
