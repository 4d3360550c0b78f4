"""The quorum of each case of a group's meeting, without those who have withdrawn from it."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from casereview.models import Board, Case, Interest, StandingRole
from casereview.rules.access_table import Role
from casereview.rules.quorum import Quorum, Seat, quorum
from scr.models import GroupAttendance, GroupMeeting
from scr.options import quorum_agencies

GROUP = (Role.SCR_MEMBER, Role.SCR_CHAIR, Role.BOARD_MANAGER)
KEPT = (Interest.Level.WITHDRAWS, Interest.Level.INFORMS_ONLY)


def not_judging(cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return by case the people and agencies that have withdrawn from it or only inform."""
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for case, user, agency in Interest.objects.filter(
        case__in=list(cases), level__in=KEPT, lifted_at=None
    ).values_list("case", "user", "agency"):
        found.setdefault(case, set()).add(user or agency)
    return found


def quorums_of(meeting: GroupMeeting, cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, Quorum]:
    """Return the quorum of each case by its key, in two queries in all.

    Half the members, rounded up, and three agencies: our own reconstruction, in
    `scr/data/recommendations.toml`.
    """
    cases = list(cases)
    people = list(GroupAttendance.objects.filter(meeting=meeting).select_related("user"))
    kept = not_judging(cases)
    return {
        case: quorum(
            [_seat(one, kept.get(case, set())) for one in people],
            agencies_needed=quorum_agencies(),
        )
        for case in cases
    }


def _seat(one: GroupAttendance, kept: set[uuid.UUID]) -> Seat:
    mine = {one.user_id, one.user.agency_id, one.agency_id}
    return Seat(
        person=str(one.user_id),
        agency=str(one.agency_id or ""),
        came=one.attended == GroupAttendance.Attended.CAME,
        place_of=str(one.deputy_for_id or ""),
        judges=not (mine & kept),
    )


@dataclass(frozen=True)
class Declared:
    """An interest somebody of the group, or an agency, has in a case, and what follows from it."""

    who: str
    level: str
    ground: str


def conflicts(case: Case, board: Board, at: datetime.datetime) -> list[Declared]:
    """Return the interests in a case that stood at a moment, of the group of a board.

    Those of a panel that reviews the death are another group's, and are not among them.
    """
    group = StandingRole.objects.filter(board=board, role__in=GROUP).values("user")
    came = GroupAttendance.objects.filter(meeting__board=board).values("user")
    of_group = Q(user__in=group) | Q(user__in=came) | Q(agency__isnull=False)
    rows = (
        Interest.objects.filter(of_group, case=case, declared_at__lte=at)
        .filter(Q(lifted_at=None) | Q(lifted_at__gt=at))
        .select_related("user__agency", "agency")
    )
    found = [
        Declared(_who(one), one.get_level_display(), one.get_ground_display() if one.ground else "")
        for one in rows
    ]
    return sorted(found, key=lambda one: one.who)


def _who(interest: Interest) -> str:
    if interest.user is None:
        return str(interest.agency)
    agency = interest.user.agency
    return f"{interest.user.name}, {agency}" if agency else str(interest.user.name)


def agencies_present(meeting: GroupMeeting, case: Case) -> list[str]:
    """Return the agencies whose people came to a meeting and judged a case, by name."""
    kept = not_judging([case.pk]).get(case.pk, set())
    rows = GroupAttendance.objects.filter(
        meeting=meeting, attended=GroupAttendance.Attended.CAME, agency__isnull=False
    ).select_related("agency", "user")
    return sorted(
        {
            str(one.agency)
            for one in rows
            if not {one.user_id, one.user.agency_id, one.agency_id} & kept
        }
    )
