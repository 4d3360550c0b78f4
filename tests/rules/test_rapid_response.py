"""Whether agencies respond together to a death, and the last day of each phase."""

from datetime import date

import pytest

from cdop import codes
from cdop.rules.plain_words import category_words, outcome_words
from cdop.rules.rapid_response import (
    Edition,
    Needed,
    edition_of,
    needed_joint_agency_response,
    needed_rapid_response,
    phase_due,
)

THURSDAY_BEFORE_EASTER = date(2015, 4, 2)


def limit(code):
    return codes.code_list("response_phase").get(code).extra


@pytest.mark.parametrize(
    ("died", "began", "edition"),
    [
        (date(2017, 12, 31), None, Edition.RAPID_RESPONSE),
        (date(2018, 1, 1), None, Edition.JOINT_AGENCY_RESPONSE),
        (date(2019, 3, 1), date(2019, 9, 29), Edition.RAPID_RESPONSE),
        (date(2019, 9, 29), date(2019, 9, 29), Edition.JOINT_AGENCY_RESPONSE),
    ],
)
def test_the_day_of_the_death_decides_and_the_areas_own_day_wins(died, began, edition):
    assert edition_of(died, began) is edition


@pytest.mark.parametrize(
    ("expectedness", "confirmed", "needed"),
    [
        ("UNEXPECTED", False, Needed.YES),
        ("UNEXPECTED", True, Needed.YES),
        ("EXPECTED", True, Needed.NO),
        ("EXPECTED", False, Needed.NOT_KNOWN),
        ("UNSURE", False, Needed.NOT_KNOWN),
        ("", False, Needed.NOT_KNOWN),
    ],
)
def test_only_a_confirmed_expected_death_has_no_rapid_response(expectedness, confirmed, needed):
    assert needed_rapid_response(expectedness, confirmed) is needed


def test_any_trigger_is_enough_and_unasked_is_not_no():
    assert needed_joint_agency_response(["J2"]) is Needed.YES
    assert needed_joint_agency_response([]) is Needed.NO
    assert needed_joint_agency_response(None) is Needed.NOT_KNOWN


@pytest.mark.parametrize(
    ("phase", "due_on"),
    [
        ("REFERRAL", date(2015, 4, 7)),
        ("VISIT", date(2015, 4, 3)),
        ("PHASE_1", date(2015, 4, 7)),
        ("PHASE_2", date(2015, 4, 9)),
        ("FINAL", date(2015, 6, 25)),
        ("JAR_MEETING", date(2015, 4, 7)),
    ],
)
def test_each_phase_has_its_last_day(phase, due_on):
    assert phase_due(THURSDAY_BEFORE_EASTER, limit(phase)).on == due_on


def test_a_phase_without_a_limit_has_no_day():
    assert phase_due(THURSDAY_BEFORE_EASTER, {}) is None


def test_every_phase_names_the_time_limit_it_comes_from():
    from casereview.codes import code_list

    limits = code_list("timescales")

    assert all(limits.get(c.extra["limit"]) for c in codes.code_list("response_phase").codes)


def test_what_was_done_to_a_child_is_never_drafted_in_stock_words():
    assert category_words("1", "Ada") == category_words("2", "Ada") == ""


def test_every_other_category_and_every_outcome_has_plain_words():
    for code, label in codes.categories_of_death():
        if code not in ("1", "2"):
            words = category_words(code, "Ada")
            assert "Ada" in words
            assert label not in words
    assert all(outcome_words(code) for code, _ in codes.modifiable_outcomes())
