"""What kind of death it is, whether it is in scope, and what it calls for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casereview.rules.ages import neonatal


class Answer(StrEnum):
    """An answer to a question; not known is never no."""

    YES = "Y"
    NO = "N"
    NOT_KNOWN = "NK"


class Group(StrEnum):
    """The three groups of the local annual report, for figures only."""

    NEONATAL = "neonatal"
    EXPECTED = "expected"
    UNEXPECTED = "unexpected"


class Scope(StrEnum):
    """Whether the panel reviews a death."""

    IN_SCOPE = "in_scope"
    NOT_FOR_REVIEW = "not_for_review"
    CANNOT_SAY_YET = "cannot_say_yet"


class OutOfScope(StrEnum):
    """Why a death is not for review; the value is what the record keeps."""

    LAWFUL_TERMINATION = "lawful_termination"
    STILLBIRTH = "stillbirth"
    ADULT = "adult"
    NOT_RESIDENT = "not_resident"


def group(age_days: int | None, expectedness: str) -> Group | None:
    """Return the group of a death, or None where the age decides and is not known.

    Under 28 days is neonatal whatever was expected; UNSURE, or no answer yet, counts as
    unexpected until the designated doctor confirms. An age not known leaves an unexpected death
    open too, because it may be neonatal.

    Source: Leicester LSCB Annual Report 2014-15, chapter 5: neonatal, expected, unexpected.
    """
    if age_days is None:
        return None
    if neonatal(age_days):
        return Group.NEONATAL
    return Group.EXPECTED if expectedness == "EXPECTED" else Group.UNEXPECTED


@dataclass(frozen=True)
class ScopeFacts:
    """The answers that decide the scope of a death."""

    born_alive: Answer = Answer.NOT_KNOWN
    stillbirth_or_late_loss: Answer = Answer.NOT_KNOWN
    lawful_termination: Answer = Answer.NOT_KNOWN
    under_18: Answer = Answer.NOT_KNOWN
    resident: Answer = Answer.NOT_KNOWN


@dataclass(frozen=True)
class ScopeFinding:
    """A scope with its reason, and what must still be asked before it can be said."""

    scope: Scope
    reason: OutOfScope | None = None
    ask: tuple[str, ...] = ()


def scope(facts: ScopeFacts) -> ScopeFinding:
    """Say whether the panel reviews this death.

    A reason to leave it out settles the matter whatever else is unknown; otherwise every answer
    is needed. Born alive and stillborn exclude each other, so one answer gives the other.

    Source: Local Safeguarding Children Boards Regulations 2006, regulation 6; Working Together
    (2010), chapter 7: born alive, under 18, normally resident; not stillbirths, nor planned
    terminations carried out within the law.
    """
    born_alive = _born_alive(facts)
    reasons = (
        (facts.lawful_termination is Answer.YES, OutOfScope.LAWFUL_TERMINATION),
        (born_alive is Answer.NO, OutOfScope.STILLBIRTH),
        (facts.under_18 is Answer.NO, OutOfScope.ADULT),
        (facts.resident is Answer.NO, OutOfScope.NOT_RESIDENT),
    )
    for applies, reason in reasons:
        if applies:
            return ScopeFinding(Scope.NOT_FOR_REVIEW, reason)
    answers = {
        "born_alive": born_alive,
        "lawful_termination": facts.lawful_termination,
        "under_18": facts.under_18,
        "resident": facts.resident,
    }
    ask = tuple(question for question, answer in answers.items() if answer is Answer.NOT_KNOWN)
    return ScopeFinding(Scope.CANNOT_SAY_YET if ask else Scope.IN_SCOPE, ask=ask)


def _born_alive(facts: ScopeFacts) -> Answer:
    """Two answers that contradict each other leave it not known."""
    opposite = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}
    by_loss = opposite.get(facts.stillbirth_or_late_loss, Answer.NOT_KNOWN)
    if facts.born_alive is Answer.NOT_KNOWN:
        return by_loss
    return facts.born_alive if by_loss in (facts.born_alive, Answer.NOT_KNOWN) else Answer.NOT_KNOWN


@dataclass(frozen=True)
class Duty:
    """Whether a duty arises, for which reasons, and which questions are still open."""

    arises: Answer
    reasons: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()


SERIOUS_INCIDENT_QUESTIONS = (
    "looked_after",
    "regulated_setting",
    "custody_or_detention",
    "abuse_or_neglect",
)


def serious_incident_duty(facts: Mapping[str, Answer]) -> Duty:
    """Say whether a serious incident must be notified.

    `facts` answers SERIOUS_INCIDENT_QUESTIONS; one that is missing is not known.

    Source: Working Together to Safeguard Children (2013), chapter 4, notifiable incidents; the
    questions are as this product asks them.
    """
    return _any(facts, SERIOUS_INCIDENT_QUESTIONS)


def rapid_response_prompt(expectedness: str) -> Answer:
    """Say whether a rapid response is to be started: it hangs on expectedness, not on age.

    An UNSURE death is treated as unexpected until the designated doctor confirms. A blank is not
    known.

    Source: Local Safeguarding Children Boards Regulations 2006, regulation 6(1)(b); treating
    unclear deaths as unexpected is reconstructed.
    """
    if expectedness == "EXPECTED":
        return Answer.NO
    if expectedness in ("UNEXPECTED", "UNSURE"):
        return Answer.YES
    return Answer.NOT_KNOWN


def scr_prompt(facts: Mapping[str, Answer]) -> Duty:
    """Say whether to refer the death to the serious case review group.

    `facts` answers "abuse_or_neglect" and "custody_or_detention"; one that is missing is not
    known.

    Source: Local Safeguarding Children Boards Regulations 2006, regulation 5(1)(e) and (2).
    """
    return _any(facts, ("abuse_or_neglect", "custody_or_detention"))


class Triage(StrEnum):
    """How soon somebody must look after the other children."""

    NOW = "now"
    SETTLED = "settled"


def other_children_triage(others: Answer, safe: Answer, told: Answer) -> Triage:
    """Say whether the other children at home need somebody today.

    `others`: are there other children; `safe`: are they safe now; `told`: has anybody been told.
    Unsafe, not known or nobody told is for now; so is not knowing whether there are any.
    """
    if others is Answer.NO:
        return Triage.SETTLED
    known_safe = others is Answer.YES and safe is Answer.YES and told is Answer.YES
    return Triage.SETTLED if known_safe else Triage.NOW


def _any(facts: Mapping[str, Answer], questions: tuple[str, ...]) -> Duty:
    answers = {question: facts.get(question, Answer.NOT_KNOWN) for question in questions}
    yes = tuple(question for question, answer in answers.items() if answer is Answer.YES)
    unknown = tuple(q for q, answer in answers.items() if answer is Answer.NOT_KNOWN)
    if yes:
        return Duty(Answer.YES, yes, unknown)
    return Duty(Answer.NOT_KNOWN if unknown else Answer.NO, (), unknown)
