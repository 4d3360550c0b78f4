"""Who can see a case, and why: standing roles, admissions, groups, break-glass and interests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from casereview.kin import kept_out
from casereview.models import Case, StandingRole
from casereview.rules.access_table import LABELS, STANDING_ON_PANEL, Role
from casereview.rules.break_glass import purpose_words


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
    named: bool = False  # to a sealed case


def standing(case: Case) -> list[Sight]:
    """Return those who see a case because it belongs to their panel or board."""
    away = kept_out(case)
    return [
        Sight(
            who=role.user.name,
            post=post_of(role.user),
            role=LABELS[Role(role.role)],
            why=f"The case belongs to {role.panel or role.board}",
            since=role.given_at,
            kept_out=away(role.user),
        )
        for role in standing_roles(case)
    ]


def standing_roles(case: Case, roles: Collection[Role] = STANDING_ON_PANEL) -> list[StandingRole]:
    """Return the standing roles, of `roles`, that see a case because of its panel or board."""
    place = Q(panel=case.panel_id) if case.panel_id else Q(pk=None)
    if case.reviewing_board_id:
        place |= Q(board=case.reviewing_board_id)
    return list(
        StandingRole.objects.filter(
            place,
            role__in=STANDING_ON_PANEL.intersection(roles),
            ended_at=None,
            user__is_active=True,
        )
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .select_related("user__agency", "panel", "board")
        .order_by("user__name")
    )


def admitted(case: Case) -> list[Sight]:
    """Return the people and groups admitted to a case one by one, those in force first."""
    now = timezone.now()
    away = kept_out(case)
    found = [
        Sight(
            who=admission.user.name,
            post=post_of(admission.user),
            role=LABELS[Role(admission.role)],
            why=_why(admission),
            since=admission.given_at,
            until=admission.until,
            ended=_ended(admission, now),
            kept_out=away(admission.user),
            key=admission.pk,
            reason=admission.reason or "",
            named=admission.named,
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
                named=admission.named,
            )
        )
    return sorted(found, key=lambda one: (one.ended, one.who))


def opened_by_break_glass(case: Case) -> list[Sight]:
    """Return those who opened a case they have no role on, the latest first."""
    now = timezone.now()
    return [
        Sight(
            who=one.user.name,
            post=post_of(one.user),
            role="Break-glass: reading only",
            why=purpose_words(one.purpose),
            since=one.opened_at,
            until=one.until,
            ended=one.until <= now or one.reviewed_at is not None,
            reason=one.reason or "",
        )
        for one in case.break_glass.select_related("user__agency").order_by("-opened_at")
    ]


def who_may_keep(case: Case, *, besides) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the people and the groups that see a case now, to be named to it, less `besides`.

    A group's key begins with `group-`.
    """
    now, away = timezone.now(), kept_out(case)
    found: dict[Any, str] = {}
    admissions = case.admissions.select_related("user__agency")
    for user in [
        *_standing_people(case),
        *[one.user for one in admissions if not _ended(one, now)],
    ]:
        if user.is_active and user.pk != besides.pk and not away(user):
            found[user.pk] = ", ".join(part for part in (user.name, post_of(user)) if part)
    groups = [
        (f"group-{one.group_id}", f"Every {LABELS[Role(one.role)].lower()} of the group")
        for one in case.group_admissions.select_related("group")
        if not _ended(one, now)
    ]
    people = sorted(((str(key), words) for key, words in found.items()), key=lambda one: one[1])
    return people, groups


def _standing_people(case: Case) -> list[Any]:
    return [role.user for role in standing_roles(case)]


def interests(case: Case) -> list[Any]:
    """Return the interests declared in a case, the latest first."""
    return list(
        case.interests.select_related(
            "user", "agency", "declared_by", "decided_by", "lifted_by"
        ).order_by("-declared_at")
    )


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


def post_of(user) -> str:
    """Return somebody's post and agency, as far as they are known."""
    return ", ".join(part for part in (user.post, str(user.agency or "")) if part)
