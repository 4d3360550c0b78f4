"""What a person holds and is kept from, condition by condition, and asked for once in a request."""

import datetime

import pytest
from django.utils import timezone

from casereview import access, actions, standing
from casereview.models import Interest, StandingRole
from casereview.rules.access_table import Role
from casereview.set_up import group_for
from tests import factories
from tests.casereview.test_door import give, put

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def person(db):
    return factories.make_user(None)


def held(user) -> set:
    return {(one.role, one.group) for one in access.held_by(user)}


def named_to(case, group, manager) -> None:
    given = actions.admit_group_to_case(case=case, group=group, role=Role.SCR_MEMBER, by=manager)
    put(given, named=True)


@pytest.mark.parametrize(
    ("days", "ended", "holds"),
    [
        (None, False, True),
        (0, False, True),
        (-1, False, False),
        (None, True, False),
        (1, True, False),
    ],
)
def test_a_role_is_held_up_to_its_last_day_unless_it_is_ended(person, manager, days, ended, holds):
    until = None if days is None else timezone.localdate() + days * DAY
    role = give(person, Role.DESIGNATED_DOCTOR, panel=factories.panel(), until=until)
    if ended:
        put(role, ended_at=timezone.now(), ended_by=manager)

    assert held(person) == ({(Role.DESIGNATED_DOCTOR, None)} if holds else set())
    assert StandingRole.objects.filter(user=person).count() == 1


@pytest.mark.parametrize("whose", ["person", "agency"])
@pytest.mark.parametrize(
    ("level", "lifted", "keeps"),
    [("withdraws", False, True), ("withdraws", True, False), ("noted", False, False)],
)
def test_only_a_withdrawal_in_force_keeps_away(case, manager, person, whose, level, lifted, keeps):
    agency = factories.make_agency()
    put(person, agency=agency)
    colleague = factories.make_user(None, email="elsewhere@example.org")
    facts = {"user": person} if whose == "person" else {"agency": agency}
    one = Interest(case=case, level=level, declared_at=timezone.now(), **facts)
    put(one)
    if lifted:
        put(one, lifted_at=timezone.now(), lifted_by=manager)

    assert access.withdrawn_from(person) == (frozenset({case.pk}) if keeps else frozenset())
    assert access.withdrawn_from(colleague) == frozenset()


def test_a_seal_is_opened_by_a_group_of_ones_own_and_by_no_other(case, manager, person):
    mine = group_for(Role.SCR_MEMBER, factories.board())
    other = group_for(Role.SCR_MEMBER, factories.board("NOTTINGHAM"))
    give(person, Role.SCR_MEMBER, group=mine)
    put(case, sealed=True)

    named_to(case, other, manager)
    assert standing.standing_of(person).sealed_off == {case.pk}
    assert standing.standing_of(person).sealed_to == frozenset()

    named_to(case, mine, manager)
    assert standing.standing_of(person).sealed_off == frozenset()
    assert standing.standing_of(person).sealed_to == {case.pk}


def test_who_is_named_to_a_case_that_is_not_sealed_is_told_of_no_seal(case, manager, person):
    sealed = factories.make_case(by=manager)
    put(sealed, sealed=True)
    factories.admit(person, case, Role.PANEL_MEMBER, by=manager, named=True)

    assert standing.standing_of(person).sealed_to == frozenset()
    assert standing.standing_of(person).sealed_off == {sealed.pk}
    assert access.on_case(person, case).sealed is False


def test_it_is_asked_for_once_in_a_request_and_again_when_something_changed(
    person, django_assert_num_queries
):
    with access.remembering():
        assert access.held_by(person) == ()
        with django_assert_num_queries(0):
            assert access.held_by(person) == ()
            assert access.withdrawn_from(person) == frozenset()
        give(person, Role.DESIGNATED_DOCTOR, panel=factories.panel())
        access.forget()
        assert held(person) == {(Role.DESIGNATED_DOCTOR, None)}
    with django_assert_num_queries(1):
        assert held(person) == {(Role.DESIGNATED_DOCTOR, None)}
