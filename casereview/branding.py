"""What an installation calls itself, its colour and its own holidays: asked for once a minute.

They are held in memory, so that no page asks for them, the page of an error least of all. Another
process, on another host, knows a change within the minute. Without an own one the setting holds.
"""

import logging
import time
from datetime import date

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from casereview import local_texts
from casereview.rules import contrast, working_days

NAME, COLOUR, HOLIDAYS = "site_name", "site_colour", "holidays_added"
EVERY_SECONDS = 60.0
# The house's own, of which the style sheets are made.
HOUSE_COLOUR = "#0b4144"

log = logging.getLogger(__name__)


class _Held:
    """What was found when it was last asked, and when it is asked again."""

    texts: dict[str, str] = {}  # noqa: RUF012 - replaced whole, never changed
    due = 0.0


def name() -> str:
    """Return what the installation calls itself."""
    return _Held.texts.get(NAME) or settings.SITE_NAME


def colour() -> str:
    """Return the colour of the pages' head; empty for the house's own."""
    own = _Held.texts.get(COLOUR, "")
    return own if contrast.is_colour(own) else settings.SITE_COLOUR


def own_holidays() -> set[date]:
    """Return the bank holidays that were added here."""
    return {date.fromisoformat(line) for line in _Held.texts.get(HOLIDAYS, "").split()}


def refresh() -> None:
    """Ask again where a minute has passed; without an answer what was known holds."""
    if time.monotonic() >= _Held.due:
        try:
            ask()
        except DatabaseError:
            hold(_Held.texts, EVERY_SECONDS)
            log.warning("The name of the installation could not be asked for")


def ask() -> None:
    """Ask for what is in force now."""
    found = local_texts.in_force((NAME, COLOUR, HOLIDAYS), timezone.localdate())
    hold({kind: row.text for kind, row in found.items()}, EVERY_SECONDS)


def hold(texts: dict[str, str], seconds: float) -> None:
    """Hold these for some seconds, and count with their holidays from now on."""
    changed = texts.get(HOLIDAYS, "") != _Held.texts.get(HOLIDAYS, "")
    _Held.texts, _Held.due = texts, time.monotonic() + seconds
    if changed:
        working_days.proclaim({*settings.HOLIDAYS_ADDED, *own_holidays()})
