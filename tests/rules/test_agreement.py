"""Fleiss' kappa against published examples, and the laws of its interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdop.rules.agreement import agreeing_pairs, agreement, fleiss_kappa

# Fleiss 1971, table 1: 30 patients, six psychiatrists each, five diagnoses.
PSYCHIATRISTS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006
10050 11040 03300 10050 02031 00501 30012 51000 02040 10203
00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# Ten subjects, fourteen raters, five categories: the example of Wikipedia's article on the measure.
FOURTEEN = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)
tallies = st.fixed_dictionaries({"a": st.integers(1, 6), "b": st.integers(1, 6)})


def tally(counts) -> dict[str, int]:
    return {str(place): int(many) for place, many in enumerate(counts) if int(many)}


def test_the_example_of_fleiss_1971_comes_out():
    subjects = [tally(row) for row in PSYCHIATRISTS.split()]

    kappa = fleiss_kappa(subjects)

    assert len(subjects) == 30
    assert kappa == pytest.approx(0.430, abs=0.0005)


def test_the_example_of_fourteen_raters_comes_out():
    subjects = [tally(row) for row in FOURTEEN]

    found = agreement([[subject] for subject in subjects])

    assert found.kappa == pytest.approx(0.210, abs=0.0005)
    assert found.observed == pytest.approx(0.378, abs=0.0005)
    assert (found.rounds, found.judgements) == (10, 140)
    assert found.interval[0] < found.kappa < found.interval[1]


def test_the_interval_is_the_jackknife_with_students_t():
    rounds = [[{"a": 2, "b": 2}], [{"a": 4}], [{"b": 4}], [{"a": 3, "b": 1}], [{"b": 3, "a": 1}]]
    kappas = [fleiss_kappa([one[0] for one in rounds if one is not left]) for left in rounds]
    middle = sum(kappas) / 5
    error = (4 / 5 * sum((one - middle) ** 2 for one in kappas)) ** 0.5

    found = agreement(rounds)

    # 2.776 is the 97.5th percentile of Student's t with four degrees of freedom.
    assert found.kappa - found.interval[0] == pytest.approx(2.7764451 * error)


def test_full_agreement_on_different_answers_is_one():
    found = agreement([[{"a": 5}], [{"b": 4}], [{"a": 3}], [{"b": 6}], [{"a": 2}]])

    assert (found.kappa, found.interval, found.observed) == (1.0, (1.0, 1.0), 1.0)


def test_where_everybody_always_said_the_same_kappa_cannot_be_said():
    found = agreement([[{"a": 5}]] * 6)

    assert (found.kappa, found.interval, found.observed) == (None, None, 1.0)


def test_few_rounds_give_the_observed_agreement_alone():
    found = agreement([[{"a": 3, "b": 1}]] * 4)

    assert (found.kappa, found.interval) == (None, None)
    assert found.observed == 0.5


def test_where_one_round_alone_differs_there_is_no_interval():
    found = agreement([[{"a": 4}]] * 5 + [[{"b": 4}]])

    assert found.kappa == 1.0
    assert found.interval is None


def test_no_round_is_no_agreement_and_one_person_agrees_with_nobody():
    assert agreement([]) is None
    with pytest.raises(ValueError, match="two people"):
        agreeing_pairs({"a": 1})


@given(st.lists(tallies, min_size=5, max_size=9))
def test_kappa_stays_in_its_bounds_and_inside_its_interval(subjects):
    found = agreement([[subject] for subject in subjects])

    assert -1 <= found.kappa <= 1
    if found.interval is not None:
        assert -1 <= found.interval[0] <= found.kappa <= found.interval[1] <= 1


@given(st.lists(tallies, min_size=5, max_size=9))
def test_the_names_and_the_order_of_answers_do_not_matter(subjects):
    renamed = [{"x": one["b"], "y": one["a"]} for one in reversed(subjects)]

    assert fleiss_kappa(renamed) == pytest.approx(fleiss_kappa(subjects))
