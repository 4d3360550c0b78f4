"""The decision tool: the criteria of one edition applied to the answers about one child."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scr.rules.answers import NOT_KNOWN, Truth, either
from scr.rules.frameworks import Framework
from scr.rules.open_answers import OpenAnswers, Outlook
from scr.rules.reasons import reasons

MORE_INFORMATION = "more_information"
MORE_INFORMATION_LABEL = "More information is needed: an answer that is not known decides"


class NotOffered(ValueError):
    """An answer that its question does not offer."""


class LocalReviewPosition(StrEnum):
    """What the factors of a local review point to; none of them makes it automatic."""

    NOT_APPLICABLE = "not_applicable"
    CONSIDER = "consider"
    UNDETERMINED = "undetermined"
    NOT_INDICATED = "not_indicated"


@dataclass(frozen=True)
class Reversal:
    """Another answer to one question, and the outcome it would lead to."""

    question: str
    answer: str
    outcome: str


@dataclass(frozen=True)
class Assessment:
    """What the tool recommends, with what it rests on; the decision is not the tool's.

    `notify` is None where an answer still decides it. `possible` are the outcomes that are still
    open, in the edition's order: one, unless more information is needed. `criteria` maps each
    criterion to true, false or None for not known. `missing` are the questions not answered
    whose answers could still change the outcome or the duty to notify, in the edition's order.
    `reversed_by` are the single answers that would each lead to another outcome. `settled_by` are,
    while the outcome is open, the single answers that would each settle it.
    """

    framework: str
    version: str
    outcome: str
    label: str
    notify: bool | None
    possible: tuple[str, ...]
    criteria: Mapping[str, Truth]
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    reversed_by: tuple[Reversal, ...]
    settled_by: tuple[Reversal, ...]
    local_review: LocalReviewPosition


def assess(framework: Framework, answers: Mapping[str, str]) -> Assessment:
    """Apply the criteria of an edition.

    A question not in `answers` is not known. Not known is never a no: it leaves the result open
    where it could change it, and does not where it could not. Where the guidance presumes (a
    board must commission unless joining up is shown to have been sound), not known leaves the
    presumption standing, and the question stays among the missing. Answers to questions that
    this edition does not ask are left aside.

    Raises:
        NotOffered: an answer is not one of those its question offers.

    Source: Local Safeguarding Children Boards Regulations 2006, regulation 5; Working Together,
    editions of 2010 to 2023; each edition's file names the paragraphs.
    """
    known = given(framework, answers)
    tree = OpenAnswers(framework)
    outlook = tree.outlook(known, presume=True)
    outcome = settled(outlook)
    open_ones = tree.outlook(known, presume=False).depends_on
    local = local_review(framework, outcome, known)
    return Assessment(
        framework=framework.id,
        version=framework.version,
        outcome=outcome,
        label=label(framework, outcome),
        notify=outlook.notify,
        possible=tuple(each.code for each in framework.outcomes if each.code in outlook.outcomes),
        criteria={criterion.id: criterion.truth(known) for criterion in framework.criteria},
        reasons=tuple(reasons(framework, known, outlook, outcome, local)),
        missing=tuple(each.id for each in framework.questions if each.id in open_ones),
        reversed_by=_reversals(framework, tree, known, outcome),
        settled_by=_settling(framework, tree, known, outcome, open_ones),
        local_review=local,
    )


def given(framework: Framework, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that are known to questions this edition asks.

    Raises:
        NotOffered: an answer is not one of those its question offers.
    """
    known = {}
    for question in framework.questions:
        answer = answers.get(question.id, NOT_KNOWN)
        if answer == NOT_KNOWN:
            continue
        if answer not in question.answers:
            raise NotOffered(question.id)
        known[question.id] = answer
    return known


def settled(outlook: Outlook) -> str:
    """Return the outcome where only one is possible, else that more information is needed."""
    return next(iter(outlook.outcomes)) if len(outlook.outcomes) == 1 else MORE_INFORMATION


def label(framework: Framework, outcome: str) -> str:
    """Return an outcome in words."""
    if outcome == MORE_INFORMATION:
        return MORE_INFORMATION_LABEL
    return framework.outcome(outcome).label


def local_review(
    framework: Framework, outcome: str, known: Mapping[str, str]
) -> LocalReviewPosition:
    """Say what the factors point to once the outcome is one that a local review may follow.

    Source: Child Safeguarding Practice Review and Relevant Agency (England) Regulations 2018,
    regulation 11.
    """
    after = framework.local_review
    if after is None or outcome != after.after:
        return LocalReviewPosition.NOT_APPLICABLE
    one = either(*(None if name not in known else known[name] == "yes" for name in after.factors))
    if one is None:
        return LocalReviewPosition.UNDETERMINED
    return LocalReviewPosition.CONSIDER if one else LocalReviewPosition.NOT_INDICATED


def _reversals(
    framework: Framework, tree: OpenAnswers, known: Mapping[str, str], outcome: str
) -> tuple[Reversal, ...]:
    if outcome == MORE_INFORMATION:
        return ()
    found = []
    for question in framework.questions:
        if question.id not in known and question.id not in framework.presumed:
            continue
        for answer in question.answers:
            if answer != known.get(question.id):
                other = settled(tree.outlook({**known, question.id: answer}, presume=True))
                if other != outcome:
                    found.append(Reversal(question.id, answer, other))
    return tuple(found)


def _settling(
    framework: Framework,
    tree: OpenAnswers,
    known: Mapping[str, str],
    outcome: str,
    open_ones: frozenset[str],
) -> tuple[Reversal, ...]:
    if outcome != MORE_INFORMATION:
        return ()
    found = []
    for question in framework.questions:
        if question.id in open_ones and question.id not in known:
            for answer in question.answers:
                then = settled(tree.outlook({**known, question.id: answer}, presume=True))
                if then != MORE_INFORMATION:
                    found.append(Reversal(question.id, answer, then))
    return tuple(found)
