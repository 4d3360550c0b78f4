"""What was taken out of minutes, in words: in them for good, and to who agrees."""

from typing import Any

from django.db import models
from django.utils import timezone

from casereview import registries
from casereview.models import AgendaItem, Agreement, Meeting
from casereview.rules.working_days import written
from cdop import minutes_retention

REDACT = "redact_minutes"


class Ground(models.TextChoices):
    """Why words are taken out of minutes."""

    DISPOSED = "disposed", "The case was disposed of"
    ASKED = "asked", "Somebody asked for what is held of them, and it may not be kept"
    ORDERED = "ordered", "A court or the Information Commissioner ordered it"
    NAMES = "names", "It tells who a child is, which minutes must not"


def marks(meeting: Meeting) -> list[str]:
    """Return what stands in minutes of each redaction: day, reason, who, and the version since."""
    done = Agreement.objects.filter(action=REDACT, subject=meeting.pk, used_at__isnull=False)
    return [
        f"{written(timezone.localdate(one.used_at))}: {_count(one)} taken out for good. "
        f"{Ground(one.detail['ground']).label}. Proposed by {one.proposed_by.name}, agreed by "
        f"{getattr(one.decided_by, 'name', '')}. Version {one.detail['version'] + 1} of the "
        f"minutes stands since; no earlier one can be read."
        for one in done.select_related("proposed_by", "decided_by").order_by("used_at")
    ]


def proposed(meeting: Meeting) -> bool:
    """Say whether a redaction of these minutes waits for an answer."""
    waiting = Agreement.objects.filter(action=REDACT, subject=meeting.pk, decision="")
    return waiting.filter(lapses_at__gt=timezone.now()).exists()


def in_proposals(waiting: list[Agreement]) -> dict[Any, tuple[str, list[tuple[str, str]]]]:
    """Return which minutes each proposal is about, how much goes, and why; no word of them."""
    meetings = Meeting.objects.select_related("panel").in_bulk([one.subject for one in waiting])
    places = {
        (item.meeting_id, str(item.case_id)): item.place
        for item in AgendaItem.objects.filter(meeting__in=meetings)
    }
    return {
        one.pk: (
            minutes_retention.in_words(meetings[one.subject]),
            [
                ("Panel", meetings[one.subject].panel.name),
                ("About", f"Item {places.get((one.subject, one.detail['case']), '–')}"),
                ("Why", Ground(one.detail["ground"]).label),
                ("What goes", f"{_count(one)}, in every version of the minutes"),
            ],
        )
        for one in waiting
        if one.subject in meetings
    }


def _count(one: Agreement) -> str:
    count = len(one.detail["taken"])
    return f"{count} sentence{'' if count == 1 else 's'}"


def register() -> None:
    """Tell who answers proposals what each is about."""
    registries.proposals[REDACT] = in_proposals
