"""When a panel must tell whoever it thinks should act.

Source: Children Act 2004, section 16M(5), inserted by the Children and Social Work Act 2017:
child death review partners who think it would be appropriate for a person to act must inform that
person. It binds an area from the day on which its partners began.
"""

from collections.abc import Iterable
from datetime import date

WORDS = (
    "Since the child death review partners began on {day}, they must inform a person of whom they "
    "think that it would be appropriate to act (Children Act 2004, section 16M(5))."
)


def begins(days: Iterable[date | None]) -> date | None:
    """Return the first day on which partners of one of some areas began; None where none has."""
    return min((day for day in days if day is not None), default=None)


def applies(began_on: date | None, on: date) -> bool:
    """Say whether the duty binds on a day; not known never is a duty."""
    return began_on is not None and on >= began_on
