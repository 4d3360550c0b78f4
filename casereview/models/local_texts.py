"""What an area words for itself: letters, messages, its name, each from a day on."""

from django.db import models

from casereview.history import History
from casereview.records import Record, user_link


class LocalText(Record):
    """An area's own wording of one text from a day on; an empty one brings back ours."""

    kind = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    since = models.DateField()
    settled_by = user_link()
    settled_at = models.DateTimeField()

    operational = ("kind", "text", "since", "settled_by", "settled_at")
    history = History()

    class Meta(Record.Meta):
        ordering = ["kind", "since", "settled_at"]
        indexes = [models.Index(fields=["kind", "since"], name="local_texts_of_a_kind")]
