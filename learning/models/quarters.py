"""A quarterly review: what was seen at its date, frozen, and what was decided."""

from django.db import models

from casereview.fields import EncryptedJSONField
from casereview.history import History
from casereview.models import Panel
from casereview.records import Record, link, together, user_link


class QuarterlyReview(Record):
    """A frozen look at the themes of a quarter, with the priorities chosen and why."""

    panel = link(Panel)
    quarter = models.CharField(max_length=7)  # 2015-Q1 is April to June 2014
    frozen = EncryptedJSONField()
    decisions = EncryptedJSONField()
    as_at = models.DateField(null=True, blank=True)
    prepared_by = user_link()
    prepared_at = models.DateTimeField(null=True, blank=True)
    closed_by = user_link()
    closed_at = models.DateTimeField(null=True, blank=True)

    owns_key = "quarter"
    sealed_by = ("quarter", "id")
    narrative = ("frozen", "decisions")
    operational = (
        "panel",
        "quarter",
        "as_at",
        "prepared_by",
        "prepared_at",
        "closed_by",
        "closed_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_quarter_is_reviewed_once_per_panel", fields=["panel", "quarter"]
            ),
            together("a_quarter_is_closed_by_a_person_at_a_time", "closed_by", "closed_at"),
        ]
