"""Who may be the second person of a proposal."""

import datetime
import uuid

import pytest

from casereview.rules.access_table import TABLE, Role
from casereview.rules.second_person import NEEDED, SecondPerson, refusal, who_words

NOW = datetime.datetime(2016, 3, 1, 9, tzinfo=datetime.UTC)
PROPOSER, ABOUT, SECOND = (uuid.UUID(int=number) for number in (1, 2, 3))
RULE = SecondPerson("Give a role", frozenset({Role.AUDITOR, Role.ADMINISTRATOR}))
GOOD = {
    "waiting": True,
    "lapses_at": NOW + datetime.timedelta(days=1),
    "now": NOW,
    "proposer": PROPOSER,
    "about": ABOUT,
    "second": SECOND,
    "roles": {Role.AUDITOR},
}


def test_somebody_else_in_a_role_that_may_agrees():
    assert refusal(RULE, **GOOD) == ""


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"second": PROPOSER}, "their own"),
        ({"second": ABOUT}, "themselves"),
        ({"roles": {Role.CDR_MANAGER}}, "administrator"),
        ({"roles": set()}, "auditor"),
        ({"waiting": False}, "answered"),
        ({"lapses_at": NOW}, "lapsed"),
    ],
)
def test_nobody_else_does(change, word):
    assert word in refusal(RULE, **(GOOD | change))


def test_who_may_agree_is_said_in_words():
    assert who_words(RULE) == "another auditor or data protection officer or another administrator"
    assert who_words(SecondPerson("x", frozenset({Role.CDR_MANAGER}))) == "another CDR manager"


def test_each_act_that_needs_a_second_person_is_a_row_that_somebody_has():
    assert set(NEEDED) <= set(TABLE)
    assert all(rule.who and rule.days > 0 for rule in NEEDED.values())
