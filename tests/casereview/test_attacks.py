"""Ways in that somebody tried: each is shut, and stays shut."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import access, actions, meetings
from casereview.actions import NotAllowed
from casereview.actions import people as accounts
from casereview.models import (
    AuditEntry,
    Case,
    CaseMatch,
    CaseUserObjectPermission,
    Child,
    StandingRole,
)
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
DAY = datetime.date(2014, 11, 4)
NAME = "Quillfeather"


def merge(second: Case, into: Case) -> None:
    second = Case.objects.get(pk=second.pk)
    with change("decide_match", by=None, case=second) as written:
        second.merged_into, second.stage = into, Case.Stage.MERGED
        written.save(second)


def elsewhere(**facts) -> Case:
    """Open a case of another panel."""
    board = factories.board("NOTTINGHAM")
    return factories.make_case(
        residence_board=board, notifying_board=board, place_of_death_board=board, **facts
    )


# A withdrawal covers every notification of the same death.


@pytest.mark.parametrize("withdrawn", ["first", "second", "third"])
def test_a_withdrawal_covers_every_case_merged_with_it(manager, withdrawn):
    cases = {name: factories.make_case(by=manager) for name in ("first", "second", "third")}
    alone = factories.make_case(by=manager)
    merge(cases["second"], cases["first"])
    merge(cases["third"], cases["first"])

    factories.recuse(manager, cases[withdrawn])

    for case in Case.objects.exclude(pk=alone.pk):
        assert not access.can(manager, "view_identity", case)
    assert list(access.visible_to(manager)) == [alone]


def test_a_withdrawal_from_one_case_leaves_those_that_belong_to_no_other(manager, case):
    withdrawn = factories.make_case(by=manager)

    factories.recuse(manager, withdrawn)

    assert access.can(manager, "view_case", case)
    assert list(access.visible_to(manager)) == [case]


def test_a_withdrawal_ends_with_the_merger_for_the_other_case(manager, case):
    second = factories.make_case(by=manager)
    merge(second, case)
    factories.recuse(manager, case)
    second = Case.objects.get(pk=second.pk)
    with change("decide_match", by=None, case=second) as written:
        second.merged_into, second.stage = None, Case.Stage.NOTIFIED
        written.save(second)

    assert access.can(manager, "view_case", second)
    assert not access.can(manager, "view_case", case)


# The history tells no reference that its reader may not know.


def test_the_history_does_not_name_a_case_held_elsewhere(client, case, manager):
    other = elsewhere()
    with change("match", by=None, case=case) as written:
        written.save(
            CaseMatch(
                case=case,
                other_case=other,
                kind="duplicate",
                grounds="nhs_number",
                found_at=timezone.now(),
            )
        )
    merge(case, other)

    page = sign_in(client, manager).get(reverse("view_history", args=[case.reference]))

    assert "Possible match with another case" in page.content.decode()
    assert other.reference not in page.content.decode()


def test_the_history_names_a_case_that_its_reader_may_see(client, case, manager):
    second = factories.make_case(by=manager)
    merge(second, case)

    page = sign_in(client, manager).get(reverse("view_history", args=[second.reference]))

    assert case.reference in page.content.decode()


# What a role opened ends with the role.


@pytest.fixture
def member():
    return factories.make_user(Role.PANEL_MEMBER)


@pytest.fixture
def meeting(panel, manager, member):
    return actions.arrange_meeting(panel=panel, held_on=DAY, members=[member], by=manager)


def role_of(user) -> StandingRole:
    return StandingRole.objects.get(user=user)


def end_yesterday(user) -> None:
    held = role_of(user)
    with change("give_role", by=None) as written:
        held.until = timezone.localdate() - datetime.timedelta(days=1)
        written.save(held)


def test_a_panel_role_that_ends_takes_its_cases_with_it(case, manager, member, meeting):
    actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    admitted = factories.make_case(by=manager)
    factories.admit(member, admitted, Role.PANEL_MEMBER, by=manager)
    assert access.can(member, "view_panel_review", case)

    accounts.end_role(held=role_of(member), by=manager)

    assert not access.can(member, "view_panel_review", case)
    assert list(access.visible_to(member)) == []


def test_another_role_on_a_case_outlives_the_panel_role(case, manager, member):
    factories.admit(member, case, Role.PANEL_CHAIR, by=manager)

    accounts.end_role(held=role_of(member), by=manager)

    assert access.can(member, "view_case", case)


@pytest.mark.parametrize("end", ["ended", "expired"])
def test_who_holds_no_panel_role_any_more_is_admitted_by_no_agenda(
    case, manager, member, meeting, end
):
    if end == "ended":
        accounts.end_role(held=role_of(member), by=manager)
    else:
        end_yesterday(member)

    actions.put_on_agenda(meeting=meeting, case=case, by=manager)

    assert not access.can(member, "view_case", case)


def test_who_holds_no_panel_role_any_more_is_not_offered_for_a_meeting(manager, member):
    panels = meetings.panels_managed_by(manager)
    assert member in meetings.people_who_may_come(panels, Role.PANEL_MEMBER)

    end_yesterday(member)

    assert member not in meetings.people_who_may_come(panels, Role.PANEL_MEMBER)


def test_an_agenda_admits_no_longer_than_the_role_lasts(case, manager, member, meeting):
    held = role_of(member)
    with change("give_role", by=None) as written:
        held.until = timezone.localdate() + datetime.timedelta(days=3)
        written.save(held)

    actions.put_on_agenda(meeting=meeting, case=case, by=manager)

    until = case.admissions.get(user=member).until
    assert until is not None
    assert timezone.localtime(until).date() == held.until + datetime.timedelta(days=1)


# Nobody walks around what keeps them away.


def test_nobody_moves_themselves_out_of_an_agency_that_withdrew(case, manager):
    agency = factories.make_agency()
    person = factories.make_user(Role.ADMINISTRATOR, agency=agency)

    with pytest.raises(NotAllowed, match="Ask another administrator"):
        accounts.change_person(
            person=person, by=person, name=person.name, email=person.email, agency=None
        )

    accounts.change_person(
        person=person, by=person, name="Bea Renamed", email=person.email, agency=agency
    )
    person.refresh_from_db()
    assert (person.name, person.agency) == ("Bea Renamed", agency)


def test_a_chair_does_not_decide_the_interest_of_the_own_agency(case, manager):
    agency = factories.make_agency()
    chair = factories.make_user(Role.PANEL_CHAIR, agency=agency)
    factories.admit(chair, case, Role.PANEL_CHAIR, by=manager)
    interest = actions.declare_interest(
        case=case, level="informs_only", grounds="Treated the child", by=manager, agency=agency
    )

    with pytest.raises(NotAllowed, match="Ask another chair"):
        actions.decide_interest(interest=interest, level="noted", reason="No matter", by=chair)


def test_lifting_a_withdrawal_asks_who_is_sitting_there(client, case, manager):
    other = factories.make_user(Role.CDR_MANAGER)
    interest = factories.recuse(other, case)
    sign_in(client, manager, proved=False)

    answer = client.post(
        reverse("lift_recusal", args=[case.reference, interest.pk]), {"reason": "A mistake"}
    )

    assert answer.status_code == 302
    assert "/accounts/" in answer.headers["Location"]
    interest.refresh_from_db()
    assert interest.lifted_at is None


# A name tells nobody which case is whose, unless they may know it.


@pytest.mark.parametrize("text", [NAME, "999 000 0018"])
def test_a_case_read_without_the_name_is_not_found_by_it(client, manager, text):
    """A manager of one area sits on another's panel, which reads its cases without names."""
    case = elsewhere(family_name=NAME)
    child = Child.objects.get(case=case)
    with change("correct_record", by=None, case=case) as written:
        from casereview.identity import work_out_child

        child.nhs_number = "9990000018"
        work_out_child(child, case)
        written.save(child)
    factories.admit(manager, case, Role.PANEL_MEMBER)
    sign_in(client, manager)

    by_name = client.post(reverse("find_case"), {"text": text}).content.decode()
    by_reference = client.post(reverse("find_case"), {"text": case.reference}).content.decode()

    assert "No case found" in by_name
    assert case.reference not in by_name
    assert case.reference in by_reference


# The log says which meeting, which person, which year.


def test_the_log_names_the_object_of_a_page_that_is_about_no_one_case(
    client, manager, member, meeting
):
    administrator = factories.make_user(Role.ADMINISTRATOR)

    sign_in(client, manager).get(reverse("view_meeting", args=[meeting.pk]))
    sign_in(client, administrator).get(reverse("view_person", args=[member.pk]))

    assert str(meeting.pk) in AuditEntry.objects.get(action="view_meeting").detail
    assert str(member.pk) in AuditEntry.objects.get(action="view_person").detail


def test_the_log_holds_no_words_of_an_address(client, manager):
    sign_in(client, manager).get(f"/returns/2015/figures/{NAME}/{NAME}/")

    assert AuditEntry.objects.filter(action="open_figure").exists()
    assert not AuditEntry.objects.filter(detail__icontains=NAME).exists()


def test_who_holds_no_panel_role_any_more_is_invited_to_no_meeting(case, manager, member, meeting):
    actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    late = factories.make_user(Role.PANEL_MEMBER)
    held = role_of(late)
    with change("end_role", by=None) as written:
        held.until = timezone.localdate() - datetime.timedelta(days=1)
        written.save(held)

    with pytest.raises(actions.NotAllowed):
        actions.invite_to_meeting(meeting=meeting, user=late, by=manager)

    assert not access.can(late, "view_case", case)


def test_an_invitation_admits_no_longer_than_the_role_lasts(case, manager, member, meeting):
    actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    late = factories.make_user(Role.PANEL_MEMBER)
    held = role_of(late)
    with change("give_role", by=None) as written:
        held.until = timezone.localdate() + datetime.timedelta(days=3)
        written.save(held)

    actions.invite_to_meeting(meeting=meeting, user=late, by=manager)

    admission = CaseUserObjectPermission.objects.get(user=late, content_object=case)
    assert timezone.localdate(admission.until) == held.until + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "address",
    ["/cases/%00/", "/cases/CD-2015-0001%00/", "/learning/quarters/?panel=%00", "/cases/?a%00b=1"],
)
def test_a_null_in_an_address_finds_nothing_and_sends_every_header(client, manager, address):
    page = sign_in(client, manager).get(address)

    assert page.status_code == 404
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
