"""How a reader is told of what may distress."""

from django.conf import settings
from django.db import models

from casereview.records import Record
from casereview.rules.care import CHOICES, Choice


def choices() -> list[tuple[str, str]]:
    """Return code and words of each choice."""
    return [(code.value, words) for code, words in CHOICES]


class ReadingChoice(Record):
    """One person's choice; who has none is told as everybody is to begin with."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    notices = models.CharField(max_length=10, choices=choices, default=Choice.NOTICED.value)

    operational = ("user", "notices")
