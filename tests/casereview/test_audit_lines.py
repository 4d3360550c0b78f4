"""An entry of the log in words: each part of a line by itself, and what a reader is not told."""

import datetime
import uuid
from types import SimpleNamespace

import pytest

from casereview import access, audit, audit_lines
from casereview.models import Case
from casereview.rules.access_table import Role
from tests import factories

KEY = uuid.UUID("00000000-0000-4000-8000-000000000001")
AT = datetime.datetime(2015, 3, 2, 12, 0, tzinfo=datetime.UTC)
NAMES = {KEY: "Bea Example"}


def entry(**facts):
    told = {"seq": 1, "at": AT, "actor": None, "acting_role": "", "action": "view_case"}
    return SimpleNamespace(**{**told, "outcome": "allowed", "case": None, "detail": "{}", **facts})


def test_who_did_it_is_a_person_the_system_or_somebody_forgotten():
    assert audit_lines._who(None, NAMES) == "The system"
    assert audit_lines._who(KEY, NAMES) == "Bea Example"
    assert audit_lines._who(KEY, {}) == "Somebody who is no longer known"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("break_glass", "Break-glass"),
        ("report_link", "Holder of a link"),
        ("auditor", "Auditor or data protection officer"),
        ("of_long_ago", "of_long_ago"),
        ("", ""),
    ],
)
def test_a_role_is_in_words_and_one_of_long_ago_as_it_was_kept(code, words):
    assert audit_lines._role(code) == words


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (audit.REFUSED, ("Refused", "red")),
        (audit.DONE, ("Done", "green")),
        (audit.ALLOWED, ("Allowed", "grey")),
    ],
)
def test_an_outcome_has_its_word_and_its_colour(outcome, words):
    assert audit_lines._how(outcome, {}) == words


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({}, ""),
        ({"kind": "api", "token": str(KEY)}, "By a program"),
        ({"fields": {"t": ["sex", "name_index"], "u": ["address"]}}, "Changed: address, sex"),
        ({"person": str(KEY)}, "About Bea Example"),
        ({"person": str(uuid.UUID(int=5))}, "About a person"),
        ({"person": "nobody"}, ""),
        ({"role": "auditor"}, "As auditor or data protection officer"),
        ({"role": "of_long_ago"}, ""),
        ({"level": "informs_only"}, "Level: informs only"),
        ({"reason_given": True}, "With a reason"),
        ({"reason_given": False}, ""),
        ({"by": "nhs_number", "found": ["a", "b"]}, "By NHS number: 2 found"),
        ({"found": []}, "By : 0 found"),
        ({"by": "name", "found": 2}, ""),
        ({"field": "address"}, "Field: address"),
        ({"level": "noted", "reason_given": True}, "Level: noted. With a reason"),
    ],
)
def test_the_detail_of_an_entry_is_in_words(detail, words):
    assert audit_lines._about(entry(), detail, NAMES) == words


def test_a_detail_that_is_no_object_says_nothing():
    assert audit_lines._detail(entry(detail='{"a":1}')) == {"a": 1}
    assert audit_lines._detail(entry(detail="[1]")) == {}
    assert audit_lines._detail(entry(detail="no JSON")) == {}


def test_a_key_is_a_key_or_nothing():
    assert audit_lines._key(str(KEY)) == audit_lines._key(KEY) == KEY
    assert audit_lines._key(None) is audit_lines._key("") is audit_lines._key("nobody") is None


@pytest.mark.django_db
def test_a_line_says_all_of_a_case_one_sees_and_only_that_there_was_one_of_another(case, manager):
    far = factories.make_case(by=manager)
    factories.recuse(manager, far)
    other = factories.make_user(Role.AUDITOR, name="Cyan Example")
    by = {"actor": manager.pk, "acting_role": "cdr_manager", "outcome": "done"}
    about = f'{{"person":"{other.pk}"}}'
    entries = [
        entry(seq=4, case=case.pk, detail=about, **by),
        entry(seq=3, case=far.pk, detail=about, **by),
        entry(seq=2, detail=about),
        entry(seq=1, outcome="refused", actor=KEY),
    ]
    assert Case.objects.count() == 2

    mine, kept, of_none, refused = audit_lines.lines(iter(entries), manager)

    assert (mine.seq, mine.at, mine.who, mine.role) == (4, AT, manager.name, "CDR manager")
    assert (mine.how, mine.colour, mine.detail) == ("Done", "green", "About Cyan Example")
    assert (mine.reference, mine.withheld) == (case.reference, False)
    assert (kept.detail, kept.reference, kept.withheld) == ("", "", True)
    assert kept.who == manager.name
    assert (of_none.detail, of_none.reference, of_none.withheld) == (mine.detail, "", False)
    assert (refused.how, refused.colour) == ("Refused", "red")
    assert refused.who == "Somebody who is no longer known"
    assert mine.did == "Looked at the overview"
    assert refused.did == "Asked for the overview"


@pytest.mark.django_db
def test_lines_cost_the_same_few_questions_however_many_there_are(
    case, manager, django_assert_num_queries
):
    entries = [entry(seq=n, case=case.pk, actor=manager.pk) for n in range(30)]

    with access.remembering():
        audit_lines.lines(entries[:1], manager)
        with django_assert_num_queries(2):
            assert len(audit_lines.lines(entries, manager)) == 30
