"""Sealing a case: it opens to those who are named, whatever role others hold."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from casereview import access, kin
from casereview.actions.admissions import NotAllowed, permission_for, write_admission
from casereview.models import (
    Case,
    CaseGroupObjectPermission,
    CaseUserObjectPermission,
    StandingRole,
    User,
)
from casereview.records import Change, change
from casereview.rules.access_table import STANDING_ON_PANEL, Role

SEAL = CaseUserObjectPermission.Source.SEAL


def seal_case(
    *,
    case: Case,
    reason: str,
    by,
    keeps: Sequence[User],
    groups: Sequence[CaseGroupObjectPermission] = (),
    also: Sequence[Case] = (),
) -> list[Case]:
    """Seal a case with those merged with it, and linked ones that were chosen too.

    `keeps` are the people who go on seeing it; whoever seals it is always one of them. Nobody sees
    more than before: each keeps the roles they have. Everybody else loses it at once.

    Raises:
        NotAllowed: no reason, sealed already, or somebody who keeps sight has none.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the case is sealed")
    if kin.is_sealed(case):
        raise NotAllowed("This case is sealed already")
    stays = {user.pk: user for user in [by, *keeps]}
    sealed = []
    deaths = [case, *[one for one in also if one.pk != case.pk]]
    # Asked before the first is sealed, which is the same death as the next.
    sight = {
        one.pk: [(user, access.on_case(user, one)) for user in stays.values()] for one in deaths
    }
    for one in [each for death in deaths for each in kin.one_death(death).order_by("pk")]:
        if one.sealed or one.disposed_at:
            continue
        with change("seal_case", by=by, case=one, reason=reason) as written:
            named = [_name(written, user, seen) for user, seen in sight.get(one.pk, [])]
            for admission in one.group_admissions.filter(
                group__in=[chosen.group_id for chosen in groups]
            ):
                admission.named = True
                written.save(admission)
            one.sealed = True
            written.save(one, subject=True)
            written.detail["named"] = sum(named)
        sealed.append(one)
    access.forget()
    if case.pk in {one.pk for one in sealed}:
        case.refresh_from_db()
    return sealed


def _name(written: Change, user: User, found: access.OnCase) -> int:
    """Name a person to a case in each role they have there; return how many there were."""
    if found.denied:
        return 0
    mine = {one.role: one for one in written.case.admissions.filter(user=user)}
    for admission in mine.values():
        admission.named = True
        written.save(admission)
    held = {one.role for one in access.held_by(user)} & STANDING_ON_PANEL & found.roles
    for role in held - set(mine):
        write_admission(
            written,
            user=user,
            role=Role(role),
            permission=permission_for(role),
            source=SEAL,
            source_id=None,
            named=True,
            until=_role_ends(user, role, written.case),
        )
    return len(mine) + len(held)


def _role_ends(user: User, role: Role, case: Case):
    """Return the moment at which a standing role on the case ends; None is no end yet."""
    here = Q(panel__isnull=False, panel=case.panel_id)
    here |= Q(board__isnull=False, board=case.reviewing_board_id)
    held = StandingRole.objects.filter(here, user=user, role=role, ended_at=None)
    ends = list(held.values_list("until", flat=True))
    last = max((day for day in ends if day is not None), default=None)
    if last is None or None in ends:
        return None
    after = last + datetime.timedelta(days=1)
    return timezone.make_aware(datetime.datetime.combine(after, datetime.time.min))


def unseal_case(*, case: Case, reason: str, by) -> list[Case]:
    """Take the seal off a case and those merged with it: roles open it again as before.

    Raises:
        NotAllowed: no reason, or it is not sealed.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the seal is taken off")
    opened = list(kin.one_death(case).filter(sealed=True).order_by("pk"))
    if not opened:
        raise NotAllowed("This case is not sealed")
    for one in opened:
        with change("unseal_case", by=by, case=one, reason=reason) as written:
            one.sealed = False
            written.save(one, subject=True)
            admissions: list[Any] = [
                *one.admissions.filter(named=True),
                *one.group_admissions.filter(named=True),
            ]
            for admission in admissions:
                if admission.source == SEAL:
                    written.remove(admission)
                    continue
                admission.named = False
                written.save(admission)
    access.forget()
    if case.pk in {one.pk for one in opened}:
        case.refresh_from_db()
    return opened
