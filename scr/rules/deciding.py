"""Who decides: the independent chair alone, or the three safeguarding partners together."""

from collections.abc import Mapping
from enum import StrEnum

PARTNERS = ("authority", "health", "police")
CHAIR = "chair"


class Decider(StrEnum):
    """Whose decision it is under an edition."""

    CHAIR = "chair"
    PARTNERS = "partners"


def joint(decided: Mapping[str, str]) -> str | None:
    """Return what all three partners have decided alike; None while one is missing or differs.

    `decided` maps a partner to the code it decided last; a partner that is not in it has not
    decided.

    Source: Children Act 2004, section 16E and following: the safeguarding partners decide jointly;
    how they settle a difference is for them to arrange (reconstructed).
    """
    said = {decided.get(partner, "") for partner in PARTNERS}
    return said.pop() if len(said) == 1 and "" not in said else None


def differ(decided: Mapping[str, str]) -> bool:
    """Tell whether two of the partners that have decided say different things."""
    return len({decided[partner] for partner in PARTNERS if decided.get(partner)}) > 1
