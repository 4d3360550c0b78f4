"""The page of a quarter's review: its papers as they were frozen, and what was decided."""

from datetime import date
from typing import Any

from casereview import keys
from casereview.models import Panel
from learning.actions.quarters import undecided
from learning.models import Notice, PriorityDecision, QuarterlyReview
from learning.notice_page import body_of, standing
from learning.rules.quarters import Quarter

OFFERED = 8  # quarters back that are listed, reviewed or not


def listed(panel: Panel, today: date) -> list[dict[str, Any]]:
    """Return the last quarters of a panel, the latest first, with how the review of each stands."""
    last = Quarter.last_closed(today)
    found = {
        one.quarter: one
        for one in QuarterlyReview.objects.filter(panel=panel).select_related("closed_by")
    }
    offered = [last - number for number in range(OFFERED)]
    older = sorted((Quarter.parse(text) for text in found), reverse=True)
    quarters = [*offered, *(one for one in older if one < offered[-1])]
    return [
        {"quarter": one, "review": found.get(str(one)), "stands": stands(found.get(str(one)))}
        for one in quarters
    ]


def stands(review: QuarterlyReview | None) -> tuple[str, str]:
    """Return how a review stands, in words, and the colour of its tag."""
    if review is None or review.prepared_at is None:
        return "Due", "orange"
    return ("Closed", "green") if review.closed_at else ("Prepared, not closed", "yellow")


def review_of(panel: Panel, quarter: Quarter) -> QuarterlyReview | None:
    """Return the review of a quarter; None where nothing was prepared."""
    return (
        QuarterlyReview.objects.filter(panel=panel, quarter=str(quarter))
        .select_related("panel", "prepared_by", "closed_by")
        .first()
    )


def about_quarter(review: QuarterlyReview, today: date) -> dict[str, Any]:
    """Return what the page shows of a review that was prepared."""
    keys.prefetch("quarter", [review.pk])
    frozen = review.frozen or {"sections": [], "signals": []}
    notices = notices_of(review)
    return {
        "review": review,
        "frozen": frozen,
        "sections": frozen["sections"],
        "signals": frozen["signals"],
        "decisions": decisions_of(review),
        "undecided": [] if review.closed_at else undecided(review),
        "notices": [
            {"notice": one, "body": body_of(one), "stands": standing(one, today)} for one in notices
        ],
    }


def notices_of(review: QuarterlyReview) -> list[Notice]:
    """Return whom a review tells, in the order in which it was written."""
    notices = list(review.notices.select_related("panel", "theme").order_by("written_at", "pk"))
    keys.prefetch("notice", [one.pk for one in notices])
    return notices


def decisions_of(review: QuarterlyReview) -> list[dict[str, Any]]:
    """Return what was decided: as it was signed, or as it is written until then."""
    if review.closed_at:
        return list(review.decisions or [])
    rows = PriorityDecision.objects.filter(review=review).select_related("theme")
    return [
        {
            "theme": one.theme.name,
            "decision": one.decision,
            "words": one.get_decision_display(),
            "why": one.why,
            "would_be_seen": one.would_be_seen or "",
        }
        for one in rows.order_by("theme__name")
    ]
