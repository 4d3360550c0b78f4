"""When fewer events after an action may be called fewer: never because there were none.

Source: our own, after the exact comparison of two Poisson counts (Przyborowski and Wilenski,
1940). Events are rare here: a quiet year is what one expects by chance, and is no improvement.
"""

from dataclasses import dataclass
from math import comb

# One time in forty is little enough to be said; two-sided this is one in twenty.
SURE = 0.025


@dataclass(frozen=True)
class Counts:
    """Events counted in whole months before an action and after it."""

    before: int
    before_months: int
    after: int
    after_months: int


def refusal(counts: Counts) -> str:
    """Return what to do instead of calling the events fewer; empty where they are fewer.

    None after an action never are, however long one has waited.
    """
    if counts.before_months < 1 or counts.after_months < 1:
        return "Enter how many months were counted before and after"
    if counts.before < 0 or counts.after < 0:
        return "Enter how many there were before and after"
    if counts.after == 0:
        return "Choose a lower link: that there were none is not evidence that there are fewer"
    if chance(counts) > SURE:
        return "Choose a lower link: as few as these are also expected by chance"
    return ""


def chance(counts: Counts) -> float:
    """Return how probable so few or fewer after the action are, had nothing changed.

    Each event fell before or after with the part of the months that lie there.
    """
    total = counts.before + counts.after
    part = counts.after_months / (counts.before_months + counts.after_months)
    return sum(
        comb(total, fell) * part**fell * (1 - part) ** (total - fell)
        for fell in range(counts.after + 1)
    )
