"""Each condition of the door on its own: what opens a case a little, and what does not quite."""

import datetime
import json
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from casereview import access, actions, audit
from casereview.models import AuditEntry, BreakGlass, Case, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.set_up import group_for
from tests import factories

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def put(record, **values):
    with change("test", by=None, case=None) as written:
        for name, value in values.items():
            setattr(record, name, value)
        written.save(record)


def give(user, role, **facts):
    with change("give_role", by=None) as written:
        held = StandingRole(user=user, role=role, given_at=timezone.now(), **facts)
        written.save(held)
    return held


def agreed(user, case, action="view_case") -> str:
    """Return in which role somebody may, once the list and the plain answer say the same."""
    role = access.acting_role(user, action, case)
    listed = access.visible_to(user, action).filter(pk=case.pk).exists()
    assert access.can(user, action, case) is bool(role) is listed
    assert access.may_each(user, action, [case]) == ({case.pk} if role else set())
    return role


@pytest.fixture
def member(db):
    return factories.make_user(Role.PANEL_MEMBER)


@pytest.fixture
def group(db):
    return group_for(Role.SCR_MEMBER, factories.board())


@pytest.fixture
def merged(case, manager):
    """Another notification of the same death."""
    other = factories.make_case(by=manager)
    put(other, merged_into=case)
    return other


# What opens a case.


@pytest.mark.parametrize(
    ("facts", "opens"),
    [
        ({}, True),
        ({"until": -HOUR}, False),
        ({"opened_at": HOUR}, False),
        ({"reviewed_at": -HOUR / 2}, False),
    ],
    ids=["in the hour", "after it", "before it", "after its review"],
)
def test_an_emergency_opens_one_case_to_one_person_within_its_hour(case, manager, facts, opens):
    now = timezone.now()
    opener = factories.make_user(None, email="opener@example.org")
    other_person = factories.make_user(None, email="other@example.org")
    other_case = factories.make_case(by=manager)
    times = {"opened_at": now - HOUR, "until": now + HOUR}
    times |= {name: now + by for name, by in facts.items()}
    one = BreakGlass(user=opener, case=case, purpose="safety", reason="A sibling", **times)
    if one.reviewed_at:
        one.reviewed_by = manager
    with change("break_glass", by=opener, case=case) as written:
        written.save(one)

    assert agreed(opener, case) == ("break_glass" if opens else "")
    assert agreed(opener, case, "correct_record") == ""
    assert agreed(other_person, case) == agreed(opener, other_case) == ""
    assert access.on_case(opener, case).break_glass is opens
    assert access.on_case(opener, case).roles == frozenset()


def test_who_opened_in_an_emergency_what_they_may_see_anyway_still_acts_in_their_role(
    case, manager
):
    now = timezone.now()
    with change("break_glass", by=manager, case=case) as written:
        written.save(
            BreakGlass(
                user=manager,
                case=case,
                purpose="safety",
                reason="Pressed too soon",
                opened_at=now,
                until=now + HOUR,
            )
        )

    assert agreed(manager, case) == "break_glass"
    assert agreed(manager, case, "correct_record") == Role.CDR_MANAGER


@pytest.mark.parametrize(("until", "opens"), [(None, True), (HOUR, True), (-HOUR, False)])
def test_an_admission_holds_until_its_time_for_its_person_and_its_case(
    case, manager, member, until, opens
):
    other = factories.make_case(by=manager)
    until = until and timezone.now() + until
    factories.admit(member, case, Role.LEAD_REVIEWER, until=until)

    assert agreed(member, case, "view_scr") == (Role.LEAD_REVIEWER if opens else "")
    # As what one is admitted is what one may do: not as what one is elsewhere.
    assert agreed(member, case, "view_panel_review") == ""
    assert agreed(member, other, "view_scr") == ""
    assert agreed(factories.make_user(Role.LEAD_REVIEWER), case, "view_scr") == ""


@pytest.mark.parametrize(("until", "opens"), [(None, True), (HOUR, True), (-HOUR, False)])
def test_a_group_is_admitted_until_its_time_and_only_who_is_in_it(
    case, manager, group, until, opens
):
    inside = factories.make_user(Role.SCR_MEMBER)
    other_board = factories.make_user(None)
    away = factories.board("NOTTINGHAM")
    give(other_board, Role.SCR_MEMBER, board=away, group=group_for(Role.SCR_MEMBER, away))
    other_case = factories.make_case(by=manager)
    until = until and timezone.now() + until
    actions.admit_group_to_case(case=case, group=group, role=Role.SCR_MEMBER, by=None, until=until)

    assert agreed(inside, case, "view_scr") == (Role.SCR_MEMBER if opens else "")
    assert agreed(inside, case, "view_panel_review") == ""
    assert agreed(inside, other_case, "view_scr") == ""
    assert agreed(other_board, case, "view_scr") == ""


def test_admitted_to_one_notification_of_a_death_is_not_admitted_to_the_other(
    case, merged, member, group
):
    inside = factories.make_user(Role.SCR_MEMBER)
    factories.admit(member, case, Role.PANEL_MEMBER)
    actions.admit_group_to_case(case=case, group=group, role=Role.SCR_MEMBER, by=None)

    assert (agreed(member, case), agreed(member, merged)) == (Role.PANEL_MEMBER, "")
    assert (agreed(inside, case), agreed(inside, merged)) == (Role.SCR_MEMBER, "")


@pytest.mark.parametrize("scope", ["panel", "board"])
def test_a_manager_reaches_the_cases_of_the_panel_or_board_the_role_is_held_for(
    case, manager, scope
):
    far = factories.make_case(
        by=manager,
        residence_board=factories.board("NOTTINGHAM"),
        notifying_board=factories.board("NOTTINGHAM"),
    )
    put(far, panel=None, reviewing_board=factories.board("NOTTINGHAM"))
    put(case, reviewing_board=None)
    near, away = (case, far) if scope == "panel" else (far, case)
    whom = {"panel": case.panel} if scope == "panel" else {"board": far.reviewing_board}
    person = factories.make_user(None)
    give(person, Role.CDR_MANAGER, **whom)

    assert agreed(person, near) == Role.CDR_MANAGER
    assert agreed(person, away) == ""
    # Neither panel nor board is no panel and no board, not the same one.
    nowhere = factories.make_user(None)
    give(nowhere, Role.CDR_MANAGER)
    assert agreed(nowhere, near) == agreed(nowhere, away) == ""


def test_a_role_that_is_given_case_by_case_reaches_none_by_its_panel(case, member):
    assert agreed(member, case) == ""
    assert access.on_case(member, case) == access.OnCase()


def test_a_role_that_may_anywhere_may_on_any_case_and_in_the_order_of_the_roles(case, manager):
    auditor = factories.make_user(Role.AUDITOR)
    give(manager, Role.AUDITOR)

    assert agreed(auditor, case, "view_access_log") == Role.AUDITOR
    assert agreed(manager, case, "view_access_log") == Role.CDR_MANAGER
    assert access.acting_role(manager, "list_cases") == Role.CDR_MANAGER
    assert access.acting_role(auditor, "your_work") == Role.AUDITOR


def test_a_role_that_may_anywhere_is_none_on_a_case_it_was_not_held_for(case, member):
    """Admitted as a member alone, somebody may not what the member's standing role may anywhere."""
    guest = factories.make_user(None)
    factories.admit(guest, case, Role.PANEL_MEMBER)

    assert agreed(guest, case, "view_pack") == ""
    assert agreed(member, case, "view_pack") == Role.PANEL_MEMBER


def test_a_role_that_may_anywhere_may_not_where_its_holder_is_kept_out(case):
    auditor = factories.make_user(Role.AUDITOR)
    assert agreed(auditor, case, "view_access_log") == Role.AUDITOR

    put(case, sealed=True)
    assert agreed(auditor, case, "view_access_log") == ""
    put(case, sealed=False)
    access.forget()
    factories.recuse(auditor, case)
    assert agreed(auditor, case, "view_access_log") == ""


# What somebody is by admission.


def test_who_is_admitted_to_a_case_opens_the_lists_of_that_role(case, member):
    guest = factories.make_user(None)
    factories.admit(guest, case, Role.LEAD_REVIEWER)
    factories.admit(guest, case, Role.PANEL_MEMBER)

    assert access.roles_of(guest) == {Role.LEAD_REVIEWER, Role.PANEL_MEMBER}
    assert access.roles_of(member) == {Role.PANEL_MEMBER}
    assert access.acting_role(guest, "list_cases") == Role.PANEL_MEMBER
    assert access.acting_role(guest, "view_pack") == Role.PANEL_MEMBER
    assert access.acting_role(guest, "list_reviews") == Role.LEAD_REVIEWER
    assert access.acting_role(guest, "add_person") == ""
    # An action that no role may do anywhere is none without a case.
    assert access.acting_role(guest, "view_case") == ""
    assert access.can(guest, "view_pack") is True
    assert access.can(guest, "add_person") is False


def test_what_somebody_is_for_a_panel_goes_before_what_they_are_on_one_case(case):
    auditor = factories.make_user(Role.AUDITOR)
    factories.admit(auditor, case, Role.PANEL_MEMBER)

    assert access.acting_role(auditor, "your_work") == Role.AUDITOR
    assert access.acting_role(auditor, "view_pack") == Role.PANEL_MEMBER


def test_what_somebody_was_by_admission_ends_with_it_and_with_the_person(case):
    guest = factories.make_user(Role.AUDITOR)
    factories.admit(guest, case, Role.LEAD_REVIEWER, until=timezone.now() - HOUR)

    assert access.roles_of(guest) == {Role.AUDITOR}
    assert access.acting_role(guest, "list_reviews") == ""

    leaver = factories.make_user(None, email="leaver@example.org")
    factories.admit(leaver, case, Role.LEAD_REVIEWER)
    put(leaver, is_active=False)

    assert access.roles_of(leaver) == frozenset()
    assert access.acting_role(leaver, "list_reviews") == ""


def test_roles_are_asked_once_in_a_request_and_for_each_person(
    case, member, manager, django_assert_num_queries
):
    factories.admit(member, case, Role.LEAD_REVIEWER)

    with access.remembering():
        first = access.roles_of(member)
        with django_assert_num_queries(0):
            assert access.roles_of(member) == first
        assert access.roles_of(manager) == {Role.CDR_MANAGER}
        access.forget()
        with django_assert_num_queries(2):
            assert access.roles_of(member) == first
    with django_assert_num_queries(2):
        access.roles_of(member)


def test_a_case_is_asked_about_once_in_a_request_and_each_case_by_itself(
    case, member, manager, django_assert_num_queries
):
    other = factories.make_case(by=manager)
    factories.admit(member, case, Role.PANEL_MEMBER)

    with access.remembering():
        assert access.on_case(member, case).roles == {Role.PANEL_MEMBER}
        with django_assert_num_queries(0):
            assert access.on_case(member, case).roles == {Role.PANEL_MEMBER}
        assert access.on_case(member, other).roles == frozenset()
        assert access.on_case(manager, case).roles == {Role.CDR_MANAGER}
        put(case, disposed_at=timezone.now(), stage=Case.Stage.DISPOSED)
        assert access.on_case(member, case).denied == "disposed"


# What keeps somebody out, and what it is called.


def test_every_no_has_its_name(case, manager, member):
    factories.admit(member, case, Role.PANEL_MEMBER)
    leaver = factories.make_user(Role.CDR_MANAGER)
    put(leaver, is_active=False)

    assert access.on_case(AnonymousUser(), case).denied == "inactive"
    assert access.on_case(leaver, case).denied == "inactive"
    assert access.on_case(SimpleNamespace(is_active=True), case).denied == "inactive"
    assert access.on_case(member, case).denied == ""
    factories.recuse(member, case)
    assert access.on_case(member, case).denied == "recused"
    put(case, sealed=True)
    assert access.on_case(member, case).denied == "recused"
    assert access.on_case(manager, case).denied == "sealed"
    put(case, disposed_at=timezone.now(), stage=Case.Stage.DISPOSED)
    assert access.on_case(manager, case).denied == "disposed"
    put(case, sealed=False)
    access.forget()
    assert agreed(manager, case) == ""
    assert not access.not_kept_from(manager).exists()


@pytest.mark.parametrize("action", ["view_case", "list_cases"])
def test_nobody_who_is_not_signed_in_or_has_left_is_shown_any_case(case, action):
    leaver = factories.make_user(Role.CDR_MANAGER)
    put(leaver, is_active=False)

    for nobody in (AnonymousUser(), leaver, SimpleNamespace(is_active=True)):
        assert not access.visible_to(nobody, action).exists()
        assert access.may_each(nobody, action, [case]) == set()
        assert not access.not_kept_from(nobody).exists()
    assert access.roles_of(SimpleNamespace(pk=None)) == frozenset()
    assert access.acting_role(leaver, action) == access.acting_role(AnonymousUser(), action) == ""


@pytest.mark.parametrize("how", ["person", "group"])
@pytest.mark.parametrize("through", ["itself", "the one it is merged into", "one merged into it"])
def test_a_seal_opens_to_who_is_named_to_the_death_while_it_lasts(
    case, merged, manager, how, through, group
):
    asked = case if through == "one merged into it" else merged
    named = {"itself": asked, "the one it is merged into": case}.get(through, merged)
    person = factories.make_user(Role.SCR_MEMBER)
    stranger = factories.make_user(None, email="stranger@example.org")
    for one in (person, stranger):
        give(one, Role.CDR_MANAGER, panel=factories.panel())
    admission = (
        factories.admit(person, named, Role.SCR_MEMBER)
        if how == "person"
        else actions.admit_group_to_case(case=named, group=group, role=Role.SCR_MEMBER, by=None)
    )
    put(case, sealed=True)
    assert agreed(person, asked) == ""

    put(admission, named=True)
    assert agreed(person, asked) == Role.CDR_MANAGER
    assert access.on_case(person, asked).sealed is True
    assert access.not_kept_from(person).filter(pk=asked.pk).exists()
    assert agreed(stranger, asked) == ""
    assert not access.not_kept_from(stranger).filter(pk=asked.pk).exists()

    put(admission, until=timezone.now() - HOUR)
    assert agreed(person, asked) == ""
    assert not access.not_kept_from(person).filter(pk=asked.pk).exists()


@pytest.mark.parametrize("how", ["person", "group"])
def test_who_is_named_to_one_sealed_death_is_named_to_no_other(case, manager, how, group):
    person = factories.make_user(Role.SCR_MEMBER)
    give(person, Role.CDR_MANAGER, panel=factories.panel())
    named = factories.make_case(by=manager)
    admission = (
        factories.admit(person, named, Role.SCR_MEMBER)
        if how == "person"
        else actions.admit_group_to_case(case=named, group=group, role=Role.SCR_MEMBER, by=None)
    )
    put(admission, named=True)
    for one in (case, named):
        put(one, sealed=True)

    assert agreed(person, named) == Role.CDR_MANAGER
    assert agreed(person, case) == ""
    assert list(access.not_kept_from(person)) == [named]


def test_a_case_that_is_not_sealed_says_so_and_a_seal_elsewhere_is_none_here(case, manager):
    sealed = factories.make_case(by=manager)
    put(sealed, sealed=True)

    assert access.on_case(manager, case).sealed is False
    assert agreed(manager, case) == Role.CDR_MANAGER
    assert list(access.not_kept_from(manager)) == [case]


def test_what_was_found_out_of_a_person_is_not_asked_again(
    case, manager, member, django_assert_num_queries
):
    factories.recuse(member, case)
    standing = access.standing_of(member)

    with django_assert_num_queries(1):
        assert not access.not_kept_from(member, standing).exists()
    assert not access.not_kept_from(member).exists()


# The guards of views.


def shown(request, *given, **named):
    """Show a page."""
    return HttpResponse(" ".join([*map(str, given), *(f"{k}={v}" for k, v in named.items())]))


def ask(user, method="get"):
    request = getattr(RequestFactory(), method)("/x/")
    request.user = user
    return request


def last_entry():
    return AuditEntry.objects.order_by("-seq").first()


def test_a_view_is_guarded_by_a_row_that_there_is_and_says_which():
    one, every = access.case_view("view_case")(shown), access.role_view("list_cases")(shown)
    opened = access.open_view("holds nothing")(shown)

    assert (one.guarded_by, one.of_one_case) == ("view_case", True)
    assert every.guarded_by == "list_cases"
    assert not hasattr(every, "of_one_case")
    for view in (one, every):
        assert (view.__name__, view.__doc__) == ("shown", "Show a page.")
    assert opened is shown
    assert opened.guarded_by == "open: holds nothing"
    del shown.guarded_by
    for guard in (access.case_view, access.role_view):
        with pytest.raises(KeyError):
            guard("no_such_action")


def test_a_view_of_a_case_is_handed_the_case_once_it_is_on_record(case, manager):
    report = uuid.uuid4()
    seen = []

    def view(request, *given, **named):
        entry = last_entry()
        seen.append((entry.action, entry.outcome, entry.actor, entry.case, entry.acting_role))
        return shown(request, *given, **named)

    with audit.acting(audit.Context()):
        answer = access.case_view("view_case")(view)(
            ask(manager, "post"), case.reference, 7, report=report, year=9999, word="plum"
        )

    assert answer.content.decode() == f"{case} 7 report={report} year=9999 word=plum"
    assert seen == [("view_case", "allowed", manager.pk, case.pk, "cdr_manager")]
    told = json.loads(last_entry().detail)
    assert told == {"method": "POST", "report": str(report), "year": 9999}


def test_what_a_view_asks_of_a_case_costs_no_query_for_its_panel_and_board(
    case, manager, django_assert_num_queries
):
    def view(request, case):
        with django_assert_num_queries(0):
            return HttpResponse(f"{case.panel.code} {case.reviewing_board} {case.merged_into}")

    with audit.acting(audit.Context()):
        answer = access.case_view("view_case")(view)(ask(manager), case.reference)

    assert answer.content.startswith(case.panel.code.encode())


def test_who_may_not_act_is_forbidden_and_who_may_not_see_finds_nothing(case, member, outsider):
    factories.admit(member, case, Role.PANEL_MEMBER)
    guarded = access.case_view("correct_record")(shown)

    with audit.acting(audit.Context(acting_role="before")):
        forbidden = guarded(ask(member), case.reference, year=2015)
        refused = last_entry()
        hidden = guarded(ask(outsider), case.reference)
        absent = guarded(ask(member), "LLR-0000-000")
        unknown = last_entry()
        log = access.case_view("view_access_log")(shown)
        nothing = log(ask(factories.make_user(Role.AUDITOR)), "LLR-0000-000")

    assert (forbidden.status_code, hidden.status_code, absent.status_code) == (403, 404, 404)
    # Who may do it on any case still finds none where there is none.
    assert (nothing.status_code, nothing.content) == (404, absent.content)
    assert hidden.content == absent.content == access.not_found().content != forbidden.content
    assert forbidden.content == access.forbidden().content
    assert (refused.action, refused.outcome, refused.case) == ("correct_record", "refused", case.pk)
    assert (refused.actor, refused.acting_role) == (member.pk, "before")
    assert json.loads(refused.detail) == {"method": "GET", "year": 2015}
    assert (unknown.outcome, unknown.case) == ("refused", None)


def test_a_view_of_no_one_case_is_on_record_allowed_or_refused(manager, outsider):
    guarded = access.role_view("list_notifications")(shown)
    key = uuid.uuid4()

    with audit.acting(audit.Context()):
        answer = guarded(ask(manager), 3, key=key, number=10_000)
        allowed = last_entry()
        refused = guarded(ask(outsider))
        told = last_entry()

    assert answer.content.decode() == f"3 key={key} number=10000"
    assert (allowed.action, allowed.outcome) == ("list_notifications", "allowed")
    assert (allowed.actor, allowed.acting_role) == (manager.pk, "cdr_manager")
    # A number that long is no year, and may be somebody's.
    assert json.loads(allowed.detail) == {"method": "GET", "key": str(key)}
    asked_by_program = ask(manager)
    asked_by_program.by_token = SimpleNamespace(pk=key)
    with audit.acting(audit.Context()):
        guarded(asked_by_program)
    program = {"method": "GET", "kind": "api", "token": str(key)}
    assert json.loads(last_entry().detail) == program
    assert refused.status_code == 403
    assert (told.outcome, told.actor, told.acting_role) == ("refused", outsider.pk, "")
