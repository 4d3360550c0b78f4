"""Where an audit stands, what may be done then, and the count of a year."""

import itertools
from datetime import date

import pytest

from scr.rules.audits import Act, Counted, Stage, count, may, missing, refusal, stage_of

TRUTH = {
    "planned": "plan postpone cancel hold choose",
    "postponed": "plan cancel",
    "cancelled": "",
    "held": "choose write agree",
    "agreed": "take_back share",
    "shared": "",
}


@pytest.mark.parametrize(("stage", "act"), list(itertools.product(Stage, Act)))
def test_what_may_be_done_is_the_truth_table_and_a_refusal_says_what_to_do(stage, act):
    allowed = act in TRUTH[stage].split()

    assert may(stage, act) is allowed
    assert bool(refusal(stage, act)) is not allowed


@pytest.mark.parametrize(
    ("state", "agreed", "shared", "stage"),
    [
        ("planned", False, False, Stage.PLANNED),
        ("postponed", False, False, Stage.POSTPONED),
        ("cancelled", False, False, Stage.CANCELLED),
        ("held", False, False, Stage.HELD),
        ("held", True, False, Stage.AGREED),
        ("held", True, True, Stage.SHARED),
    ],
)
def test_the_stage_is_read_from_the_record(state, agreed, shared, stage):
    assert stage_of(state, agreed=agreed, shared=shared) == stage


def test_a_held_audit_is_told_to_be_written_up_and_not_to_be_agreed_first():
    assert refusal(Stage.HELD, Act.HOLD) == "Write down what was found: the audit was held"


def test_every_childs_voice_is_missing_until_it_is_written():
    assert missing(findings=True, voices=[("Child 1", True), ("Child 2", False)]) == [
        "Write the voice of Child 2"
    ]
    assert len(missing(findings=False, voices=[])) == 2
    assert missing(findings=True, voices=[("Child 1", True)]) == []


def test_a_year_counts_its_programme_and_what_was_held_in_its_twelve_months():
    first, last = date(2014, 4, 1), date(2015, 3, 31)
    audits = [
        Counted(2015, "held", first, 5, True),
        Counted(2015, "held", last, 4, False),
        Counted(2015, "held", date(2015, 4, 1), 7, True),
        Counted(2015, "postponed", None, 0, False),
        Counted(2015, "cancelled", None, 2, False),
        Counted(2015, "planned", None, 3, False),
        Counted(2014, "held", date(2014, 6, 2), 6, True),
        Counted(2014, "postponed", None, 1, False),
        Counted(2016, "planned", None, 1, False),
    ]

    found = count(audits, first, last)

    assert found.planned_in_all == 6
    assert (found.held, found.held_later, found.carried_in) == (2, 1, 1)
    assert (found.postponed, found.cancelled, found.still_planned) == (1, 1, 1)
    assert found.children == 15
    assert found.shared == 2
