"""Which edition applies, who leads, and what a file of an edition must hold."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from scr import criteria_files
from scr.criteria_files import UnknownFramework, framework_named, frameworks, parse
from scr.rules.criteria import MORE_INFORMATION
from scr.rules.frameworks import BadFramework, NoFramework, framework_for
from scr.rules.lead import NoLeadRule, Places, lead

FILES = Path(criteria_files.__file__).parent / "data"
FRAMEWORKS = {framework.id: framework for framework in frameworks()}
ENGLAND = ["wt2010", "wt2013", "wt2015", "wt2018", "wt2023"]


@pytest.mark.parametrize(
    ("referred_on", "decision", "notification"),
    [
        (date(2010, 3, 1), "wt2010", "wt2010"),
        (date(2013, 4, 14), "wt2010", "wt2010"),
        (date(2013, 4, 15), "wt2013", "wt2013"),
        (date(2015, 3, 25), "wt2013", "wt2013"),
        (date(2015, 3, 26), "wt2015", "wt2015"),
        (date(2018, 6, 28), "wt2015", "wt2015"),
        (date(2018, 6, 29), "wt2015", "wt2018"),
        (date(2019, 3, 31), "wt2015", "wt2018"),
        (date(2019, 4, 1), "wt2018", "wt2018"),
        (date(2023, 12, 14), "wt2018", "wt2018"),
        (date(2023, 12, 15), "wt2023", "wt2023"),
    ],
)
def test_the_edition_is_that_in_force_at_the_referral(referred_on, decision, notification):
    found = framework_for(referred_on, "england", frameworks(), date(2019, 4, 1))

    assert (found.decision.id, found.notification.id) == (decision, notification)


@pytest.mark.parametrize(("day", "decision"), [(28, "wt2015"), (29, "wt2018")])
def test_no_board_decides_after_the_last_day_on_which_partners_began(day, decision):
    found = framework_for(date(2019, 9, day), "england", frameworks())

    assert found.decision.id == decision


def test_a_date_of_partners_after_the_last_the_law_allowed_counts_as_the_last():
    found = framework_for(date(2019, 10, 1), "england", frameworks(), date(2020, 1, 1))

    assert found.decision.id == "wt2018"


@pytest.mark.parametrize(
    ("referred_on", "nation"), [(date(2010, 2, 28), "england"), (date(2015, 1, 1), "scotland")]
)
def test_no_edition_is_made_up(referred_on, nation):
    with pytest.raises(NoFramework):
        framework_for(referred_on, nation, frameworks())


def test_other_nations_have_their_own_edition():
    day = date(2017, 1, 1)

    assert framework_for(day, "wales", frameworks()).decision.id == "wales_cpr"
    assert framework_for(day, "northern_ireland", frameworks()).decision.id == "ni_cmr"


@pytest.mark.parametrize(
    ("framework", "places", "board", "joining", "ask"),
    [
        ("wt2015", Places("HOME", "AWAY"), "HOME", ("AWAY",), ""),
        ("wt2015", Places("HOME", "AWAY", "CARER"), "CARER", ("HOME", "AWAY"), ""),
        ("wt2015", Places("HOME", "AWAY", None), None, ("HOME", "AWAY"), "looked_after"),
        ("wt2015", Places(None, "AWAY"), None, ("AWAY",), "home"),
        ("wt2023", Places("HOME", "AWAY"), "AWAY", ("HOME",), ""),
        ("wt2023", Places("HOME", "AWAY", "CARER"), "AWAY", ("HOME", "CARER"), ""),
        ("wt2023", Places("HOME", ""), "HOME", (), ""),
        ("wt2023", Places("HOME", None), None, ("HOME",), "event"),
        ("wt2023", Places("HOME", "HOME", "HOME"), "HOME", (), ""),
    ],
)
def test_who_leads_a_case_of_several_areas(framework, places, board, joining, ask):
    found = lead(FRAMEWORKS[framework], places)

    assert (found.board, found.joining, found.ask) == (board, joining, ask)


def test_no_lead_is_made_up_for_another_nation():
    with pytest.raises(NoLeadRule):
        lead(FRAMEWORKS["wales_cpr"], Places("HOME", "HOME"))


def test_the_editions_of_england_follow_one_another_without_a_gap():
    england = [framework for framework in frameworks() if framework.nation == "england"]

    assert [each.id for each in england] == ENGLAND
    assert [each.until for each in england[:-1]] == [each.since for each in england[1:]]
    assert england[-1].until is None


@pytest.mark.parametrize("written", ["wt2015", "WT2015", " wt2015 "])
def test_an_edition_is_found_by_its_name(written):
    assert framework_named(written).id == "wt2015"
    assert framework_named("wales-cpr").id == "wales_cpr"


@pytest.mark.parametrize("written", ["", "wt2014", "2015", "wt2015.toml", "../wt2015"])
def test_no_other_name_is_taken_for_an_edition(written):
    with pytest.raises(UnknownFramework):
        framework_named(written)


def the_2015_file():
    return tomllib.loads((FILES / "criteria_wt2015.toml").read_text(encoding="utf-8"))


def changed(**changes):
    return the_2015_file() | changes


def first_changed(part, **changes):
    raw = the_2015_file()
    raw[part][0] |= changes
    return raw


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (changed(source=""), "source is missing"),
        (changed(retrieved="yesterday"), "retrieved"),
        (changed(status="CERTAIN"), "not a status"),
        (first_changed("criteria", status="CERTAIN"), "not a status"),
        (first_changed("questions", paragraph=""), "no paragraph"),
        (first_changed("criteria", id="death_abuse"), "twice"),
        (first_changed("clocks", unit="fortnights"), "no length"),
        (first_changed("clocks", length=0), "no length"),
        (first_changed("criteria", all_of=["weather=fine"]), "answer nobody can give"),
        (first_changed("criteria", all_of=["event=vanished"]), "answer nobody can give"),
        (first_changed("criteria", all_of=[]), "each of its questions once"),
        (first_changed("criteria", all_of=["event=died", "event=harmed"]), "once"),
        (first_changed("criteria", all_of=["interagency_concern=concern"]), "presume"),
        (first_changed("outcomes", any_of=["weather"]), "not there"),
        (first_changed("outcomes", any_of=[]), "the last outcome"),
        (changed(local_review={"after": "scr_mandatory", "factors": ["x"], "note": ""}), "local"),
    ],
)
def test_an_edition_that_contradicts_itself_is_refused(raw, why):
    with pytest.raises(BadFramework, match=why):
        parse(raw)


def test_the_outcome_of_more_information_is_not_one_of_the_files():
    for framework in frameworks():
        assert MORE_INFORMATION not in {each.code for each in framework.outcomes}
