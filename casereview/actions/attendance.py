"""Who comes to a meeting: inviting, deputies, attendance; ending it; agreeing its minutes."""

import datetime
import uuid
from collections.abc import Mapping

from django.utils import timezone

from casereview import access, keys, kin, meeting_chair
from casereview.actions.admissions import (
    NotAllowed,
    panel_roles_end,
    permission_for,
    write_admission,
)
from casereview.actions.meetings import INVITED, tell
from casereview.models import (
    AgendaItem,
    Attendance,
    CaseUserObjectPermission,
    Meeting,
)
from casereview.records import change
from casereview.rules.access_table import Role


def invite_to_meeting(
    *, meeting: Meeting, user, by, place_of: Attendance | None = None, as_chair: bool = False
) -> Attendance:
    """Invite one more person, or the deputy of a member, and admit them to the agenda's cases.

    Nobody is admitted to a case from which they, or their agency, have withdrawn.

    What it admits to ends with the last role on a panel that the person holds.

    Raises:
        NotAllowed: the person has left, holds no role on a panel any more or is invited already,
            or the meeting is over.
    """
    refuse_over(meeting)
    if not user.is_active:
        raise NotAllowed("Choose a person who has not left")
    until = panel_roles_end([user]).get(user.pk)
    if until is not None and until <= timezone.now():
        raise NotAllowed("Choose a person whose role on the panel has not ended")
    if Attendance.objects.filter(meeting=meeting, user=user).exists():
        raise NotAllowed("This person is invited already")
    if place_of is not None and place_of.deputy_for_id:
        raise NotAllowed("Choose the member whose place it is, not another deputy")
    attendance = Attendance(
        meeting=meeting,
        user=user,
        agency=place_of.agency if place_of else user.agency,
        deputy_for=place_of.user if place_of else None,
        as_chair=as_chair,
    )
    with change("record_attendance", by=by) as written:
        written.save(attendance, subject=True)
        tell(meeting, user, INVITED, by)
        if as_chair:
            meeting.deputy_chair = user
            written.save(meeting)
    items = list(AgendaItem.objects.filter(meeting=meeting, outcome="").select_related("case"))
    role = Role.PANEL_CHAIR if as_chair else Role.PANEL_MEMBER
    permission = permission_for(role)
    away = _withdrawn_from(user, [item.case_id for item in items])
    for item in items:
        if item.case_id in away:
            continue
        with change("admit_to_case", by=by, case=item.case) as written:
            write_admission(
                written,
                user=user,
                role=role,
                permission=permission,
                source=CaseUserObjectPermission.Source.MEETING,
                source_id=meeting.pk,
                until=until,
            )
            written.detail.update(person=str(user.pk), role=str(role), source="meeting")
    access.forget()
    return attendance


def record_attendance(*, meeting: Meeting, by, came: Mapping[uuid.UUID, str]) -> None:
    """Record who came, sent apologies or stayed away, by the key of the invitation.

    Raises:
        NotAllowed: the minutes are agreed, or only somebody who never chairs a case of the agenda
            came as chair.
        Conflict: somebody else changed one of these meanwhile.
    """
    if minutes_agreed_on(meeting):
        raise NotAllowed("The minutes are agreed: attendance stays as it is in them")
    with change("record_attendance", by=by) as written:
        rows = list(meeting.attendances.select_related("user"))
        attended = [one.user for one in rows if one.as_chair and _came(one, came)]
        if meeting_chair.without_chair(meeting.agenda.all(), attended):
            raise NotAllowed(meeting_chair.NEEDS_DEPUTY)
        for attendance in rows:
            if attendance.pk in came:
                attendance.attended = Attendance.Attended(came[attendance.pk])
                written.save(attendance)
        if written.subject is None:
            written.subject = meeting
        written.detail["came"] = sum(one.attended == Attendance.Attended.CAME for one in rows)


def _came(attendance: Attendance, came: Mapping[uuid.UUID, str]) -> bool:
    return came.get(attendance.pk, attendance.attended) == Attendance.Attended.CAME


def end_meeting(*, meeting: Meeting, by) -> Meeting:
    """End a meeting: its room closes 30 minutes later.

    Raises:
        NotAllowed: it is over already, or its day has not come.
    """
    refuse_over(meeting)
    if meeting.held_on > timezone.localdate():
        raise NotAllowed("Choose a meeting whose day has come")
    with change("end_meeting", by=by) as written:
        meeting.state = Meeting.State.HELD
        written.save(meeting)
    return meeting


def write_minutes(
    *, meeting: Meeting, by, text: str, notes: Mapping[AgendaItem, str] | None = None
) -> Meeting:
    """Write the minutes: a part about no one case, sealed with the meeting, and each case's own.

    What is written about a case is sealed with the case and shown to nobody who is kept from it.

    Raises:
        NotAllowed: the minutes are agreed.
        Conflict: somebody else wrote meanwhile.
    """
    if minutes_agreed_on(meeting):
        raise NotAllowed("The minutes are agreed and stay as they are")
    if meeting.pk in keys.destroyed_of("meeting"):
        raise NotAllowed("These minutes were destroyed when their time was over")
    with change("write_minutes", by=by) as written:
        meeting.minutes = text or None
        written.save(meeting, subject=True)
        for item, note in (notes or {}).items():
            with change("write_minutes", by=by, case=item.case) as of_case:
                item.note = note or None
                of_case.save(item)
    return meeting


def agree_minutes(*, meeting: Meeting, at: Meeting, by) -> Meeting:
    """Record that a later meeting of the panel agreed the minutes of this one; they are then fixed.

    Raises:
        NotAllowed: nothing is written, they are agreed, or the other meeting is not a later one.
    """
    if minutes_agreed_on(meeting):
        raise NotAllowed("These minutes are agreed already")
    if meeting.pk in keys.destroyed_of("meeting") or not meeting.minutes:
        raise NotAllowed("Write the minutes first")
    if previous_meeting(at) != meeting:
        raise NotAllowed("Choose the meeting of this panel that followed")
    if at.held_on > timezone.localdate():
        raise NotAllowed("Choose a meeting whose day has come")
    with change("agree_minutes", by=by) as written:
        at.last_minutes_agreed_on = at.held_on
        written.save(at, subject=True)
        written.detail["of"] = str(meeting.pk)
    return at


def previous_meeting(meeting: Meeting) -> Meeting | None:
    """Return the meeting of the same panel before this one."""
    before = _of_panel(meeting).filter(held_on__lt=meeting.held_on)
    return before.order_by("-held_on", "-pk").first()


def next_meeting(meeting: Meeting) -> Meeting | None:
    """Return the meeting of the same panel after this one."""
    return _of_panel(meeting).filter(held_on__gt=meeting.held_on).order_by("held_on", "pk").first()


def minutes_agreed_on(meeting: Meeting) -> datetime.date | None:
    """Return the day on which the next meeting agreed the minutes of this one, if it did."""
    following = next_meeting(meeting)
    if following is None or previous_meeting(following) != meeting:
        return None
    return following.last_minutes_agreed_on


def _of_panel(meeting: Meeting):
    return Meeting.objects.filter(panel=meeting.panel_id).exclude(state=Meeting.State.CANCELLED)


def refuse_over(meeting: Meeting) -> None:
    """Refuse what can no longer be done at a meeting that was held or cancelled.

    Raises:
        NotAllowed: it is over.
    """
    if meeting.state in (Meeting.State.HELD, Meeting.State.CANCELLED):
        raise NotAllowed("This meeting is over")


def _withdrawn_from(user, cases: list[uuid.UUID]) -> set[uuid.UUID]:
    who = {user.pk, user.agency_id}
    return {case for case, away in kin.kept_from(cases).items() if who & away}
