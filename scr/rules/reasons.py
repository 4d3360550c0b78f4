"""Why the decision tool says what it says, in sentences that name the paragraph."""

from collections.abc import Iterator, Mapping

from scr.rules.frameworks import Criterion, Framework
from scr.rules.open_answers import Outlook

_LOCAL_REVIEW = {
    "consider": "Consider a local review after the rapid review: at least one factor is present.",
    "undetermined": "Whether to consider a local review is open: a factor is not known.",
    "not_indicated": "No factor points to a local review after the rapid review.",
}


def reasons(
    framework: Framework,
    known: Mapping[str, str],
    outlook: Outlook,
    outcome: str,
    local_review: str,
) -> Iterator[str]:
    """Yield the reasons for an outcome, for the duty to notify and for a local review."""
    possible = [each for each in framework.outcomes if each.code in outlook.outcomes]
    if len(possible) > 1:
        labels = " or ".join(f"“{each.label}”" for each in possible)
        yield f"What is not known decides between: {labels}."
        for criterion in _open(framework, known, outlook):
            yield f"Not known: {_cited(criterion)}."
    else:
        yield f"{possible[0].label}."
        deciding = set(possible[0].any_of)
        for criterion in framework.criteria:
            if criterion.id in deciding and criterion.truth(known) is True:
                yield f"Met: {_cited(criterion)}."
                yield from _presumptions(framework, criterion, known)
        yield from _not_met(framework, known, outcome)
    yield from _notifying(framework, known, outlook)
    if local_review in _LOCAL_REVIEW and framework.local_review:
        yield f"{_LOCAL_REVIEW[local_review]} {framework.local_review.note}"


def _open(framework: Framework, known: Mapping[str, str], outlook: Outlook) -> Iterator[Criterion]:
    for criterion in framework.criteria:
        undecided = {each.question for each in criterion.all_of if each.truth(known) is None}
        if criterion.truth(known) is None and undecided & outlook.depends_on:
            yield criterion


def _not_met(framework: Framework, known: Mapping[str, str], outcome: str) -> Iterator[str]:
    """Yield, for each earlier outcome, the answer on which each of its criteria fails."""
    for earlier in framework.outcomes:
        if earlier.code == outcome:
            return
        for criterion in framework.criteria:
            failing = [each.question for each in criterion.all_of if each.truth(known) is False]
            if criterion.id in earlier.any_of and failing:
                question = framework.question(failing[0])
                answer = in_words(known[question.id])
                yield f"Not met: {_cited(criterion)}. “{question.text}” – {answer}."


def _presumptions(
    framework: Framework, criterion: Criterion, known: Mapping[str, str]
) -> Iterator[str]:
    for condition in criterion.all_of:
        if condition.presumes and condition.question not in known:
            question = framework.question(condition.question)
            rebutting = [each for each in question.answers if each not in condition.accepted]
            words = " or ".join(f"“{in_words(each)}”" for each in rebutting)
            yield f"Presumed: “{question.text}” is not known; only {words} would change this."


def _notifying(framework: Framework, known: Mapping[str, str], outlook: Outlook) -> Iterator[str]:
    if not framework.notifying_known:
        yield "No rule on notifying is held for this edition: decide that apart from this tool."
    elif outlook.notify is None:
        yield "Whether there is a duty to notify is open: an answer that is not known decides."
    elif outlook.notify:
        met = [limb for limb in framework.notify_when if limb.truth(known) is True]
        for limb in met:
            yield f"Notify: {_cited(limb)}."
        if not met:
            yield "Notify: there is a duty whichever way the answers not known turn out."
    else:
        yield "There is no duty to notify under this edition."


def _cited(criterion: Criterion) -> str:
    doubt = "" if criterion.confirmed else "; reconstructed, check the guidance"
    return f"{criterion.label} ({criterion.paragraph}{doubt})"


def in_words(answer: str) -> str:
    """Return an answer's code in words."""
    return answer.replace("_", " ")
