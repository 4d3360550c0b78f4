"""Shares of reviews put together over areas, where some numbers are only known to lie between two.

Nothing is guessed of a number that was not given: what is said of a pool holds for the lowest and
for the highest it can be.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from casereview.rules.intervals import clopper_pearson

# With fewer areas, the own one counted in, the pool would be the figures of one other area.
FEWEST_AREAS = 3


@dataclass(frozen=True, order=True)
class Between:
    """A whole number that lies between two, both inclusive; known where they are the same."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError("the lowest is from 0 on, and not above the highest")

    @property
    def known(self) -> bool:
        """Whether there is only one number it can be."""
        return self.low == self.high

    def __add__(self, other: "Between") -> "Between":
        return Between(self.low + other.low, self.high + other.high)

    def __str__(self) -> str:
        return f"{self.low:,}" if self.known else f"{self.low:,} to {self.high:,}"


NONE = Between(0, 0)


@dataclass(frozen=True)
class Share:
    """How many reviews carry a theme, of how many."""

    reviews: Between
    of: Between

    @property
    def lowest(self) -> float:
        """Return the least share that fits, from 0 to 1."""
        return self.reviews.low / self.of.high if self.of.high else 0.0

    @property
    def highest(self) -> float:
        """Return the largest share that fits, from 0 to 1."""
        return min(1.0, self.reviews.high / self.of.low) if self.of.low else 1.0

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the exact 95 per cent limits that hold whichever of the numbers is true.

        None where there may be no review at all.
        """
        if not self.of.low:
            return None
        low, _ = clopper_pearson(min(self.reviews.low, self.of.high), self.of.high)
        _, high = clopper_pearson(min(self.reviews.high, self.of.low), self.of.low)
        return low, high


def pool(shares: Iterable[Share]) -> Share:
    """Return the shares of several areas as one."""
    reviews = of = NONE
    for one in shares:
        reviews, of = reviews + one.reviews, of + one.of
    return Share(reviews, of)


def of_one_theme(counts: Iterable[Between], of: Between) -> Between:
    """Return how many reviews carry at least one of several themes, as far as that is known.

    A review may carry two of them: it is at least the largest, and at most all together.
    """
    every = list(counts)
    high = min(sum(one.high for one in every), of.high)
    return Between(min(max(one.low for one in every), high), high)


class Apart(StrEnum):
    """How an own share stands to a pooled one."""

    HIGHER = "Higher than the others, by more than chance explains"
    LOWER = "Lower than the others, by more than chance explains"
    CANNOT_TELL = "The difference may be chance"

    @property
    def sure(self) -> bool:
        """Whether the two limits leave each other out."""
        return self is not Apart.CANNOT_TELL


def stands(own: Share, others: Share) -> Apart:
    """Say whether the limits of two shares leave each other out; nothing is said otherwise."""
    mine, theirs = own.interval, others.interval
    if mine is None or theirs is None:
        return Apart.CANNOT_TELL
    if mine[0] > theirs[1]:
        return Apart.HIGHER
    return Apart.LOWER if mine[1] < theirs[0] else Apart.CANNOT_TELL
