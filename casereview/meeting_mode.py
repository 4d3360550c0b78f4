"""Meeting mode: the room of one meeting stays awake where everything else ends when idle.

It opens nothing by itself. The door still asks of every case who may see it; this only says that
an idle sitting may go on in that room, and nowhere else. Whatever is in doubt ends the sitting.
"""

import datetime
import uuid

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone

from casereview.models import Meeting
from casereview.rules.meeting_times import room_open_until, room_opens_at

SESSION = "meeting_mode"
# Reading a case of the meeting, and capturing what the panel says of it.
ROOM = frozenset({"cdop:open_room", "cdop:record_item_outcome", "cdop:capture_action"})


def begins_at(meeting: Meeting) -> datetime.datetime:
    """Return when a meeting begins; without a time, when working days do."""
    at = meeting.starts_at or datetime.time(9)
    return timezone.make_aware(datetime.datetime.combine(meeting.held_on, at))


def ended_at(meeting: Meeting) -> datetime.datetime | None:
    """Return when a meeting was ended, if it was."""
    if meeting.state not in (Meeting.State.HELD, Meeting.State.CANCELLED):
        return None
    first = (
        meeting.history.filter(state__in=[Meeting.State.HELD, Meeting.State.CANCELLED])
        .order_by("history_date")
        .values_list("history_date", flat=True)
        .first()
    )
    return first or begins_at(meeting)


def may_open(meeting: Meeting, now: datetime.datetime) -> bool:
    """Say whether meeting mode can be entered: from half an hour before until the room closes.

    The room of a meeting that was cancelled is closed at once.
    """
    if meeting.state == Meeting.State.CANCELLED:
        return False
    begins = begins_at(meeting)
    return room_opens_at(begins) <= now < room_open_until(begins, ended_at(meeting))


def enter(request: HttpRequest, meeting: Meeting) -> None:
    """Remember that this sitting has opened the room of one meeting; another's is left."""
    request.session[SESSION] = str(meeting.pk)


def leave(request: HttpRequest) -> None:
    """Forget the room: from now on the sitting ends when idle, everywhere."""
    request.session.pop(SESSION, None)


def entered(request: HttpRequest) -> str:
    """Return the key of the meeting whose room this sitting has opened; empty is none."""
    found = request.session.get(SESSION)
    return found if isinstance(found, str) else ""


def keeps_awake(request: HttpRequest, now: float) -> bool:
    """Say whether an idle sitting may answer this request, because it is of the room it opened.

    `now` is in seconds since 1970.
    """
    key = entered(request)
    if not key:
        return False
    try:
        match = resolve(request.path_info)
        meeting_key = uuid.UUID(key)
    except (Resolver404, ValueError):
        return False
    if match.view_name not in ROOM or match.kwargs.get("pk") != meeting_key:
        return False
    meeting = Meeting.objects.filter(pk=meeting_key).first()
    moment = datetime.datetime.fromtimestamp(now, tz=datetime.UTC)
    return meeting is not None and may_open(meeting, moment)
