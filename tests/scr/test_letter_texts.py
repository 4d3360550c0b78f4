"""Each decision has a letter of its own to who referred the case, with the reasons; no database."""

from datetime import date
from types import SimpleNamespace

import pytest

from casereview import local_texts
from scr.criteria_files import frameworks
from scr.letter_texts import letter_text
from scr.models import ScrLetter
from scr.options import option, options
from scr.rules.options import decidable

CASE = SimpleNamespace(reference="SC-2015-0003")
REFERRAL = SimpleNamespace(referred_on=date(2015, 4, 7))
DECIDABLE = sorted({one.code for each in frameworks() for one in decidable(options(), each.id)})
EIGHT = {
    "scr",
    "scr_composite",
    "alternative_review",
    "single_agency_review",
    "audit",
    "refer",
    "defer",
    "none",
}


@pytest.fixture(autouse=True)
def _our_own_wording(monkeypatch):
    monkeypatch.setattr(local_texts, "own", lambda code: "")


def decision(code: str, **facts):
    known = {
        "decided": code,
        "decided_on": date(2015, 4, 30),
        "defer_until": None,
        "refer_to": None,
        "earlier_id": None,
    }
    return SimpleNamespace(**{**known, **facts})


def to_referrer(code: str, **facts) -> str:
    made = decision(code, **facts)
    return letter_text("referrer", CASE, REFERRAL, made, "Three services each saw a part.")


@pytest.mark.parametrize("edition", ["wt2010", "wt2013", "wt2015"])
def test_a_chair_may_decide_eight_things(edition):
    assert {one.code for one in decidable(options(), edition)} == EIGHT


@pytest.mark.parametrize("code", DECIDABLE)
def test_every_decision_is_told_to_the_referrer_with_its_reasons(code):
    text = to_referrer(code)

    assert f"Decided on Thursday 30 April 2015: {option(code).label}." in text
    assert "The reasons: Three services each saw a part." in text
    assert "write to the chair of the board" in text
    # The referrer knows the case by what they sent: no letter names it, nor the child.
    assert CASE.reference not in text and "Tuesday 7 April 2015" in text


def test_no_two_decisions_are_told_in_the_same_words():
    meanings = {code: to_referrer(code).split("\n\n")[3] for code in DECIDABLE}

    assert len(set(meanings.values())) == len(DECIDABLE)
    assert all(len(words) > 60 for words in meanings.values())


def test_a_letter_says_until_when_to_whom_and_that_it_follows_another():
    assert "put off until Monday 1 June 2015" in to_referrer("defer", defer_until=date(2015, 6, 1))
    assert "It is referred to: Nottingham." in to_referrer("refer", refer_to="Nottingham")
    assert "follows an earlier one" in to_referrer("scr", earlier_id="a key")


@pytest.mark.parametrize("to", ScrLetter.To.values)
@pytest.mark.parametrize("code", ["scr", "none", "defer", None])
def test_there_is_a_draft_for_everybody_who_is_told(to, code):
    made = decision(code) if code else None

    text = letter_text(to, CASE, REFERRAL, made, "The reasons." if code else "")

    assert text.startswith(("Dear", "To "))
    assert "None" not in text and "{" not in text
    if to == "family":
        # The reasons are for a talk, not for a first letter.
        assert "The reasons." not in text
