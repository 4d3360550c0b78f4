"""What a panel review still lacks before it can be completed, and what to look at twice."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from casereview.rules.ages import NEONATAL_DAYS
from cdop.rules.factors import CompletedReview, Outcome, TickedFactor, inconsistencies

ABUSE_OR_NEGLECT, SUICIDE, ACUTE, PERINATAL, UNEXPLAINED = "1", "2", "5", "8", "10"
UNDER_TEN = ("A1", "A2", "A3", "A4")
DOMAINS = ("A", "B", "C", "D")
SUDEP = ("sudep", "sudden unexpected death in epilepsy")

# The page of the review on which each is put right.
_PAGES = {
    "category_of_death": "category",
    "modifiable_outcome": "outcome",
    "insufficient_reason": "outcome",
    "modifiable_factors": "factors",
}


@dataclass(frozen=True)
class Line:
    """One line of the grid as far as the checks need it; `code` is its modifiable factor."""

    domain: str
    label: str
    modifiable: bool = False
    code: str = ""
    influence: str = ""
    change_said: bool = True


@dataclass(frozen=True)
class ReviewFacts:
    """What is known of a review. Blank codes are not decided yet; None is not known."""

    agencies: bool = False
    cause: str = ""
    summary: bool = False
    lines: tuple[Line, ...] = ()
    proposed: str = ""
    outcome: str = ""
    outcome_reason: bool = False
    category: str = ""
    considered_another: str = ""
    considered: Collection[str] = ()
    category_reason: bool = False
    actions_decided: bool = False
    referrals: Mapping[str, str] = field(default_factory=dict)
    age_days: int | None = None
    age_band: str = ""
    event: str = ""
    expectedness: str = ""
    scr_status: str = ""


@dataclass(frozen=True)
class ToDo:
    """One thing to put right and the page where it is done; `rule` is a check of lscb1_checks."""

    page: str
    message: str
    rule: str = ""


def missing(facts: ReviewFacts) -> list[ToDo]:
    """Return what keeps the review from being completed, in the order of the form.

    Source: Form C, required fields; lscb1_checks V09, V20, V26 and V27, all reconstructed.
    """
    found = []
    if not facts.agencies:
        found.append(ToDo("about", "Select the agencies that were represented"))
    if not facts.cause.strip():
        found.append(ToDo("about", "Enter the cause of death as presently understood"))
    if not facts.summary:
        found.append(ToDo("about", "Enter a short summary of the case"))
    if not facts.lines:
        found.append(ToDo("factors", "Record in the grid what the panel found"))
    for line in facts.lines:
        if line.modifiable and not line.code:
            found.append(
                ToDo("coding", f"Select which modifiable factor this is: {line.label}", "V26")
            )
    found += [
        ToDo(_PAGES[each.column], each.message, each.rule)
        for each in inconsistencies(_completed(facts))
        if not each.warning
    ]
    if departs(facts.outcome, facts.proposed) and not facts.outcome_reason:
        found.append(
            ToDo("outcome", "Enter why the panel’s outcome is not the one the grid points to")
        )
    if not facts.considered_another:
        found.append(ToDo("category", "Say whether the panel considered another category"))
    elif facts.considered_another == "Y" and not (facts.considered and facts.category_reason):
        found.append(ToDo("category", "Enter which other category was considered, and the reason"))
    if facts.outcome == Outcome.IDENTIFIED and not facts.actions_decided:
        found.append(
            ToDo("actions", "Record what action the panel decided; no action is an answer", "V18")
        )
    return found


def cautions(facts: ReviewFacts) -> list[ToDo]:
    """Return what the panel should look at twice; none of it keeps a review from completion.

    Source: lscb1_checks V13 to V18, V28 and V29; all but V17 (Form C: SUDEP) are reconstructed.
    """
    found = [
        ToDo(_PAGES[each.column], each.message, each.rule)
        for each in inconsistencies(_completed(facts))
        if each.warning
    ]
    recorded = {line.domain for line in facts.lines}
    if recorded and not recorded.issuperset(DOMAINS):
        *most, last = (each for each in DOMAINS if each not in recorded)
        letters = f"domains {', '.join(most)} and {last}" if most else f"domain {last}"
        found.append(ToDo("factors", f"Check the grid: nothing is recorded in {letters}"))
    if any(line.modifiable and not line.change_said for line in facts.lines):
        found.append(ToDo("factors", "Say what would change each modifiable factor"))
    days, category = facts.age_days, facts.category
    if days is not None and days < NEONATAL_DAYS and facts.event not in ("", "NEONATAL"):
        found.append(
            ToDo(
                "category",
                "Confirm the event: the child was under 28 days and it is not neonatal death",
                "V13",
            )
        )
    if category == PERINATAL and days is not None and days >= NEONATAL_DAYS:
        found.append(ToDo("category", "Confirm category 8: the child was 28 days or older", "V14"))
    if category == SUICIDE and facts.age_band in UNDER_TEN:
        found.append(ToDo("category", "Confirm category 2: the child was under ten", "V15"))
    if category == ABUSE_OR_NEGLECT and _not_referred(facts):
        found.append(
            ToDo(
                "follow_up",
                "Say whether the death goes to the serious case review group: category 1",
                "V16",
            )
        )
    if category == UNEXPLAINED and names_sudep(facts.cause):
        found.append(
            ToDo(
                "category",
                "Change the category to 5: the cause names sudden unexpected death in epilepsy",
                "V17",
            )
        )
    if category == ABUSE_OR_NEGLECT and not facts.actions_decided:
        found.append(
            ToDo("actions", "Record what action the panel decided; no action is an answer", "V18")
        )
    if facts.expectedness == "UNSURE":
        found.append(
            ToDo(
                "about",
                "Ask the designated doctor: it is not yet confirmed whether the death was expected",
                "V29",
            )
        )
    return found


def departs(outcome: str, proposed: str) -> bool:
    """Tell whether the panel decided otherwise than the grid proposes, where it does propose."""
    return bool(outcome and proposed and outcome != proposed)


def names_sudep(cause: str) -> bool:
    """Tell whether the cause of death names sudden unexpected death in epilepsy.

    Source: category_hierarchy_rule H3: SUDEP is category 5, never category 10.
    """
    words = " ".join(cause.casefold().split())
    return any(name in words for name in SUDEP)


def _completed(facts: ReviewFacts) -> CompletedReview:
    return CompletedReview(
        outcome=facts.outcome,
        categories=(facts.category,) if facts.category else (),
        factors=tuple(
            TickedFactor(line.code or line.label, line.influence)
            for line in facts.lines
            if line.modifiable
        ),
        insufficient_reason="given" if facts.outcome_reason else "",
    )


def _not_referred(facts: ReviewFacts) -> bool:
    return facts.scr_status in ("", "NONE") and facts.referrals.get("SCR_GROUP") not in (
        "Y",
        "DONE",
    )
