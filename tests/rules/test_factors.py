"""A completed review is consistent, and the grid proposes what the panel confirms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.codelists import load_named
from cdop.rules.categorisation import Answer
from cdop.rules.factors import (
    CompletedReview,
    FactorFinding,
    Outcome,
    TickedFactor,
    hierarchy_hint,
    highest_ranked,
    inconsistencies,
    influence_level,
    propose_outcome,
    weak_factors,
)

YES, NO, NOT_KNOWN = Answer.YES, Answer.NO, Answer.NOT_KNOWN
RANKS = {code.code: code.extra["rank"] for code in load_named("cdop", "category_of_death").codes}
SMOKING = TickedFactor("SMOKING", "2")


@pytest.mark.parametrize(
    ("present", "modifiable", "outcome"),
    [
        (YES, YES, Outcome.IDENTIFIED),
        (YES, NO, Outcome.NONE_IDENTIFIED),
        (YES, NOT_KNOWN, Outcome.INSUFFICIENT_INFORMATION),
        (NO, YES, Outcome.NONE_IDENTIFIED),
        (NO, NO, Outcome.NONE_IDENTIFIED),
        (NO, NOT_KNOWN, Outcome.NONE_IDENTIFIED),
        (NOT_KNOWN, YES, Outcome.INSUFFICIENT_INFORMATION),
        (NOT_KNOWN, NO, Outcome.NONE_IDENTIFIED),
        (NOT_KNOWN, NOT_KNOWN, Outcome.INSUFFICIENT_INFORMATION),
    ],
)
def test_one_line_of_the_grid_points_to_an_outcome(present, modifiable, outcome):
    assert propose_outcome([FactorFinding("B03", present, modifiable)]).outcome is outcome


def test_the_proposal_names_the_lines_behind_it():
    grid = [
        FactorFinding("A01", NO),
        FactorFinding("B03", YES, YES),
        FactorFinding("B07", NOT_KNOWN),
    ]

    assert propose_outcome(grid).because == ("B03",)
    assert propose_outcome([grid[0], grid[2]]).because == ("B07",)
    assert propose_outcome([]).outcome is None


lines = st.builds(
    FactorFinding, st.sampled_from(["A01", "B03"]), st.sampled_from(Answer), st.sampled_from(Answer)
)


@given(st.lists(lines, min_size=1), lines)
def test_a_further_line_never_takes_a_modifiable_factor_away(grid, further):
    before, after = propose_outcome(grid), propose_outcome([*grid, further])

    assert after.outcome is Outcome.IDENTIFIED or before.outcome is not Outcome.IDENTIFIED


@pytest.mark.parametrize(
    ("review", "rules"),
    [
        (CompletedReview("M", ("3",), (SMOKING,)), []),
        (CompletedReview("N", ("3",)), []),
        (CompletedReview("I", ("3",), (), "No records"), []),
        (CompletedReview("M", ("3",)), ["V26"]),
        (CompletedReview("N", ("3",), (SMOKING,)), ["V27"]),
        (CompletedReview("I", ("3",), (SMOKING,), "No records"), ["V27"]),
        (CompletedReview("I", ("3",)), ["V20"]),
        (CompletedReview("N", ()), ["V09"]),
        (CompletedReview("N", ("3", "8")), ["V09"]),
        (CompletedReview("", ("3",)), ["V02"]),
        (CompletedReview("M", ("3",), (TickedFactor("SMOKING", "1*"),)), ["V28"]),
    ],
)
def test_a_review_that_is_not_consistent_is_told_which_rule_it_breaks(review, rules):
    found = inconsistencies(review)

    assert [each.rule for each in found] == rules
    assert [each.rule for each in found if each.warning] == [r for r in rules if r == "V28"]


@pytest.mark.parametrize(
    ("code", "level"), [("", None), ("0", 0), ("1", 1), ("1*", 1), ("2", 2), ("3", 3)]
)
def test_an_influence_compares_as_a_number(code, level):
    assert influence_level(code) == level


def test_an_influence_that_is_not_on_the_scale_is_refused():
    with pytest.raises(ValueError, match="not an influence"):
        influence_level("4")


def test_only_a_graded_factor_can_be_weak():
    factors = [TickedFactor("SMOKING", "1"), TickedFactor("OTHER"), SMOKING]

    assert weak_factors(factors) == ("SMOKING",)


def test_the_category_nearest_the_top_of_the_list_is_the_hint():
    assert highest_ranked({"10", "8", "2"}, RANKS) == "2"
    assert highest_ranked(set(), RANKS) is None
    assert hierarchy_hint("8", {"10", "2"}, RANKS) == "2"
    assert hierarchy_hint("2", {"10", "8"}, RANKS) is None
