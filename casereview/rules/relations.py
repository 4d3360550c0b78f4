"""What everybody knows about published figures: sums that hold, bounds, earlier releases."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

Key = Hashable


@dataclass(frozen=True)
class Relation:
    """A fact about figures, shown or hidden: a weighted sum of them lies between two bounds.

    `terms` are figure and weight; both bounds are inclusive, and None is no bound. Data alone:
    what hides figures and what attacks them each reckon with it in their own way.
    """

    terms: tuple[tuple[Key, int], ...]
    at_least: int | None = 0
    at_most: int | None = 0


def adds_up(total: Key, parts: Iterable[Key]) -> Relation:
    """Return the fact that a figure is the sum of others."""
    return Relation(((total, -1), *((part, 1) for part in parts)))


def the_same(one: Key, other: Key) -> Relation:
    """Return the fact that two figures count the same."""
    return Relation(((one, 1), (other, -1)))


def no_more_than(part: Key, whole: Key) -> Relation:
    """Return the fact that a figure counts some of what another counts."""
    return Relation(((part, 1), (whole, -1)), at_least=None, at_most=0)


def known_to_be(figure: Key, value: int) -> Relation:
    """Return the fact that a figure is known, from an earlier release or another source."""
    return Relation(((figure, 1),), at_least=value, at_most=value)
