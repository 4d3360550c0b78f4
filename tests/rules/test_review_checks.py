"""What a panel review lacks, what to look at twice, and one coding for all."""

import datetime

import pytest

from casereview.rules.ages import age_in_words
from casereview.rules.identifying import tells_who
from cdop.rules.coding import Coding, KnownFactor, coding_of
from cdop.rules.review_checks import Line, ReviewFacts, cautions, departs, missing, names_sudep

COMPLETE = {
    "agencies": True,
    "cause": "Unascertained",
    "summary": True,
    "lines": tuple(
        Line(domain, "A factor", modifiable=domain == "B", code="SMOKING") for domain in "ABCD"
    ),
    "proposed": "M",
    "outcome": "M",
    "category": "10",
    "considered_another": "N",
    "actions_decided": True,
}
KNOWN = [
    KnownFactor("SMOKING", frozenset({"B03", "B04"}), "smoking"),
    KnownFactor("POLICY", frozenset({"D04"})),
    KnownFactor("ONE", frozenset({"C02"}), "one"),
    KnownFactor("TWO", frozenset({"C02"}), "two"),
]


def facts(**changes):
    return ReviewFacts(**{**COMPLETE, **changes})


def test_a_complete_review_lacks_nothing_and_raises_nothing():
    assert missing(facts()) == []
    assert cautions(facts()) == []


@pytest.mark.parametrize(
    ("recorded", "words"),
    [("ABC", "domain D"), ("AB", "domains C and D"), ("B", "domains A, C and D")],
)
def test_the_domains_in_which_nothing_is_recorded_are_named(recorded, words):
    lines = tuple(Line(domain, "A factor") for domain in recorded)

    said = [each.message for each in cautions(facts(lines=lines))]

    assert f"Check the grid: nothing is recorded in {words}" in said


@pytest.mark.parametrize(
    ("changes", "page"),
    [
        ({"agencies": False}, "about"),
        ({"cause": " "}, "about"),
        ({"summary": False}, "about"),
        ({"lines": (Line("B", "Smoking", modifiable=True),)}, "coding"),
        ({"category": ""}, "category"),
        ({"considered_another": ""}, "category"),
        ({"considered_another": "Y", "considered": ["7"]}, "category"),
        ({"outcome": ""}, "outcome"),
        ({"proposed": "I"}, "outcome"),
        ({"actions_decided": False}, "actions"),
    ],
)
def test_each_thing_that_is_missing_names_the_page_where_it_is_put_right(changes, page):
    assert [each.page for each in missing(facts(**changes))] == [page]


def test_an_empty_grid_is_missing_whatever_the_outcome():
    assert "factors" in {each.page for each in missing(facts(lines=(), outcome="N", proposed="N"))}


@pytest.mark.parametrize("outcome", ["N", "I"])
def test_a_modifiable_factor_contradicts_any_other_outcome(outcome):
    found = missing(facts(outcome=outcome, proposed=outcome, outcome_reason=True))

    assert [each.rule for each in found] == ["V27"]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"age_days": 3, "event": "SUDI"}, "V13"),
        ({"category": "8", "age_days": 28}, "V14"),
        ({"category": "2", "age_band": "A4"}, "V15"),
        ({"category": "1"}, "V16"),
        ({"cause": "SUDEP"}, "V17"),
        ({"category": "1", "actions_decided": False, "scr_status": "DECIDED"}, "V18"),
        ({"lines": (*COMPLETE["lines"], Line("B", "X", True, "SMOKING", "1*"))}, "V28"),
        ({"expectedness": "UNSURE"}, "V29"),
    ],
)
def test_a_caution_does_not_stand_in_the_way(changes, rule):
    assert rule in [each.rule for each in cautions(facts(**changes))]
    assert rule == "V18" or missing(facts(**changes)) == []


def test_a_referral_to_the_scr_group_answers_the_question_about_it():
    assert cautions(facts(category="1", referrals={"SCR_GROUP": "DONE"})) == []


def test_no_proposal_is_no_departure():
    assert not departs("N", "")
    assert departs("N", "M")


def test_sudep_is_found_in_words_and_as_an_abbreviation():
    assert names_sudep("Sudden  unexpected death\nin EPILEPSY")
    assert not names_sudep("Epilepsy")


def test_a_factor_that_stands_for_one_modifiable_factor_is_coded_without_asking():
    assert coding_of("B03", KNOWN) == Coding("SMOKING", "smoking")


def test_a_factor_that_stands_for_none_or_two_is_asked():
    assert coding_of("A12", KNOWN) == Coding()
    assert coding_of("C02", KNOWN) == Coding()


def test_a_theme_that_the_list_leaves_open_is_asked_and_then_remembered():
    assert coding_of("D04", KNOWN) == Coding("POLICY", "")
    assert coding_of("D04", KNOWN, Coding("POLICY", "info_sharing")) == Coding(
        "POLICY", "info_sharing"
    )


@pytest.mark.parametrize(
    ("born", "died", "words"),
    [
        ((2014, 5, 12), (2014, 5, 12), "Less than a day"),
        ((2014, 5, 12), (2014, 5, 13), "1 day"),
        ((2014, 5, 12), (2014, 6, 8), "27 days"),
        ((2014, 5, 12), (2014, 6, 9), "4 weeks"),
        ((2013, 7, 1), (2014, 5, 12), "10 months"),
        ((2012, 5, 12), (2014, 5, 11), "23 months"),
        ((2012, 5, 12), (2014, 5, 12), "2 years"),
    ],
)
def test_an_age_is_said_as_people_say_it(born, died, words):
    assert age_in_words(datetime.date(*born), datetime.date(*died)) == words


def test_a_name_is_found_as_whole_words_only():
    assert tells_who("Then  ADA\nexample fell ill", ["Ada Example"])
    assert not tells_who("The canada geese", ["Ada"])
    assert not tells_who("Mr Xu was there", ["Xu"])
