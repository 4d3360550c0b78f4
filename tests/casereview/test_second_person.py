"""Proposing, agreeing, declining, and using once what was agreed to."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from casereview import registries
from casereview.actions import NotAllowed
from casereview.actions import second_person as actions
from casereview.models import Agreement, AuditEntry
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories

pytestmark = pytest.mark.django_db
ACTION = "reset_second_factor"


@pytest.fixture
def proposal(people, monkeypatch):
    # Used here by an action of its own, as some are; what happens by itself is tried apart.
    monkeypatch.delitem(registries.done_when_agreed, ACTION, raising=False)
    people["second"] = factories.make_user(Role.ADMINISTRATOR)
    return actions.propose(
        action=ACTION,
        subject=uuid.uuid4(),
        by=people[Role.ADMINISTRATOR],
        reason="The telephone is lost",
        detail={"kinds": ["totp"]},
    )


def use(proposal, by, detail=None):
    with change(ACTION, by=by) as written:
        return actions.use_agreement(
            written, action=ACTION, subject=proposal.subject, detail=detail or proposal.detail
        )


def test_what_was_agreed_happens_once_and_exactly(proposal, people):
    by, second = people[Role.ADMINISTRATOR], people["second"]
    with pytest.raises(NotAllowed, match="to agree first"):
        use(proposal, by)

    actions.agree_to_proposal(proposal=proposal, by=second)
    with pytest.raises(NotAllowed, match="to agree first"):
        use(proposal, by, detail={"kinds": ["webauthn"]})
    use(proposal, by)

    with pytest.raises(NotAllowed, match="to agree first"):
        use(proposal, by)
    assert Agreement.objects.get().used_at
    assert list(AuditEntry.objects.order_by("-seq").values_list("action", flat=True)[:2]) == [
        ACTION,
        "agree_to_proposal",
    ]


def test_only_another_person_in_the_role_agrees(proposal, people):
    people["other"] = factories.make_user(Role.CDR_MANAGER)
    for one in (people[Role.ADMINISTRATOR], people["other"]):
        assert not actions.may_answer(proposal, one)
        with pytest.raises(NotAllowed):
            actions.agree_to_proposal(proposal=proposal, by=one)
        with pytest.raises(NotAllowed):
            actions.decline_proposal(proposal=proposal, by=one, note="No")
    assert actions.may_answer(proposal, people[Role.AUDITOR])


def test_the_database_knows_too_that_nobody_agrees_with_themselves(proposal):
    proposal.decision, proposal.decided_by = "agreed", proposal.proposed_by
    proposal.decided_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic(), change("x", by=None) as written:
        written.save(proposal)


def test_a_proposal_is_declined_taken_back_or_lapses(proposal, people):
    second = people["second"]
    with pytest.raises(NotAllowed, match="proposed already"):
        actions.propose(
            action=ACTION,
            subject=proposal.subject,
            by=second,
            reason="Again",
            detail=dict(proposal.detail),
        )
    with pytest.raises(NotAllowed, match="why you decline"):
        actions.decline_proposal(proposal=proposal, by=second, note=" ")
    actions.decline_proposal(proposal=proposal, by=second, note="Speak to them first")
    with pytest.raises(NotAllowed, match="answered"):
        actions.agree_to_proposal(proposal=proposal, by=second)
    with pytest.raises(NotAllowed, match="answered"):
        actions.withdraw_proposal(proposal=proposal, by=people[Role.ADMINISTRATOR])

    again = actions.propose(
        action=ACTION, subject=proposal.subject, by=people[Role.ADMINISTRATOR], reason="Spoken to"
    )
    with pytest.raises(NotAllowed, match="Only who proposed"):
        actions.withdraw_proposal(proposal=again, by=second)
    with change("x", by=None) as written:
        again.lapses_at = timezone.now() - datetime.timedelta(minutes=1)
        written.save(again)
    with pytest.raises(NotAllowed, match="lapsed"):
        actions.agree_to_proposal(proposal=again, by=second)


def test_what_needs_no_more_steps_happens_with_the_agreement_or_not_at_all(
    proposal, people, monkeypatch
):
    done = []
    monkeypatch.setitem(
        registries.done_when_agreed, ACTION, lambda written, agreed: done.append(agreed.subject)
    )
    actions.agree_to_proposal(proposal=proposal, by=people["second"])
    assert done == [proposal.subject]
    assert actions.agreed_to(ACTION, proposal.subject, proposal.detail) is None

    def fails(written, agreed):
        raise NotAllowed("It cannot be done any more")

    monkeypatch.setitem(registries.done_when_agreed, ACTION, fails)
    other = actions.propose(
        action=ACTION, subject=uuid.uuid4(), by=people[Role.ADMINISTRATOR], reason="Lost"
    )
    with pytest.raises(NotAllowed, match="any more"):
        actions.agree_to_proposal(proposal=other, by=people["second"])
    assert Agreement.objects.get(pk=other.pk).decision == Agreement.Decision.WAITING


def test_who_withdrew_from_the_case_agrees_to_nothing_about_it(people, case):
    proposal = actions.propose(
        action=ACTION, subject=case.pk, by=people[Role.ADMINISTRATOR], reason="x", case=case
    )
    factories.recuse(people[Role.AUDITOR], case)
    with pytest.raises(NotAllowed, match="withdrawn"):
        actions.agree_to_proposal(proposal=proposal, by=people[Role.AUDITOR])
