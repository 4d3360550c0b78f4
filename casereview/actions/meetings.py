"""Arranging a panel meeting; being on its agenda admits its members to a case."""

import datetime

from django.db.models import Max, ProtectedError
from django.utils import timezone

from casereview import access, kin, outbox
from casereview.actions.admissions import (
    NotAllowed,
    panel_roles_end,
    permission_for,
    write_admission,
)
from casereview.actions.seen import as_seen
from casereview.models import (
    AgendaItem,
    Attendance,
    Case,
    CaseUserObjectPermission,
    Interest,
    Meeting,
)
from casereview.records import change
from casereview.rules.access_table import Role

INVITED, CHANGED = "meeting_invited", "meeting_changed"


def arrange_meeting(
    *,
    panel,
    held_on: datetime.date,
    by,
    members=(),
    chair=None,
    theme: str = "",
    starts_at=None,
    place: str = "",
) -> Meeting:
    """Arrange a meeting of a panel; its members and chair are invited, and told that they are."""
    meeting = Meeting(
        panel=panel, held_on=held_on, theme=theme, starts_at=starts_at, place=place, chair=chair
    )
    with change("arrange_meeting", by=by) as written:
        written.save(meeting, subject=True)
        for user in [*([chair] if chair else []), *members]:
            written.save(
                Attendance(
                    meeting=meeting,
                    user=user,
                    agency=user.agency,
                    as_chair=chair is not None and user.pk == chair.pk,
                )
            )
            tell(meeting, user, INVITED, by)
    return meeting


def tell(meeting: Meeting, user, template: str, by) -> None:
    """Tell somebody invited to a meeting to come that there is news of it, not which or where.

    The calendar file is theirs to fetch once signed in: a place was typed by a person, and what
    people type goes into no e-mail.
    """
    if not user.is_active or user == by or meeting.held_on < timezone.localdate():
        return
    key = meeting.pk.hex
    rule = f"invite-{key}" if template == INVITED else f"moved-{key[:24]}-{meeting.version}"
    outbox.put(to=user, template=template, rule=rule, day=timezone.localdate())


def change_meeting(
    *,
    meeting: Meeting,
    by,
    held_on: datetime.date,
    starts_at: datetime.time | None = None,
    theme: str = "",
    place: str = "",
    version: int | None = None,
) -> Meeting:
    """Move a meeting that has not begun to another day, hour or place, or change its theme.

    Its agenda and invitations stay; those invited are told that it changed, and the calendar file
    they fetch replaces the earlier one.

    Raises:
        NotAllowed: it is over, a case was considered at it, or a child of its agenda had not died
            by the new day.
        Conflict: somebody else changed it since the page was shown.
    """
    if meeting.state != Meeting.State.PLANNED:
        raise NotAllowed("This meeting is over or in session and stays as it is")
    agenda = meeting.agenda.all()
    if agenda.exclude(outcome="").exists():
        raise NotAllowed("A case was considered at this meeting: it stays as it is")
    if agenda.filter(case__died_on__gt=held_on).exists():
        raise NotAllowed("Choose a day on or after the death of every child on the agenda")
    as_seen(meeting, version)
    moved = (meeting.held_on, meeting.starts_at, meeting.place) != (held_on, starts_at, place)
    with change("change_meeting", by=by) as written:
        meeting.held_on, meeting.starts_at = held_on, starts_at
        meeting.theme, meeting.place = theme, place
        written.save(meeting, subject=True)
        if moved:
            for one in meeting.attendances.select_related("user").order_by("pk"):
                tell(meeting, one.user, CHANGED, by)
    return meeting


def put_on_agenda(*, meeting: Meeting, case: Case, by, reason: str = "") -> AgendaItem:
    """Put a case on a meeting's agenda and admit those invited, for as long as they hold a role.

    Who is recused, or holds no role on a panel any more, is not admitted.

    `reason` says why, where something is still missing.

    Raises:
        NotAllowed: it is on the agenda already.
    """
    if AgendaItem.objects.filter(meeting=meeting, case=case).exists():
        raise NotAllowed("This case is on that agenda already")
    place = AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("place"))["last"] or 0
    item = AgendaItem(meeting=meeting, case=case, place=place + 1)
    with change("put_on_agenda", by=by, case=case, reason=reason) as written:
        written.save(item, subject=True)
        kept_out = kin.kept_from([case.pk])[case.pk]
        permissions = {
            as_chair: permission_for(Role.PANEL_CHAIR if as_chair else Role.PANEL_MEMBER)
            for as_chair in (True, False)
        }
        admitted = []
        invited = list(meeting.attendances.select_related("user"))
        ends = panel_roles_end([one.user for one in invited])
        for attendance in invited:
            user = attendance.user
            if not user.is_active or kept_out & {user.pk, user.agency_id}:
                continue
            until = ends.get(user.pk)
            if until is not None and until <= timezone.now():
                continue
            write_admission(
                written,
                user=user,
                role=Role.PANEL_CHAIR if attendance.as_chair else Role.PANEL_MEMBER,
                permission=permissions[attendance.as_chair],
                source=CaseUserObjectPermission.Source.MEETING,
                source_id=meeting.pk,
                until=until,
            )
            admitted.append(str(user.pk))
        written.detail["admitted"] = admitted
    access.forget()
    return item


def take_off_agenda(*, item: AgendaItem, by, reason: str) -> None:
    """Take a case off an agenda; what that meeting admitted is withdrawn at once.

    Raises:
        NotAllowed: no reason was given, or the case was considered or begun to be judged there.
    """
    if item.outcome:
        raise NotAllowed("The case was considered at this meeting and stays on its agenda")
    if not reason.strip():
        raise NotAllowed("Enter why the case is taken off the agenda")
    case = item.case
    with change("take_off_agenda", by=by, case=case, reason=reason) as written:
        for interest in Interest.objects.filter(agenda_item=item):
            # What was declared stands; only the meeting it was declared for goes.
            interest.agenda_item = None
            written.save(interest)
        try:
            written.remove(item)
        except ProtectedError:
            raise NotAllowed(
                "Defer the case at the meeting instead: its panel has begun to judge it"
            ) from None
        written.subject = item
        for admission in CaseUserObjectPermission.objects.filter(
            content_object=case,
            source=CaseUserObjectPermission.Source.MEETING,
            source_id=item.meeting_id,
        ):
            written.remove(admission)
        written.detail["taken_off_at"] = timezone.now().isoformat()
