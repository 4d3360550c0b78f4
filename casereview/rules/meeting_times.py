"""When a panel meeting ends, and how long its room may stay open without a touch."""

import datetime

# Our own reading: a meeting that nobody ended lasts no longer than this.
LONGEST = datetime.timedelta(hours=4)
AFTERWARDS = datetime.timedelta(minutes=30)


def planned_end(starts_at: datetime.datetime) -> datetime.datetime:
    """Return when a meeting that begins then ends at the latest."""
    return starts_at + LONGEST


def room_open_until(
    starts_at: datetime.datetime, ended_at: datetime.datetime | None
) -> datetime.datetime:
    """Return until when, exclusive, the room of a meeting is open: its end plus 30 minutes.

    A meeting that was ended earlier than planned closes its room earlier; ended later, it does
    not keep it open longer.
    """
    end = planned_end(starts_at)
    return (min(end, ended_at) if ended_at else end) + AFTERWARDS


def room_opens_at(starts_at: datetime.datetime) -> datetime.datetime:
    """Return from when the room may be opened: half an hour before the meeting begins."""
    return starts_at - AFTERWARDS
