"""The standing item of every panel meeting: what is new since the last one, and who is silent."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from casereview import actions as kernel
from casereview import keys
from casereview.models import Meeting, Panel
from learning import signals
from learning.agency_updates import of_meeting
from learning.models import Notice, Theme
from learning.notice_page import body_of
from learning.quarter_agenda import learned_since
from learning.theme_flags import flagged_themes

FIRST_DAYS = 91  # of a panel that has not met before
MOST = 40


def about_meeting(meeting: Meeting) -> dict[str, Any]:
    """Return what is new for a meeting, in a constant number of queries."""
    before = kernel.previous_meeting(meeting)
    since = before.held_on if before else meeting.held_on - timedelta(days=FIRST_DAYS)
    until = min(meeting.held_on, timezone.localdate())
    points = list(learned_since(meeting.panel, since, until)[: MOST + 1])
    keys.prefetch("learning", [one.pk for one in points])
    names = dict(Theme.objects.values_list("code", "name"))
    rows = flagged_themes(signals.compare(until, meeting.panel))
    answered = list(
        Notice.objects.filter(
            panel=meeting.panel, replied_on__gt=since, replied_on__lte=until
        ).order_by("replied_on", "pk")
    )
    keys.prefetch("notice", [one.pk for one in answered])
    updates = of_meeting(meeting)
    return {
        "meeting": meeting,
        "before": before,
        "since": since,
        "points": [
            {"point": one, "theme": names.get(one.theme, "No theme")} for one in points[:MOST]
        ],
        "more": len(points) > MOST,
        "flags": [one for one in rows if one.stands],
        "priorities": [one for one in rows if one.priority],
        "answered": [{"notice": one, "body": body_of(one)} for one in answered],
        "updates": updates,
        "silent": [one for one in updates if not one.answer],
    }


def next_meeting(panel: Panel) -> Meeting | None:
    """Return the next meeting of a panel; None where none is planned."""
    return (
        Meeting.objects.filter(
            panel=panel, state=Meeting.State.PLANNED, held_on__gte=timezone.localdate()
        )
        .order_by("held_on", "pk")
        .first()
    )
