"""Modifiable factors: what makes a completed review consistent, and what the grid proposes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cdop.rules.categorisation import Answer

CONTRIBUTED = 2


class Outcome(StrEnum):
    """What the panel decides about modifiable factors.

    Source: modifiable_outcome list; child death reviews, year ending 31 March 2012.
    """

    IDENTIFIED = "M"
    NONE_IDENTIFIED = "N"
    INSUFFICIENT_INFORMATION = "I"


@dataclass(frozen=True)
class FactorFinding:
    """One line of the grid: was the factor present, how much did it matter, can it be changed?

    `modifiable` NOT_KNOWN is the panel's *cannot say*; `influence` is a code of the scale, blank
    where it was not graded.
    """

    factor: str
    present: Answer
    modifiable: Answer = Answer.NOT_KNOWN
    influence: str = ""


@dataclass(frozen=True)
class Proposal:
    """The outcome the grid points to, None while nothing was filled in, and the lines behind it."""

    outcome: Outcome | None
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class TickedFactor:
    """A modifiable factor the panel ticked, with its influence (blank where not graded)."""

    code: str
    influence: str = ""


@dataclass(frozen=True)
class CompletedReview:
    """What the panel decided, as far as it must be consistent."""

    outcome: str
    categories: tuple[str, ...]
    factors: tuple[TickedFactor, ...] = ()
    insufficient_reason: str = ""


@dataclass(frozen=True)
class Inconsistency:
    """A rule the review breaks; a warning may be confirmed, an error may not.

    `rule` is the number of the check in the list lscb1_checks.
    """

    rule: str
    column: str
    message: str
    warning: bool = False


def influence_level(code: str) -> int | None:
    """Return an influence as a number, 0 to 3; 1* compares as 1, and a blank is not graded.

    Raises:
        ValueError: it is not a code of the scale.

    Source: Form C, level of influence; that 1* is a local split of 1 is reconstructed.
    """
    if not code:
        return None
    if code not in ("0", "1", "1*", "2", "3"):
        raise ValueError("not an influence of Form C")
    return int(code[0])


def propose_outcome(grid: Iterable[FactorFinding]) -> Proposal:
    """Say which outcome the grid points to; the panel confirms or decides otherwise.

    One factor that was present and could be modified settles it. Otherwise a line that may yet
    be such a factor leaves the information insufficient; only when no line can be is the answer
    none.

    Source: child death reviews, year ending 31 March 2012: one or more factors which may have
    contributed and could be modified; the proposal from a grid is our own.
    """
    lines = tuple(grid)
    if not lines:
        return Proposal(None)
    found = tuple(line.factor for line in lines if _both(line) is Answer.YES)
    if found:
        return Proposal(Outcome.IDENTIFIED, found)
    still_open = tuple(line.factor for line in lines if _both(line) is Answer.NOT_KNOWN)
    if still_open:
        return Proposal(Outcome.INSUFFICIENT_INFORMATION, still_open)
    return Proposal(Outcome.NONE_IDENTIFIED)


def inconsistencies(review: CompletedReview) -> list[Inconsistency]:
    """Return what keeps a review from being completed, errors first, then warnings.

    Source: lscb1_checks V09, V20, V26, V27 and V28, all reconstructed.
    """
    found = []
    if len(review.categories) != 1:
        found.append(Inconsistency("V09", "category_of_death", "Select one category of death"))
    if review.outcome not in set(Outcome):
        found.append(
            Inconsistency(
                "V02", "modifiable_outcome", "Select whether modifiable factors were identified"
            )
        )
    if review.outcome == Outcome.IDENTIFIED and not review.factors:
        found.append(
            Inconsistency(
                "V26",
                "modifiable_factors",
                "Select at least one modifiable factor, or change the outcome",
            )
        )
    if review.outcome in (Outcome.NONE_IDENTIFIED, Outcome.INSUFFICIENT_INFORMATION):
        if review.factors:
            found.append(
                Inconsistency(
                    "V27",
                    "modifiable_factors",
                    "Clear the modifiable factors, or change the outcome",
                )
            )
    if review.outcome == Outcome.INSUFFICIENT_INFORMATION and not review.insufficient_reason:
        found.append(
            Inconsistency(
                "V20", "insufficient_reason", "Enter why the information was not sufficient"
            )
        )
    if weak_factors(review.factors):
        found.append(
            Inconsistency(
                "V28",
                "modifiable_factors",
                "Check the influence: a modifiable factor is graded below 2",
                warning=True,
            )
        )
    return found


def weak_factors(factors: Iterable[TickedFactor]) -> tuple[str, ...]:
    """Return the ticked factors graded below 2; one that was not graded is not among them."""
    graded = ((factor.code, influence_level(factor.influence)) for factor in factors)
    return tuple(code for code, level in graded if level is not None and level < CONTRIBUTED)


def highest_ranked(considered: Collection[str], ranks: Mapping[str, int]) -> str | None:
    """Return the category nearest the top of the list, or None where none was considered.

    `ranks` gives every category its rank, 1 the highest.

    Source: category_hierarchy_rule H1; the hierarchy is confirmed, its sentence reconstructed.
    """
    return min(considered, key=lambda code: ranks[code], default=None)


def hierarchy_hint(
    chosen: str, considered: Collection[str], ranks: Mapping[str, int]
) -> str | None:
    """Return a considered category that ranks above the chosen one, or None; never a refusal."""
    highest = highest_ranked({chosen, *considered}, ranks)
    return None if highest == chosen else highest


def _both(line: FactorFinding) -> Answer:
    """Present and modifiable: no beats not known beats yes."""
    answers = {line.present, line.modifiable}
    for weakest in (Answer.NO, Answer.NOT_KNOWN):
        if weakest in answers:
            return weakest
    return Answer.YES
