"""What may be recommended and decided under an edition, and what departs from the tool."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scr.rules.criteria import MORE_INFORMATION


class LeadsTo(StrEnum):
    """What follows when an option is decided."""

    REVIEW = "review"
    OTHER_REVIEW = "other_review"
    NO_REVIEW = "no_review"
    ELSEWHERE = "elsewhere"
    LATER = "later"


@dataclass(frozen=True)
class Option:
    """One thing that may be recommended or decided under some editions.

    `follows` are the outcomes of the tool with which it is no departure. `asks` names the field
    it needs: a day to defer until, a board to refer to, or nothing. Where `recommend_only`, the
    group may recommend it and nobody decides it.
    """

    code: str
    label: str
    meaning: str
    leads_to: LeadsTo
    editions: frozenset[str]
    follows: frozenset[str]
    asks: str = ""
    recommend_only: bool = False
    confirmed: bool = False


def recommendable(options: Iterable[Option], edition: str) -> tuple[Option, ...]:
    """Return what a group may recommend under an edition."""
    return tuple(option for option in options if edition in option.editions)


def decidable(options: Iterable[Option], edition: str) -> tuple[Option, ...]:
    """Return what may be decided under an edition."""
    return tuple(one for one in recommendable(options, edition) if not one.recommend_only)


def departs(option: Option, outcome: str) -> bool:
    """Tell whether recommending `option` departs from what the tool says.

    Where the tool needs more information it has said nothing to depart from: at the time limit the
    group recommends on what it has.
    """
    return outcome != MORE_INFORMATION and outcome not in option.follows
