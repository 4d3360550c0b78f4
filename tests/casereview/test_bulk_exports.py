"""A file about many cases leaves only when somebody else agreed to that very file, and once."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.second_person import agree_to_proposal, decline_proposal, may_answer
from casereview.models import Agreement, AuditEntry, OutboxMessage, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role, roles_for
from casereview.rules.bulk_exports import BULK
from tests import agreed, factories, kept_out, scr_factories
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def url_of(row: str) -> str:
    if row == "export_scr_register":
        return reverse("scr:export_scr_register", args=["xlsx"])
    return reverse("cdop:export_child_level", args=[2015])


def is_file(response) -> bool:
    return "Content-Disposition" in response.headers


@pytest.mark.parametrize("row", sorted(BULK))
def test_nobody_takes_one_alone(client, people, outsider, row):
    url = url_of(row)
    for role, user in [*people.items(), (None, outsider)]:
        sign_in(client, user)
        answers = [client.get(url), client.post(url, {"do": "make"}), client.post(url, {})]
        assert not any(map(is_file, answers)), role
        may = role in roles_for(row)
        assert {one.status_code for one in answers} <= ({200, 302} if may else {403, 404}), role
    assert not AuditEntry.objects.filter(action="export_annual_return", outcome="done").exists()


@pytest.fixture
def officer(db):
    return factories.make_user(Role.RETURN_OFFICER, name="Olive Officer")


@pytest.fixture
def auditor(db):
    return factories.make_user(Role.AUDITOR, name="Aud Itor")


def test_an_auditor_agrees_and_that_file_is_made_once(client, officer, auditor):
    url = url_of("export_child_level")
    sign_in(client, officer)
    assert "Enter what the file is for" in client.post(url, {}).content.decode()

    proposal = agreed.ask_for(client, url)
    assert (
        "It waits for an auditor or data protection officer or an administrator"
        in without_token(client.get(url)).replace("\n", " ")
    )
    twice = client.post(url, {"reason": "The national collection asks for it"})
    assert "proposed already" in twice.content.decode()
    assert list(OutboxMessage.objects.values_list("to_user", "template")) == [
        (auditor.pk, "proposal")
    ]
    theirs = sign_in(Client(), auditor)
    page = without_token(theirs.get(reverse("answer_proposal", args=[proposal.pk])))
    for said in ("To 31 March 2015", "a row for each review", "Olive Officer", "collection asks"):
        assert said in page
    theirs.post(reverse("answer_proposal", args=[proposal.pk]), {"answer": "agree", "note": ""})

    # Another year, another area: another file.
    other = reverse("cdop:export_child_level", args=[2014])
    assert not is_file(client.post(other, {"do": "make"}))
    file = client.post(url, {"do": "make"})
    assert is_file(file) and "child-level" in file.headers["Content-Disposition"]
    assert not is_file(client.post(url, {"do": "make"}))
    used = AuditEntry.objects.get(action="use_agreement", outcome="done")
    assert str(auditor.pk) in used.detail


def test_neither_a_decline_nor_another_persons_agreement_nor_a_lapsed_one_makes_it(
    client, officer, auditor, monkeypatch
):
    url = url_of("export_child_level")
    sign_in(client, officer)
    decline_proposal(proposal=agreed.ask_for(client, url), by=auditor, note="Not needed")
    assert not is_file(client.post(url, {"do": "make"}))
    proposal = agreed.ask_for(client, url)
    chair = factories.make_user(Role.PANEL_CHAIR)
    for who in (officer, chair, factories.make_user(None)):
        with pytest.raises(NotAllowed):
            agree_to_proposal(proposal=proposal, by=who)
    agree_to_proposal(proposal=proposal, by=auditor)
    colleague = sign_in(Client(), factories.make_user(Role.CDR_MANAGER))
    assert not is_file(colleague.post(url, {"do": "make"}))
    Agreement.objects.filter(pk=proposal.pk).update(lapses_at=proposal.proposed_at)
    assert not is_file(client.post(url, {"do": "make"}))


def test_without_an_auditor_an_administrator_agrees_and_nobody_who_withdrew(
    client, officer, auditor, case, manager
):
    url = url_of("export_child_level")
    sign_in(client, officer)
    factories.recuse(auditor, case, by=manager)
    page = without_token(client.get(url))
    assert "Nobody here may agree at present" in page
    administrator = factories.make_user(Role.ADMINISTRATOR, name="Adminis Trator")
    assert "Nobody here may agree at present" not in without_token(client.get(url))
    proposal = agreed.ask_for(client, url)
    told = OutboxMessage.objects.filter(template="proposal").values_list("to_user", flat=True)
    assert list(told) == [administrator.pk]
    assert not may_answer(proposal, auditor)
    with pytest.raises(NotAllowed, match="withdrawn from a case"):
        agree_to_proposal(proposal=proposal, by=auditor)
    # Who is both asks and does not agree.
    both = factories.make_user(Role.RETURN_OFFICER)
    with change("plant", by=None) as written:
        held = StandingRole(user=both, role=Role.ADMINISTRATOR, given_at=timezone.now())
        written.save(held)
    own = sign_in(Client(), both)
    with pytest.raises(NotAllowed, match="their own proposal"):
        agree_to_proposal(proposal=agreed.ask_for(own, url), by=both)

    theirs = sign_in(Client(), administrator)
    theirs.post(reverse("answer_proposal", args=[proposal.pk]), {"answer": "agree", "note": ""})

    assert is_file(client.post(url, {"do": "make"}))


def test_a_leaver_makes_nothing_of_what_was_agreed(client, officer, auditor):
    url = url_of("export_child_level")
    sign_in(client, officer)
    agree_to_proposal(proposal=agreed.ask_for(client, url), by=auditor)
    kept_out.leave(officer)

    assert client.post(url, {"do": "make"}).headers["Location"].startswith("/accounts/login/")


def test_a_file_that_cannot_be_made_leaves_the_agreement(client, officer, auditor, monkeypatch):
    url = url_of("export_child_level")
    sign_in(client, officer)
    agree_to_proposal(proposal=agreed.ask_for(client, url), by=auditor)

    def broken(*args, **kwargs):
        raise ValueError("not as counted")

    with monkeypatch.context() as patched:
        patched.setattr("cdop.views.return_child_level.write_return", broken)
        with pytest.raises(ValueError):
            client.post(url, {"do": "make"})

    assert is_file(client.post(url, {"do": "make"}))


def test_the_chair_of_a_board_takes_its_register_out_with_an_auditor(client, auditor):
    chair = scr_factories.make_scr_people()[Role.INDEPENDENT_CHAIR]
    sign_in(client, chair)

    assert is_file(agreed.take_out(client, url_of("export_scr_register")))
