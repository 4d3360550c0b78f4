"""No one person can take over an account or give a role that reaches cases."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from casereview import access
from casereview.actions import NotAllowed, accounts, second_person
from casereview.actions import people as actions
from casereview.models import Agreement, AuditEntry, OutboxMessage, StandingRole, User
from casereview.outbox import text_of
from casereview.rules.access_table import LABELS, Role
from casereview.rules.second_person import REACHING
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
WHY = "Spoke to her on the telephone"


@pytest.fixture
def administrator(db):
    return factories.make_user(Role.ADMINISTRATOR, name="Ade Administrator")


@pytest.fixture
def auditor(db):
    return factories.make_user(Role.AUDITOR, name="Odo Auditor")


@pytest.fixture
def person(db):
    return factories.make_user(Role.CDR_MANAGER, email="bea@example.org", name="Bea Example")


def answer(client, user, proposal, what="agree", note="I rang her too"):
    return sign_in(client, user).post(
        reverse("answer_proposal", args=[proposal.pk]), {"answer": what, "note": note}
    )


def test_a_role_that_reaches_cases_waits_for_a_second_person(
    client, administrator, auditor, panel, case
):
    new = factories.make_user(None, name="Cy Example")
    with pytest.raises(NotAllowed, match="Propose this role"):
        actions.give_role(person=new, role=Role.CDR_MANAGER, by=administrator, panel=panel)
    address = reverse("give_role", args=[new.pk]) + "?role=cdr_manager"

    sent = sign_in(client, administrator).post(
        address, {"panel": str(panel.pk), "reason": "Joins the team"}
    )
    shown = client.get(sent["Location"]).content.decode()
    proposal = Agreement.objects.get()

    assert "waits for another auditor" in shown
    assert not access.can(new, "view_case", case)
    page = client.get(reverse("answer_proposal", args=[proposal.pk])).content.decode()
    assert "Nobody agrees to their own proposal" in page
    answer(client, administrator, proposal)
    assert not access.can(new, "view_case", case)

    page = sign_in(client, auditor).get(reverse("answer_proposal", args=[proposal.pk]))
    for words in ("Cy Example", "CDR manager", "Joins the team", "Ade Administrator"):
        assert words in page.content.decode()
    assert answer(client, auditor, proposal).status_code == 302
    assert access.can(new, "view_case", case)
    held = StandingRole.objects.get(user=new)
    assert held.given_by == administrator
    entry = AuditEntry.objects.filter(action="give_role", outcome="done").last()
    assert (entry.actor, str(administrator.pk) in entry.detail) == (auditor.pk, True)


@pytest.mark.parametrize("role", Role)
def test_which_roles_need_a_second_person(role, administrator, auditor):
    reaches = role not in {
        Role.CONTRIBUTOR,
        Role.ACTION_OWNER,
        Role.LEARNING_LEAD,
        Role.RETURN_OFFICER,
        Role.BOARD_MEMBER,
    }

    assert (role in REACHING) is reaches
    assert actions.role_needs_second(role, administrator) is reaches


def test_the_first_second_person_is_appointed_alone(administrator, panel):
    new = factories.make_user(None)
    with pytest.raises(NotAllowed, match="Propose"):
        actions.give_role(person=new, role=Role.CDR_MANAGER, by=administrator, panel=panel)

    actions.give_role(person=new, role=Role.AUDITOR, by=administrator)

    with pytest.raises(NotAllowed, match="Propose"):
        actions.give_role(person=factories.make_user(None), role=Role.AUDITOR, by=administrator)


def test_what_was_proposed_and_cannot_be_done_any_more_is_not_done(administrator, auditor, panel):
    new = factories.make_user(None)
    proposal = accounts.propose_role(
        person=new, role=Role.CDR_MANAGER, by=administrator, reason=WHY, panel=panel
    )
    actions.deactivate_person(person=new, by=administrator, reason="Does not come")

    with pytest.raises(NotAllowed, match="closed"):
        second_person.agree_to_proposal(proposal=proposal, by=auditor)
    assert not StandingRole.objects.filter(user=new).exists()
    with pytest.raises(NotAllowed, match="themselves"):
        accounts.propose_role(
            person=administrator, role=Role.CDR_MANAGER, by=administrator, reason=WHY, panel=panel
        )


def test_a_second_factor_is_taken_away_when_a_second_person_agrees(
    client, administrator, auditor, person
):
    theirs = sign_in(Client(), person)

    sign_in(client, administrator).post(
        reverse("reset_second_factor", args=[person.pk]), {"reason": WHY}
    )
    assert Authenticator.objects.filter(user=person).exists()
    assert theirs.get("/").status_code == 200
    answer(client, auditor, Agreement.objects.get())

    assert not Authenticator.objects.filter(user=person).exists()
    assert theirs.get("/")["Location"].startswith("/accounts/login/")


def test_an_address_changes_when_a_second_person_agrees(client, administrator, auditor, person):
    theirs = sign_in(Client(), person)
    facts = {"name": person.name, "email": "mine@example.org", "version": str(person.version)}

    refused = sign_in(client, administrator).post(reverse("change_person", args=[person.pk]), facts)
    client.post(
        reverse("propose_address", args=[person.pk]), {"email": "new@example.org", "reason": WHY}
    )
    assert "Propose the new address" in refused.content.decode()
    assert User.objects.get(pk=person.pk).email == "bea@example.org"
    answer(client, auditor, Agreement.objects.get())

    assert User.objects.get(pk=person.pk).email == "new@example.org"
    assert theirs.get("/")["Location"].startswith("/accounts/login/")


def test_a_link_for_an_account_in_use_is_sent_once_when_a_second_person_agreed(
    client, administrator, auditor, person
):
    make = reverse("invite_person", args=[person.pk])
    links = OutboxMessage.objects.filter(template="choose_password", to_user=person)

    sign_in(client, administrator)
    client.post(make)
    client.post(reverse("propose_password_link", args=[person.pk]), {"reason": WHY})
    client.post(make)
    assert links.count() == 0
    answer(Client(), auditor, Agreement.objects.get())
    # It was agreed to: it is sent, to its owner alone, and once.
    page = client.post(make, follow=True).content.decode()
    assert links.count() == 1 and "/accounts/password/reset/key/" not in page
    client.post(make)
    assert links.count() == 1


def test_a_new_account_without_a_role_is_invited_at_once(client, administrator):
    new = actions.add_person(by=administrator, name="Cy Example", email="cy@example.org")

    sign_in(client, administrator).post(reverse("invite_person", args=[new.pk]))

    assert OutboxMessage.objects.filter(template="choose_password", to_user=new).count() == 1


def test_the_person_and_those_who_may_agree_are_told_and_told_nothing(
    administrator, auditor, person
):
    accounts.propose_factor_reset(
        person=person, by=administrator, reason=WHY
    ) if Authenticator.objects.filter(user=person).exists() else accounts.propose_password_link(
        person=person, by=administrator, reason=WHY
    )

    mails = OutboxMessage.objects.all()
    assert {one.to_user: one.template for one in mails} == {
        person: "account_change",
        auditor: "proposal",
    }
    words = " ".join(" ".join(text_of(one)) for one in mails)
    for name in (person.name, person.email, WHY, administrator.name):
        assert name not in words


def test_declining_and_taking_back(client, administrator, auditor, person):
    proposal = accounts.propose_password_link(person=person, by=administrator, reason=WHY)
    assert "why you decline" in answer(client, auditor, proposal, "decline", "").content.decode()
    answer(client, auditor, proposal, "decline", "She is on leave")
    again = accounts.propose_password_link(person=person, by=administrator, reason=WHY)
    sign_in(client, administrator).post(
        reverse("answer_proposal", args=[again.pk]), {"take_back": "yes"}
    )

    assert set(Agreement.objects.values_list("decision", flat=True)) == {"declined", "withdrawn"}
    listed = client.get(reverse("list_proposals")).content.decode()
    assert "Declined by Odo Auditor" in listed
    assert "Taken back" in listed


def test_only_overseers_open_proposals(client, administrator, auditor, person, people, outsider):
    proposal = accounts.propose_password_link(person=person, by=administrator, reason=WHY)
    addresses = [reverse("list_proposals"), reverse("answer_proposal", args=[proposal.pk])]

    for user in [*(people[role] for role in Role), outsider]:
        sign_in(client, user)
        may = access.can(user, "answer_proposal")
        assert {client.get(one).status_code for one in addresses} == {200 if may else 403}
    assert LABELS[Role.AUDITOR]


def test_answering_asks_who_is_sitting_there(client, administrator, auditor, person):
    proposal = accounts.propose_password_link(person=person, by=administrator, reason=WHY)

    sign_in(client, auditor, proved=False)
    sent = client.post(reverse("answer_proposal", args=[proposal.pk]), {"answer": "agree"})

    assert "/accounts/" in sent["Location"]
    proposal.refresh_from_db()
    assert proposal.decision == ""
