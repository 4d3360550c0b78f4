"""Who can see a case, and why: standing roles, admissions, groups, break-glass and interests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from casereview.models import Case, StandingRole
from casereview.rules.access_table import LABELS, STANDING_ON_PANEL, Role


@dataclass(frozen=True)
class Sight:
    """One person or group that sees a case, as what, and why."""

    who: str
    post: str
    role: str
    why: str
    since: datetime | None = None
    until: datetime | None = None
    ended: bool = False
    kept_out: bool = False
    key: Any = None
    reason: str = ""
    group: bool = False


def standing(case: Case) -> list[Sight]:
    """Return those who see a case because it belongs to their panel or board."""
    place = Q(panel=case.panel_id) if case.panel_id else Q(pk=None)
    if case.reviewing_board_id:
        place |= Q(board=case.reviewing_board_id)
    roles = (
        StandingRole.objects.filter(
            place, role__in=STANDING_ON_PANEL, ended_at=None, user__is_active=True
        )
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .select_related("user__agency", "panel", "board")
        .order_by("user__name")
    )
    away = kept_out(case)
    return [
        Sight(
            who=role.user.name,
            post=_post(role.user),
            role=LABELS[Role(role.role)],
            why=f"The case belongs to {role.panel or role.board}",
            since=role.given_at,
            kept_out=away(role.user),
        )
        for role in roles
    ]


def admitted(case: Case) -> list[Sight]:
    """Return the people and groups admitted to a case one by one, those in force first."""
    now = timezone.now()
    away = kept_out(case)
    found = [
        Sight(
            who=admission.user.name,
            post=_post(admission.user),
            role=LABELS[Role(admission.role)],
            why=_why(admission),
            since=admission.given_at,
            until=admission.until,
            ended=_ended(admission, now),
            kept_out=away(admission.user),
            key=admission.pk,
            reason=admission.reason or "",
        )
        for admission in case.admissions.select_related("user__agency", "given_by")
    ]
    members = _members(case)
    for admission in case.group_admissions.select_related("group", "given_by"):
        found.append(
            Sight(
                who=f"Every {LABELS[Role(admission.role)].lower()} of the group",
                post=", ".join(members.get(admission.group_id, [])) or "Nobody holds the role now",
                role=LABELS[Role(admission.role)],
                why=_why(admission),
                since=admission.given_at,
                until=admission.until,
                ended=_ended(admission, now),
                key=admission.pk,
                reason=admission.reason or "",
                group=True,
            )
        )
    return sorted(found, key=lambda one: (one.ended, one.who))


def opened_by_break_glass(case: Case) -> list[Sight]:
    """Return those who opened a case they have no role on, the latest first."""
    now = timezone.now()
    return [
        Sight(
            who=one.user.name,
            post=_post(one.user),
            role="Break-glass: reading only",
            why=f"Opened for {one.purpose.replace('_', ' ')}",
            since=one.opened_at,
            until=one.until,
            ended=one.until <= now or one.reviewed_at is not None,
            reason=one.reason or "",
        )
        for one in case.break_glass.select_related("user__agency").order_by("-opened_at")
    ]


def interests(case: Case) -> list[Any]:
    """Return the interests declared in a case, the latest first."""
    return list(
        case.interests.select_related(
            "user", "agency", "declared_by", "decided_by", "lifted_by"
        ).order_by("-declared_at")
    )


def kept_out(case: Case):
    """Return a test that says whether a user has withdrawn, in person or through the agency."""
    rows = case.interests.filter(level="withdraws", lifted_at=None).values_list(
        "user_id", "agency_id"
    )
    people = {user for user, _ in rows if user}
    agencies = {agency for _, agency in rows if agency}
    return lambda user: user.pk in people or (user.agency_id in agencies)


def _members(case: Case) -> dict[Any, list[str]]:
    groups = list(case.group_admissions.values_list("group_id", flat=True))
    held = (
        StandingRole.objects.filter(group__in=groups, ended_at=None, user__is_active=True)
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .select_related("user")
        .order_by("user__name")
    )
    members: dict[Any, list[str]] = {}
    for role in held:
        members.setdefault(role.group_id, []).append(role.user.name)
    return members


def _ended(admission, now: datetime) -> bool:
    return admission.until is not None and admission.until <= now


def _why(admission) -> str:
    by = f" by {admission.given_by.name}" if admission.given_by else ""
    if admission.source == "manager":
        return f"Admitted{by}"
    return str(admission.get_source_display())


def _post(user) -> str:
    return ", ".join(part for part in (user.post, str(user.agency or "")) if part)
