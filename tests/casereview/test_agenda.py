"""Putting a case on an agenda admits those invited, but never who has withdrawn or left."""

import datetime

import pytest

from casereview import access, actions
from casereview.models import CaseUserObjectPermission
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories

pytestmark = pytest.mark.django_db


def meet(panel, manager, *members):
    return actions.arrange_meeting(
        panel=panel, held_on=datetime.date(2026, 3, 4), by=manager, members=members
    )


def test_a_member_whose_agency_has_withdrawn_is_kept_out_and_holds_nobody_up(case, panel, manager):
    withdrawn = factories.make_agency()
    member = factories.make_user(Role.PANEL_MEMBER, agency=withdrawn)
    other = factories.make_user(Role.PANEL_MEMBER, agency=factories.make_agency())
    actions.declare_interest(
        case=case, agency=withdrawn, level="withdraws", grounds="Cared for the child", by=manager
    )

    actions.put_on_agenda(meeting=meet(panel, manager, member, other), case=case, by=manager)

    admitted = CaseUserObjectPermission.objects.filter(content_object=case)
    assert [admission.user for admission in admitted] == [other]
    assert not access.can(member, "view_case", case)


def test_a_member_who_has_left_is_not_admitted(case, panel, manager):
    member = factories.make_user(Role.PANEL_MEMBER)
    meeting = meet(panel, manager, member)
    with change("deactivate_person", by=None) as written:
        member.is_active = False
        written.save(member)

    actions.put_on_agenda(meeting=meeting, case=case, by=manager)

    assert not CaseUserObjectPermission.objects.filter(content_object=case).exists()


def test_each_member_costs_four_queries_and_no_more(
    case, panel, manager, django_assert_max_num_queries
):
    members = [factories.make_user(Role.PANEL_MEMBER) for _ in range(5)]
    meeting = meet(panel, manager, *members)

    # Per member: the admission looked for, written, and its history.
    with django_assert_max_num_queries(20 + 4 * len(members)):
        actions.put_on_agenda(meeting=meeting, case=case, by=manager)
