"""People with accounts: added, changed, given roles by somebody else, and closed in one change."""

import datetime
import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.actions import people as actions
from casereview.actions.admissions import NotAllowed, admit_group_to_case
from casereview.actions.second_person import agree_to_proposal
from casereview.models import (
    Agency,
    Agreement,
    AuditEntry,
    CaseUserObjectPermission,
    OutboxMessage,
    StandingRole,
    User,
)
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.role_scope import Scope, scope_of
from casereview.sign_in.invitation import password_link
from tests import factories
from tests.signed_in import PASSWORD, code_now, sign_in
from tests.working import do_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db):
    return factories.make_user(Role.ADMINISTRATOR, name="Ade Administrator")


@pytest.fixture
def person(db):
    return factories.make_user(None, email="bea@example.org", name="Bea Example")


@pytest.fixture
def admin_client(client, administrator):
    return sign_in(client, administrator)


PAGES = ["view_person", "change_person", "give_role", "reset_second_factor", "deactivate_person"]


@pytest.mark.parametrize("page", ["view_people", "add_person", *PAGES])
def test_only_an_administrator_opens_the_pages(page, people, person, outsider):
    address = reverse(page, args=[person.pk] if page in PAGES else [])
    left = factories.make_user(Role.ADMINISTRATOR)
    statuses = {}
    for role, user in [*people.items(), ("outsider", outsider)]:
        statuses[role] = sign_in(Client(), user).get(address).status_code
    gone = sign_in(Client(), left)
    User.objects.filter(pk=left.pk).update(is_active=False)

    assert statuses.pop(Role.ADMINISTRATOR) == 200
    assert set(statuses.values()) == {403}
    assert gone.get(address)["Location"].startswith("/accounts/login/")


LINK = re.compile(r"http\S+?(/accounts/password/reset/key/\S+)")


def sent_link(mailoutbox) -> str:
    """Send what waits; return the link of the one message, to whom it went first."""
    do_jobs()
    [message] = mailoutbox
    assert message.to == ["cy@example.org"] and not message.cc and not message.bcc
    return LINK.search(message.body)[1]


def test_a_person_is_added_and_alone_gets_a_link_to_choose_a_password(admin_client, mailoutbox):
    added = admin_client.post(
        reverse("add_person"), {"name": "Cy Example", "email": "Cy@Example.org ", "post": "Nurse"}
    )
    page = admin_client.get(added["Location"]).content.decode()
    person = User.objects.get(email="cy@example.org")
    answer = admin_client.post(reverse("invite_person", args=[person.pk]))
    shown = admin_client.get(answer["Location"]).content.decode()
    link = sent_link(mailoutbox)

    assert "Let them sign in" in page
    assert not person.has_usable_password()
    assert "on its way to cy@example.org" in shown and "password/reset/key" not in shown
    assert "A link was sent on" in admin_client.get(added["Location"]).content.decode()
    visitor = Client()
    form = visitor.get(link)["Location"]
    visitor.post(
        form, {"password1": "umbrella tinsel quarry", "password2": "umbrella tinsel quarry"}
    )
    assert User.objects.get(pk=person.pk).check_password("umbrella tinsel quarry")
    assert link.split("/")[-2] not in stored_messages()
    assert AuditEntry.objects.filter(action="invite_person", outcome="done").count() == 1


def stored_messages() -> str:
    return str(list(OutboxMessage.objects.values())) + str(list(AuditEntry.objects.values()))


def test_a_link_that_cannot_be_delivered_says_so_and_can_be_sent_again(admin_client, person):
    new = actions.add_person(by=None, name="Cy Example", email="cy@example.org")
    admin_client.post(reverse("invite_person", args=[new.pk]))
    OutboxMessage.objects.filter(to_user=new).update(state="given_up")

    page = admin_client.get(reverse("view_person", args=[new.pk])).content.decode()

    assert "could not be delivered" in page and "Send another link" in page
    admin_client.post(reverse("invite_person", args=[new.pk]))
    assert OutboxMessage.objects.filter(to_user=new).count() == 2


def test_only_a_demo_shows_the_link_because_it_sends_nothing(admin_client, monkeypatch, mailoutbox):
    new = actions.add_person(by=None, name="Cy Example", email="cy@example.org")
    monkeypatch.setattr("casereview.demo.is_demo", lambda: True)

    shown = admin_client.post(reverse("invite_person", args=[new.pk])).content.decode()
    do_jobs()

    assert LINK.search(shown) and mailoutbox == []
    assert AuditEntry.objects.filter(action="invite_person", outcome="done").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_invited_person_chooses_a_password_sets_up_a_factor_and_works(client, mailoutbox):
    administrator = factories.make_user(Role.ADMINISTRATOR)
    sign_in(client, administrator).post(
        reverse("add_person"), {"name": "Cy Example", "email": "cy@example.org"}
    )
    person = User.objects.get(email="cy@example.org")
    client.post(reverse("invite_person", args=[person.pk]))
    actions.give_role(person=person, role=Role.CDR_MANAGER, by=None, panel=factories.panel())
    link = sent_link(mailoutbox)
    new, visitor = "umbrella tinsel quarry", Client()

    form = visitor.get(link)["Location"]
    visitor.post(form, {"password1": new, "password2": new})
    first = visitor.post("/accounts/login/", {"login": "cy@example.org", "password": new})
    kept_back = visitor.get("/")
    page = visitor.get(reverse("mfa_activate_totp"))
    secret = visitor.session["mfa.totp.secret"]
    visitor.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert first["Location"] == "/"
    assert kept_back["Location"] == reverse("mfa_index")
    assert page.status_code == 200
    assert visitor.get("/").status_code == 200
    assert visitor.get(reverse("list_cases")).status_code == 200
    assert not EmailAddress.objects.exists()


def test_an_address_of_old_signs_nobody_in(person, client):
    EmailAddress.objects.create(user=person, email=person.email)

    actions.change_person(person=person, by=None, name="Bea", email="new@example.org")
    client.post("/accounts/login/", {"login": "bea@example.org", "password": PASSWORD})

    assert "_auth_user_id" not in client.session


def test_an_invitation_opens_where_somebody_else_is_signed_in_too(admin_client, administrator):
    person = actions.add_person(by=administrator, name="Cy Example", email="cy@example.org")

    first = admin_client.get(password_link(person, site="http://testserver"))
    form = admin_client.get(first["Location"])

    assert "Clear-Site-Data" not in form.headers
    assert "Choose a password" in form.content.decode()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": "", "email": "x@example.org"}, "Enter the name"),
        ({"name": "X", "email": ""}, "Enter the e-mail address"),
        ({"name": "X", "email": "nowhere"}, "like name@example.org"),
        ({"name": "X", "email": "BEA@example.org"}, "Enter another e-mail address"),
        ({"name": "X\x00Y", "email": "x@example.org"}, "There is a problem"),
    ],
)
def test_what_cannot_be_a_person_is_refused_and_kept_on_the_page(
    admin_client, person, typed, message
):
    before = User.objects.count()

    answer = admin_client.post(reverse("add_person"), typed)

    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert User.objects.count() == before


def test_a_person_is_changed_with_history(admin_client, administrator, person):
    typed = {"name": "Bea Other", "email": "bea@example.org", "post": "Clerk", "version": "1"}

    answer = admin_client.post(reverse("change_person", args=[person.pk]), typed)

    assert answer.status_code == 302
    last = User.history.filter(id=person.pk).first()
    assert (last.name, last.history_user) == ("Bea Other", administrator)


def test_a_change_over_somebody_elses_is_not_made_and_keeps_what_was_typed(
    admin_client, person, administrator
):
    actions.change_person(person=person, by=administrator, name="Bea First", email=person.email)
    typed = {"name": "Bea Second", "email": "bea@example.org", "version": "1"}

    answer = admin_client.post(reverse("change_person", args=[person.pk]), typed)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "Somebody else changed this meanwhile" in page
    assert 'value="Bea Second"' in page
    beside = "".join(re.findall(r'id="theirs".*?</table>', page, re.DOTALL))
    assert "Bea First" in beside and "Bea Second" in beside
    assert User.objects.get(pk=person.pk).name == "Bea First"
    saved = admin_client.post(reverse("change_person", args=[person.pk]), {**typed, "version": "2"})
    assert saved.status_code == 302


def test_a_role_is_given_for_a_panel_in_two_steps(admin_client, person, panel):
    address = reverse("give_role", args=[person.pk])

    first = admin_client.get(address)
    second = admin_client.get(f"{address}?role=cdr_manager")
    done = admin_client.post(
        f"{address}?role=cdr_manager", {"panel": str(panel.pk), "reason": "Joins the team"}
    )

    assert "CDR manager" in first.content.decode()
    assert "Panel" in second.content.decode()
    assert "Board" not in re.sub(r"<option.*?</option>", "", second.content.decode())
    assert done["Location"] == reverse("view_person", args=[person.pk])
    proposal = Agreement.objects.get()
    assert not access.can(person, "log_notification")
    agree_to_proposal(proposal=proposal, by=factories.make_user(Role.AUDITOR))
    held = StandingRole.objects.get(user=person)
    assert (held.role, held.panel, held.board) == (Role.CDR_MANAGER, panel, None)
    assert access.can(person, "log_notification")


def test_a_role_for_nobody_in_particular_asks_for_no_scope(admin_client, person):
    address = reverse("give_role", args=[person.pk]) + "?role=auditor"

    admin_client.post(address, {"until_day": "1", "until_month": "1", "until_year": "2099"})

    held = StandingRole.objects.get(user=person)
    assert (held.role, held.until) == (Role.AUDITOR, datetime.date(2099, 1, 1))


def test_a_role_without_its_panel_is_refused(admin_client, person):
    answer = admin_client.post(
        reverse("give_role", args=[person.pk]) + "?role=cdr_manager", {"panel": ""}
    )

    assert "Select the panel" in answer.content.decode()
    assert not StandingRole.objects.filter(user=person).exists()


def test_an_unknown_role_asks_again(admin_client, person):
    answer = admin_client.get(reverse("give_role", args=[person.pk]) + "?role=superuser")

    assert answer.status_code == 200
    assert "Select the role" in answer.content.decode()


def test_nobody_gives_themselves_a_role(admin_client, administrator, panel):
    answer = admin_client.post(
        reverse("give_role", args=[administrator.pk]) + "?role=cdr_manager",
        {"panel": str(panel.pk), "reason": "Mine"},
    )

    assert "Ask another administrator" in answer.content.decode()
    assert not access.can(administrator, "log_notification")


def test_the_same_role_is_not_held_twice(administrator, person, panel):
    given = {"person": person, "role": Role.CDR_MANAGER, "by": None, "panel": panel}
    actions.give_role(**given)

    with pytest.raises(NotAllowed, match="holds this one already"):
        actions.give_role(**given)


def test_a_role_of_the_scr_group_admits_with_its_board(administrator, person, manager):
    board = factories.board()
    case = factories.make_case(by=manager)
    held = actions.give_role(person=person, role=Role.SCR_MEMBER, by=None, board=board)

    admit_group_to_case(case=case, group=held.group, role=Role.SCR_MEMBER, by=manager)

    assert access.can(person, "view_scr", case)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_can_be_given_for_what_it_is_held_for(role, administrator, person, panel):
    given = {
        Scope.PANEL: {"panel": panel},
        Scope.BOARD: {"board": factories.board()},
        Scope.AGENCY: {"agency": factories.make_agency()},
        Scope.EVERYWHERE: {},
    }[scope_of(role)]

    held = actions.give_role(person=person, role=role, by=None, **given)

    assert held.role in access.roles_of(person)


def test_a_role_ends_at_once(admin_client, administrator, person, panel):
    held = actions.give_role(person=person, role=Role.CDR_MANAGER, by=None, panel=panel)

    admin_client.post(reverse("end_role", args=[person.pk, held.pk]))

    assert not access.can(person, "log_notification")
    held.refresh_from_db()
    assert held.ended_by == administrator
    page = admin_client.get(reverse("view_person", args=[person.pk])).content.decode()
    assert "Roles that have ended (1)" in page


def test_a_role_is_ended_only_through_its_own_person(admin_client, administrator, person, panel):
    held = actions.give_role(person=person, role=Role.CDR_MANAGER, by=None, panel=panel)

    answer = admin_client.post(reverse("end_role", args=[administrator.pk, held.pk]))

    assert answer.status_code == 404
    assert access.can(person, "log_notification")


def test_the_last_administrator_stays_one(admin_client, administrator, person):
    held = StandingRole.objects.get(user=administrator)

    admin_client.post(reverse("end_role", args=[administrator.pk, held.pk]))

    assert access.can(administrator, "view_people")
    with pytest.raises(NotAllowed, match="administrator first"):
        actions.deactivate_person(person=administrator, by=person, reason="Leaves")


def test_closing_an_account_ends_everything_in_one_change(client, administrator, case, manager):
    leaver = factories.make_user(Role.PANEL_MEMBER, agency=factories.make_agency())
    agency = leaver.agency
    with change("change_agency", by=None) as written:
        agency.lead = leaver
        written.save(agency)
    factories.admit(leaver, case, Role.PANEL_MEMBER, by=manager)
    sitting = sign_in(Client(), leaver)
    assert sitting.get(reverse("view_case", args=[case.reference])).status_code == 200

    answer = sign_in(client, administrator).post(
        reverse("deactivate_person", args=[leaver.pk]), {"reason": "Has left the agency"}
    )

    assert answer.status_code == 302
    leaver.refresh_from_db()
    assert (leaver.is_active, leaver.has_usable_password()) == (False, False)
    assert leaver.left_at is not None
    assert not StandingRole.objects.filter(user=leaver, ended_at=None).exists()
    assert not CaseUserObjectPermission.objects.filter(user=leaver).exists()
    assert Agency.objects.get(pk=agency.pk).lead is None
    entry = AuditEntry.objects.get(action="deactivate_person", outcome="done")
    detail = json.loads(entry.detail)
    ended = detail["ended"]
    assert (ended["Roles"], ended["Admissions to cases"], ended["Sittings"]) == (1, 1, 1)
    assert "left the agency" not in entry.detail
    gone = sitting.get(reverse("view_case", args=[case.reference]))
    assert gone["Location"].startswith("/accounts/login/")
    assert not access.visible_to(leaver).exists()


def test_an_account_opened_again_has_no_old_sitting_password_or_role(administrator, case, manager):
    leaver = factories.make_user(Role.CDR_MANAGER)
    sitting = sign_in(Client(), leaver)
    actions.deactivate_person(person=leaver, by=administrator, reason="Leaves")

    User.objects.filter(pk=leaver.pk).update(is_active=True)

    assert sitting.get("/")["Location"].startswith("/accounts/login/")
    leaver.refresh_from_db()
    assert not access.held_by(leaver)


@pytest.mark.parametrize("who", ["self", "twice", "no reason"])
def test_an_account_is_not_closed_by_oneself_twice_or_without_a_reason(who, administrator, person):
    factories.make_user(Role.ADMINISTRATOR)
    reason = "" if who == "no reason" else "Leaves"
    leaver = administrator if who == "self" else person
    if who == "twice":
        actions.deactivate_person(person=leaver, by=administrator, reason=reason)

    with pytest.raises(NotAllowed):
        actions.deactivate_person(person=leaver, by=administrator, reason=reason)


def test_nobody_resets_their_own_second_factor_there(admin_client, administrator):
    answer = admin_client.post(
        reverse("reset_second_factor", args=[administrator.pk]), {"reason": "Mine"}
    )

    assert "Ask another administrator" in answer.content.decode()
    assert Authenticator.objects.filter(user=administrator).exists()


def test_the_list_asks_the_database_as_often_for_forty_as_for_two(admin_client, panel):
    address = reverse("view_people")
    admin_client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        admin_client.get(address)
    for _ in range(38):
        factories.make_user(Role.PANEL_MEMBER)
    with CaptureQueriesContext(connection) as many:
        page = admin_client.get(address).content.decode()

    assert page.count("Panel member") == 76
    assert len(many) == len(few)


def test_people_are_found_by_name_and_address_and_leavers_apart(
    admin_client, administrator, person
):
    actions.deactivate_person(person=person, by=administrator, reason="Leaves")
    address = reverse("view_people")

    found = admin_client.get(address, {"q": "ADE adm"}).content.decode()
    none = admin_client.get(address, {"q": "bea@"}).content.decode()
    left = admin_client.get(address, {"left": "yes"}).content.decode()

    assert "Ade Administrator" in found
    assert "Nobody of that name" in none
    assert "Bea Example" in left


def test_an_administrators_pages_say_nothing_of_a_case(admin_client, case, manager, person):
    factories.admit(person, case, Role.PANEL_MEMBER, by=manager)

    page = admin_client.get(reverse("view_person", args=[person.pk])).content.decode()

    assert case.reference not in page
    assert 'Admitted to cases</dt><dd class="govuk-summary-list__value">1<' in page


def test_the_first_administrator_is_made_by_a_command(capsys):
    call_command("add_administrator", "First@example.org", "Fay Example", "--json")
    document = json.loads(capsys.readouterr().out)
    call_command("add_administrator", "first@example.org", "Fay Example")
    again = capsys.readouterr().out

    person = User.objects.get(email="first@example.org")
    assert document["person"] == str(person.pk)
    assert StandingRole.objects.filter(user=person, role=Role.ADMINISTRATOR).count() == 1
    assert "Choose a password within 24 hours: http" in again
    visitor = Client()
    path = document["link"].split("8000", 1)[1]
    assert visitor.get(path)["Location"].endswith("-set-password/")


@pytest.mark.parametrize(("email", "name"), [("nowhere", "Fay"), ("fay@example.org", " ")])
def test_the_command_refuses_what_cannot_be_a_person(email, name):
    with pytest.raises(CommandError, match="Enter") as refusal:
        call_command("add_administrator", email, name)

    assert refusal.value.returncode == 1
    assert not User.objects.filter(name=name).exists()


def test_an_absent_person_is_not_found(admin_client):
    address = reverse("view_person", args=["00000000-0000-4000-8000-000000000000"])

    assert admin_client.get(address).status_code == 404


def test_a_role_past_its_last_day_is_held_no_more(administrator, person):
    held = actions.give_role(person=person, role=Role.AUDITOR, by=None)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    StandingRole.objects.filter(pk=held.pk).update(until=yesterday)
    access.forget()

    assert not access.can(person, "view_audit_log")
