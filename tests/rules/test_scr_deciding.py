"""What may be recommended and decided, who decides, and what the register says."""

from datetime import date

import pytest

from scr.criteria_files import framework_named, frameworks
from scr.options import decider, option, options, partner_of, quorum_agencies
from scr.rules.criteria import MORE_INFORMATION, assess
from scr.rules.deciding import Decider, differ, joint
from scr.rules.options import LeadsTo, decidable, departs, recommendable
from scr.rules.register import Considered, kept_words, lines_that_hold, year_records

EDITIONS = [framework.id for framework in frameworks()]


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_outcome_of_each_edition_can_be_followed_without_departing(edition):
    framework = framework_named(edition)
    offered = recommendable(options(), edition)

    unfollowed = [
        each.code
        for each in framework.outcomes
        if not any(each.code in option.follows for option in offered)
    ]

    assert unfollowed == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_option_follows_outcomes_that_exist(edition):
    known = {outcome.code for framework in frameworks() for outcome in framework.outcomes}

    assert all(option.follows <= known for option in recommendable(options(), edition))
    assert {each.leads_to for each in decidable(options(), edition)} == set(LeadsTo)


@pytest.mark.parametrize(
    ("code", "outcome", "departing"),
    [
        ("scr", "scr_mandatory", False),
        ("scr_composite", "scr_mandatory", False),
        ("alternative_review", "scr_mandatory", True),
        ("none", "scr_mandatory", True),
        ("none", "scr_consider", False),
        ("scr", "no_further_review", True),
        ("none", "no_further_review", False),
        ("defer", "scr_mandatory", True),
        ("defer", MORE_INFORMATION, False),
        ("scr", MORE_INFORMATION, False),
        ("no_local_review", "rapid_review", False),
        ("none", "rapid_review", True),
    ],
)
def test_what_departs_from_the_tool(code, outcome, departing):
    assert departs(option(code), outcome) is departing


@pytest.mark.parametrize(
    ("edition", "who"),
    [
        ("wt2010", Decider.CHAIR),
        ("wt2013", Decider.CHAIR),
        ("wt2015", Decider.CHAIR),
        ("wt2018", Decider.PARTNERS),
        ("wt2023", Decider.PARTNERS),
        ("wales_cpr", Decider.CHAIR),
    ],
)
def test_who_decides_under_an_edition(edition, who):
    assert decider(edition) == who


def test_nobody_decides_on_a_rapid_review_which_follows_by_itself():
    offered = {each.code for each in decidable(options(), "wt2018")}

    assert "rapid_review" not in offered
    assert {"local_review", "no_local_review"} <= offered
    assert "scr" not in offered


@pytest.mark.parametrize(
    ("decided", "together", "apart"),
    [
        ({}, None, False),
        ({"authority": "local_review", "health": "local_review"}, None, False),
        (dict.fromkeys(("authority", "health", "police"), "local_review"), "local_review", False),
        (
            {"authority": "local_review", "health": "local_review", "police": "no_local_review"},
            None,
            True,
        ),
        ({"authority": "local_review", "police": "no_local_review"}, None, True),
    ],
)
def test_three_partners_decide_when_they_all_decide_alike(decided, together, apart):
    assert joint(decided) == together
    assert differ(decided) is apart


def test_a_partner_is_known_by_the_kind_of_the_agency():
    assert [partner_of(kind) for kind in ("CSC", "HOSPITAL", "POLICE", "VOL")] == [
        "authority",
        "health",
        "police",
        "",
    ]
    assert quorum_agencies() == 3


def test_a_looked_after_childs_natural_death_with_learning_shows_every_line_that_holds():
    framework = framework_named("wt2015")
    known = {
        "under_18_at_event": "yes",
        "event": "died",
        "custody_death": "no",
        "mha_detained": "no",
        "dol_order_16_17": "no",
        "abuse_or_neglect": "no",
        "looked_after": "yes",
        "regulated_setting": "no",
        "learning_potential": "yes",
    }
    found = assess(framework, known)

    lines = [line.words for line in lines_that_hold(framework, known, found.outcome, found.label)]

    assert found.outcome == "alternative_review"
    assert len(lines) == 2
    assert lines[0] == found.label
    assert lines[1].startswith("To be notified: A looked after child died (Working Together 2015")


def test_a_mandatory_review_does_not_hide_its_learning():
    framework = framework_named("wt2013")
    known = {
        "under_18_at_event": "yes",
        "event": "died",
        "abuse_or_neglect": "known",
        "learning_potential": "yes",
    }
    found = assess(framework, known)

    lines = lines_that_hold(framework, known, found.outcome, found.label)

    assert found.outcome == "scr_mandatory"
    assert "There is learning for several agencies, whatever the criteria say" in {
        line.text for line in lines
    }


@pytest.mark.parametrize(
    ("met_on", "words"),
    [
        (date(2015, 3, 10), "kept on the day"),
        (date(2015, 3, 8), "kept, 2 days to spare"),
        (date(2015, 3, 11), "1 day late"),
        (None, "5 days overdue"),
    ],
)
def test_days_against_a_clock(met_on, words):
    assert kept_words(date(2015, 3, 10), met_on, date(2015, 3, 15)) == words


def test_a_year_counts_what_was_decided_in_it_whenever_it_was_referred():
    rows = [
        Considered(date(2014, 3, 31), decided_on=date(2014, 4, 1), leads_to="review"),
        Considered(date(2015, 3, 31), overdue=True, under_way=True),
        Considered(date(2014, 6, 1), decided_on=date(2014, 7, 1), leads_to="other_review"),
        Considered(
            date(2014, 6, 1),
            decided_on=date(2014, 7, 1),
            leads_to="no_review",
            published_on=date(2015, 4, 1),
        ),
    ]

    found = {record.ends_in: record for record in year_records(rows)}

    assert list(found) == [2016, 2015, 2014]
    assert (found[2015].considered, found[2014].considered, found[2016].considered) == (3, 1, 0)
    assert (found[2015].reviews, found[2015].other_reviews, found[2015].no_review) == (1, 1, 1)
    assert (found[2015].under_way, found[2015].overdue) == (1, 1)
    assert (found[2016].published, found[2015].published) == (1, 0)
