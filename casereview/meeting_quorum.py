"""The quorum of each case of a meeting, from who came and who judges it."""

import uuid
from collections.abc import Iterable

from casereview.codes import agency_types
from casereview.models import AgendaItem, Attendance, Interest, Meeting, Panel
from casereview.rules.quorum import Quorum, Seat, quorum

KEPT = (Interest.Level.WITHDRAWS, Interest.Level.INFORMS_ONLY)


def quorum_of(meeting: Meeting, items: Iterable[AgendaItem]) -> dict[uuid.UUID, Quorum]:
    """Return the quorum of each case by the key of its agenda item, in two queries in all."""
    return quorums_of([meeting], items)


def quorums_of(meetings: Iterable[Meeting], items: Iterable[AgendaItem]) -> dict[uuid.UUID, Quorum]:
    """Return the quorum of each case of several meetings, in two queries however many there are."""
    by_key = {meeting.pk: meeting for meeting in meetings}
    items = [item for item in items if item.meeting_id in by_key]
    people: dict[uuid.UUID, list[Attendance]] = {key: [] for key in by_key}
    found = Attendance.objects.filter(meeting__in=by_key)
    for one in found.select_related("user__agency", "agency"):
        people[one.meeting_id].append(one)
    not_judging: dict[uuid.UUID, set] = {}
    for case, user, agency in Interest.objects.filter(
        case__in=[item.case_id for item in items], level__in=KEPT, lifted_at=None
    ).values_list("case", "user", "agency"):
        not_judging.setdefault(case, set()).add(user or agency)
    return {
        item.pk: quorum(
            [_seat(one, not_judging.get(item.case_id, set())) for one in people[item.meeting_id]],
            members_needed=by_key[item.meeting_id].panel.quorum_members,
            share_needed=by_key[item.meeting_id].panel.quorum_share,
            agencies_needed=by_key[item.meeting_id].panel.quorum_agencies,
            kinds_needed=kinds_of(by_key[item.meeting_id].panel),
        )
        for item in items
    }


def kinds_of(panel: Panel) -> list[tuple[str, str]]:
    """Return the kinds of agency without which a panel does not judge a case, in words."""
    words = dict(agency_types())
    return [(code, words.get(code, code)) for code in panel.quorum_kinds]


def _seat(one: Attendance, not_judging: set) -> Seat:
    mine = {one.user_id, one.user.agency_id, one.agency_id}
    return Seat(
        person=str(one.user_id),
        agency=str(one.agency_id or ""),
        came=one.attended == Attendance.Attended.CAME,
        place_of=str(one.deputy_for_id or ""),
        judges=not (mine & not_judging),
        kind=one.agency.kind if one.agency else "",
    )
