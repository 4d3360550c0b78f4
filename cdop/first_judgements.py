"""What the pages of a case show of its first judgements: one's own until they are opened, then
counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from casereview import access
from casereview.models import Case
from cdop import codes
from cdop.actions.judging import (
    CANNOT_SAY,
    decided,
    item_to_judge,
    may_judge,
    on_hold,
    own_judgement,
)
from cdop.actions.reviewing import NOT_REVIEWED, informs_only
from cdop.models import JudgementRound, PanelReview

QUESTIONS = {"category": "Category of death", "outcome": "Modifiable factors"}


@dataclass(frozen=True)
class Answered:
    """One question of an opened round: how far its members agreed, and what each answer got."""

    question: str
    agreed: int
    of: int
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """An opened round; without questions fewer than two had given a judgement."""

    on: date
    questions: tuple[Answered, ...]
    factors: tuple[str, ...]
    held: bool


def shown(user, case: Case) -> dict[str, Any]:
    """Return what a reader of a review is shown of its first judgements, and what they may do.

    Nobody is told who has given one, or how many have, before the chair opens them.
    """
    rounds = list(JudgementRound.objects.filter(case=case).order_by("begun_at", "pk"))
    given = next((one for one in rounds if one.opened_at is None), None)
    opened = [one for one in rounds if one.opened_at is not None]
    found: dict[str, Any] = {
        "being_given": given is not None,
        "opened": [_opened(one) for one in opened],
        "held": any(one.destroyed_at is None for one in opened),
        "may_begin": False,
        "may_give": False,
        "may_open": False,
        "given_at": None,
        "may_view_agreement": access.can(user, "view_agreement"),
    }
    if given is not None:
        given.case = case
        may = may_judge(given, user)
        own = own_judgement(given, user) if may else None
        found["may_give"] = may and not decided(given)
        found["given_at"] = own.given_at if own else None
        found["may_open"] = _may(user, "open_judgement_round", case)
        found["will_be_held"] = on_hold(case)
    elif _may(user, "begin_judgement_round", case) and _reviewed_here(case):
        item = item_to_judge(case)
        found["may_begin"] = item is not None
        found["meeting_on"] = item.meeting.held_on if item else None
    return found


def _may(user, action: str, case: Case) -> bool:
    return access.can(user, action, case) and not informs_only(user, case)


def _reviewed_here(case: Case) -> bool:
    completed = PanelReview.objects.filter(case=case, state=PanelReview.State.COMPLETED)
    return (
        case.kind == Case.Kind.DEATH and case.stage not in NOT_REVIEWED and not completed.exists()
    )


def _opened(one: JudgementRound) -> Opened:
    on = timezone.localdate(one.opened_at)
    held = one.destroyed_at is None
    if not one.counts:
        return Opened(on, (), (), held)
    many = sum(one.counts["outcome"].values())
    names = dict(codes.modifiable_factors())
    return Opened(
        on,
        tuple(
            _answered(title, one.counts[question], labels(question))
            for question, title in QUESTIONS.items()
        ),
        tuple(
            f"{names.get(code, code)}: named by {count} of {many}"
            for code, count in _most_first(one.counts["factors"])
        ),
        held,
    )


def _answered(title: str, counts: Mapping[str, int], names: Mapping[str, str]) -> Answered:
    ordered = _most_first(counts)
    return Answered(
        title,
        ordered[0][1],
        sum(counts.values()),
        tuple(f"{names.get(code, code)}: {count}" for code, count in ordered),
    )


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def labels(question: str) -> dict[str, str]:
    """Return the words for the answers to a question."""
    if question == "outcome":
        return dict(codes.modifiable_outcomes())
    numbered = {code: f"{code}. {label}" for code, label in codes.categories_of_death()}
    return {**numbered, CANNOT_SAY: "Could not say yet"}
