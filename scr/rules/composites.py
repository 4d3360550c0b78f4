"""When cases under review are like one another, so that they may be told as one review.

Source: our own; the national panel is asked and no guidance says which cases to compare. Codes
alone are compared, never names or words.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from casereview.rules import similarity
from casereview.rules.similarity import Alike, Described

Key = TypeVar("Key", bound=Hashable)

WEIGHTS = {"age": 2, "event": 1, "injury": 3, "setting": 2, "factors": 4}
# Age and event alone make no likeness; with an injury, a setting and a factor they do.
AT_LEAST = 4.0
MOST = 8
# Fewer than two are no composite.
FEWEST = 2
SAY_NOTHING = frozenset({"", "OTHER", "UNKNOWN", "NK", "not_known"})


@dataclass(frozen=True)
class UnderReview:
    """What of a case under review is compared: codes, none of them of a person."""

    age: str = ""
    event: str = ""
    injuries: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    factors: frozenset[str] = frozenset()

    @property
    def described(self) -> Described:
        """The features by name; codes that say nothing are left out."""
        return {
            "age": frozenset({self.age}) - SAY_NOTHING,
            "event": frozenset({self.event}) - SAY_NOTHING,
            "injury": self.injuries - SAY_NOTHING,
            "setting": self.settings - SAY_NOTHING,
            "factors": self.factors - SAY_NOTHING,
        }


def like_reviews(one: UnderReview, others: Mapping[Key, UnderReview]) -> list[Alike[Key]]:
    """Return the cases most like one, the likest first; equally like ones as they were given."""
    described = {key: other.described for key, other in others.items()}
    return similarity.alike(one.described, described, WEIGHTS, at_least=AT_LEAST, most=MOST)


def shared_by_all(members: list[UnderReview]) -> dict[str, tuple[str, ...]]:
    """Return by feature the codes that every one of some cases has; features without are left out.

    No case shares nothing.
    """
    if not members:
        return {}
    described = [one.described for one in members]
    found = {}
    for feature in WEIGHTS:
        codes = frozenset.intersection(*(one[feature] for one in described))
        if codes:
            found[feature] = tuple(sorted(codes))
    return found
