"""What somebody's interest in a case may mean for it, by the ground of the interest."""

from collections.abc import Iterable
from enum import StrEnum


class Ground(StrEnum):
    """Why a person or an agency is not a stranger to a case."""

    FAMILY = "family"
    CRITICISED = "criticised"
    RESPONSIBLE_CLINICIAN = "responsible_clinician"
    WORKED_WITH_FAMILY = "worked_with_family"
    EMPLOYER = "employer"
    OTHER = "other"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return code and label of each ground."""
        return [(ground.value, LABELS[ground]) for ground in cls]

    @property
    def label(self) -> str:
        return LABELS[self]


class Level(StrEnum):
    """What an interest means for the case."""

    NOTED = "noted"
    INFORMS_ONLY = "informs_only"
    WITHDRAWS = "withdraws"


LABELS = {
    Ground.FAMILY: "A family or personal connection",
    Ground.CRITICISED: "Criticised in the papers",
    Ground.RESPONSIBLE_CLINICIAN: "The clinician responsible for the child’s care",
    Ground.WORKED_WITH_FAMILY: "Once worked with the child or family",
    Ground.EMPLOYER: "The employer is involved in the case",
    Ground.OTHER: "Something else",
}
_EVERY = frozenset(Level)
_ALLOWED = {
    Ground.FAMILY: frozenset({Level.WITHDRAWS}),
    Ground.CRITICISED: frozenset({Level.WITHDRAWS}),
    Ground.RESPONSIBLE_CLINICIAN: frozenset({Level.INFORMS_ONLY, Level.WITHDRAWS}),
}
# An agency has no family and looks after no child as its clinician.
_OF_A_PERSON = frozenset({Ground.FAMILY, Ground.RESPONSIBLE_CLINICIAN})
NEVER_CHAIRS = frozenset({Ground.RESPONSIBLE_CLINICIAN})


def levels_for(ground: str) -> frozenset[Level]:
    """Return what an interest on this ground may mean; no ground is one declared before there were.

    Source: nothing authoritative was found; family or personal connection and criticism in the
    papers always withdraw by our own rule, and who was responsible for the care never judges it.
    """
    return _ALLOWED.get(Ground(ground), _EVERY) if ground else _EVERY


def refusal(ground: str, level: str, *, of_agency: bool = False) -> str:
    """Return what to do instead, where the ground does not bear the level; empty where it does."""
    if of_agency and ground in _OF_A_PERSON:
        return f"Record this for a person, not an agency: {_lower(ground)}"
    if Level(level) in levels_for(ground):
        return ""
    if levels_for(ground) == {Level.WITHDRAWS}:
        return f"Select withdraws: {_lower(ground)} always withdraws"
    return f"Select informs only or withdraws: {_lower(ground)} never judges the case"


def may_chair(grounds: Iterable[str]) -> bool:
    """Say whether a person with these standing interests in a case may chair it.

    Source: nothing authoritative was found; the clinician responsible for a child's care never
    chairs the child's case by our own rule.
    """
    return not NEVER_CHAIRS & set(grounds)


def _lower(ground: str) -> str:
    label = Ground(ground).label
    return label[0].lower() + label[1:]
