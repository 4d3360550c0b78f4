"""What themes are compared with, as somebody decided."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Panel
from casereview.records import Record, link, user_link


class ReferencePeriod(Record):
    """The quarters that themes are compared with, as decided on a day; the latest decision counts.

    It stays where it is: a period that rolled along would double the false flags.
    """

    class Exposure(models.TextChoices):
        QUARTERS = "quarters", "Time: each quarter counts the same"
        NOTIFIED = "notified", "Deaths notified"
        REVIEWED = "reviewed", "Deaths reviewed"

    # Whose signals; none for a decision made before panels were told apart.
    panel = link(Panel, null=True, blank=True)
    first_quarter = models.CharField(max_length=7)  # 2015-Q1 is April to June 2014
    quarters = models.PositiveSmallIntegerField()
    exposure = models.CharField(max_length=10, choices=Exposure, default=Exposure.QUARTERS)
    reason = EncryptedTextField()
    decided_by = user_link()
    decided_at = models.DateTimeField()

    owns_key = "reference"
    sealed_by = ("reference", "id")
    narrative = ("reason",)
    operational = ("panel", "first_quarter", "quarters", "exposure", "decided_by", "decided_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                name="a_reference_period_has_quarters",
                condition=models.Q(quarters__gte=1, quarters__lte=40),
            )
        ]
