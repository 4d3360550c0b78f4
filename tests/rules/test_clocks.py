"""The time limits of every edition: working days, calendar days and months, at their edges."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules.working_days import working_day, working_days_between
from scr.criteria_files import frameworks
from scr.rules.clocks import NoClock, due, due_on

DATA = Path(__file__).resolve().parents[1] / "data"
WORKED = json.loads((DATA / "scr_vignettes.json").read_text(encoding="utf-8"))["clock_cases"]
FRAMEWORKS = {framework.id: framework for framework in frameworks()}
START = date(2015, 3, 31)

# Each from Tuesday 31 March 2015, the week before Easter: Good Friday was 3 April.
BY_EDITION = {
    "wt2010": {"tell_family": "2015-04-09", "decision": "2015-04-30", "complete_scr": "2015-09-30"},
    "wt2013": {
        "tell_family": "2015-04-09",
        "decision": "2015-04-30",
        "tell_npie_no_scr": "2015-04-14",
        "complete_scr": "2015-09-30",
        "npie_copy": "2015-03-24",
        "keep_on_website": "2016-03-31",
    },
    "wt2015": {
        "tell_family": "2015-04-09",
        "notify_ofsted_and_lscb": "2015-04-09",
        "decision": "2015-04-30",
        "tell_ofsted_dfe_npie": "2015-04-09",
        "complete_scr": "2015-09-30",
        "npie_copy": "2015-03-20",
        "keep_on_website": "2016-03-31",
    },
    "wt2018": {
        "tell_family": "2015-04-09",
        "notify_panel": "2015-04-09",
        "rapid_review": "2015-04-23",
        "lcspr_publish": "2015-09-30",
        "panel_copy_before_publication": "2015-03-20",
        "keep_on_website": "2016-03-31",
    },
    "wt2023": {
        "tell_family": "2015-04-09",
        "notify_panel": "2015-04-09",
        "rapid_review": "2015-04-23",
        "lcspr_publish": "2015-09-30",
        "panel_copy_before_publication": "2015-03-20",
        "keep_on_website": "2016-03-31",
    },
    "wales_cpr": {},
    "ni_cmr": {},
}


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["id"])
def test_a_worked_time_limit_falls_on_the_expected_day(case):
    found = due_on(FRAMEWORKS[case["framework"]], case["clock"], date.fromisoformat(case["start"]))

    assert found.isoformat() == case["expected"]


@pytest.mark.parametrize("framework", sorted(FRAMEWORKS))
def test_every_time_limit_of_an_edition_is_counted_by_hand_too(framework):
    clocks = FRAMEWORKS[framework].clocks

    found = {each.id: due_on(FRAMEWORKS[framework], each.id, START).isoformat() for each in clocks}

    assert found == BY_EDITION[framework]


@pytest.mark.parametrize(
    ("clock", "start", "expected"),
    [
        ("decision", date(2016, 1, 31), date(2016, 2, 29)),
        ("decision", date(2015, 1, 29), date(2015, 2, 28)),
        ("decision", date(2015, 2, 28), date(2015, 3, 28)),
        ("decision", date(2015, 12, 31), date(2016, 1, 31)),
        ("complete_scr", date(2015, 8, 31), date(2016, 2, 29)),
        ("keep_on_website", date(2016, 2, 29), date(2017, 2, 28)),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last(clock, start, expected):
    assert due_on(FRAMEWORKS["wt2015"], clock, start) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2015, 5, 1), date(2015, 5, 11)),  # the early May bank holiday lies between
        (date(2015, 6, 6), date(2015, 6, 12)),  # a Saturday
        (date(2015, 6, 7), date(2015, 6, 12)),  # a Sunday
        (date(2015, 12, 24), date(2016, 1, 5)),  # Boxing Day on a Saturday, New Year on a Friday
        (date(2022, 9, 16), date(2022, 9, 26)),  # the day of the state funeral
    ],
)
def test_five_working_days_leave_out_weekends_and_bank_holidays(start, expected):
    assert due_on(FRAMEWORKS["wt2015"], "notify_ofsted_and_lscb", start) == expected


def test_a_one_off_holiday_moves_a_limit_in_either_direction():
    holiday = {date(2015, 6, 10)}
    framework = FRAMEWORKS["wt2015"]

    after = due_on(framework, "notify_ofsted_and_lscb", date(2015, 6, 8), holiday)
    before = due_on(framework, "npie_copy", date(2015, 6, 12), holiday)

    assert (after, before) == (date(2015, 6, 16), date(2015, 6, 2))


def test_how_a_limit_was_worked_out_is_said_in_words():
    found = due(FRAMEWORKS["wt2015"], "notify_ofsted_and_lscb", date(2015, 4, 1))

    assert found.explain() == (
        "5 working days after Wednesday 1 April 2015, when the local authority became aware. "
        "Not counted: Friday 3 April 2015 (Good Friday); Saturday 4 April 2015 (weekend); "
        "Sunday 5 April 2015 (weekend); Monday 6 April 2015 (Easter Monday)."
    )


def test_a_reconstructed_limit_says_so():
    found = due(FRAMEWORKS["wt2013"], "npie_copy", date(2015, 3, 9))

    assert found.explain() == (
        "1 week before Monday 9 March 2015, when the report is to be published. "
        "This time limit is reconstructed: check the guidance."
    )


def test_a_rapid_review_starts_from_another_event_in_each_edition():
    starts = {
        name: due(FRAMEWORKS[name], "rapid_review", START).clock.starts_from
        for name in ("wt2018", "wt2023")
    }

    assert starts == {"wt2018": "partners_aware", "wt2023": "notification_sent"}


@pytest.mark.parametrize(
    ("framework", "clock"), [("wt2010", "notify_panel"), ("ni_cmr", "decision"), ("wt2015", "")]
)
def test_a_limit_that_the_edition_does_not_have_is_refused(framework, clock):
    with pytest.raises(NoClock):
        due_on(FRAMEWORKS[framework], clock, START)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_working_days_are_counted_alike_forwards_and_back(start):
    framework = FRAMEWORKS["wt2018"]

    after = due_on(framework, "rapid_review", start)
    before = due_on(framework, "panel_copy_before_publication", start)

    assert working_day(after) and working_days_between(start, after) == 15
    assert working_day(before)
    assert sum(working_day(before + timedelta(n)) for n in range((start - before).days)) == 7
