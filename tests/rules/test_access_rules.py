"""The rules of who may: what a role is held for, where it may, an emergency, and a second look."""

import datetime

import pytest

from casereview.rules import access_review, break_glass
from casereview.rules.access_table import TABLE, Role, Where, roles_for, where
from casereview.rules.role_scope import Scope, scope_of

NOW = datetime.datetime(2015, 3, 2, 12, 0, tzinfo=datetime.UTC)
DAY = datetime.date(2015, 3, 2)


def test_the_table_answers_for_each_cell_and_knows_no_other_action():
    assert where("view_case", Role.CDR_MANAGER) == where("view_case", "cdr_manager") == Where.CASE
    assert where("view_case", Role.ADMINISTRATOR) is None
    assert roles_for("add_person") == {Role.ADMINISTRATOR: Where.ANYWHERE}
    assert all(roles_for(action) == TABLE[action] for action in TABLE)
    for ask in (roles_for, lambda action: where(action, Role.AUDITOR)):
        with pytest.raises(KeyError):
            ask("no_such_action")


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.CDR_MANAGER, Scope.PANEL),
        ("panel_chair", Scope.PANEL),
        (Role.SCR_MEMBER, Scope.BOARD),
        (Role.AGENCY_LEAD, Scope.AGENCY),
        (Role.AUDITOR, Scope.EVERYWHERE),
    ],
)
def test_a_role_is_held_for_a_panel_a_board_an_agency_or_everywhere(role, scope):
    assert scope_of(role) is scope


def test_every_role_and_purpose_has_its_words_in_its_order():
    assert Role.choices()[0] == ("cdr_manager", "CDR manager")
    assert [code for code, _ in Role.choices()] == [role.value for role in Role]
    assert Role.AUDITOR.label == "Auditor or data protection officer"
    assert break_glass.Purpose.choices()[0] == ("child_at_risk", "Another child may be at risk")
    assert len(break_glass.Purpose.choices()) == len(break_glass.Purpose)


def test_a_purpose_that_is_no_longer_offered_reads_as_it_was_kept():
    assert break_glass.purpose_words("complaint").startswith("A complaint or an incident")
    assert break_glass.purpose_words("night_duty") == "Night duty"


@pytest.mark.parametrize(
    ("reason", "good"),
    [
        ("twenty letters here are", True),  # twenty without the spaces
        ("nineteen letters ar be", False),
        ("twentyletterstogether", False),  # one word
        ("again again again again again", False),  # one word, again and again
        ("ab " + "c" * 18, True),
        ("ab " + "c" * 17, False),
        ("", False),
    ],
)
def test_a_reason_has_twenty_letters_and_more_than_one_word(reason, good):
    letters = len(reason.replace(" ", ""))
    assert (break_glass.reason_refusal(reason) == "") is good, letters
    assert good or "20 letters" in break_glass.reason_refusal(reason)


def test_an_emergency_is_reviewed_within_five_working_days():
    assert break_glass.review_due_on(NOW) == datetime.date(2015, 3, 9)


def test_a_role_is_looked_at_again_after_a_year_and_admissions_after_a_quarter():
    kind = access_review.Kind
    later = DAY + datetime.timedelta(days=30)

    assert access_review.due_on(kind.ROLE, DAY, None) == datetime.date(2016, 3, 1)
    assert access_review.due_on(kind.ROLE, DAY, later) == datetime.date(2016, 3, 31)
    assert access_review.due_on(kind.ADMISSIONS, DAY, None) == datetime.date(2015, 6, 1)
    assert kind.choices() == [
        ("role", "Standing role"),
        ("admissions", "Admitted case by case"),
    ]


def test_what_somebody_has_is_unused_after_ninety_days_to_the_second():
    ago = datetime.timedelta(days=90)

    assert access_review.unused(None, NOW)
    assert access_review.unused(NOW - ago, NOW)
    assert not access_review.unused(NOW - ago + datetime.timedelta(seconds=1), NOW)


def test_coverage_is_told_in_a_hundred():
    assert access_review.share(1, 3) == "1 of 3 (33 in a hundred)"
    assert access_review.share(200, 200) == "200 of 200 (100 in a hundred)"
    assert access_review.share(0, 0) == "Nobody"
