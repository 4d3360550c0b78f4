"""Where agencies answer one question about one person differently."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

# Not known, not applicable and not yet asked contradict nothing.
SAYS_NOTHING = frozenset({"", "NK", "NA"})

Key = tuple[str, Hashable]


@dataclass(frozen=True)
class Given:
    """An answer as far as the comparison needs it; `about` is None for the child."""

    question: str
    about: Hashable
    code: str
    handed_in_at: datetime


@dataclass(frozen=True)
class Settled:
    """What the co-ordinator settled on, and when."""

    code: str
    at: datetime


def contradictions(answers: Iterable[Given]) -> dict[Key, tuple[str, ...]]:
    """Return the differing codes by question and person, each code once, in the order given.

    Only codes that say something are compared: a *not known* beside a *yes* is no contradiction.
    """
    found: dict[Key, dict[str, None]] = {}
    for one in answers:
        if one.code not in SAYS_NOTHING:
            found.setdefault((one.question, one.about), {})[one.code] = None
    return {key: tuple(codes) for key, codes in found.items() if len(codes) > 1}


def still_open(answers: Iterable[Given], settled: Settled | None) -> bool:
    """Tell whether a contradiction waits: unsettled, or told otherwise since it was settled.

    `answers` are those to the one question about the one person.
    """
    if settled is None:
        return True
    return any(
        one.handed_in_at > settled.at and one.code not in {settled.code, *SAYS_NOTHING}
        for one in answers
    )
