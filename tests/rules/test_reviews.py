"""Who may write a review, how it goes on, and what comes before sign-off and publication."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scr.rules.independence import DECLARED, Reviewer, refusal
from scr.rules.publishing import CHECKS, Paper, Publishing, before_publication, before_sign_off
from scr.rules.review_moves import MOVES, OPEN, SETTLED, may_move

ALL = frozenset(DECLARED)
READY = Publishing(
    signed_off_on=date(2015, 1, 5),
    held=False,
    choice="full",
    copy_due=True,
    copy_sent_on=date(2015, 1, 12),
    family_told_on=date(2015, 1, 14),
    why_nobody_told="",
    leak_test_stands=True,
)
PUBLISHED = date(2015, 1, 21)
CHECKED = Paper("final report", True, dict.fromkeys(CHECKS, "passed"), True, 0)


def test_who_belongs_to_an_agency_concerned_is_refused_whatever_they_declare():
    assert "Choose somebody else" in refusal(Reviewer("police", ALL), {"police", "hospital"})


def test_who_is_independent_and_says_so_may_write():
    assert refusal(Reviewer("university", ALL), {"police"}) == ""
    assert refusal(Reviewer("", ALL), {"police"}) == ""


@pytest.mark.parametrize("left_out", DECLARED)
def test_every_declaration_is_needed(left_out):
    assert refusal(Reviewer("", ALL - {left_out}), set()) != ""


def test_a_review_that_is_not_independent_by_its_kind_asks_for_no_declaration():
    assert refusal(Reviewer("police", frozenset()), {"police"}, must_be_independent=False) == ""


def test_no_state_is_left_without_its_moves_and_no_settled_one_opens_again():
    assert OPEN | SETTLED == set(MOVES)
    assert all(to in MOVES for states in MOVES.values() for to in states)
    assert not any(may_move(state, to) for state in SETTLED for to in OPEN)


def test_a_report_that_passed_every_check_may_be_signed_off():
    assert before_sign_off([CHECKED]) == []


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("result", ["changes", None])
def test_each_check_is_needed_and_must_have_passed(check, result):
    results = {name: said for name, said in CHECKED.results.items() if name != check}
    if result:
        results[check] = result

    assert len(before_sign_off([replace(CHECKED, results=results)])) == 1


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        (replace(CHECKED, leak_test_ran=False), "Run the leak test"),
        (replace(CHECKED, open_hits=2), "Settle what the leak test found"),
        (replace(CHECKED, handed_in=False), "Hand in the report first"),
    ],
)
def test_what_stands_against_sign_off_is_said(paper, words):
    assert words in before_sign_off([paper])[0]


def test_a_second_report_is_checked_too():
    summary = replace(CHECKED, name="executive summary", results={})

    assert len(before_sign_off([CHECKED, summary])) == 3


def test_what_is_ready_may_be_published():
    assert before_publication(READY, PUBLISHED) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"held": True}, "Wait: another process"),
        ({"signed_off_on": None}, "signed off by the board"),
        ({"signed_off_on": date(2015, 2, 1)}, "signed off by the board"),
        ({"copy_sent_on": None}, "its copy first"),
        ({"copy_sent_on": date(2015, 2, 1)}, "its copy first"),
        ({"family_told_on": None}, "Tell the family first"),
        ({"family_told_on": date(2015, 2, 1)}, "before the day of publication"),
        ({"leak_test_stands": False}, "Run the leak test"),
        ({"choice": "not_published"}, "Decide first to publish"),
    ],
)
def test_what_stands_against_publication_is_said(change, words):
    found = before_publication(replace(READY, **change), PUBLISHED)

    assert len(found) == 1
    assert words in found[0]


def test_a_copy_is_asked_for_by_some_editions_only():
    assert before_publication(replace(READY, copy_due=False, copy_sent_on=None), PUBLISHED) == []


def test_where_nobody_of_the_family_can_be_told_the_reason_is_asked_for():
    nobody = replace(READY, family_told_on=None, why_nobody_told="Nobody of the family is known")

    assert before_publication(nobody, PUBLISHED) == []


@given(
    st.builds(
        Publishing,
        signed_off_on=st.none() | st.dates(),
        held=st.booleans(),
        choice=st.sampled_from(["full", "anonymous", "summary"]),
        copy_due=st.booleans(),
        copy_sent_on=st.none() | st.dates(),
        family_told_on=st.none() | st.dates(),
        why_nobody_told=st.text(max_size=3),
        leak_test_stands=st.booleans(),
    ),
    st.dates(),
)
def test_nothing_is_published_while_it_is_held_or_before_it_is_signed_off(facts, day):
    if not before_publication(facts, day):
        assert not facts.held
        assert facts.signed_off_on is not None and facts.signed_off_on <= day
        assert facts.leak_test_stands
