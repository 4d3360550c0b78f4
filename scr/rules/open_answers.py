"""Which results the answers still missing could lead to, and which of them could change it."""

from collections.abc import Mapping
from dataclasses import dataclass

from scr.rules.answers import NOT_KNOWN
from scr.rules.frameworks import Criterion, Framework

# For each criterion the places of the conditions still open; None where one has failed.
_State = tuple[tuple[int, ...] | None, ...]


@dataclass(frozen=True)
class Result:
    """What a full set of answers leads to."""

    outcome: str
    notify: bool


@dataclass(frozen=True)
class Outlook:
    """Every result that answers still missing could lead to, and the questions that decide it.

    A question that decides nothing, whatever the others turn out to be, is not in `depends_on`.
    """

    results: frozenset[Result]
    depends_on: frozenset[str]

    @property
    def outcomes(self) -> frozenset[str]:
        """The outcomes that are still possible."""
        return frozenset(result.outcome for result in self.results)

    @property
    def notify(self) -> bool | None:
        """Whether there is a duty to notify; None where an answer still decides it."""
        found = {result.notify for result in self.results}
        return found.pop() if len(found) == 1 else None


class OpenAnswers:
    """The tree of all answers of one edition, each part of it looked at once.

    Branches that lead to the same results are one branch, so that a question which is left in
    the tree of a case is a question which can change its result.
    """

    def __init__(self, framework: Framework):
        self._framework = framework
        self._limbs = (*framework.criteria, *framework.notify_when)
        self._seen: dict[_State, int] = {}
        self._numbers: dict[object, int] = {}
        self._outlooks: list[Outlook] = []

    def outlook(self, known: Mapping[str, str], presume: bool) -> Outlook:
        """Return what may still come of a case; `known` holds no answer that is not known.

        Where the guidance presumes an answer and none is known, `presume` says whether it stands.
        """
        standing = dict.fromkeys(self._framework.presumed, NOT_KNOWN) if presume else {}
        state: _State = tuple(tuple(range(len(limb.all_of))) for limb in self._limbs)
        for name, answer in {**standing, **known}.items():
            state = self._given(state, name, answer)
        return self._outlooks[self._number(state)]

    def _given(self, state: _State, name: str, answer: str) -> _State:
        return tuple(
            None if places is None else _left(limb, places, name, answer)
            for limb, places in zip(self._limbs, state, strict=True)
        )

    def _number(self, state: _State) -> int:
        if state in self._seen:
            return self._seen[state]
        asked = {
            limb.all_of[place].question
            for limb, places in zip(self._limbs, state, strict=True)
            for place in places or ()
        }
        question = next((each for each in self._framework.questions if each.id in asked), None)
        if question is None:
            number = self._leaf(state)
        else:
            branches = tuple(
                self._number(self._given(state, question.id, answer)) for answer in question.answers
            )
            number = self._branch(question.id, branches)
        self._seen[state] = number
        return number

    def _leaf(self, state: _State) -> int:
        met = [places is not None for places in state]
        count = len(self._framework.criteria)
        true = {limb.id for limb, holds in zip(self._limbs[:count], met, strict=False) if holds}
        outcome = next(
            each.code
            for each in self._framework.outcomes
            if not each.any_of or not true.isdisjoint(each.any_of)
        )
        result = Result(outcome, any(met[count:]))
        return self._kept(result, Outlook(frozenset({result}), frozenset()))

    def _branch(self, name: str, branches: tuple[int, ...]) -> int:
        if len(set(branches)) == 1:
            return branches[0]
        below = [self._outlooks[number] for number in set(branches)]
        outlook = Outlook(
            frozenset().union(*(each.results for each in below)),
            frozenset({name}).union(*(each.depends_on for each in below)),
        )
        return self._kept((name, branches), outlook)

    def _kept(self, key: object, outlook: Outlook) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self._outlooks)
            self._outlooks.append(outlook)
        return self._numbers[key]


def _left(
    limb: Criterion, places: tuple[int, ...], name: str, answer: str
) -> tuple[int, ...] | None:
    """Return the places still open once a question is answered; None where that fails the limb."""
    asked = [place for place in places if limb.all_of[place].question == name]
    if any(answer not in limb.all_of[place].accepted for place in asked):
        return None
    return tuple(place for place in places if place not in asked)
