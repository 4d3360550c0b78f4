"""What was learned, without the child: themes and the quarterly look at them."""

from django.db import models

from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import LearningPoint, Panel
from casereview.records import Record, link, together, user_link


class Theme(Record):
    """What learning is about. Codes are never reused; a theme that ends keeps its history."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    covers = models.TextField(blank=True)
    does_not_cover = models.TextField(blank=True)
    cue_words = models.JSONField(default=list, blank=True)
    parent = link("self", null=True, blank=True)
    # The theme of the serious case review list that stands for the same thing.
    review_theme = models.CharField(max_length=10, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    operational = (
        "code",
        "name",
        "covers",
        "does_not_cover",
        "cue_words",
        "parent",
        "review_theme",
        "since",
        "until",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class QuarterlyReview(Record):
    """A frozen look at the themes of a quarter, with the priorities chosen and why."""

    panel = link(Panel)
    quarter = models.CharField(max_length=7)  # 2015-Q1 is April to June 2014
    frozen = EncryptedJSONField()
    decisions = EncryptedJSONField()
    closed_by = user_link()
    closed_at = models.DateTimeField(null=True, blank=True)

    owns_key = "quarter"
    sealed_by = ("quarter", "id")
    narrative = ("frozen", "decisions")
    operational = ("panel", "quarter", "closed_by", "closed_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_quarter_is_reviewed_once_per_panel", fields=["panel", "quarter"]
            ),
            together("a_quarter_is_closed_by_a_person_at_a_time", "closed_by", "closed_at"),
        ]


class ReferencePeriod(Record):
    """The quarters that themes are compared with, as decided on a day; the latest decision counts.

    It stays where it is: a period that rolled along would double the false flags.
    """

    class Exposure(models.TextChoices):
        QUARTERS = "quarters", "Time: each quarter counts the same"
        NOTIFIED = "notified", "Deaths notified"
        REVIEWED = "reviewed", "Deaths reviewed"

    first_quarter = models.CharField(max_length=7)  # 2015-Q1 is April to June 2014
    quarters = models.PositiveSmallIntegerField()
    exposure = models.CharField(max_length=10, choices=Exposure, default=Exposure.QUARTERS)
    reason = EncryptedTextField()
    decided_by = user_link()
    decided_at = models.DateTimeField()

    owns_key = "reference"
    sealed_by = ("reference", "id")
    narrative = ("reason",)
    operational = ("first_quarter", "quarters", "exposure", "decided_by", "decided_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                name="a_reference_period_has_quarters",
                condition=models.Q(quarters__gte=1, quarters__lte=40),
            )
        ]


class ThemeChoice(Record):
    """The theme a person chose for a learning point, and what had been suggested to them."""

    learning_point = link(LearningPoint)
    suggested = models.JSONField(default=list, blank=True)  # codes of themes, best first
    chosen = models.CharField(max_length=40)
    chosen_by = user_link()
    chosen_at = models.DateTimeField()

    coded = ("suggested", "chosen")
    operational = ("learning_point", "chosen_by", "chosen_at")
    history = History()
