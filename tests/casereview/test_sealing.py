"""A seal: who goes on seeing the case, what it covers, and taking it off."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import access, kin
from casereview.actions import NotAllowed, sealing
from casereview.models import Case, CaseMatch, CaseUserObjectPermission, Panel, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
WHY = "A member of staff is under investigation"


def save(record, **values):
    record = type(record).objects.get(pk=record.pk)
    with change("test", by=None) as written:
        for name, value in values.items():
            setattr(record, name, value)
        written.save(record)


def link_family(one, other, decision="linked"):
    with change("decide_match", by=None, case=one) as written:
        match = CaseMatch(
            case=one,
            other_case=other,
            kind="family",
            grounds="address",
            found_at=one.opened_at,
            decision=decision,
        )
        written.save(match)


def test_those_who_are_named_go_on_seeing_it_and_nobody_else(case, manager):
    other = factories.make_user(Role.CDR_MANAGER)
    doctor = factories.make_user(Role.DESIGNATED_DOCTOR)
    member = factories.make_user(Role.PANEL_MEMBER)
    left_out = factories.make_user(Role.PANEL_MEMBER)
    for one in (member, left_out):
        factories.admit(one, case, Role.PANEL_MEMBER)

    sealing.seal_case(case=case, reason=WHY, by=manager, keeps=[doctor, member])

    for one, sees in [(manager, 1), (doctor, 1), (member, 1), (other, 0), (left_out, 0)]:
        assert access.can(one, "view_case", case) is bool(sees)
        assert access.visible_to(one).count() == sees
    assert access.can(manager, "correct_record", case)
    assert access.can(doctor, "confirm_expectedness", case)
    assert not access.can(doctor, "correct_record", case)
    late = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(late, case, Role.PANEL_MEMBER)
    assert not access.can(late, "view_case", case)

    sealing.unseal_case(case=case, reason="It is over", by=manager)

    assert all(access.can(one, "view_case", case) for one in (other, left_out, late))
    assert not CaseUserObjectPermission.objects.filter(source="seal").exists()
    assert not CaseUserObjectPermission.objects.filter(named=True).exists()


@pytest.mark.parametrize("first", [True, False])
def test_a_seal_covers_every_case_merged_with_it(case, manager, first):
    """Merged before the seal or after it."""
    other, second = factories.make_user(Role.CDR_MANAGER), factories.make_case(by=manager)
    if first:
        save(second, merged_into=case, stage=Case.Stage.MERGED)
    sealing.seal_case(case=case, reason=WHY, by=manager, keeps=[])
    if not first:
        save(second, merged_into=case, stage=Case.Stage.MERGED)
    both = Case.objects.filter(pk__in=[case.pk, second.pk])

    assert [access.can(other, "view_case", one) for one in both] == [False, False]
    assert not access.visible_to(other).exists()
    assert [access.can(manager, "view_case", one) for one in both] == [True, True]
    assert access.visible_to(manager).count() == 2


def test_a_withdrawal_covers_linked_families_and_children_of_one_birth(case, manager):
    sibling, cousin, apart, twin = (factories.make_case(by=manager) for _ in range(4))
    link_family(case, sibling)
    link_family(cousin, sibling)
    link_family(case, apart, decision="set_apart")
    from casereview.actions.incidents import link_incident

    link_incident(case=Case.objects.get(pk=twin.pk), other=cousin, kind="birth", by=manager)
    fire = factories.make_case(by=manager)
    link_incident(case=Case.objects.get(pk=apart.pk), other=fire, kind="fire", by=manager)

    factories.recuse(manager, twin)

    assert set(access.visible_to(manager)) == {apart, fire}
    for one in (case, sibling, cousin, twin):
        assert not access.can(manager, "view_case", Case.objects.get(pk=one.pk))
        assert kin.kept_out(one)(manager)
    with pytest.raises(NotAllowed, match="withdrawn"):
        factories.admit(manager, case, Role.PANEL_MEMBER, by=manager)


def test_what_keeps_people_away_is_asked_in_the_same_few_questions(
    case, manager, django_assert_num_queries
):
    for _ in range(6):
        link_family(factories.make_case(by=manager), case)
    factories.recuse(manager, case)

    # Standing, two steps of kinship, the list.
    with django_assert_num_queries(4):
        assert not list(access.visible_to(manager))


def test_the_page_seals_and_offers_the_family(client, case, manager):
    doctor = factories.make_user(Role.DESIGNATED_DOCTOR, name="Dora Doctor")
    other = factories.make_user(Role.CDR_MANAGER)
    sibling = factories.make_case(by=manager)
    link_family(case, sibling)
    address = reverse("seal_case", args=[case.reference])

    page = sign_in(client, manager).get(address).content.decode()
    assert "Dora Doctor" in page
    assert sibling.reference in page
    client.post(address, {"reason": WHY, "keeps": [str(doctor.pk)], "also": [str(sibling.pk)]})
    shown = client.get(reverse("view_sharing", args=[case.reference])).content.decode()

    assert "This case is sealed" in shown
    for one in (case, sibling):
        fresh = Case.objects.get(pk=one.pk)
        assert fresh.sealed
        assert access.can(doctor, "view_case", fresh)
        assert not access.can(other, "view_case", fresh)
    assert sign_in(client, other).get(address).status_code == 404
    sign_in(client, manager).post(reverse("unseal_case", args=[case.reference]), {"reason": "Over"})
    assert access.can(other, "view_case", Case.objects.get(pk=case.pk))


def test_a_seal_names_nobody_who_sees_nothing(case, manager):
    stranger, away = factories.make_user(None), factories.make_user(Role.CDR_MANAGER)
    factories.recuse(away, case)

    sealing.seal_case(case=case, reason=WHY, by=manager, keeps=[stranger, away])

    assert not access.can(stranger, "view_case", case)
    assert not access.can(away, "view_case", case)
    with pytest.raises(NotAllowed, match="sealed already"):
        sealing.seal_case(case=case, reason=WHY, by=manager, keeps=[])
    with pytest.raises(NotAllowed, match="Enter why"):
        sealing.unseal_case(case=case, reason=" ", by=manager)


def test_what_a_seal_named_ends_with_the_role(case, manager, people):
    from casereview.actions import people as accounts
    from casereview.models import StandingRole

    doctor = factories.make_user(Role.DESIGNATED_DOCTOR)
    sealing.seal_case(case=case, reason=WHY, by=manager, keeps=[doctor])

    accounts.end_role(held=StandingRole.objects.get(user=doctor), by=people[Role.ADMINISTRATOR])

    assert not access.can(doctor, "view_case", case)


def test_a_role_elsewhere_does_not_prolong_the_sight_of_a_role_here(case, manager):
    """Who keeps sight by a role that ends keeps it no longer, whatever they are on other panels."""
    doctor = factories.make_user(Role.DESIGNATED_DOCTOR)
    here = StandingRole.objects.get(user=doctor)
    last = timezone.localdate() + datetime.timedelta(days=30)
    with change("test", by=None) as written:
        here.until = last
        written.save(here)
        other = Panel(code="elsewhere", name="Another panel")
        written.save(other)
        written.save(
            StandingRole(user=doctor, role=here.role, panel=other, given_at=timezone.now())
        )

    sealing.seal_case(case=case, reason=WHY, by=manager, keeps=[doctor])

    until = CaseUserObjectPermission.objects.get(user=doctor, content_object=case).until
    assert until is not None
    assert timezone.localdate(until) == last + datetime.timedelta(days=1)
