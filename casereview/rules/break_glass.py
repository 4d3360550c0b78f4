"""Opening a case one has no role on, when a child may be at risk now: what for, and for how long.

Source: nothing authoritative sets the figures; an hour, twenty letters and five working days are
our own rule, after the Caldicott principles: justify the purpose, take the minimum, answer for it.
"""

import datetime
from enum import StrEnum

from casereview.rules.working_days import add_working_days, london_date

LASTS = datetime.timedelta(hours=1)
REASON_AT_LEAST = 20
REVIEW_WITHIN = 5  # working days
TRIES_AN_HOUR = 5


class Purpose(StrEnum):
    """What a case is opened for in an emergency."""

    CHILD_AT_RISK = "child_at_risk"
    COURT_OR_CORONER = "court_or_coroner"
    NOBODY_THERE = "nobody_there"
    COMPLAINT = "complaint"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return code and label of each purpose."""
        return [(purpose.value, LABELS[purpose]) for purpose in cls]


LABELS = {
    Purpose.CHILD_AT_RISK: "Another child may be at risk",
    Purpose.COURT_OR_CORONER: "A court, coroner or police request that cannot wait",
    Purpose.NOBODY_THERE: "Nobody who has the case can be reached, and it cannot wait",
    Purpose.COMPLAINT: "A complaint or an incident about how the case was handled",
}


def purpose_words(code: str) -> str:
    """Return a purpose in words; one that is no longer offered as it was kept."""
    return LABELS[Purpose(code)] if code in set(Purpose) else code.replace("_", " ").capitalize()


def reason_refusal(reason: str) -> str:
    """Return what is wrong with a reason; empty where it says something."""
    letters = sum(not letter.isspace() for letter in reason)
    if letters >= REASON_AT_LEAST and len(set(reason.split())) > 1:
        return ""
    return f"Say in at least {REASON_AT_LEAST} letters why you need this case now"


def review_due_on(opened_at: datetime.datetime) -> datetime.date:
    """Return the day by which somebody else has to review it."""
    return add_working_days(london_date(opened_at), REVIEW_WITHIN)
