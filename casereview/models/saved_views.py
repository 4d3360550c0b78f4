"""Filters of the list of cases that somebody keeps for themselves."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedTextField
from casereview.records import Record, link


class SavedView(Record):
    """The codes of some filters, under a name that only their owner reads."""

    user = link(settings.AUTH_USER_MODEL)
    # Somebody may write a child's name in it: it is sealed, and stands in no address.
    name = EncryptedTextField()
    filters = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    sealed_by = ("user", "user_id")
    identifying = ("name",)
    coded = ("filters",)
    operational = ("user", "saved_at")

    class Meta(Record.Meta):
        ordering = ["saved_at", "id"]
