"""Which cases are like one, and why: by their codes alone, compared feature by feature.

A case is described by features, each a set of codes; a feature without codes says nothing. Two
cases are alike in a feature as far as their codes overlap, and each feature has a weight. The sum
orders what is shown and is shown to nobody: what people read is what the two cases share.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Described = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Shared:
    """A feature in which two cases are alike, and the codes that both have."""

    feature: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Alike(Generic[Key]):
    """A case that is like another, with everything they share."""

    key: Key
    points: float
    why: tuple[Shared, ...]


def alike(
    one: Described,
    others: Mapping[Key, Described],
    weights: Mapping[str, float],
    *,
    at_least: float,
    most: int,
) -> list[Alike[Key]]:
    """Return up to `most` of the others that share `at_least` so many points, the likest first.

    A feature gives its weight times the part of all its codes that both have, so what only one of
    two cases has counts against them. A feature without a weight is not compared. Cases with equal
    points stay in the order they were given; what they share is in the order of the weights.
    """
    found = [_compare(one, key, other, weights) for key, other in others.items()]
    near = [each for each in found if each.points >= at_least]
    return sorted(near, key=lambda each: -each.points)[:most]


def _compare(
    one: Described, key: Key, other: Described, weights: Mapping[str, float]
) -> Alike[Key]:
    points, why = 0.0, []
    for feature, weight in weights.items():
        ours, theirs = one.get(feature, frozenset()), other.get(feature, frozenset())
        if both := ours & theirs:
            points += weight * len(both) / len(ours | theirs)
            why.append(Shared(feature, tuple(sorted(both))))
    return Alike(key, points, tuple(why))
