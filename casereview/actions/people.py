"""People with accounts: adding, changing, giving roles and closing an account."""

import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q, QuerySet
from django.utils import timezone

from casereview import access, leaving
from casereview.actions.admissions import NotAllowed
from casereview.api import tokens
from casereview.models import Agency, CaseUserObjectPermission, Interest, StandingRole, User
from casereview.records import Change, change
from casereview.rules.access_table import Role
from casereview.rules.interests import Ground
from casereview.rules.role_scope import ADMITTED_AS_GROUP, scope_of
from casereview.rules.second_person import OVERSEERS, REACHING
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
        NotAllowed: somebody else has this e-mail address; it is one's own agency, whose
            withdrawals from cases go with it; or it is the address of an account in use, which a
            second person agrees to change.
        Conflict: somebody else saved the person meanwhile.
    """
    if by is not None and by.pk == person.pk and agency != person.agency:
        raise NotAllowed("Ask another administrator: nobody changes their own agency")
    renamed = email.strip().lower() != person.email
    if renamed and by is not None and in_use(person):
        raise NotAllowed("Propose the new address: a second person agrees to it first")
    if renamed:
        person.email = _free_address(email)
    moved_from = person.agency if agency != person.agency else None
    person.name, person.post, person.agency = name.strip(), post.strip(), agency
    with change("change_person", by=by) as written:
        written.save(person)
        if moved_from is not None:
            written.detail.update(_leave_agency(written, person, moved_from))
        if renamed:
            # An address of old signs nobody in.
            EmailAddress.objects.filter(user=person).delete()
    access.forget()
    return person


def in_use(person: User) -> bool:
    """Say whether an account could be taken over: it has a password, was used or holds a role."""
    return bool(
        person.has_usable_password()
        or person.last_login
        or StandingRole.objects.filter(user=person, ended_at=None).exists()
    )


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
        NotAllowed: to oneself, to somebody who has left, not for what the role is held for, held
            already, or one that reaches cases, to which a second person agrees first.
    """
    whom = {"panel": panel, "board": board, "agency": agency}
    if by is not None and role_needs_second(role, by):
        raise NotAllowed("Propose this role: it reaches cases, and a second person agrees to it")
    held = _role_to_give(person=person, role=Role(role), by=by, until=until, whom=whom)
    with change("give_role", by=by) as written:
        written.detail.update(person=str(person.pk), role=str(role))
        written.save(held)
    access.forget()
    return held


def role_needs_second(role: Role | str, by) -> bool:
    """Say whether a role is given only when a second person has agreed.

    The first who could be that second person is appointed alone: there is nobody to ask yet.
    """
    if Role(role) not in REACHING:
        return False
    return not (Role(role) in OVERSEERS and not overseers(besides=by).exists())


def _role_to_give(*, person: User, role: Role, by, until, whom) -> StandingRole:
    if by is not None and by.pk == person.pk:
        raise NotAllowed("Ask another administrator: nobody gives themselves a role")
    if not person.is_active:
        raise NotAllowed("Choose a person whose account is open")
    scope = scope_of(role)
    if scope and whom[scope] is None:
        raise NotAllowed(f"Select the {scope} this role is for")
    held_for: dict[str, Any] = {
        name: value if name == scope else None for name, value in whom.items()
    }
    if StandingRole.objects.filter(user=person, role=role, ended_at=None, **held_for).exists():
        raise NotAllowed("Choose another role: this person holds this one already")
    return StandingRole(
        user=person,
        role=role,
        group=group_for(role, held_for["board"]) if role in ADMITTED_AS_GROUP else None,
        given_by=by,
        given_at=timezone.now(),
        until=until,
        **held_for,
    )


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
    """Close a leaver's account in one change: everything that let them in ends with it.

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
        # The old password opens nothing, should the account be opened again; a link for a new one
        # is bound to the old.
        person.set_unusable_password()
        written.save(person, subject=True)
        written.detail["ended"] = leaving.end_all(written, person)
    access.forget()


def reset_second_factor(written: Change, person: User) -> None:
    """Take away a second factor that is lost, as was agreed to; another is set up at sign-in.

    An account elsewhere that is joined to this one goes too: its sign-in counts as a factor.
    """
    factors = Authenticator.objects.filter(user=person)
    kinds = sorted(factors.values_list("type", flat=True))
    written.detail.update(person=str(person.pk), kinds=kinds)
    factors.delete()
    written.detail["single_sign_on"] = SocialAccount.objects.filter(user=person).delete()[0]
    written.detail["sittings"] = leaving.end_sittings(person)
    written.detail["tokens"] = tokens.end_all(written, person)


def overseers(*, besides: User | None) -> QuerySet[StandingRole]:
    """Return the standing roles of those who could be a second person, less somebody's own."""
    held = StandingRole.objects.filter(
        role__in=OVERSEERS, ended_at=None, user__is_active=True
    ).filter(Q(until=None) | Q(until__gte=timezone.localdate()))
    return held.exclude(user=besides) if besides is not None else held


def _leave_agency(written: Change, person: User, agency: Agency) -> dict[str, int]:
    """Take away what was held for an agency; keep what it withdrew from as the person's own.

    They knew of the case while they worked there, and moving makes nobody impartial.
    """
    roles = list(StandingRole.objects.filter(user=person, agency=agency, ended_at=None))
    for held in roles:
        _end(written, held)
    if agency.lead_id == person.pk:
        agency.lead = None
        written.save(agency)
    kept = 0
    for interest in Interest.objects.filter(
        agency=agency,
        level__in=(Interest.Level.WITHDRAWS, Interest.Level.INFORMS_ONLY),
        lifted_at=None,
    ).select_related("case"):
        own = Interest.objects.filter(case=interest.case, user=person, lifted_at=None)
        if own.filter(level__in=(interest.level, Interest.Level.WITHDRAWS)).exists():
            continue
        # An entry of the case, not of the person: its own people are to see it.
        with change("declare_interest", by=written.by, case=interest.case) as of_case:
            of_case.save(
                Interest(
                    case=interest.case,
                    user=person,
                    level=interest.level,
                    ground=Ground.EMPLOYER,
                    grounds=f"Worked for {agency} when it had declared this interest",
                    declared_by=written.by,
                    declared_at=timezone.now(),
                )
            )
            of_case.detail.update(level=interest.level, person=str(person.pk))
        kept += 1
    return {"roles": len(roles), "interests": kept}


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
