"""Cancelling a panel meeting: its cases wait again, its room is closed, its members are told."""

from django.utils import timezone

from casereview import access, outbox
from casereview.actions.admissions import NotAllowed
from casereview.actions.attendance import refuse_over
from casereview.actions.meetings import take_off_agenda
from casereview.models import Attendance, Meeting
from casereview.records import change

TOLD = "meeting_cancelled"


def cancel_meeting(*, meeting: Meeting, by, reason: str) -> Meeting:
    """Cancel a meeting with a reason: what it admitted to its cases is withdrawn at once.

    Its cases go back to those that wait for a meeting; those invited are told that a meeting does
    not take place, not which cases were on its agenda.

    Raises:
        NotAllowed: it is over already, a case was considered or begun to be judged at it, or no
            reason was given.
        Conflict: somebody else changed the meeting meanwhile.
    """
    refuse_over(meeting)
    if not reason.strip():
        raise NotAllowed("Enter why the meeting is cancelled")
    items = list(meeting.agenda.select_related("case"))
    if any(item.outcome for item in items):
        raise NotAllowed("End the meeting instead: a case was considered at it")
    today = timezone.localdate()
    with change("cancel_meeting", by=by, reason=reason) as written:
        meeting.state = Meeting.State.CANCELLED
        written.save(meeting, subject=True)
        for item in items:
            take_off_agenda(item=item, by=by, reason=reason)
        invited = Attendance.objects.filter(meeting=meeting, user__is_active=True)
        people = [one.user for one in invited.select_related("user").order_by("pk")]
        for user in people:
            outbox.put(to=user, template=TOLD, rule=f"cancel-{meeting.pk.hex}", day=today)
        written.detail.update(cases=len(items), people=len(people))
    access.forget()
    return meeting
