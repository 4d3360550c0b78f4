"""Proposing what needs a second person, answering a proposal, and using what was agreed.

An action that `rules/second_person.py` names goes one of two ways. It happens as soon as the
second person agrees, when its app has put a function into `registries.done_when_agreed`. Or its
own action calls `use_agreement` inside its change, which refuses unless exactly that was agreed.
"""

import datetime
import uuid
from typing import Any

from django.utils import timezone

from casereview import access, registries
from casereview.actions.admissions import NotAllowed
from casereview.models import Agreement, Case
from casereview.records import Change, change
from casereview.rules.second_person import NEEDED, refusal, who_words

Decision = Agreement.Decision


def propose(
    *,
    action: str,
    subject: uuid.UUID,
    by,
    reason: str,
    case: Case | None = None,
    detail: dict[str, Any] | None = None,
    under: tuple[str, uuid.UUID] | None = None,
) -> Agreement:
    """Propose to do `action` to `subject`; nothing happens until a second person agrees.

    `detail` holds keys, codes and days. `under` names another key for the words than that of the
    case or the proposer, where they must outlive the case.

    Raises:
        NotAllowed: no reason was given, or the same is proposed already.
    """
    rule = NEEDED[action]
    if not reason.strip():
        raise NotAllowed("Enter the reason")
    now, detail = timezone.now(), detail or {}
    alike = Agreement.objects.filter(
        action=action, subject=subject, decision=Decision.WAITING, lapses_at__gt=now
    )
    if any(one.detail == detail for one in alike):
        raise NotAllowed(f"This is proposed already: it waits for {who_words(rule)}")
    key_kind, key_id = under or (("case", case.pk) if case else ("user", by.pk))
    proposal = Agreement(
        action=action,
        subject=subject,
        case=case,
        detail=detail,
        key_kind=key_kind,
        key_id=key_id,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=now,
        lapses_at=now + datetime.timedelta(days=rule.days),
    )
    with change("propose", by=by, case=case, detail={"what": action}) as written:
        written.save(proposal)
    return proposal


def may_answer(proposal: Agreement, user) -> bool:
    """Say whether `user` may agree to a proposal, or decline it."""
    return not _why_not(proposal, user)


def agree_to_proposal(*, proposal: Agreement, by, note: str = "") -> Agreement:
    """Agree to what another person proposed; what needs no more steps happens with it.

    Raises:
        NotAllowed: one's own, about oneself, answered, lapsed, or not in a role that may; or what
            was proposed cannot be done any more.
        Conflict: somebody else answered it meanwhile.
    """
    if why := _why_not(proposal, by):
        raise NotAllowed(why)
    rule, now = NEEDED[proposal.action], timezone.now()
    with change(
        "agree_to_proposal", by=by, case=proposal.case, detail={"what": proposal.action}
    ) as written:
        _answer(proposal, Decision.AGREED, by, note)
        proposal.lapses_at = now + datetime.timedelta(days=rule.days)
        do = registries.done_when_agreed.get(proposal.action)
        if do is not None:
            proposal.used_at = now
        written.save(proposal, subject=True)
        if do is not None:
            do(written, proposal)
    access.forget()
    return proposal


def decline_proposal(*, proposal: Agreement, by, note: str) -> Agreement:
    """Decline what another person proposed, with a reason.

    Raises:
        NotAllowed: no reason, or as for agreeing.
        Conflict: somebody else answered it meanwhile.
    """
    if not note.strip():
        raise NotAllowed("Enter why you decline")
    if why := _why_not(proposal, by):
        raise NotAllowed(why)
    with change(
        "decline_proposal", by=by, case=proposal.case, detail={"what": proposal.action}
    ) as written:
        written.save(_answer(proposal, Decision.DECLINED, by, note))
    return proposal


def withdraw_proposal(*, proposal: Agreement, by) -> Agreement:
    """Take back what one has proposed oneself and nobody has answered.

    Raises:
        NotAllowed: somebody else's, or answered already.
    """
    if by.pk != proposal.proposed_by_id:
        raise NotAllowed("Only who proposed it can take it back")
    if proposal.decision != Decision.WAITING:
        raise NotAllowed("This proposal was answered already")
    with change(
        "withdraw_proposal", by=by, case=proposal.case, detail={"what": proposal.action}
    ) as written:
        written.save(_answer(proposal, Decision.WITHDRAWN, by, ""))
    return proposal


def agreed_to(action: str, subject: uuid.UUID, detail: dict[str, Any], by=None) -> Agreement | None:
    """Return the agreement that stands, unused, for exactly this; `by` is who proposed it."""
    standing = Agreement.objects.filter(
        action=action,
        subject=subject,
        decision=Decision.AGREED,
        used_at=None,
        lapses_at__gt=timezone.now(),
    )
    if by is not None:
        standing = standing.filter(proposed_by=by)
    return next((one for one in standing.order_by("decided_at") if one.detail == detail), None)


def use_agreement(
    written: Change, *, action: str, subject: uuid.UUID, detail: dict[str, Any] | None = None
) -> Agreement:
    """Use up, inside the change that it allows, what a second person agreed to.

    Raises:
        NotAllowed: exactly this was not agreed to, or the agreement was used or has lapsed.
    """
    agreement = agreed_to(action, subject, detail or {})
    if agreement is None:
        raise NotAllowed(f"Ask {who_words(NEEDED[action])} to agree first")
    agreement.used_at = timezone.now()
    written.save(agreement)
    written.detail["agreed_by"] = str(agreement.decided_by_id)
    return agreement


def _answer(proposal: Agreement, decision: str, by, note: str) -> Agreement:
    proposal.decision, proposal.decided_by, proposal.decided_at = decision, by, timezone.now()
    proposal.note = note.strip() or None
    return proposal


def _why_not(proposal: Agreement, user) -> str:
    if proposal.case is not None and access.on_case(user, proposal.case).denied == "recused":
        return "Ask somebody else: you have withdrawn from this case"
    return refusal(
        NEEDED[proposal.action],
        waiting=proposal.decision == Decision.WAITING,
        lapses_at=proposal.lapses_at,
        now=timezone.now(),
        proposer=proposal.proposed_by_id,
        about=proposal.subject,
        second=user.pk,
        roles={held.role for held in access.held_by(user)},
        withdrew=bool(access.withdrawn_from(user)),
    )
