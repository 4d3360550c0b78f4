"""When a panel's review of a case was completed."""

from datetime import date

from casereview.models import Case
from cdop.models import PanelReview


def completed_on(case: Case) -> date | None:
    """Return the day on which the review was first completed; None is not yet."""
    found = PanelReview.objects.filter(case=case).values_list("first_completed_on", flat=True)
    return found.first()
