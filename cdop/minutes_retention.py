"""How long the minutes of panel meetings are kept, and which of them were destroyed.

What a meeting noted of a case is sealed under that case's key and goes with it. The rest, who came
and what was said of no one case, has the meeting's key; so has what the agencies brought to it.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from casereview import joint_papers, kin, registries
from casereview.joint_papers import About, Joint
from casereview.meetings import panels_managed_by
from casereview.models import AgendaItem, Case, Meeting
from casereview.rules.retention import Kind

NAME = "minutes"


def destroyed(meeting: Meeting) -> bool:
    """Say whether the minutes of a meeting were destroyed."""
    return meeting.pk in joint_papers.destroyed(NAME)


def text_of(meeting: Meeting) -> str:
    """Return the part about no one case; nothing where it was destroyed or never written."""
    return "" if destroyed(meeting) else meeting.minutes or ""


def in_words(meeting: Meeting) -> str:
    """Say which minutes they are."""
    return f"Minutes of the panel meeting of {meeting.held_on:%-d %B %Y}"


def every() -> QuerySet[Any]:
    """Return the meetings that have minutes, with their panels."""
    return Meeting.objects.filter(minutes__isnull=False).select_related("panel")


def kept_by(user) -> QuerySet[Any]:
    """Return the meetings with minutes of the panels that a person manages."""
    return every().filter(panel__in=panels_managed_by(user)).order_by("held_on", "pk")


def look(meetings: Iterable[Any]) -> Mapping[uuid.UUID, About]:
    """Return the day of each meeting, and the cases that were on its agenda."""
    held = {one.pk: one.held_on for one in meetings}
    cases: dict[uuid.UUID, list[Case]] = {}
    items = AgendaItem.objects.filter(meeting__in=held).select_related("case")
    for item in items:
        cases.setdefault(item.meeting_id, []).append(item.case)
    return {key: About(day, tuple(cases.get(key, ()))) for key, day in held.items()}


def left_behind(case: Case) -> list[str]:
    """Return the minutes of the meetings at which a case that was disposed of was considered."""
    gone = joint_papers.destroyed(NAME)
    at = AgendaItem.objects.filter(case__in=kin.one_death(case)).values("meeting")
    return [
        in_words(one) for one in every().filter(pk__in=at).order_by("held_on") if one.pk not in gone
    ]


def register() -> None:
    """Let minutes be kept by a rule of their own, and name them on certificates of disposal."""
    registries.joint_papers[NAME] = Joint(
        kind=Kind.MINUTES,
        owner="meeting",
        every=every,
        kept_by=kept_by,
        look=look,
        words=in_words,
        takes="What the minutes say of no one case goes, with what agencies brought to the "
        "meeting. What the panel noted of a case that is still there stays with that case.",
    )
    registries.left_behind.append(left_behind)
