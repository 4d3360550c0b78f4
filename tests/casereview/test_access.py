"""The door: who may do what, and the order in which no beats yes."""

import datetime

import pytest
from django.utils import timezone

from casereview import access, actions
from casereview.models import (
    BreakGlass,
    Case,
    CaseUserObjectPermission,
    StandingRole,
)
from casereview.records import change
from casereview.rules.access_table import (
    ADMITTED,
    STANDING_ON_PANEL,
    TABLE,
    Role,
    Where,
)
from casereview.set_up import group_for
from tests import factories

pytestmark = pytest.mark.django_db

CASE_ACTIONS = sorted(
    action
    for action, cells in TABLE.items()
    if any(cell != Where.ANYWHERE for cell in cells.values())
)


def put(record, **values):
    with change("test", by=None, case=None) as written:
        for name, value in values.items():
            setattr(record, name, value)
        written.save(record)


def break_glass(user, case, *, minutes=60):
    now = timezone.now()
    with change("break_glass", by=user, case=case) as written:
        written.save(
            BreakGlass(
                user=user,
                case=case,
                purpose="safety",
                reason="A sibling may be at risk tonight",
                opened_at=now - datetime.timedelta(minutes=1),
                until=now + datetime.timedelta(minutes=minutes),
            )
        )


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_on_an_admitted_case_what_the_table_says_and_no_more(case, role):
    user = factories.make_user(role)
    if role in ADMITTED:
        factories.admit(user, case, role)
    on_the_case = role in ADMITTED or role in STANDING_ON_PANEL

    with access.remembering():
        may = {action for action in TABLE if access.can(user, action, case)}

    expected = {
        action
        for action, cells in TABLE.items()
        if role in cells and (on_the_case or cells[role] == Where.ANYWHERE)
    }
    assert may == expected


def test_the_outsider_may_do_nothing(case, outsider):
    with access.remembering():
        on_the_case = [action for action in TABLE if access.can(outsider, action, case)]
        anywhere = [action for action in TABLE if access.can(outsider, action)]

    assert (on_the_case, anywhere) == ([], [])


# Cells that matter most, written out by hand, so that the table cannot agree with itself.
@pytest.mark.parametrize(
    ("role", "action", "may"),
    [
        (Role.ADMINISTRATOR, "view_case", False),
        (Role.AUDITOR, "view_case", False),
        (Role.AUDITOR, "view_access_log", True),
        (Role.RETURN_OFFICER, "view_case", False),
        (Role.LEARNING_LEAD, "view_panel_review", False),
        (Role.PANEL_MEMBER, "view_identity", False),
        (Role.PANEL_CHAIR, "view_identity", False),
        (Role.PANEL_MEMBER, "complete_panel_review", False),
        (Role.CDR_MANAGER, "complete_panel_review", False),
        (Role.PANEL_CHAIR, "complete_panel_review", True),
        (Role.PANEL_MEMBER, "view_scr", False),
        (Role.CDR_MANAGER, "view_scr", False),
        (Role.SCR_MEMBER, "view_panel_review", False),
        (Role.ADMINISTRATOR, "decide_scr", False),
        (Role.SCR_CHAIR, "decide_scr", False),
        (Role.INDEPENDENT_CHAIR, "decide_scr", True),
        (Role.CONTRIBUTOR, "view_case", False),
        (Role.LEAD_REVIEWER, "view_scr", True),
        (Role.LEAD_REVIEWER, "view_panel_review", False),
    ],
)
def test_the_cells_that_matter_most(case, role, action, may):
    user = factories.make_user(role)
    if role in ADMITTED:
        factories.admit(user, case, role)

    assert access.can(user, action, case) is may


def test_there_is_no_superuser(case, outsider):
    outsider.is_superuser = outsider.is_staff = True

    assert not access.can(outsider, "view_case", case)
    assert not access.visible_to(outsider).exists()


def test_an_unknown_action_is_an_error_and_not_a_no(case, manager):
    with pytest.raises(KeyError):
        access.can(manager, "no_such_action", case)


def test_a_manager_of_another_panel_is_a_stranger(case):
    stranger = factories.make_user(None)
    with change("give_role", by=None) as written:
        written.save(
            StandingRole(
                user=stranger,
                role=Role.CDR_MANAGER,
                board=factories.board("NOTTINGHAM"),
                given_at=timezone.now(),
            )
        )

    assert not access.can(stranger, "view_case", case)


def test_a_role_for_no_panel_and_no_board_reaches_no_case(case):
    user = factories.make_user(None)
    with change("give_role", by=None) as written:
        written.save(StandingRole(user=user, role=Role.CDR_MANAGER, given_at=timezone.now()))

    assert not access.can(user, "view_case", case)
    assert not access.visible_to(user).exists()


def recused(user, case):
    factories.recuse(user, case)


def recused_through_the_agency(user, case):
    agency = factories.make_agency()
    put(user, agency=agency)
    actions.declare_interest(
        case=case, agency=agency, level="withdraws", grounds="Criticised in the papers", by=user
    )


def disposed(user, case):
    put(case, disposed_at=timezone.now(), stage=Case.Stage.DISPOSED)


def sealed(user, case):
    put(case, sealed=True)


def left(user, case):
    put(user, is_active=False)


@pytest.mark.parametrize(
    "deny", [recused, recused_through_the_agency, disposed, sealed, left], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("allowed_by", ["standing role", "admission", "group", "break-glass"])
def test_each_no_beats_each_yes(case, deny, allowed_by):
    if allowed_by == "standing role":
        user = factories.make_user(Role.CDR_MANAGER)
    elif allowed_by == "admission":
        user = factories.make_user(Role.PANEL_MEMBER)
        factories.admit(user, case, Role.PANEL_MEMBER)
    elif allowed_by == "group":
        user = factories.make_user(Role.SCR_MEMBER)
        group = group_for(Role.SCR_MEMBER, factories.board())
        put(StandingRole.objects.get(user=user), group=group)
        actions.admit_group_to_case(case=case, group=group, role=Role.SCR_MEMBER, by=None)
    else:
        user = factories.make_user(None)
        break_glass(user, case)
    assert access.can(user, "view_case", case)
    assert access.visible_to(user).get() == case

    deny(user, case)

    assert not access.can(user, "view_case", case)
    assert not access.visible_to(user).exists()


@pytest.mark.parametrize("level", ["noted", "informs_only"])
def test_a_lesser_interest_keeps_nobody_out(case, level):
    member = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(member, case, Role.PANEL_MEMBER)

    actions.declare_interest(case=case, user=member, level=level, grounds="Once met", by=member)

    assert access.can(member, "view_case", case)


def test_a_withdrawal_is_lifted_by_a_second_person_only(case, manager):
    member = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(member, case, Role.PANEL_MEMBER)
    interest = factories.recuse(member, case)

    with pytest.raises(actions.NotAllowed):
        actions.lift_recusal(interest=interest, reason="I have thought again", by=member)
    actions.lift_recusal(interest=interest, reason="Mistaken identity", by=manager)

    assert access.can(member, "view_case", case)


def test_who_has_withdrawn_is_not_admitted_again(case, manager):
    member = factories.make_user(Role.PANEL_MEMBER)
    factories.recuse(member, case)

    with pytest.raises(actions.NotAllowed):
        factories.admit(member, case, Role.PANEL_MEMBER, by=manager)


def test_an_expired_admission_is_no_admission(case):
    reviewer = factories.make_user(Role.LEAD_REVIEWER)
    yesterday = timezone.now() - datetime.timedelta(days=1)

    factories.admit(reviewer, case, Role.LEAD_REVIEWER, until=yesterday)

    assert not access.can(reviewer, "view_case", case)
    assert not access.visible_to(reviewer).exists()


def test_an_expired_standing_role_is_no_role(case, manager):
    put(
        StandingRole.objects.get(user=manager),
        until=timezone.localdate() - datetime.timedelta(days=1),
    )

    assert not access.can(manager, "view_case", case)


def test_a_sealed_case_opens_to_those_named_to_it(case):
    member = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(member, case, Role.PANEL_MEMBER, named=True)

    put(case, sealed=True)

    assert access.can(member, "view_case", case)
    assert access.visible_to(member).get() == case


def test_break_glass_reads_and_never_writes(case, outsider):
    break_glass(outsider, case)

    assert access.can(outsider, "view_case", case)
    assert access.can(outsider, "view_notification", case)
    assert not access.can(outsider, "correct_record", case)
    assert not access.can(outsider, "admit_to_case", case)


def test_break_glass_ends_by_itself(case, outsider):
    break_glass(outsider, case, minutes=-1)

    assert not access.can(outsider, "view_case", case)


def test_dismissal_takes_the_case_away_and_keeps_its_history(case, manager):
    member = factories.make_user(Role.PANEL_MEMBER)
    admission = factories.admit(member, case, Role.PANEL_MEMBER, by=manager)

    actions.dismiss_from_case(admission=admission, by=manager, reason="Moved to another agency")

    assert not access.can(member, "view_case", case)
    versions = CaseUserObjectPermission.history.filter(user=member).order_by("history_id")
    assert [version.history_type for version in versions] == ["+", "-"]
    assert {version.history_user for version in versions} == {manager}


def test_being_on_the_agenda_admits_the_invited_but_not_who_withdrew(case, manager, panel):
    member = factories.make_user(Role.PANEL_MEMBER)
    withdrawn = factories.make_user(Role.PANEL_MEMBER)
    chair = factories.make_user(Role.PANEL_CHAIR)
    factories.recuse(withdrawn, case)
    meeting = actions.arrange_meeting(
        panel=panel,
        held_on=datetime.date(2015, 1, 20),
        members=[member, withdrawn],
        chair=chair,
        by=manager,
    )

    item = actions.put_on_agenda(meeting=meeting, case=case, by=manager)

    assert access.can(member, "view_panel_review", case)
    assert access.can(chair, "complete_panel_review", case)
    assert not access.can(withdrawn, "view_case", case)

    actions.take_off_agenda(item=item, by=manager, reason="The inquest is not over")

    assert not access.can(member, "view_case", case)


def test_asking_about_one_case_costs_two_queries(case, manager, django_assert_num_queries):
    with access.remembering(), django_assert_num_queries(2):
        access.can(manager, "view_case", case)
        access.can(manager, "view_panel_review", case)


def test_listing_costs_one_query_more_than_the_list_however_many_there_are(
    manager, django_assert_num_queries
):
    for _ in range(5):
        factories.make_case(by=manager)

    with django_assert_num_queries(2):
        assert len(access.visible_to(manager)) == 5


def test_what_is_listed_is_what_may_be_done(people, manager):
    """`visible_to` and `can` give the same answer for every role and action on a mixed world."""
    worlds = [factories.make_case(by=manager) for _ in range(4)]
    far = factories.make_case(
        by=manager,
        residence_board=factories.board("NOTTINGHAM"),
        notifying_board=factories.board("NOTTINGHAM"),
    )
    for role in ADMITTED:
        factories.admit(people[role], worlds[0], role, by=manager)
        factories.admit(people[role], worlds[1], role, by=manager)
        factories.recuse(people[role], worlds[1])
        factories.admit(people[role], worlds[2], role, by=manager, named=role in list(ADMITTED)[:4])
    put(worlds[2], sealed=True)
    put(worlds[3], disposed_at=timezone.now(), stage=Case.Stage.DISPOSED)
    differ = []

    for user in people.values():
        with access.remembering():
            for action in CASE_ACTIONS:
                listed = set(access.visible_to(user, action).values_list("pk", flat=True))
                allowed = {one.pk for one in [*worlds, far] if access.can(user, action, one)}
                if listed != allowed:
                    differ.append((user, action))

    assert differ == []


def test_the_role_on_record_is_the_one_that_opens_it():
    """Somebody who is also manager, for whom the row asks for a case, acts here as auditor."""
    person = factories.make_user(Role.CDR_MANAGER)
    with change("test", by=None) as written:
        written.save(StandingRole(user=person, role=Role.AUDITOR, given_at=timezone.now()))
    assert TABLE["view_access_log"][Role.CDR_MANAGER] == Where.CASE

    assert access.acting_role(person, "view_access_log") == Role.AUDITOR
