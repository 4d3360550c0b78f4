"""A quarter's review: prepared by the learning lead, decided, and closed by the panel's chair."""

from typing import Any

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Panel
from casereview.records import Change, change
from learning.actions.priorities import end_priority, open_priority, priority_of
from learning.models import PriorityDecision, QuarterlyReview, Theme
from learning.naming import refuse_names
from learning.quarter_agenda import agenda
from learning.rules.quarters import Quarter

Decision = PriorityDecision.Decision
CLOSED = "This quarter is closed: what was signed stays as it is"


def prepare_quarter(*, panel: Panel, quarter: Quarter, by) -> QuarterlyReview:
    """Freeze what is seen today as the papers of a quarter's review; done again, it is renewed.

    Raises:
        NotAllowed: the quarter has not ended, or its review is closed.
    """
    today = timezone.localdate()
    if quarter.last_day >= today:
        raise NotAllowed("Wait until the quarter has ended")
    with change("prepare_quarter", by=by) as written:
        review = _open_review(panel, quarter)
        review.frozen = agenda(panel, quarter, today, by)
        review.as_at, review.prepared_by, review.prepared_at = today, by, timezone.now()
        written.save(review, subject=True)
        written.detail["quarter"] = str(quarter)
    return review


def decide_priority(
    *,
    review: QuarterlyReview,
    theme: Theme,
    decision: str,
    why: str,
    by,
    would_be_seen: str = "",
) -> PriorityDecision:
    """Write what the review decides of a theme; deciding again replaces it until it is closed.

    Raises:
        NotAllowed: the review is closed, no reason, adding what is a priority, keeping or closing
            what is none, nothing that would be seen of a new one, or a text that names somebody.
    """
    if decision not in Decision.values:
        raise NotAllowed("Select what is decided")
    if not why.strip():
        raise NotAllowed("Enter why")
    standing = priority_of(theme, review.panel)
    if decision == Decision.ADDED and standing:
        raise NotAllowed("Keep or close it: it is a priority already")
    if decision != Decision.ADDED and not standing:
        raise NotAllowed("Choose a theme that is a priority, or make this one a priority")
    if decision == Decision.ADDED and not would_be_seen.strip():
        raise NotAllowed("Enter what would be seen if the work made a difference")
    refuse_names(theme, why, would_be_seen)
    with change("decide_priority", by=by) as written:
        if QuarterlyReview.objects.select_for_update().get(pk=review.pk).closed_at:
            raise NotAllowed(CLOSED)
        found = PriorityDecision.objects.filter(review=review, theme=theme).first()
        row = found or PriorityDecision(review=review, theme=theme)
        row.decision, row.why = decision, why.strip()
        row.would_be_seen = would_be_seen.strip() or None
        row.decided_by, row.decided_at = by, timezone.now()
        written.save(row)
        written.detail["decision"] = decision
    return row


def close_quarter(
    *, review: QuarterlyReview, by, prepared: bool = False, version: int | None = None
) -> QuarterlyReview:
    """Sign a quarter's review as the panel's chair: its decisions take effect, and it is closed.

    Every open priority is decided first. `prepared` says that the papers were read.

    Raises:
        NotAllowed: it is closed, was not prepared, was not read, or a priority is not decided.
        Conflict: somebody else changed it since the page was shown.
    """
    if not prepared:
        raise NotAllowed("Confirm that you have read the papers and agree the decisions")
    as_seen(review, version)
    with change("close_quarter", by=by) as written:
        found = QuarterlyReview.objects.select_for_update().get(pk=review.pk)
        if found.closed_at:
            raise NotAllowed(CLOSED)
        if found.prepared_at is None:
            raise NotAllowed("Ask the learning lead to prepare the papers first")
        if missing := undecided(found):
            names = ", ".join(theme.name for theme in missing)
            raise NotAllowed(f"Decide first whether these stay priorities: {names}")
        decisions = list(
            PriorityDecision.objects.filter(review=found)
            .select_related("theme", "review__panel")
            .order_by("theme__name")
        )
        found.decisions = [_take_effect(written, one, by) for one in decisions]
        found.closed_by, found.closed_at = by, timezone.now()
        written.save(found, subject=True)
        written.detail["quarter"] = found.quarter
    return found


def undecided(review: QuarterlyReview) -> list[Theme]:
    """Return the themes that are priorities of the panel and not yet decided by a review."""
    decided = PriorityDecision.objects.filter(review=review).values("theme")
    return list(
        Theme.objects.filter(priorities__panel=review.panel_id, priorities__closed_at=None)
        .exclude(pk__in=decided)
        .order_by("name")
        .distinct()
    )


def _take_effect(written: Change, one: PriorityDecision, by) -> dict[str, Any]:
    theme, panel = one.theme, one.review.panel
    if one.decision == Decision.ADDED:
        open_priority(
            written,
            theme=theme,
            panel=panel,
            by=by,
            reason=one.why or "",
            would_be_seen=one.would_be_seen or "",
        )
    elif one.decision == Decision.CLOSED and (standing := priority_of(theme, panel)):
        end_priority(written, standing, by=by, reason=one.why or "")
    return {
        "theme": theme.name,
        "decision": one.decision,
        "words": one.get_decision_display(),
        "why": one.why,
        "would_be_seen": one.would_be_seen or "",
    }


def _open_review(panel: Panel, quarter: Quarter) -> QuarterlyReview:
    found = QuarterlyReview.objects.filter(panel=panel, quarter=str(quarter)).first()
    if found and found.closed_at:
        raise NotAllowed(CLOSED)
    return found or QuarterlyReview(panel=panel, quarter=str(quarter))
