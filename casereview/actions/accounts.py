"""What an administrator cannot do alone to an account: each is proposed, and another agrees.

One person alone could otherwise become anybody: by a role given to a friend, by another address,
by a link for a new password, or by taking a second factor away. The person it is about and all who
could agree are told at once that something was proposed.
"""

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from casereview import access, outbox, registries
from casereview.actions import people as actions
from casereview.actions.admissions import NotAllowed
from casereview.actions.second_person import agreed_to, propose, use_agreement
from casereview.models import Agency, Agreement, Board, Panel, StandingRole, User
from casereview.records import Change, change
from casereview.rules.access_table import Role


def propose_role(
    *,
    person: User,
    role: Role | str,
    by,
    reason: str,
    panel=None,
    board=None,
    agency=None,
    until: datetime.date | None = None,
) -> Agreement:
    """Propose a role that reaches cases.

    Raises:
        NotAllowed: as for giving it, no reason, or proposed already.
    """
    whom = {"panel": panel, "board": board, "agency": agency}
    actions._role_to_give(person=person, role=Role(role), by=by, until=until, whom=whom)
    detail = {
        "role": str(role),
        **{name: str(value.pk) if value else "" for name, value in whom.items()},
        "until": until.isoformat() if until else "",
    }
    return _propose("give_role", person, by=by, reason=reason, detail=detail)


def propose_address(*, person: User, by, reason: str, email: str) -> Agreement:
    """Propose another address for an account that is in use.

    Raises:
        NotAllowed: one's own, somebody has it, no reason, or proposed already.
    """
    _refuse_own(person, by)
    email = actions._free_address(email)
    return _propose("change_person", person, by=by, reason=reason, detail={"email": email})


def propose_password_link(*, person: User, by, reason: str) -> Agreement:
    """Propose a link by which somebody who has an account chooses a new password.

    Raises:
        NotAllowed: one's own, the account is closed, no reason, or proposed already.
    """
    _refuse_own(person, by)
    if not person.is_active:
        raise NotAllowed("Choose a person whose account is open")
    return _propose("invite_person", person, by=by, reason=reason, detail={})


def propose_factor_reset(*, person: User, by, reason: str) -> Agreement:
    """Propose to take away a second factor that is lost.

    Raises:
        NotAllowed: one's own, there is none, no reason, or proposed already.
    """
    _refuse_own(person, by)
    from casereview.sign_in import proof

    if not proof.has_factor(person) and not proof.signs_in_elsewhere(person):
        raise NotAllowed("This person has set up no second factor")
    return _propose("reset_second_factor", person, by=by, reason=reason, detail={})


def may_make_link(person: User, by) -> bool:
    """Say whether a link for a password may be made now: for a new account, or as was agreed."""
    return not actions.in_use(person) or agreed_to("invite_person", person.pk, {}, by) is not None


def send_password_link(*, person: User, by, send: bool = True) -> None:
    """Send a link for a password to its owner, and use up the agreement where one is needed.

    Without `send` it is only put on record that a link was made, as in a demo.

    Raises:
        NotAllowed: the account is closed or in use, and nobody agreed.
    """
    from casereview.sign_in import invitation

    if not person.is_active:
        raise NotAllowed("Choose a person whose account is open")
    with transaction.atomic():
        if actions.in_use(person):
            with change("use_agreement", by=by, detail={"what": "invite_person"}) as written:
                use_agreement(written, action="invite_person", subject=person.pk)
        if send:
            invitation.send_link(person, by=by)
        else:
            invitation.record_link(person, by=by)


def _refuse_own(person: User, by) -> None:
    if by.pk == person.pk:
        raise NotAllowed("Ask another administrator: nobody proposes this for themselves")


def _propose(action: str, person: User, *, by, reason: str, detail: dict[str, Any]) -> Agreement:
    with transaction.atomic():
        proposal = propose(action=action, subject=person.pk, by=by, reason=reason, detail=detail)
        rule, today = f"proposal {proposal.pk.hex[:16]}", timezone.localdate()
        others = {one.user for one in actions.overseers(besides=by).select_related("user")}
        for one in others - {person}:
            outbox.put(to=one, template="proposal", rule=rule, day=today)
        if person.is_active:
            outbox.put(to=person, template="account_change", rule=rule, day=today)
    return proposal


def _person_of(proposal: Agreement) -> User:
    person = User.objects.get(pk=proposal.subject)
    if not person.is_active:
        raise NotAllowed("This account is closed: decline the proposal")
    return person


def _give_agreed(written: Change, proposal: Agreement) -> None:
    """Give the role that was agreed to; who proposed it gave it."""
    person, detail = _person_of(proposal), proposal.detail
    until = detail["until"]
    held: StandingRole = actions._role_to_give(
        person=person,
        role=Role(detail["role"]),
        by=proposal.proposed_by,
        until=datetime.date.fromisoformat(until) if until else None,
        whom={
            "panel": _found(Panel, detail["panel"]),
            "board": _found(Board, detail["board"]),
            "agency": _found(Agency, detail["agency"]),
        },
    )
    if held.until and held.until < timezone.localdate():
        raise NotAllowed("The last day of this role is over: decline the proposal")
    with change("give_role", by=written.by) as of_role:
        of_role.detail.update(
            person=str(person.pk), role=detail["role"], proposed_by=str(proposal.proposed_by_id)
        )
        of_role.save(held)


def _found(model: Any, key: str) -> Any:
    return model.objects.filter(pk=uuid.UUID(key)).first() if key else None


def _change_address(written: Change, proposal: Agreement) -> None:
    """Change the address that was agreed to: one of old signs nobody in, no sitting goes on."""
    from allauth.account.models import EmailAddress

    from casereview import leaving
    from casereview.api import tokens

    person = _person_of(proposal)
    person.email = actions._free_address(proposal.detail["email"])
    with change("change_person", by=written.by) as of_person:
        of_person.save(person)
        EmailAddress.objects.filter(user=person).delete()
        of_person.detail["sittings"] = leaving.end_sittings(person)
        of_person.detail["tokens"] = tokens.end_all(of_person, person)


def _reset_agreed(written: Change, proposal: Agreement) -> None:
    with change("reset_second_factor", by=written.by) as of_factor:
        actions.reset_second_factor(of_factor, _person_of(proposal))
    access.forget()


def register() -> None:
    """Say what happens as soon as a second person agrees."""
    registries.done_when_agreed.update(
        give_role=_give_agreed, change_person=_change_address, reset_second_factor=_reset_agreed
    )
