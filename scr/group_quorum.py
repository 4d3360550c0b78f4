"""The quorum of each case of a group's meeting, without those who have withdrawn from it."""

import uuid
from collections.abc import Iterable

from casereview.models import Interest
from casereview.rules.quorum import Quorum, Seat, quorum
from scr.models import GroupAttendance, GroupMeeting
from scr.options import quorum_agencies

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
