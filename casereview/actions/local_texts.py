"""Wording a text, naming the installation, adding a holiday: each from a day on, nothing undone."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from casereview import branding, local_texts
from casereview.actions.admissions import NotAllowed
from casereview.models import LocalText
from casereview.records import change
from casereview.rules import contrast
from casereview.rules.working_days import bank_holidays

LONGEST, LONGEST_NAME = 10_000, 60


def settle_text(*, kind: str, text: str, since: date, by) -> LocalText:
    """Word a text from a day on; an empty wording brings back ours.

    Raises:
        NotAllowed: there is no such text, the day is past, or the wording cannot be filled.
    """
    known = local_texts.kinds().get(kind)
    if known is None:
        raise NotAllowed("Choose one of the texts")
    if since < timezone.localdate():
        raise NotAllowed("Enter today or a later day: what was written before stays as it was")
    if len(text) > LONGEST:
        raise NotAllowed(f"Shorten the text to {LONGEST:,} characters or fewer")
    if text.strip() and (wrong := known.problems(text)):
        raise NotAllowed(wrong[0])
    if text.strip() and known.subject and not text.strip().partition("\n")[2].strip():
        raise NotAllowed("Write the subject in the first line, and the message below it")
    with change("change_local_text", by=by, detail={"text": kind}) as written:
        return _put(written, kind, text.strip(), since, by)


def change_branding(*, name: str, colour: str, by) -> None:
    """Name the installation and give its pages a colour; an empty one brings back the setting's.

    Raises:
        NotAllowed: the name is too long, or white text would not be read on the colour.
    """
    name, colour = " ".join(name.split()), colour.strip().lower()
    if len(name) > LONGEST_NAME:
        raise NotAllowed(f"Shorten the name to {LONGEST_NAME} characters or fewer")
    if colour and not contrast.is_colour(colour):
        raise NotAllowed("Enter the colour as # and six hexadecimal digits, such as #0b4144")
    if colour and contrast.contrast(colour, "#ffffff") < contrast.ENOUGH:
        raise NotAllowed("Choose a darker colour: white text on it is not read by all")
    with change("change_branding", by=by) as written:
        _put(written, branding.NAME, name, timezone.localdate(), by)
        _put(written, branding.COLOUR, colour, timezone.localdate(), by)
    branding.ask()


def change_holidays(*, added: Collection[date], by) -> None:
    """Say which bank holidays were proclaimed once, beside those that are known.

    Raises:
        NotAllowed: one of them is a bank holiday anyhow, or on a weekend.
    """
    before = branding.own_holidays()
    for day in sorted(set(added) - before):
        if day.weekday() > 4:
            raise NotAllowed(
                "Enter a day from Monday to Friday: a weekend is no working day anyhow"
            )
        if day in bank_holidays(day.year):
            raise NotAllowed("Enter another day: this one is a bank holiday already")
    days = "\n".join(day.isoformat() for day in sorted(added))
    with change("change_holidays", by=by) as written:
        _put(written, branding.HOLIDAYS, days, timezone.localdate(), by)
    branding.ask()


def _put(written, kind: str, text: str, since: date, by) -> LocalText:
    settled = LocalText(kind=kind, text=text, since=since, settled_by=by, settled_at=timezone.now())
    written.save(settled)
    return settled
