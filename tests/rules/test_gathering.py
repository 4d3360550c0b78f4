"""Asking agencies: whom, by which power, when they are reminded, and where they differ."""

from datetime import UTC, date, datetime

import pytest

from casereview.rules.working_days import add_working_days
from cdop.rules.chasing import Chase, Pace, chase_today
from cdop.rules.contradictions import Given, Settled, contradictions, still_open
from cdop.rules.legal_power import Power, power_for
from cdop.rules.standard_requests import (
    AgencyKnown,
    Circumstances,
    Standard,
    matched,
    not_covered,
    propose,
)
from cdop.rules.timeliness import Asked, by_agency

DUE = date(2015, 3, 13)  # a Friday
PACE = Pace(before=3, every=5, escalate_after=10)


def chased(today, *, reminded=None, escalated=None):
    return chase_today(today, DUE, reminded, escalated, PACE)


@pytest.mark.parametrize(
    ("today", "reminded", "expected"),
    [
        (date(2015, 3, 9), None, None),  # four working days before
        (date(2015, 3, 10), None, Chase.BEFORE_DUE),  # three
        (date(2015, 3, 11), date(2015, 3, 10), None),
        (DUE, date(2015, 3, 2), Chase.BEFORE_DUE),  # the due day itself, told long before
        (DUE, date(2015, 3, 10), None),
        (date(2015, 3, 14), date(2015, 3, 10), Chase.OVERDUE),  # the day after, a Saturday
        (date(2015, 3, 16), date(2015, 3, 14), None),
        (date(2015, 3, 20), date(2015, 3, 14), Chase.OVERDUE),  # five working days later
        (date(2015, 3, 20), date(2015, 3, 16), None),
    ],
)
def test_a_reminder_goes_before_the_due_day_and_at_intervals_after_it(today, reminded, expected):
    assert chased(today, reminded=reminded) == expected


def test_somebody_senior_is_told_once_ten_working_days_after_the_due_day():
    tenth = add_working_days(DUE, 10)

    assert chased(date(2015, 3, 26), reminded=date(2015, 3, 26)) is None
    assert chased(tenth, reminded=tenth) == Chase.ESCALATE
    assert chased(tenth, reminded=tenth, escalated=tenth) is None


def test_what_has_no_due_day_is_not_chased():
    assert chase_today(DUE, None, None, None, PACE) is None


def test_timeliness_counts_the_due_day_as_on_time_and_leaves_open_ones_out_of_the_median():
    asked = date(2015, 2, 20)
    requests = [
        Asked("Police", asked, DUE, DUE),
        Asked("Police", asked, DUE, date(2015, 3, 16)),
        Asked("Police", asked, DUE, None),
        Asked("Ambulance", asked, DUE, None),
    ]

    ambulance, police = by_agency(requests, date(2015, 3, 14))

    assert (police.asked, police.on_time, police.late, police.open, police.overdue) == (
        3,
        1,
        1,
        1,
        1,
    )
    assert police.median_days == 15.5
    assert (ambulance.open, ambulance.median_days) == (1, None)


POWERS = (
    Power("LSCB-R6", date(2008, 4, 1), "board"),
    Power("s14B", date(2010, 4, 8), "board"),
    Power("s16N", date(2018, 6, 29), "partners"),
)


@pytest.mark.parametrize(
    ("died_on", "partners_began_on", "code"),
    [
        (date(2008, 3, 31), None, None),
        (date(2010, 4, 7), None, "LSCB-R6"),
        (date(2010, 4, 8), None, "s14B"),
        (date(2018, 6, 28), None, "s14B"),
        (date(2018, 6, 29), None, "s16N"),
        (date(2019, 4, 30), date(2019, 5, 1), "s14B"),
        (date(2019, 5, 1), date(2019, 5, 1), "s16N"),
    ],
)
def test_the_power_is_that_of_the_day_of_death_in_the_area(died_on, partners_began_on, code):
    power = power_for(POWERS, died_on, partners_began_on)

    assert (power.code if power else None) == code


STANDARD = (
    Standard("General practice", frozenset({"GP"})),
    Standard("Maternity", frozenset({"MIDWIFE"}), ages=frozenset({"A1", "A2"})),
    Standard("Hospice", frozenset({"HOSPICE"}), expectedness=frozenset({"EXPECTED"})),
)
AGENCIES = (
    AgencyKnown(1, "Hill Surgery", "GP", "LEICESTER"),
    AgencyKnown(2, "Far Surgery", "GP", "ELSEWHERE"),
    AgencyKnown(3, "Maternity unit", "MIDWIFE"),
    AgencyKnown(4, "The hospice", "HOSPICE"),
)


def about(**changes):
    return Circumstances(**{"boards": frozenset({"LEICESTER"}), "age_band": "A2", **changes})


def proposed(circumstances, named=()):
    return {
        one.agency.key
        for one in propose(STANDARD, AGENCIES, circumstances, dict(named))
        if one.proposed
    }


def test_the_standard_set_goes_by_age_area_and_circumstances():
    assert proposed(about()) == {1, 3}
    assert proposed(about(age_band="A4")) == {1}
    assert proposed(about(age_band="")) == {1, 3}
    assert proposed(about(expectedness="EXPECTED")) == {1, 3, 4}


def test_an_agency_of_another_area_is_proposed_when_the_notification_named_it():
    contacts = [
        {"agency": "GP", "name": "Dr A", "organisation": "far  surgery"},
        {"agency": "GP", "name": "Dr B", "organisation": "Unheard of"},
        {"agency": "EDU", "name": "C", "organisation": ""},
    ]

    named, left = matched(contacts, AGENCIES, about())

    assert named == {2: ["Dr A"], 1: ["Dr B"]}
    assert [one["name"] for one in left] == ["C"]
    assert proposed(about(), named) == {1, 2, 3}


def test_a_kind_of_which_the_area_has_two_is_not_guessed():
    agencies = [*AGENCIES, AgencyKnown(5, "Second surgery", "GP", "LEICESTER")]

    named, left = matched([{"agency": "GP", "name": "Dr A"}], agencies, about())

    assert (named, len(left)) == ({}, 1)


def test_what_the_directory_lacks_is_said():
    assert not_covered(STANDARD, AGENCIES[1:2], about()) == ["General practice", "Maternity"]


AT = datetime(2015, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2015, 3, 2, 9, tzinfo=UTC)


def given(code, *, question="q1", on=None, at=AT):
    return Given(question, on, code, at)


@pytest.mark.parametrize("silent", ["NK", "NA", ""])
def test_not_known_contradicts_nothing(silent):
    assert contradictions([given("Y"), given(silent)]) == {}


def test_answers_about_different_people_do_not_contradict():
    answers = [given("Y", on="mother"), given("N", on="father"), given("N", question="q2")]

    assert contradictions(answers) == {}
    assert contradictions([*answers, given("N", on="mother")]) == {("q1", "mother"): ("Y", "N")}


def test_what_was_settled_opens_again_only_when_somebody_then_says_otherwise():
    settled = Settled("Y", AT)

    assert still_open([given("Y"), given("N")], None)
    assert not still_open([given("Y"), given("N")], settled)
    assert not still_open([given("N"), given("Y", at=LATER), given("NK", at=LATER)], settled)
    assert still_open([given("Y"), given("N", at=LATER)], settled)
