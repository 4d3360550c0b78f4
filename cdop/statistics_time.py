"""How long reviews took, with and without the days on which they rightly waited."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from casereview.dot_charts import DotChart, DotRow
from casereview.models import Case, ClockPause
from casereview.rules.paused_clock import Pause
from cdop.models import DeathReviewMeeting
from cdop.rules.annual_return import ReviewedDeath
from cdop.rules.statistics_tables import reviewed_in
from cdop.rules.waiting import Took, middles, took
from cdop.statistics import Asked


def reviews_took(asked: Asked, deaths: Sequence[ReviewedDeath]) -> tuple[list[Took], int]:
    """Return how long each review took, and how many have their days out of order."""
    reviews = reviewed_in(deaths, asked.cover)
    pauses = _pauses(asked)
    met = dict(
        DeathReviewMeeting.objects.filter(
            case__in=_cases(asked), held_on__isnull=False
        ).values_list("case__reference", "held_on")
    )
    found = [
        took(
            one.died_on,
            one.notified_on,
            one.completed_on,
            pauses.get(one.row, ()),
            met.get(one.row),
        )
        for one in reviews
        if one.completed_on is not None
    ]
    known = [one for one in found if one is not None]
    return known, len(reviews) - len(known)


def chart(reviews: Sequence[Took]) -> DotChart:
    """Return the dots of each length of time, with its median; whole figures, for the panel."""
    rows = [DotRow(one.label, one.days) for one in middles(reviews)]
    said = "; ".join(f"{row.label.lower()}, {row.median_words}" for row in rows)
    return DotChart(
        key="days",
        title="How many days reviews took",
        description=f"One dot a review. {said[:1].upper()}{said[1:]}.",
        rows=rows,
    )


def _cases(asked: Asked) -> QuerySet[Case]:
    cover = asked.cover
    return Case.objects.filter(
        panel_review__first_completed_on__range=(
            cover.years[0].first_day,
            cover.years[-1].last_day,
        ),
        residence_board__code__in=cover.boards,
    )


def _pauses(asked: Asked) -> dict[str, list[Pause]]:
    """Return the pauses of the clocks of the reviews, by reference, in one query."""
    found: dict[str, list[Pause]] = {}
    rows: Any = ClockPause.objects.filter(case__in=_cases(asked)).values_list(
        "case__reference", "since", "until"
    )
    for reference, since, until in rows:
        found.setdefault(reference, []).append(Pause(since, until))
    return found
