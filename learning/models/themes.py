"""What learning is about, and the theme a person chose for something learned."""

from django.db import models

from casereview.history import History
from casereview.models import LearningPoint
from casereview.records import Record, link, user_link


class Theme(Record):
    """What learning is about. Codes are never reused; a theme that ends keeps its history."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    covers = models.TextField(blank=True)
    does_not_cover = models.TextField(blank=True)
    cue_words = models.JSONField(default=list, blank=True)
    parent = link("self", null=True, blank=True)
    # The themes of the serious case review list (T01, T06.02) that stand for the same thing.
    review_themes = models.JSONField(default=list, blank=True)
    # What was coded with this one counts for another since they were merged.
    merged_into = link("self", null=True, blank=True, related_name="merged_here")
    split_from = link("self", null=True, blank=True, related_name="split_off")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    operational = (
        "code",
        "name",
        "covers",
        "does_not_cover",
        "cue_words",
        "parent",
        "review_themes",
        "merged_into",
        "split_from",
        "since",
        "until",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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
