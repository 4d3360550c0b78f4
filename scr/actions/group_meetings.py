"""Meetings of the SCR group of one board: arranging, who comes, and their end."""

import datetime
import uuid
from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.models import Board, StandingRole, User
from casereview.records import change
from casereview.rules.access_table import Role
from scr.models import GroupAttendance, GroupMeeting

OF_THE_GROUP = (Role.SCR_MEMBER, Role.SCR_CHAIR)


def boards_of(user, *roles: Role) -> list[uuid.UUID]:
    """Return the boards for which a person holds one of some roles."""
    return [one.board for one in access.held_by(user) if one.role in roles and one.board]


def group_of(board: Board, *roles: Role) -> list[User]:
    """Return who holds a role in the group of a board and has not left, by name."""
    today = timezone.localdate()
    held = StandingRole.objects.filter(
        Q(until=None) | Q(until__gte=today),
        role__in=roles or OF_THE_GROUP,
        board=board,
        ended_at=None,
    )
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return list(people.select_related("agency").order_by("name"))


def arrange_scr_meeting(
    *,
    board: Board,
    held_on: datetime.date,
    by,
    chair: User | None = None,
    minute_taker: User | None = None,
    members: Iterable[User] = (),
) -> GroupMeeting:
    """Arrange a meeting of a board's group and invite its members.

    Raises:
        NotAllowed: a chair who does not chair this group, or somebody who is not of the group.
    """
    if chair is not None and chair not in group_of(board, Role.SCR_CHAIR):
        raise NotAllowed("Choose a chair of this group")
    there = group_of(board)
    people = list(dict.fromkeys([*([chair] if chair else []), *members]))
    if any(one not in there for one in people):
        raise NotAllowed("Choose people of this group")
    meeting = GroupMeeting(board=board, held_on=held_on, chair=chair, minute_taker=minute_taker)
    with change("arrange_scr_meeting", by=by) as written:
        written.save(meeting, subject=True)
        for person in people:
            written.save(GroupAttendance(meeting=meeting, user=person, agency=person.agency))
    return meeting


def invite_to_scr_meeting(
    *, meeting: GroupMeeting, user: User, by, place_of: GroupAttendance | None = None
) -> GroupAttendance:
    """Invite one more person, or the deputy of a member, who counts for the member's agency.

    Raises:
        NotAllowed: the meeting is over, or somebody not of the group or invited already.
    """
    _refuse_over(meeting)
    if user not in group_of(meeting.board):
        raise NotAllowed("Choose a person of this group: a deputy is given the role first")
    if meeting.attendances.filter(user=user).exists():
        raise NotAllowed("This person is invited already")
    if place_of is not None and (place_of.meeting_id != meeting.pk or place_of.deputy_for_id):
        raise NotAllowed("Choose the member whose place it is, not another deputy")
    row = GroupAttendance(
        meeting=meeting,
        user=user,
        agency=place_of.agency if place_of else user.agency,
        deputy_for=place_of.user if place_of else None,
    )
    with change("record_scr_attendance", by=by) as written:
        written.save(row)
    return row


def record_scr_attendance(
    *, meeting: GroupMeeting, by, came: Mapping[uuid.UUID, str], minute_taker: User | None = None
) -> None:
    """Record who came, by the key of the invitation, and who took the minutes.

    Raises:
        NotAllowed: the day has not come, or a recommendation was made on this attendance.
        Conflict: somebody else changed it meanwhile.
    """
    if meeting.held_on > timezone.localdate():
        raise NotAllowed("Wait for the day of the meeting")
    if meeting.state == GroupMeeting.State.CANCELLED:
        raise NotAllowed("This meeting was cancelled")
    if meeting.recommendations.exclude(made_at=None).exists():
        raise NotAllowed("A recommendation was made on this attendance: it stays as it is")
    with change("record_scr_attendance", by=by) as written:
        for row in meeting.attendances.all():
            if row.pk in came:
                row.attended = GroupAttendance.Attended(came[row.pk])
                written.save(row)
        meeting.minute_taker = minute_taker
        written.save(meeting, subject=True)
        written.subject = meeting


def end_scr_meeting(*, meeting: GroupMeeting, by) -> GroupMeeting:
    """Record that a meeting was held.

    Raises:
        NotAllowed: it is over, or its day has not come.
    """
    _refuse_over(meeting)
    if meeting.held_on > timezone.localdate():
        raise NotAllowed("Wait for the day of the meeting")
    with change("end_scr_meeting", by=by) as written:
        meeting.state = GroupMeeting.State.HELD
        written.save(meeting)
    return meeting


def cancel_scr_meeting(*, meeting: GroupMeeting, by) -> GroupMeeting:
    """Cancel a meeting that was arranged.

    Raises:
        NotAllowed: it is over, or a recommendation names it.
    """
    _refuse_over(meeting)
    if meeting.recommendations.exists():
        raise NotAllowed("A recommendation names this meeting: it is not cancelled")
    with change("cancel_scr_meeting", by=by) as written:
        meeting.state = GroupMeeting.State.CANCELLED
        written.save(meeting)
    return meeting


def _refuse_over(meeting: GroupMeeting) -> None:
    if meeting.state != GroupMeeting.State.PLANNED:
        raise NotAllowed("This meeting is over")
