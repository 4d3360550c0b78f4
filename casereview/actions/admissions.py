"""Admitting to a case, dismissing from it, and interests that keep people away."""

import datetime
import uuid
from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from casereview import access
from casereview.models import (
    Case,
    CaseGroupObjectPermission,
    CaseUserObjectPermission,
    Interest,
    StandingRole,
)
from casereview.records import Change, change
from casereview.rules.access_table import ADMITTED, Role
from casereview.rules.interests import Ground, may_chair, refusal


class NotAllowed(Exception):
    """What was asked cannot be done; the message says what to do instead."""


# An admission in one of these lasts no longer than the role it is given for.
OF_A_PANEL = (Role.PANEL_MEMBER, Role.PANEL_CHAIR)


def permission_for(role: Role) -> Permission:
    """Return guardian's permission to act in a role on a case."""
    return Permission.objects.get(
        content_type__app_label="casereview",
        content_type__model="case",
        codename=f"act_as_{role}",
    )


def admit_to_case(
    *,
    case: Case,
    user,
    role: Role | str,
    by,
    reason: str = "",
    source: str = CaseUserObjectPermission.Source.MANAGER,
    source_id: uuid.UUID | None = None,
    until: datetime.datetime | None = None,
    named: bool = False,
) -> CaseUserObjectPermission:
    """Admit a person to a case in a role, or renew an admission that has ended.

    Raises:
        NotAllowed: the role is not given case by case, the person has left, or is recused.
    """
    with change("admit_to_case", by=by, case=case) as written:
        return add_admission(
            written,
            user=user,
            role=Role(role),
            reason=reason,
            source=source,
            source_id=source_id,
            until=until,
            named=named,
        )


def add_admission(
    written: Change, *, user, role: Role, reason: str, source: str, source_id, until, named=False
) -> CaseUserObjectPermission:
    """Add an admission to a change that another action has begun; see `admit_to_case`."""
    case = written.case
    if role not in ADMITTED:
        raise NotAllowed(f"Choose a role that is given case by case, not {role.label}")
    if not user.is_active:
        raise NotAllowed("Choose a person who has not left")
    if access.on_case(user, case).denied == "recused":
        raise NotAllowed("This person has withdrawn from the case: lift that first")
    if role in OF_A_PANEL:
        ends = panel_roles_end([user]).get(user.pk)
        if ends is not None and ends <= timezone.now():
            raise NotAllowed("Choose a person who still holds a role on a panel")
        until = min((one for one in (until, ends) if one), default=None)
    admission = write_admission(
        written,
        user=user,
        role=role,
        permission=permission_for(role),
        source=source,
        source_id=source_id,
        until=until,
        named=named,
        reason=reason,
    )
    written.detail.update(person=str(user.pk), role=str(role), source=str(source))
    access.forget()
    return admission


def panel_roles_end(users: Iterable) -> dict[uuid.UUID, datetime.datetime | None]:
    """Return the moment at which each user's last role on a panel ends; None is no end yet.

    Who never held one is not in it; a moment in the past is that of a role no longer held.
    """
    ends: dict[uuid.UUID, datetime.datetime | None] = {}
    rows = StandingRole.objects.filter(user__in=users, role__in=OF_A_PANEL)
    for user, ended_at, until in rows.values_list("user", "ended_at", "until"):
        end = ended_at
        if end is None and until is not None:
            after = until + datetime.timedelta(days=1)
            end = timezone.make_aware(datetime.datetime.combine(after, datetime.time.min))
        known = ends.get(user, end)
        ends[user] = None if end is None or known is None else max(end, known)
    return ends


def write_admission(
    written: Change, *, user, role: Role, permission: Permission, source: str, source_id, **facts
) -> CaseUserObjectPermission:
    """Write or renew the admission of somebody who was found to be neither gone nor recused."""
    case = written.case
    admission = CaseUserObjectPermission.objects.filter(
        user=user, permission=permission, content_object=case
    ).first() or CaseUserObjectPermission(user=user, permission=permission, content_object=case)
    admission.role, admission.source, admission.source_id = role, source, source_id
    admission.given_by, admission.given_at = written.by, timezone.now()
    admission.until, admission.named = facts.get("until"), facts.get("named", False)
    if facts.get("reason"):
        admission.reason = facts["reason"]
    written.save(admission)
    return admission


def admit_group_to_case(
    *,
    case: Case,
    group: Group,
    role: Role | str,
    by,
    reason: str = "",
    source: str = CaseGroupObjectPermission.Source.REFERRAL,
    source_id: uuid.UUID | None = None,
    until: datetime.datetime | None = None,
) -> CaseGroupObjectPermission:
    """Admit everybody who holds a role at a board, now or later, to a case."""
    role = Role(role)
    if role not in ADMITTED:
        raise NotAllowed(f"Choose a role that is given case by case, not {role.label}")
    permission = permission_for(role)
    with change("admit_to_case", by=by, case=case) as written:
        admission = CaseGroupObjectPermission.objects.filter(
            group=group, permission=permission, content_object=case
        ).first() or CaseGroupObjectPermission(
            group=group, permission=permission, content_object=case
        )
        admission.role, admission.source, admission.source_id = role, source, source_id
        admission.given_by, admission.given_at, admission.until = by, timezone.now(), until
        if reason:
            admission.reason = reason
        written.detail.update(group=group.name, role=str(role))
        written.save(admission)
    access.forget()
    return admission


def dismiss_from_case(
    *, admission: CaseUserObjectPermission | CaseGroupObjectPermission, by, reason: str
) -> None:
    """End an admission at once; its history stays.

    Raises:
        NotAllowed: no reason was given.
    """
    if not reason.strip():
        raise NotAllowed("Enter why this person is dismissed from the case")
    case = admission.content_object
    with change("dismiss_from_case", by=by, case=case, reason=reason) as written:
        if isinstance(admission, CaseUserObjectPermission):
            written.detail.update(person=str(admission.user_id), role=admission.role)
        else:
            written.detail.update(group=admission.group.name, role=admission.role)
        written.remove(admission)
    access.forget()


def declare_interest(
    *,
    case: Case,
    level: str,
    grounds: str,
    by,
    ground: str = Ground.OTHER,
    user=None,
    agency=None,
    agenda_item=None,
) -> Interest:
    """Declare a person's or an agency's interest; *withdraws* takes the case away at once.

    Raises:
        NotAllowed: neither or both of person and agency, no grounds, or a ground that does not
            bear the level.
    """
    if (user is None) == (agency is None):
        raise NotAllowed("Choose a person or an agency")
    if not grounds.strip():
        raise NotAllowed("Enter what the interest is")
    if words := refusal(ground, level, of_agency=agency is not None):
        raise NotAllowed(words)
    interest = Interest(
        case=case,
        user=user,
        agency=agency,
        agenda_item=agenda_item,
        level=Interest.Level(level),
        ground=Ground(ground),
        grounds=grounds,
        declared_by=by,
        declared_at=timezone.now(),
    )
    with change("declare_interest", by=by, case=case) as written:
        written.detail.update(
            level=str(interest.level),
            ground=str(interest.ground),
            person=str(user.pk) if user else "",
            agency=str(agency.pk) if agency else "",
        )
        written.save(interest)
    access.forget()
    return interest


def decide_interest(*, interest: Interest, level: str, reason: str, by) -> Interest:
    """Record the chair's decision on a declared interest, with the reason.

    Raises:
        NotAllowed: decided already, lifted, no reason, a level that the ground does not bear, the
            interest of the chair or of the chair's agency, or a chair who never chairs this case.
    """
    own = by is not None and (
        by.pk == interest.user_id or (by.agency_id and by.agency_id == interest.agency_id)
    )
    if own:
        raise NotAllowed("Ask another chair to decide your own interest")
    if interest.decided_at or interest.lifted_at:
        raise NotAllowed("This interest has been decided: declare it anew")
    if not reason.strip():
        raise NotAllowed("Enter the reason for the decision")
    if by is not None and not may_chair(grounds_of(by, interest.case)):
        raise NotAllowed("Ask another chair: you were responsible for the child’s care")
    if words := refusal(interest.ground, level, of_agency=interest.agency_id is not None):
        raise NotAllowed(words)
    with change("decide_interest", by=by, case=interest.case) as written:
        interest.level = Interest.Level(level)
        interest.decided_by, interest.decided_at = by, timezone.now()
        interest.decision_reason = reason
        written.detail.update(level=str(interest.level))
        written.save(interest)
    access.forget()
    return interest


def grounds_of(user, case: Case) -> list[str]:
    """Return the grounds of a person's own interests in a case that stand."""
    standing = Interest.objects.filter(case=case, user=user, lifted_at=None)
    return list(standing.values_list("ground", flat=True))


def lift_recusal(*, interest: Interest, reason: str, by) -> Interest:
    """Lift a withdrawal: the person sees the case again as far as their roles reach.

    Raises:
        NotAllowed: lifted already, no reason, or one's own: a second person lifts it.
    """
    if interest.lifted_at:
        raise NotAllowed("This withdrawal has been lifted already")
    if not reason.strip():
        raise NotAllowed("Enter why the withdrawal is lifted")
    if by is not None and by.pk in {interest.user_id, interest.declared_by_id}:
        raise NotAllowed("Ask a second person to lift this withdrawal")
    with change("lift_recusal", by=by, case=interest.case) as written:
        interest.lifted_by, interest.lifted_at = by, timezone.now()
        interest.lifted_reason = reason
        written.save(interest)
    access.forget()
    return interest
