"""Deciding what themes are compared with."""

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.models import Panel
from casereview.records import change
from learning.models import ReferencePeriod
from learning.rules.quarters import Period, Quarter
from learning.rules.signals import REFERENCE, SHORTEST, WINDOW


def decide_reference_period(
    *,
    by,
    first: Quarter,
    quarters: int,
    exposure: str,
    reason: str,
    panel: Panel | None = None,
) -> ReferencePeriod:
    """Decide the quarters that themes are compared with from now on, and by what they are weighed.

    It counts for one panel; without one, for every panel that has decided nothing itself.

    Raises:
        NotAllowed: no reason; too few or too many quarters; it reaches into the last four closed
            quarters, which are what is compared.
    """
    if not reason.strip():
        raise NotAllowed("Enter why these quarters are what themes are compared with")
    if exposure not in ReferencePeriod.Exposure.values:
        raise NotAllowed("Select whether time or deaths are compared")
    if not SHORTEST <= quarters <= REFERENCE:
        raise NotAllowed(f"Enter from {SHORTEST} to {REFERENCE} quarters")
    window_begins = Quarter.last_closed(timezone.localdate()) - (WINDOW - 1)
    period = Period(first, quarters)
    if first.until(window_begins) < quarters:
        raise NotAllowed(
            f"Choose quarters that end before {window_begins}, where the last 12 months begin"
        )
    with change("decide_reference_period", by=by) as written:
        decided = ReferencePeriod(
            panel=panel,
            first_quarter=str(first),
            quarters=quarters,
            exposure=exposure,
            reason=reason.strip(),
            decided_by=by,
            decided_at=timezone.now(),
        )
        written.save(decided)
        written.detail.update(first=str(period.first), last=str(period.last), exposure=exposure)
    return decided
