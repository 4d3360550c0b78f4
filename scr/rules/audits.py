"""Where an audit stands and what may be done then; what of a year's programme was kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """How far an audit has come."""

    PLANNED = "planned"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    HELD = "held"
    AGREED = "agreed"
    SHARED = "shared"


class Act(StrEnum):
    """What somebody does with an audit."""

    PLAN = "plan"  # change the plan; plan a postponed audit again
    POSTPONE = "postpone"
    CANCEL = "cancel"
    HOLD = "hold"
    CHOOSE = "choose"  # add a child's files, or take them out
    WRITE = "write"  # what was found, and about each child
    AGREE = "agree"
    TAKE_BACK = "take_back"  # the agreement, while nobody else has read it
    SHARE = "share"


MAY: dict[Stage, frozenset[Act]] = {
    Stage.PLANNED: frozenset({Act.PLAN, Act.POSTPONE, Act.CANCEL, Act.HOLD, Act.CHOOSE}),
    Stage.POSTPONED: frozenset({Act.PLAN, Act.CANCEL}),
    Stage.CANCELLED: frozenset(),
    Stage.HELD: frozenset({Act.CHOOSE, Act.WRITE, Act.AGREE}),
    Stage.AGREED: frozenset({Act.TAKE_BACK, Act.SHARE}),
    Stage.SHARED: frozenset(),
}
_REFUSED = {
    Stage.PLANNED: "Record first that the audit was held",
    Stage.POSTPONED: "Plan the audit again first: it is postponed",
    Stage.CANCELLED: "Plan a new audit: this one is cancelled",
    Stage.HELD: "Let the effectiveness group agree the audit first",
    Stage.AGREED: "Take the agreement back first: the audit is agreed as it is",
    Stage.SHARED: "Plan a new audit: this one is shared and no longer changes",
}


def stage_of(state: str, *, agreed: bool, shared: bool) -> Stage:
    """Return how far an audit has come, from its state, its agreement and its sharing.

    Raises:
        ValueError: there is no such state.
    """
    if state != Stage.HELD:
        return Stage(state)
    if shared:
        return Stage.SHARED
    return Stage.AGREED if agreed else Stage.HELD


def may(stage: Stage, act: Act) -> bool:
    """Say whether something may be done with an audit at a stage."""
    return act in MAY[stage]


def refusal(stage: Stage, act: Act) -> str:
    """Return what to do first where something may not be done; nothing where it may."""
    if may(stage, act):
        return ""
    if stage == Stage.HELD and act in (Act.PLAN, Act.POSTPONE, Act.CANCEL, Act.HOLD):
        return "Write down what was found: the audit was held"
    return _REFUSED[stage]


def missing(*, findings: bool, voices: Iterable[tuple[str, bool]]) -> list[str]:
    """Return what an audit needs before it is agreed, each line saying what to do.

    `voices` are the labels of the children, and whether the child's voice is written down.
    """
    children = list(voices)
    lines = [] if findings else ["Write what the audit found"]
    lines += [] if children else ["Add the children whose files were read"]
    lines += [f"Write the voice of {label}" for label, heard in children if not heard]
    return lines


@dataclass(frozen=True)
class Counted:
    """One audit as the year's count reads it: the year of its programme, and what became of it."""

    programme: int
    state: str
    held_on: date | None
    children: int
    shared: bool


@dataclass(frozen=True)
class YearCount:
    """What became of one year's programme, from 1 April to 31 March, both inclusive.

    `held` were held in the year itself and `held_later` after it; `carried_in` were held in the
    year for an earlier year's programme. `children` were read about in those held in the year.
    """

    planned_in_all: int
    held: int
    held_later: int
    still_planned: int
    postponed: int
    cancelled: int
    carried_in: int
    children: int
    shared: int


def count(audits: Iterable[Counted], first: date, last: date) -> YearCount:
    """Count the programme of the year from `first` to `last`, both inclusive."""
    known = list(audits)
    own = [one for one in known if one.programme == last.year]
    in_year = [
        one
        for one in known
        if one.state == Stage.HELD and one.held_on is not None and first <= one.held_on <= last
    ]
    held = [one for one in in_year if one.programme == last.year]

    def of(state: Stage) -> int:
        return sum(one.state == state for one in own)

    return YearCount(
        planned_in_all=len(own),
        held=len(held),
        held_later=of(Stage.HELD) - len(held),
        still_planned=of(Stage.PLANNED),
        postponed=of(Stage.POSTPONED),
        cancelled=of(Stage.CANCELLED),
        carried_in=sum(one.programme < last.year for one in in_year),
        children=sum(one.children for one in in_year),
        shared=sum(one.shared for one in in_year),
    )
