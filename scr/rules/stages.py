"""What may be done when: the states of a case before the SCR group, and the acts of each.

Source: Working Together 2010 to 2023: the group advises, and who the edition names decides. The
order of the steps within a group is our own reconstruction.
"""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far a case has come. After a first decision, what the group does anew is *again*."""

    NOT_REFERRED = "not_referred"
    PASSED_ON = "passed_on"
    CLOSED = "closed"
    REFERRED = "referred"
    ASSESSING = "assessing"
    ASSESSED = "assessed"
    DRAFTED = "drafted"
    RECOMMENDED = "recommended"
    PARTLY_DECIDED = "partly_decided"
    DEFERRED = "deferred"
    DECIDED = "decided"
    REFERRED_AGAIN = "referred_again"
    ASSESSING_AGAIN = "assessing_again"
    ASSESSED_AGAIN = "assessed_again"
    DRAFTED_AGAIN = "drafted_again"
    RECOMMENDED_AGAIN = "recommended_again"


class Act(StrEnum):
    """What may be done with a case before the group."""

    ASSESS = "assess"
    ANSWER = "answer"
    LOCK = "lock"
    DRAFT = "draft"
    GIVE_POSITION = "give_position"
    MAKE = "make"
    DECIDE = "decide"
    DECIDE_AGAIN = "decide_again"
    RECORD_ADVICE = "record_advice"
    ASK_CHALLENGE = "ask_challenge"
    ANSWER_CHALLENGE = "answer_challenge"
    TELL = "tell"
    WRITE_LETTER = "write_letter"


_TOLD = {Act.TELL, Act.WRITE_LETTER}
# What may follow a decision, whatever the group does meanwhile: nobody can hold the decider up.
_AFTER = {Act.DECIDE_AGAIN, Act.RECORD_ADVICE, Act.ASK_CHALLENGE, Act.ANSWER_CHALLENGE}

ALLOWED: dict[Stage, frozenset[Act]] = {
    Stage.NOT_REFERRED: frozenset(),
    Stage.PASSED_ON: frozenset(_TOLD),
    Stage.CLOSED: frozenset(_TOLD),
    Stage.REFERRED: frozenset({Act.ASSESS, *_TOLD}),
    Stage.ASSESSING: frozenset({Act.ANSWER, Act.LOCK, *_TOLD}),
    Stage.ASSESSED: frozenset({Act.ASSESS, Act.DRAFT, *_TOLD}),
    Stage.DRAFTED: frozenset({Act.ASSESS, Act.DRAFT, Act.GIVE_POSITION, Act.MAKE, *_TOLD}),
    Stage.RECOMMENDED: frozenset({Act.DECIDE, *_TOLD}),
    Stage.PARTLY_DECIDED: frozenset({Act.DECIDE, *_AFTER, *_TOLD}),
    Stage.DEFERRED: frozenset({Act.ASSESS, Act.DRAFT, *_AFTER, *_TOLD}),
    Stage.DECIDED: frozenset({Act.ASSESS, *_AFTER, *_TOLD}),
    Stage.REFERRED_AGAIN: frozenset({Act.ASSESS, *_AFTER, *_TOLD}),
    Stage.ASSESSING_AGAIN: frozenset({Act.ANSWER, Act.LOCK, *_AFTER, *_TOLD}),
    Stage.ASSESSED_AGAIN: frozenset({Act.ASSESS, Act.DRAFT, *_AFTER, *_TOLD}),
    Stage.DRAFTED_AGAIN: frozenset(
        {Act.ASSESS, Act.DRAFT, Act.GIVE_POSITION, Act.MAKE, *_AFTER, *_TOLD}
    ),
    Stage.RECOMMENDED_AGAIN: frozenset({*_AFTER, *_TOLD}),
}

WORDS: dict[Stage, str] = {
    Stage.NOT_REFERRED: "Not referred",
    Stage.PASSED_ON: "Passed to the board that leads",
    Stage.CLOSED: "Referral closed",
    Stage.REFERRED: "Referred: the criteria are to be assessed",
    Stage.ASSESSING: "The criteria are being assessed",
    Stage.ASSESSED: "The criteria are assessed: a recommendation is to be made",
    Stage.DRAFTED: "A recommendation is drafted: members give their positions",
    Stage.RECOMMENDED: "Recommended: the decision is to be made",
    Stage.PARTLY_DECIDED: "The partners have not yet all decided alike",
    Stage.DEFERRED: "Deferred for information",
    Stage.DECIDED: "Decided",
    Stage.REFERRED_AGAIN: "Decided, and referred again",
    Stage.ASSESSING_AGAIN: "Decided; the criteria are being assessed again",
    Stage.ASSESSED_AGAIN: "Decided; the criteria are assessed again",
    Stage.DRAFTED_AGAIN: "Decided; another recommendation is drafted",
    Stage.RECOMMENDED_AGAIN: "Decided; another recommendation waits for a further decision",
}

# What to do first, where an act is not allowed yet; where it no longer is, what to do instead.
_FIRST: dict[Act, str] = {
    Act.ASSESS: "Finish what has begun first: an assessment or a recommendation waits",
    Act.ANSWER: "Begin an assessment first: there is none that is open",
    Act.LOCK: "Begin an assessment first: there is none that is open",
    Act.DRAFT: "Lock an assessment of the criteria first: a recommendation rests on it",
    Act.GIVE_POSITION: "Wait for a drafted recommendation: there is none to agree or disagree with",
    Act.MAKE: "Draft the recommendation first: it is made once the members have spoken",
    Act.DECIDE: "Wait for the group’s recommendation: the decision answers it",
    Act.DECIDE_AGAIN: "Decide first: a further decision follows an earlier one",
    Act.RECORD_ADVICE: "Decide first: the national panel advises on a decision",
    Act.ASK_CHALLENGE: "Decide first: another chair is asked about a decision",
    Act.ANSWER_CHALLENGE: "Decide first: another chair is asked about a decision",
    Act.TELL: "Refer the case first: nobody is told of what has not been referred",
    Act.WRITE_LETTER: "Refer the case first: letters are about a referral or a decision",
}
_DECIDED_ALREADY = "Make a further decision instead: this one is made and stays as it is"
_HAS_DECIDED = frozenset(stage for stage, acts in ALLOWED.items() if Act.DECIDE_AGAIN in acts)


@dataclass(frozen=True)
class Facts:
    """What the records say, from which the stage follows.

    `referral` is "", received, passed_on or closed. `assessment` is that of the latest: "", open
    or locked. `recommendation` is that of the latest on it: "", draft or made. `decision` is what
    was decided on that recommendation: "", partly, deferred or decided. `decided_before` says
    whether there is any decision at all about the case.
    """

    referral: str = ""
    assessment: str = ""
    recommendation: str = ""
    decision: str = ""
    decided_before: bool = False


def stage_of(facts: Facts) -> Stage:
    """Return the stage that follows from the facts."""
    if facts.referral != "received":
        return Stage(facts.referral) if facts.referral else Stage.NOT_REFERRED
    again = facts.decided_before
    if facts.assessment == "":
        return Stage.REFERRED_AGAIN if again else Stage.REFERRED
    if facts.assessment == "open":
        return Stage.ASSESSING_AGAIN if again else Stage.ASSESSING
    if facts.recommendation == "":
        return Stage.ASSESSED_AGAIN if again else Stage.ASSESSED
    if facts.recommendation == "draft":
        return Stage.DRAFTED_AGAIN if again else Stage.DRAFTED
    if facts.decision == "":
        return Stage.RECOMMENDED_AGAIN if again else Stage.RECOMMENDED
    return {
        "partly": Stage.PARTLY_DECIDED,
        "deferred": Stage.DEFERRED,
        "decided": Stage.DECIDED,
    }[facts.decision]


def may(stage: Stage, act: Act) -> bool:
    """Tell whether something may be done at a stage."""
    return act in ALLOWED[stage]


def refusal(stage: Stage, act: Act) -> str:
    """Return what to do instead of an act that a stage does not allow; empty where it does."""
    if may(stage, act):
        return ""
    if act == Act.DECIDE and stage in _HAS_DECIDED:
        return _DECIDED_ALREADY
    if stage in (Stage.PASSED_ON, Stage.CLOSED):
        return f"{WORDS[stage]}: refer the case again if there is something new"
    if stage == Stage.RECOMMENDED and act in (Act.DRAFT, Act.GIVE_POSITION, Act.MAKE):
        return "The recommendation is made and stays as it is"
    return _FIRST[act]
