"""How long it took from a death to its notification and its review, and how much was waiting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from casereview.rules.paused_clock import Pause, elapsed
from casereview.rules.working_days import working_days_between

# From death to notification, in working days; the notification clock runs on the next one.
BANDS = {
    "W1": "By the next working day",
    "W2": "2 to 5 working days",
    "W3": "6 to 10 working days",
    "W4": "Over 10 working days",
}


def notification_band(died_on: date, notified_on: date) -> str:
    """Return the code of the working days from death to notification; empty where it is not known.

    A notification before the death is not known.
    """
    if notified_on < died_on:
        return ""
    days = working_days_between(died_on, notified_on)
    return next(
        code for code, most in (("W1", 1), ("W2", 5), ("W3", 10), ("W4", days)) if days <= most
    )


@dataclass(frozen=True)
class Took:
    """How long one review took: calendar days, and how many of them rightly waited.

    `to_meeting` is None where no child death review meeting is on record.
    """

    to_notification: int
    to_review: int
    waited: int
    to_meeting: int | None = None

    @property
    def working(self) -> int:
        """The days from death to review without the waiting."""
        return self.to_review - self.waited


def took(
    died_on: date,
    notified_on: date,
    completed_on: date,
    pauses: Iterable[Pause],
    met_on: date | None = None,
) -> Took | None:
    """Return how long a review took; None where its days are out of order."""
    if not died_on <= notified_on <= completed_on or (met_on and met_on < died_on):
        return None
    found = elapsed(died_on, completed_on, pauses)
    to_meeting = (met_on - died_on).days if met_on else None
    return Took((notified_on - died_on).days, found.days, found.waited, to_meeting)


@dataclass(frozen=True)
class Middle:
    """A number of days in the middle: half took no longer, half no shorter."""

    label: str
    days: tuple[int, ...]

    @property
    def median(self) -> float | None:
        """Return the median; None of nothing."""
        return median(self.days) if self.days else None


def middles(reviews: Sequence[Took]) -> list[Middle]:
    """Return the days to notification, meeting and review and, where any waited, without it."""
    met = tuple(one.to_meeting for one in reviews if one.to_meeting is not None)
    found = [
        Middle("Death to notification", tuple(one.to_notification for one in reviews)),
        *([Middle("Death to child death review meeting", met)] if met else []),
        Middle("Death to review", tuple(one.to_review for one in reviews)),
    ]
    if any(one.waited for one in reviews):
        found += [
            Middle("Of these, days of waiting", tuple(one.waited for one in reviews)),
            Middle("Death to review, less the waiting", tuple(one.working for one in reviews)),
        ]
    return found
