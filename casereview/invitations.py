"""The invitation to a meeting as a calendar file: when and where, and nothing of any case."""

import datetime

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, vCalAddress

from casereview.meeting_mode import begins_at
from casereview.models import Meeting
from casereview.rules.meeting_times import planned_end

TITLE = "Panel meeting"


def invitation(meeting: Meeting, reader, now: datetime.datetime) -> bytes:
    """Return a meeting's calendar file for one reader; read again, it replaces the earlier one.

    It says neither panel nor theme nor how many cases there are. The place is said as it is kept
    with the meeting.
    """
    cancelled = meeting.state == Meeting.State.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", "-//casereview//Panel meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    event = Event()
    event.add("uid", f"{meeting.pk}@casereview")
    event.add("sequence", meeting.version)
    event.add("dtstamp", now.astimezone(datetime.UTC))
    event.add("summary", TITLE)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if meeting.starts_at:
        begins = begins_at(meeting)
        event.add("dtstart", begins.astimezone(datetime.UTC))
        event.add("dtend", planned_end(begins).astimezone(datetime.UTC))
    else:
        event.add("dtstart", meeting.held_on)
        event.add("dtend", meeting.held_on + datetime.timedelta(days=1))
    if meeting.place:
        event.add("location", meeting.place)
    event.add("url", settings.SITE_ADDRESS.rstrip("/") + reverse("view_meeting", args=[meeting.pk]))
    event.add("organizer", vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}"))
    attendee = vCalAddress(f"mailto:{reader.email}")
    attendee.params["RSVP"] = "TRUE"
    event.add("attendee", attendee)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
