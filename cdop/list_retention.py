"""How long registrars' and coroners' lists are kept, and which of them were destroyed.

A list names deaths of many children, some of whom never become a case. It has a key of its own,
and is destroyed by its own rule.
"""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q

from casereview import keys, retention
from casereview.models import Agreement
from casereview.rules import retention as rules
from casereview.rules.retention import Kept, Rule
from cdop.models import ListEntry, ListUpload

DISPOSE = "dispose_list"


def destroyed() -> set[uuid.UUID]:
    """Return the lists that were destroyed: by their keys, whatever an old backup says of them."""
    agreed = Agreement.objects.filter(action=DISPOSE, used_at__isnull=False)
    gone = keys.destroyed_of("list")
    return gone | set(agreed.values_list("subject", flat=True))


def kept(upload: ListUpload, on: date, known: Collection[Rule] | None = None) -> Kept:
    """Return until when a list is kept by the rules of a day."""
    settled = retention.settled() if known is None else known
    return rules.list_kept_until(upload.received_on, settled, on)


def why_not(upload: ListUpload, on: date) -> str:
    """Return why a list may not be destroyed on a day; empty when it may."""
    if upload.pk in destroyed():
        return "This list was destroyed already"
    return why_kept(upload, on)


def why_kept(upload: ListUpload, on: date) -> str:
    """Return what keeps a list that is still there: deaths to decide, its rule, a hold."""
    if upload.entries.filter(decision="").exists():
        return "Decide first on each death of this list"
    holding = retention.held_on(on)
    held = [rules.Hold()] if holding.everything or _naming(holding.cases, [upload]) else []
    return rules.refusal(kept(upload, on), held, on, "list")


def over_their_time(
    uploads: Collection[ListUpload], on: date, known: Collection[Rule]
) -> list[ListUpload]:
    """Return those of these lists whose time is over and that nothing holds."""
    over = [
        one for one in uploads if (until := kept(one, on, known).until) is not None and until < on
    ]
    holding = retention.held_on(on) if over else None
    if holding is None or holding.everything:
        return []
    held = _naming(holding.cases, over)
    return [one for one in over if one.pk not in held]


def _naming(cases: Collection[Any], uploads: Collection[ListUpload]) -> set[uuid.UUID]:
    """Return which of these lists name one of these deaths, each by the case that stands for it."""
    entries = ListEntry.objects.filter(upload__in=[one.pk for one in uploads])
    named = entries.filter(Q(case__in=list(cases)) | Q(case__merged_into__in=list(cases)))
    return set(named.values_list("upload", flat=True))


def proposed(now: Any) -> set[uuid.UUID]:
    """Return the lists whose destruction was proposed and waits for an answer."""
    waiting = Agreement.objects.filter(action=DISPOSE, decision="", lapses_at__gt=now)
    return set(waiting.values_list("subject", flat=True))
