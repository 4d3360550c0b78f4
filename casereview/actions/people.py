"""People with accounts: adding, changing, giving roles and closing an account."""

import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from casereview import access
from casereview.actions.admissions import NotAllowed
from casereview.models import Agency, CaseUserObjectPermission, StandingRole, User
from casereview.records import Change, change
from casereview.rules.access_table import Role
from casereview.rules.role_scope import ADMITTED_AS_GROUP, scope_of
from casereview.set_up import group_for


def add_person(*, by, name: str, email: str, post: str = "", agency: Agency | None = None) -> User:
    """Add a person who cannot sign in yet: a link to choose a password comes next.

    Raises:
        NotAllowed: somebody has this e-mail address.
    """
    email = _free_address(email)
    person = User(name=name.strip(), email=email, post=post.strip(), agency=agency)
    person.set_unusable_password()
    with change("add_person", by=by) as written:
        written.save(person)
    return person


def change_person(
    *, person: User, by, name: str, email: str, post: str = "", agency: Agency | None = None
) -> User:
    """Change what is known of a person.

    Raises:
        NotAllowed: somebody else has this e-mail address; or it is one's own agency, whose
            withdrawals from cases go with it.
        Conflict: somebody else saved the person meanwhile.
    """
    if by is not None and by.pk == person.pk and agency != person.agency:
        raise NotAllowed("Ask another administrator: nobody changes their own agency")
    renamed = email.strip().lower() != person.email
    if renamed:
        person.email = _free_address(email)
    person.name, person.post, person.agency = name.strip(), post.strip(), agency
    with change("change_person", by=by) as written:
        written.save(person)
        if renamed:
            # An address of old signs nobody in.
            EmailAddress.objects.filter(user=person).delete()
    access.forget()
    return person


def give_role(
    *,
    person: User,
    role: Role | str,
    by,
    panel=None,
    board=None,
    agency=None,
    until: datetime.date | None = None,
) -> StandingRole:
    """Give a person a role for a panel, a board or an agency, as the role asks.

    Raises:
        NotAllowed: to oneself, to somebody who has left, not for what the role is held for, or
            held already.
    """
    role = Role(role)
    if by is not None and by.pk == person.pk:
        raise NotAllowed("Ask another administrator: nobody gives themselves a role")
    if not person.is_active:
        raise NotAllowed("Choose a person whose account is open")
    given = {"panel": panel, "board": board, "agency": agency}
    scope = scope_of(role)
    if scope and given[scope] is None:
        raise NotAllowed(f"Select the {scope} this role is for")
    held_for = {name: value if name == scope else None for name, value in given.items()}
    if StandingRole.objects.filter(user=person, role=role, ended_at=None, **held_for).exists():
        raise NotAllowed("Choose another role: this person holds this one already")
    held = StandingRole(
        user=person,
        role=role,
        group=group_for(role, board) if role in ADMITTED_AS_GROUP else None,
        given_by=by,
        given_at=timezone.now(),
        until=until,
        **held_for,
    )
    with change("give_role", by=by) as written:
        written.detail.update(person=str(person.pk), role=str(role))
        written.save(held)
    access.forget()
    return held


def end_role(*, held: StandingRole, by) -> None:
    """End a role at once, and with it every admission that was given for it.

    Raises:
        NotAllowed: it has ended, or nobody would be an administrator.
    """
    if held.ended_at:
        raise NotAllowed("This role has ended already")
    if held.role == Role.ADMINISTRATOR:
        _keep_an_administrator(besides=held.user)
    with change("end_role", by=by) as written:
        _end(written, held)
        admissions = _given_for(held)
        for admission in admissions:
            written.remove(admission)
        written.detail.update(person=str(held.user_id), role=held.role, admissions=len(admissions))
    access.forget()


def deactivate_person(*, person: User, by, reason: str) -> None:
    """Close a leaver's account in one change: roles, admissions and sittings end with it.

    Raises:
        NotAllowed: no reason, closed already, one's own, or nobody would be an administrator.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the account is closed")
    if not person.is_active:
        raise NotAllowed("This account is closed already")
    if by is not None and by.pk == person.pk:
        raise NotAllowed("Ask another administrator to close your account")
    roles = StandingRole.objects.filter(user=person, ended_at=None)
    if roles.filter(role=Role.ADMINISTRATOR).exists():
        _keep_an_administrator(besides=person)
    with change("deactivate_person", by=by, reason=reason) as written:
        person.is_active, person.left_at = False, timezone.now()
        # The old password opens nothing, should the account be opened again.
        person.set_unusable_password()
        written.save(person, subject=True)
        ended = [_end(written, held) for held in roles]
        admissions = list(CaseUserObjectPermission.objects.filter(user=person))
        for admission in admissions:
            written.remove(admission)
        for agency in Agency.objects.filter(lead=person):
            agency.lead = None
            written.save(agency)
        written.detail.update(
            roles=len(ended), admissions=len(admissions), sittings=end_sittings(person)
        )
    access.forget()


def reset_second_factor(*, person: User, by, reason: str) -> None:
    """Take away a second factor that is lost; the person sets up another at the next sign-in.

    Raises:
        NotAllowed: no reason, one's own, or there is none.
    """
    if not reason.strip():
        raise NotAllowed("Enter how you know that it is this person who asks")
    if by is not None and by.pk == person.pk:
        raise NotAllowed("Ask another administrator to reset your second factor")
    factors = Authenticator.objects.filter(user=person)
    elsewhere = SocialAccount.objects.filter(user=person)
    if not factors.exists() and not elsewhere.exists():
        raise NotAllowed("This person has set up no second factor")
    with change("reset_second_factor", by=by, reason=reason) as written:
        kinds = sorted(factors.values_list("type", flat=True))
        written.detail.update(person=str(person.pk), kinds=kinds)
        factors.delete()
        written.detail["single_sign_on"] = elsewhere.delete()[0]
        written.detail["sittings"] = end_sittings(person)


def end_sittings(person: User) -> int:
    """End every sitting of a person and return how many there were."""
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now())
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def _end(written: Change, held: StandingRole) -> StandingRole:
    held.ended_at, held.ended_by = timezone.now(), written.by
    written.save(held)
    return held


def _given_for(held: StandingRole) -> list[CaseUserObjectPermission]:
    """Return a person's admissions in a role just ended; one held elsewhere keeps its own."""
    given = CaseUserObjectPermission.objects.filter(user=held.user_id, role=held.role)
    others = StandingRole.objects.filter(user=held.user_id, role=held.role, ended_at=None)
    if others.exclude(pk=held.pk).exists():
        place = Q(content_object__panel=held.panel_id) if held.panel_id else Q(pk=None)
        if held.board_id:
            place |= Q(content_object__reviewing_board=held.board_id)
        given = given.filter(place)
    return list(given)


def _free_address(email: str) -> str:
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise NotAllowed("Enter another e-mail address: somebody here has this one")
    return email


def _keep_an_administrator(*, besides: User) -> None:
    others = StandingRole.objects.filter(
        role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True
    ).exclude(user=besides)
    if not others.exists():
        raise NotAllowed("Make somebody else an administrator first")
