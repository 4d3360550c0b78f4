"""Which cases are like each other, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules.similarity import Shared, alike
from cdop.rules.similarity import MOST, Death, like_deaths

COT = Death("A2", "unexpected", "SUDI", frozenset({"10"}), frozenset({"SMOKING"}))
codes = st.frozensets(st.sampled_from("abcd"))
described = st.fixed_dictionaries({"age": codes, "injury": codes, "setting": codes})
WEIGHTS = {"age": 1, "injury": 3, "setting": 2}


def test_a_like_death_says_everything_it_shares():
    found = like_deaths(COT, {"one": COT})

    assert [each.key for each in found] == ["one"]
    assert found[0].why == (
        Shared("age_band", ("A2",)),
        Shared("group", ("unexpected",)),
        Shared("event", ("SUDI",)),
        Shared("category", ("10",)),
        Shared("factors", ("SMOKING",)),
    )


@pytest.mark.parametrize(
    ("other", "is_like"),
    [
        (Death("A2", "unexpected"), False),
        (Death("A2", "unexpected", "RTC", frozenset({"3"})), False),
        (Death("A2", "", "SUDI"), True),
        (Death("A4", "", "SUDI"), False),
        (Death("A2", "", "", frozenset({"10"})), True),
        (Death("A4", "", "SUDI", frozenset({"10"})), True),
        (Death("A4", "unexpected", "", frozenset(), frozenset({"SMOKING"})), True),
        (Death("A4", "", "", frozenset(), frozenset({"SMOKING"})), False),
        (Death("A4", "unexpected", "", frozenset(), frozenset({"SMOKING", "OTHER"})), True),
    ],
)
def test_age_and_group_alone_make_no_likeness(other, is_like):
    assert bool(like_deaths(COT, {1: other})) is is_like


@pytest.mark.parametrize("nothing", ["OTHER", "UNKNOWN", ""])
def test_an_answer_that_says_nothing_is_no_likeness(nothing):
    vague = Death("A2", "unexpected", nothing, frozenset({nothing}), frozenset({nothing}))

    assert like_deaths(vague, {1: vague}) == []


def test_the_likest_come_first_equals_as_given_and_never_more_than_a_few():
    near = Death("A2", "unexpected", "SUDI", frozenset({"10"}))
    found = like_deaths(COT, {"b": near, "a": near, "same": COT, **dict.fromkeys(range(9), near)})

    assert [each.key for each in found] == ["same", "b", "a", 0, 1]
    assert len(found) == MOST


def test_other_features_can_be_compared_such_as_injury_and_setting():
    one = {"age": frozenset("a"), "injury": frozenset("xy"), "setting": frozenset()}
    others = {"near": one, "half": {"injury": frozenset("xz")}, "far": {"setting": frozenset("a")}}

    found = alike(one, others, WEIGHTS, at_least=1, most=9)

    assert [(each.key, each.points) for each in found] == [("near", 4.0), ("half", 1.0)]
    assert found[1].why == (Shared("injury", ("x",)),)


@given(described, described)
def test_likeness_is_the_same_both_ways(one, other):
    forth = alike(one, {1: other}, WEIGHTS, at_least=0, most=1)[0]
    back = alike(other, {1: one}, WEIGHTS, at_least=0, most=1)[0]

    assert forth.points == pytest.approx(back.points)
    assert forth.why == back.why


@given(described, described)
def test_no_case_is_liker_than_the_same_one(one, other):
    same, another = (
        alike(one, {1: each}, WEIGHTS, at_least=0, most=1)[0].points for each in (one, other)
    )

    assert another <= same
