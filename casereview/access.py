"""The door: the one way to ask what a person may do, and the one list of what they may see.

Order, first hit wins: inactive – denied; case disposed of – denied; recused, in person or through
the agency – denied; sealed and not named – denied; break-glass – may read; a role on the case that
the table allows – may; else denied. Nobody is above it: there is no superuser. A recusal covers
the cases merged with the one withdrawn from and those of the same family; a seal covers the cases
merged with the one that is sealed.
"""

import datetime
import uuid
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from casereview import audit, drafts, kin
from casereview.models import (
    BreakGlass,
    Case,
    CaseGroupObjectPermission,
    CaseUserObjectPermission,
)
from casereview.prepared import Prepared
from casereview.rules.access_table import (
    READ_ONLY,
    STANDING_ON_PANEL,
    Role,
    Where,
    roles_for,
)
from casereview.standing import (
    Held,
    OnCase,
    Standing,
    forget,
    held_by,
    in_force,
    remembered,
    remembering,
    standing_of,
    withdrawn_from,
)

__all__ = [
    "Held",
    "OnCase",
    "acting_role",
    "can",
    "case_view",
    "forbidden",
    "forget",
    "held_by",
    "may_each",
    "not_found",
    "not_kept_from",
    "on_case",
    "open_view",
    "remembering",
    "role_view",
    "roles_of",
    "visible_to",
    "withdrawn_from",
]

View = Callable[..., HttpResponse]
BROKEN_GLASS = "break_glass"  # stands where a role would, in the log too


def roles_of(user) -> frozenset[Role]:
    """Return every role a user holds anywhere, admissions included."""
    memory = remembered.get()
    if memory is not None and user.pk in memory.roles:
        return memory.roles[user.pk]
    roles = {held.role for held in held_by(user)}
    if getattr(user, "is_active", False):
        roles |= {Role(role) for (role,) in _admitted_as(user=user.pk, now=timezone.now())}
    if memory is not None:
        memory.roles[user.pk] = frozenset(roles)
    return frozenset(roles)


@Prepared
def _admitted_as(user: uuid.UUID, now: datetime.datetime) -> QuerySet:
    admitted = in_force(CaseUserObjectPermission.objects.filter(user=user), now)
    return admitted.values_list("role").distinct()


def on_case(user, case: Case) -> OnCase:
    """Return what `user` is on `case`, asked in one query beside the standing roles."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return OnCase(denied="inactive")
    if case.disposed_at is not None:
        return OnCase(denied="disposed")
    memory = remembered.get()
    if memory is not None and (user.pk, case.pk) in memory.on_case:
        return memory.on_case[user.pk, case.pk]
    return _on_each(user, [case])[case.pk]


def may_each(user, action: str, cases: Iterable[Case]) -> set[uuid.UUID]:
    """Return the keys of those of some cases on which `user` may do `action`.

    It is asked in one query for all of them, beside the standing roles: for the rows of a page.
    """
    cases = list(cases)
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return set()
    anywhere = {one.role for one in held_by(user)}
    found = _on_each(user, [case for case in cases if case.disposed_at is None])
    return {key for key, on in found.items() if _role_in(action, on, anywhere)}


def _on_each(user, cases: list[Case]) -> dict[uuid.UUID, OnCase]:
    """Return what an active user is on each of some cases that are not disposed of."""
    standing = standing_of(user)
    found, open_ones = {}, []
    for case in cases:
        death = kin.death_of(case)
        if death in standing.withdrawn:
            found[case.pk] = OnCase(denied="recused")
        elif death in standing.sealed_off:
            found[case.pk] = OnCase(denied="sealed")
        else:
            open_ones.append(case)
    if open_ones:
        groups = sorted({one.group for one in standing.held if one.group})
        keys = [case.pk for case in open_ones]
        given: dict[uuid.UUID, set[str]] = {key: set() for key in keys}
        for key, role in _roles_on(user=user.pk, cases=keys, groups=groups, now=timezone.now()):
            given[key].add(role)
        for case in open_ones:
            roles = {Role(role) for role in given[case.pk] if role != BROKEN_GLASS}
            found[case.pk] = OnCase(
                roles=frozenset(roles | {one.role for one in standing.held if _stands(one, case)}),
                break_glass=BROKEN_GLASS in given[case.pk],
                sealed=kin.death_of(case) in standing.sealed_to,
            )
    memory = remembered.get()
    if memory is not None:
        memory.on_case.update({(user.pk, key): on for key, on in found.items()})
    return found


@Prepared
def _roles_on(
    user: uuid.UUID, cases: list[uuid.UUID], groups: list[int], now: datetime.datetime
) -> QuerySet:
    """Return what is given on cases now: to the person, to groups of theirs, in an emergency."""
    columns = ("content_object", "role")
    admitted = CaseUserObjectPermission.objects.filter(user=user, content_object__in=cases)
    opened = BreakGlass.objects.filter(
        user=user, case__in=cases, until__gt=now, opened_at__lte=now, reviewed_at=None
    )
    parts = [opened.annotate(role=Value(BROKEN_GLASS)).values_list("case", "role")]
    if groups:
        by_group = CaseGroupObjectPermission.objects.filter(
            group__in=groups, content_object__in=cases
        )
        parts.append(in_force(by_group, now).values_list(*columns))
    return in_force(admitted, now).values_list(*columns).union(*parts, all=True)


def _stands(held: Held, case: Case) -> bool:
    return held.role in STANDING_ON_PANEL and bool(
        (held.panel and held.panel == case.panel_id)
        or (held.board and held.board == case.reviewing_board_id)
    )


def acting_role(user, action: str, case: Case | None = None) -> str:
    """Return the role in which `user` may do `action`; empty when they may not.

    With a case, roles on it are asked; a cell ANYWHERE holds for any case one is not kept from.
    """
    allowed = roles_for(action)
    anywhere = {one.role for one in held_by(user)}
    if case is None:
        for role in Role:
            if role in anywhere and allowed.get(role) == Where.ANYWHERE:
                return role
        return _by_admission(user, allowed)
    return _role_in(action, on_case(user, case), anywhere)


def _role_in(action: str, on: OnCase, anywhere: set[Role]) -> str:
    """Return the role in which one may who is this on a case and holds these roles anywhere."""
    if on.denied:
        return ""
    if on.break_glass and action in READ_ONLY:
        return BROKEN_GLASS
    allowed = roles_for(action)
    for role in Role:
        cell = allowed.get(role)
        if cell == Where.ANYWHERE and role in anywhere:
            return role
        if cell is not None and cell != Where.ANYWHERE and role in on.roles:
            return role
    return ""


def _by_admission(user, allowed: dict[Role, Where]) -> str:
    wanted = [role for role, cell in allowed.items() if cell == Where.ANYWHERE]
    if not wanted:
        return ""
    roles = roles_of(user)
    return next((role for role in Role if role in wanted and role in roles), "")


def can(user, action: str, case: Case | None = None) -> bool:
    """Say whether `user` may do `action`, on `case` where it is about one.

    Raises:
        KeyError: the table has no such action.
    """
    return bool(acting_role(user, action, case))


def visible_to(user, action: str = "view_case") -> QuerySet[Case]:
    """Return the cases on which `user` may do `action`: the same answer as `can`, as a list."""
    allowed = {role for role, cell in roles_for(action).items() if cell != Where.ANYWHERE}
    everywhere = {role for role, cell in roles_for(action).items() if cell == Where.ANYWHERE}
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Case.objects.none()
    standing = standing_of(user)
    held = standing.held
    cases = not_kept_from(user, standing)
    personal = in_force(CaseUserObjectPermission.objects.filter(user=user))
    groups = [one.group for one in held if one.group]
    grouped = in_force(CaseGroupObjectPermission.objects.filter(group__in=groups))
    if not any(one.role in everywhere for one in held):
        reaching = [one for one in held if one.role in allowed & STANDING_ON_PANEL]
        sight = Q(pk__in=personal.filter(role__in=allowed).values("content_object"))
        if groups:
            sight |= Q(pk__in=grouped.filter(role__in=allowed).values("content_object"))
        if panels := [one.panel for one in reaching if one.panel]:
            sight |= Q(panel__in=panels)
        if boards := [one.board for one in reaching if one.board]:
            sight |= Q(reviewing_board__in=boards)
        if action in READ_ONLY:
            now = timezone.now()
            opened = BreakGlass.objects.filter(
                user=user, until__gt=now, opened_at__lte=now, reviewed_at=None
            )
            sight |= Q(pk__in=opened.values("case"))
        cases = cases.filter(sight)
    return cases


def not_kept_from(user, standing: Standing | None = None) -> QuerySet[Case]:
    """Return the cases that nothing keeps `user` from; it says nothing of what opens them.

    Neither disposed of, nor sealed without naming the person, nor one from which the person or
    their agency has withdrawn. `standing` is what was found out already.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Case.objects.none()
    standing = standing or standing_of(user)
    cases = Case.objects.filter(disposed_at=None)
    if closed := standing.withdrawn | standing.sealed_off:
        cases = cases.exclude(kin.of_deaths(closed))
    return cases


def not_found() -> HttpResponse:
    """Return the one 404: the same bytes for a case that is absent and one that is not yours."""
    return HttpResponse(render_to_string("404.html"), status=404)


def forbidden() -> HttpResponse:
    """Return the one 403."""
    return HttpResponse(render_to_string("403.html"), status=403)


def _asked(request: HttpRequest, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return what an entry says of a request: its method, and keys and numbers of its address.

    Words of an address are whatever somebody typed, and stay out.
    """
    named = {name: str(value) for name, value in kwargs.items() if isinstance(value, uuid.UUID)}
    years = {
        name: value for name, value in kwargs.items() if isinstance(value, int) and value <= 9999
    }
    token = getattr(request, "by_token", None)
    program = {"kind": "api", "token": str(token.pk)} if token else {}
    return {"method": request.method, **named, **years, **program}


def case_view(action: str) -> Callable[[View], View]:
    """Guard a view of one case, named by `reference` in its address; it is handed the case.

    Every use is on record before the view runs, allowed or refused. A case that may not be seen
    is not found; one that may be seen but not acted on is forbidden.
    """
    roles_for(action)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, reference: str, *args: Any, **kwargs: Any):
            case = (
                Case.objects.filter(reference=reference)
                .select_related("panel", "reviewing_board", "merged_into")
                .first()
            )
            role = acting_role(request.user, action, case) if case else ""
            if not role:
                seen = bool(case) and can(request.user, "view_case", case)
                audit.append(
                    action,
                    actor=request.user,
                    case=case,
                    outcome=audit.REFUSED,
                    detail=_asked(request, kwargs),
                )
                return forbidden() if seen else not_found()
            audit.in_role(role)
            if (kept := drafts.asked(request, case)) is not None:
                return kept
            audit.append(
                action,
                actor=request.user,
                case=case,
                outcome=audit.ALLOWED,
                detail=_asked(request, kwargs),
            )
            return drafts.within(request, case, lambda: view(request, case, *args, **kwargs))

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.keeps_drafts = guarded.of_one_case = True  # type: ignore[attr-defined]
        return guarded

    return guard


def role_view(action: str) -> Callable[[View], View]:
    """Guard a view that is about no one case; every use is on record before the view runs."""
    roles_for(action)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any):
            role = acting_role(request.user, action)
            audit.in_role(role)
            if role and (kept := drafts.asked(request, None)) is not None:
                return kept
            audit.append(
                action,
                actor=request.user,
                outcome=audit.ALLOWED if role else audit.REFUSED,
                detail=_asked(request, kwargs),
            )
            if not role:
                return forbidden()
            return drafts.within(request, None, lambda: view(request, *args, **kwargs))

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.keeps_drafts = True  # type: ignore[attr-defined]
        return guarded

    return guard


def open_view(reason: str) -> Callable[[View], View]:
    """Mark a view that holds nothing of any case, and say why it needs no row of the table."""

    def mark(view: View) -> View:
        view.guarded_by = f"open: {reason}"  # type: ignore[attr-defined]
        return view

    return mark
