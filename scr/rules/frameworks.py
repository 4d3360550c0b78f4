"""An edition of the guidance as data: questions, criteria, outcomes, duty to notify, clocks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from scr.rules.answers import NOT_KNOWN, Truth, both

UNITS = ("days", "weeks", "months", "working_days")


class BadFramework(ValueError):
    """An edition whose parts contradict one another."""


class NoFramework(LookupError):
    """No edition is held for a day and a nation."""


@dataclass(frozen=True)
class Question:
    """One question with the answers it offers; every question may also be answered not known."""

    id: str
    text: str
    answers: tuple[str, ...]
    paragraph: str
    confirmed: bool
    help: str = ""
    note: str = ""


@dataclass(frozen=True)
class Condition:
    """An answer, of those accepted, to one question."""

    question: str
    accepted: frozenset[str]

    @property
    def presumes(self) -> bool:
        """Whether it holds until another answer rebuts it."""
        return NOT_KNOWN in self.accepted

    def truth(self, answers: Mapping[str, str]) -> Truth:
        """Tell whether it holds; a question that is not in `answers` is not known."""
        answer = answers.get(self.question, NOT_KNOWN)
        if answer in self.accepted:
            return True
        return None if answer == NOT_KNOWN else False


@dataclass(frozen=True)
class Criterion:
    """Conditions that must all hold, and the paragraph that says so."""

    id: str
    label: str
    all_of: tuple[Condition, ...]
    paragraph: str
    confirmed: bool
    note: str = ""

    def truth(self, answers: Mapping[str, str]) -> Truth:
        """Tell whether it is met; a question that is not in `answers` is not known."""
        return both(*(condition.truth(answers) for condition in self.all_of))


@dataclass(frozen=True)
class Outcome:
    """What follows where one of the criteria is met; without criteria, what follows otherwise."""

    code: str
    label: str
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Clock:
    """A time limit: its length, and the event it runs from or, where `before`, ends at."""

    id: str
    label: str
    length: int
    unit: str
    before: bool
    starts_from: str
    starts: str
    confirmed: bool
    source: str


@dataclass(frozen=True)
class Prompts:
    """Questions that help a group to talk about a case: not answered, and counting nothing."""

    title: str
    lines: tuple[str, ...]
    paragraph: str
    confirmed: bool


@dataclass(frozen=True)
class LocalReview:
    """What the partners weigh after an outcome; no factor makes a local review automatic."""

    after: str
    factors: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Framework:
    """One edition, in force from `since` until the day before `until` (None: still in force).

    `led_by` is "home" or "event", the place whose board or authority leads, or blank where no
    rule is held. `partners_began_by` is set on the edition by which boards went on deciding
    until their area's safeguarding partners began, on this day at the latest.
    """

    id: str
    name: str
    title: str
    nation: str
    since: date
    until: date | None
    version: str
    decided_by: str
    led_by: str
    notifying_known: bool
    questions: tuple[Question, ...]
    criteria: tuple[Criterion, ...]
    outcomes: tuple[Outcome, ...]
    notify_when: tuple[Criterion, ...]
    clocks: tuple[Clock, ...]
    local_review: LocalReview | None = None
    prompts: Prompts | None = None
    partners_began_by: date | None = None

    def in_force(self, on: date) -> bool:
        """Tell whether a case referred on this day is assessed by this edition."""
        return self.since <= on and (self.until is None or on < self.until)

    def question(self, name: str) -> Question:
        """Return a question by its id.

        Raises:
            KeyError: this edition does not ask it.
        """
        for question in self.questions:
            if question.id == name:
                return question
        raise KeyError(name)

    def outcome(self, code: str) -> Outcome:
        """Return an outcome by its code.

        Raises:
            KeyError: this edition does not have it.
        """
        for outcome in self.outcomes:
            if outcome.code == code:
                return outcome
        raise KeyError(code)

    @property
    def presumed(self) -> frozenset[str]:
        """The questions which the guidance presumes answered until something else is shown."""
        limbs = (*self.criteria, *self.notify_when)
        return frozenset(each.question for limb in limbs for each in limb.all_of if each.presumes)


def check(framework: Framework) -> None:
    """Refuse an edition that names what it does not hold, or whose outcomes have no end.

    Raises:
        BadFramework: it does, or they have not.
    """
    limbs = (*framework.criteria, *framework.notify_when)
    for name, found in {
        "question": [each.id for each in framework.questions],
        "criterion": [each.id for each in framework.criteria],
        "rule of notifying": [each.id for each in framework.notify_when],
        "outcome": [each.code for each in framework.outcomes],
        "clock": [each.id for each in framework.clocks],
    }.items():
        twice = [each for each, times in Counter(found).items() if times > 1]
        if twice:
            raise BadFramework(f"{framework.id}: the {name} {twice[0]} is there twice")
    offered = {question.id: {*question.answers, NOT_KNOWN} for question in framework.questions}
    for limb in limbs:
        asked = [condition.question for condition in limb.all_of]
        if not asked or len(set(asked)) < len(asked):
            raise BadFramework(f"{framework.id}: {limb.id} needs each of its questions once")
        for condition in limb.all_of:
            if not condition.accepted <= offered.get(condition.question, set()):
                raise BadFramework(f"{framework.id}: {limb.id} needs an answer nobody can give")
            if condition.question in framework.presumed and not condition.presumes:
                raise BadFramework(f"{framework.id}: {limb.id} does not presume as others do")
    ends = [outcome for outcome in framework.outcomes if not outcome.any_of]
    if not framework.outcomes or ends != [framework.outcomes[-1]]:
        raise BadFramework(f"{framework.id}: the last outcome, and no other, has no criterion")
    named = {name for outcome in framework.outcomes for name in outcome.any_of}
    if not named <= {criterion.id for criterion in framework.criteria}:
        raise BadFramework(f"{framework.id}: an outcome names a criterion that is not there")
    if any(clock.unit not in UNITS or clock.length < 1 for clock in framework.clocks):
        raise BadFramework(f"{framework.id}: a clock has no length")
    after = framework.local_review
    if after and not ({*after.factors} <= set(offered) and framework.outcome(after.after)):
        raise BadFramework(f"{framework.id}: the local review names what is not there")


@dataclass(frozen=True)
class Applying:
    """The editions that apply to a referral: for the decision and for notifying nationally."""

    decision: Framework
    notification: Framework


def framework_for(
    referred_on: date,
    nation: str,
    frameworks: Iterable[Framework],
    partners_began_on: date | None = None,
) -> Applying:
    """Return the edition in force when a case was referred.

    Until an area's safeguarding partners began, its board went on deciding by its last edition
    while the national duty to notify was already the new one. Where `partners_began_on` is not
    known, the latest day the law allowed counts.

    Raises:
        NoFramework: no edition is held for that day and nation.

    Source: Working Together: transitional guidance (2018), as summarised by local boards.
    """
    held = [framework for framework in frameworks if framework.nation == nation]
    found = [framework for framework in held if framework.in_force(referred_on)]
    if len(found) != 1:
        raise NoFramework(f"no edition is held for {nation} on {referred_on:%Y-%m-%d}")
    for earlier in held:
        latest = earlier.partners_began_by
        if latest is not None and earlier.until is not None and earlier.until <= referred_on:
            if referred_on < min(partners_began_on or latest, latest):
                return Applying(decision=earlier, notification=found[0])
    return Applying(decision=found[0], notification=found[0])
