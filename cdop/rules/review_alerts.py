"""When a review that is not complete is brought to the manager's notice."""

from collections.abc import Sequence
from datetime import date

from casereview.rules.months import add_months

# Months after the death.
MARKS = (6, 9, 12)


def mark_reached(died_on: date, today: date) -> int | None:
    """Return the last of the marks that a review has reached, in months; None is none yet.

    Waiting does not move a mark: that a clock stands is said beside it.

    Source: timescales T14 and T26: no statutory limit; six, nine and twelve months from the death
    are our own alerts.
    """
    reached = [months for months in MARKS if add_months(died_on, months) <= today]
    return reached[-1] if reached else None


def held_up(reasons: Sequence[str], waited: int) -> str:
    """Return in one sentence or two what holds a review up, and how long it rightly waited.

    `waited` is in days.
    """
    words = f"Held up by: {'; '.join(reasons)}." if reasons else "Nothing on record holds it up."
    if waited:
        words += f" {waited} day{'' if waited == 1 else 's'} of it were legitimate waiting."
    return words
