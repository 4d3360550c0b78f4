"""What was said when somebody looked again at what a person has."""

from django.conf import settings
from django.db import models

from casereview.history import History
from casereview.models.places import Panel
from casereview.records import Record, link, user_link
from casereview.rules.access_review import Kind


class AccessConfirmation(Record):
    """Somebody else said that what a person has on a panel is still needed, or ended it."""

    panel = link(Panel)
    person = link(settings.AUTH_USER_MODEL)
    kind = models.CharField(max_length=20, choices=Kind.choices())
    role = models.CharField(max_length=30)
    still_needed = models.BooleanField()
    confirmed_by = user_link()
    confirmed_at = models.DateTimeField()

    operational = (
        "panel",
        "person",
        "kind",
        "role",
        "still_needed",
        "confirmed_by",
        "confirmed_at",
    )
    history = History()

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["panel", "person"], name="confirmations_of_a_panel")]
