"""Laws of the decision tool, against full answers worked out apart from it."""

import itertools
import tomllib
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scr import criteria_files
from scr.criteria_files import frameworks
from scr.rules.answers import NOT_KNOWN, both, either
from scr.rules.criteria import MORE_INFORMATION, assess

FILES = Path(criteria_files.__file__).parent / "data"
FRAMEWORKS = {framework.id: framework for framework in frameworks()}
ENGLAND = ("wt2010", "wt2013", "wt2015", "wt2018", "wt2023")


def read_plainly(framework):
    """Return the file of an edition as it is."""
    return tomllib.loads((FILES / f"criteria_{framework}.toml").read_text(encoding="utf-8"))


PLAIN = {framework: read_plainly(framework) for framework in FRAMEWORKS}


def ladder(framework, answers):
    """Return outcome and duty for answers of which none is left open."""

    def met(limb):
        pairs = (condition.split("=") for condition in limb["all_of"])
        return all(answers[question] in accepted.split("|") for question, accepted in pairs)

    raw = PLAIN[framework]
    true = {limb["id"] for limb in raw["criteria"] if met(limb)}
    for each in raw["outcomes"]:
        if not each["any_of"] or true & set(each["any_of"]):
            return each["code"], any(met(limb) for limb in raw.get("notify_when", []))
    raise AssertionError("the last outcome has no criterion")


def presumed(framework):
    conditions = [each for limb in PLAIN[framework]["criteria"] for each in limb["all_of"]]
    return {each.split("=")[0] for each in conditions if NOT_KNOWN in each}


# Every way the answers may fall is looked at: how long that takes says nothing of the law.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def cases(draw, most_open=5):
    """A framework, its full answers, and a few questions of which nothing is known."""
    framework = draw(st.sampled_from(sorted(FRAMEWORKS)))
    questions = FRAMEWORKS[framework].questions
    answers = {each.id: draw(st.sampled_from(each.answers)) for each in questions}
    if draw(st.booleans()) and framework in ENGLAND:
        answers |= {"under_18_at_event": "yes"}
    left_open = draw(st.sets(st.sampled_from([each.id for each in questions]), max_size=most_open))
    return framework, answers, frozenset(left_open)


def completions(framework, answers, left_open):
    names = sorted(left_open)
    choices = [FRAMEWORKS[framework].question(name).answers for name in names]
    for chosen in itertools.product(*choices):
        yield answers | dict(zip(names, chosen, strict=True))


@unhurried
@given(cases())
def test_the_outcome_is_settled_exactly_where_no_open_answer_could_change_it(drawn):
    framework, answers, left_open = drawn
    standing = left_open & presumed(framework)
    known = {name: answer for name, answer in answers.items() if name not in left_open}

    found = assess(FRAMEWORKS[framework], known)

    full = [
        ladder(framework, each)
        for each in completions(
            framework, answers | dict.fromkeys(standing, NOT_KNOWN), left_open - standing
        )
    ]
    outcomes, duties = {each[0] for each in full}, {each[1] for each in full}
    assert set(found.possible) == outcomes
    assert found.outcome == (outcomes.pop() if len(outcomes) == 1 else MORE_INFORMATION)
    assert found.notify is (duties.pop() if len(duties) == 1 else None)


@unhurried
@given(cases(most_open=4))
def test_what_is_missing_is_exactly_what_could_change_the_result(drawn):
    framework, answers, left_open = drawn
    known = {name: answer for name, answer in answers.items() if name not in left_open}

    found = assess(FRAMEWORKS[framework], known)

    decisive = set()
    for name in left_open:
        for rest in completions(framework, answers, left_open - {name}):
            results = {
                ladder(framework, rest | {name: answer})
                for answer in FRAMEWORKS[framework].question(name).answers
            }
            if len(results) > 1:
                decisive.add(name)
                break
    asked = [each.id for each in FRAMEWORKS[framework].questions]
    assert list(found.missing) == sorted(decisive, key=asked.index)


@unhurried
@given(cases(), st.data())
def test_more_information_never_reverses_a_settled_outcome(drawn, data):
    framework, answers, left_open = drawn
    found_out = left_open - presumed(framework)
    assume(found_out)
    name = data.draw(st.sampled_from(sorted(found_out)))
    known = {name: answer for name, answer in answers.items() if name not in left_open}

    before = assess(FRAMEWORKS[framework], known)
    after = assess(FRAMEWORKS[framework], known | {name: answers[name]})

    if before.outcome != MORE_INFORMATION:
        assert after.outcome == before.outcome
    if before.notify is not None:
        assert after.notify is before.notify
    for criterion, truth in before.criteria.items():
        assert truth is None or after.criteria[criterion] is truth
    assert set(after.possible) <= set(before.possible)


@unhurried
@given(cases())
def test_a_presumption_is_reversed_only_by_an_answer_that_was_named(drawn):
    framework, answers, left_open = drawn
    known = {name: answer for name, answer in answers.items() if name not in left_open}

    before = assess(FRAMEWORKS[framework], known)

    assume(before.outcome != MORE_INFORMATION)
    for name in presumed(framework) & left_open:
        for answer in FRAMEWORKS[framework].question(name).answers:
            after = assess(FRAMEWORKS[framework], known | {name: answer})
            named = (name, answer, after.outcome) in {
                (each.question, each.answer, each.outcome) for each in before.reversed_by
            }
            assert (after.outcome != before.outcome) == named


@unhurried
@given(st.lists(st.sampled_from([True, False, None]), max_size=5))
def test_not_known_holds_up_a_result_only_where_it_could_change_it(truths):
    ways = list(
        itertools.product(*([each] if each is not None else [True, False] for each in truths))
    )

    all_hold, one_holds = {all(way) for way in ways}, {any(way) for way in ways}

    assert both(*truths) is (all_hold.pop() if len(all_hold) == 1 else None)
    assert either(*truths) is (one_holds.pop() if len(one_holds) == 1 else None)


@unhurried
@given(cases(most_open=4))
def test_what_is_said_to_settle_an_open_outcome_does_and_nothing_else_does_alone(drawn):
    framework, answers, left_open = drawn
    known = {name: answer for name, answer in answers.items() if name not in left_open}

    before = assess(FRAMEWORKS[framework], known)

    named = {(one.question, one.answer, one.outcome) for one in before.settled_by}
    found = set()
    for name in left_open if before.outcome == MORE_INFORMATION else ():
        for answer in FRAMEWORKS[framework].question(name).answers:
            after = assess(FRAMEWORKS[framework], known | {name: answer})
            if after.outcome != MORE_INFORMATION:
                found.add((name, answer, after.outcome))
    assert named == found
