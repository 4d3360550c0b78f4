"""A spreadsheet on its way in: sealed under a key of its own, and gone within a day."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedJSONField
from casereview.records import Record, link


class ImportFile(Record):
    """A file that somebody handed in to be imported; nobody else sees it.

    It names many children, some of whom never become a case. Its key is destroyed when it was
    brought in, thrown away, or when its time is over; what stays is how many rows became what.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "Waiting for its headings"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked, not brought in"
        WRITING = "writing", "Being brought in"
        DONE = "done", "Brought in"
        STOPPED = "stopped", "The check was stopped"
        FAILED = "failed", "It could not be brought in"

    user = link(settings.AUTH_USER_MODEL, related_name="import_files")
    kind = models.CharField(max_length=20)
    # What it is brought into, where that is not everything: a review's request, a board.
    about = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    task = models.UUIDField(null=True, blank=True)
    # The lines as they were read, which heading is which column, and each row's fate.
    content = EncryptedJSONField()
    # Counts and references, for the receipt.
    receipt = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    owns_key = "import"
    sealed_by = ("import", "id")
    identifying = ("content",)
    coded = ("kind", "state")
    operational = ("user", "about", "task", "receipt", "received_at", "expires_at")

    class Meta(Record.Meta):
        ordering = ["-received_at"]
