"""When two deaths are like each other, for a panel that judges the second one.

Source: our own; no guidance says which deaths to compare. Panels were found to judge
modifiability differently (Leicester LSCB Annual Report 2014-15), and earlier like cases shown
beside the question are meant to help them judge alike.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from casereview.rules import similarity
from casereview.rules.similarity import Alike, Described

Key = TypeVar("Key", bound=Hashable)

WEIGHTS = {"age_band": 2, "group": 1, "event": 3, "category": 3, "factors": 4}
# Age band and group alone make no likeness; one of them with an event, a category or factors does.
AT_LEAST = 4.5
MOST = 5
# An answer that says nothing of the death is no likeness.
SAY_NOTHING = frozenset({"", "OTHER", "UNKNOWN", "NK"})


@dataclass(frozen=True)
class Death:
    """What of a death is compared: codes, none of them of a person."""

    age_band: str = ""
    group: str = ""
    event: str = ""
    categories: frozenset[str] = frozenset()
    factors: frozenset[str] = frozenset()

    @property
    def described(self) -> Described:
        """The features by name; codes that say nothing are left out."""
        return {
            "age_band": frozenset({self.age_band}) - SAY_NOTHING,
            "group": frozenset({self.group}) - SAY_NOTHING,
            "event": frozenset({self.event}) - SAY_NOTHING,
            "category": self.categories - SAY_NOTHING,
            "factors": self.factors - SAY_NOTHING,
        }


def like_deaths(one: Death, others: Mapping[Key, Death]) -> list[Alike[Key]]:
    """Return the deaths most like one, the likest first; equally like ones as they were given."""
    described = {key: other.described for key, other in others.items()}
    return similarity.alike(one.described, described, WEIGHTS, at_least=AT_LEAST, most=MOST)
