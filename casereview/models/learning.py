"""What a case taught: learning points, recommendations and actions, shared by all groups."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.meetings import Meeting
from casereview.models.places import Agency, Board
from casereview.records import Record, link, user_link


class LearningPoint(Record):
    """One thing learned, with or without a case. It names nobody once it is accepted."""

    class Source(models.TextChoices):
        PANEL_REVIEW = "panel_review", "Panel review"
        SERIOUS_CASE_REVIEW = "serious_case_review", "Serious case review"
        OTHER_REVIEW = "other_review", "Other review"
        AGENCY = "agency", "An agency"
        NEAR_MISS = "near_miss", "Near miss"
        AUDIT = "audit", "Audit"
        FAMILY = "family", "A family"
        NATIONAL_REPORT = "national_report", "National report"
        GOOD_PRACTICE = "good_practice", "Good practice"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed from a review"
        ACCEPTED = "accepted", "In the learning database"
        SET_ASIDE = "set_aside", "Set aside"

    class Scale(models.TextChoices):
        LOCAL = "local", "Local"
        REGIONAL = "regional", "Regional"
        NATIONAL = "national", "National"

    reference = models.CharField(max_length=20, unique=True)
    case = link(Case, null=True, blank=True, related_name="learning_points")
    board = link(Board, null=True, blank=True)
    source = models.CharField(max_length=30, choices=Source)
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    learned_on = models.DateField()
    statement = EncryptedTextField()
    why_it_matters = EncryptedTextField()
    theme = models.CharField(max_length=40, blank=True)
    other_themes = models.JSONField(default=list, blank=True)
    domain = models.CharField(max_length=10, blank=True)
    modifiable = models.CharField(max_length=10, blank=True)
    scale = models.CharField(max_length=10, choices=Scale, blank=True)
    contributed = models.CharField(max_length=20, blank=True)
    raised_by_agency = link(Agency, null=True, blank=True)
    back_captured = models.BooleanField(default=False)
    recorded_by = user_link()
    recorded_at = models.DateTimeField()
    lists_version = models.CharField(max_length=20, blank=True)

    owns_key = "learning"
    sealed_by = ("learning", "id")
    narrative = ("statement", "why_it_matters")
    coded = (
        "source",
        "state",
        "learned_on",
        "theme",
        "other_themes",
        "domain",
        "modifiable",
        "scale",
        "contributed",
        "lists_version",
    )
    operational = (
        "reference",
        "case",
        "board",
        "raised_by_agency",
        "back_captured",
        "recorded_by",
        "recorded_at",
    )
    history = History()

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["theme", "learned_on"], name="learning_of_a_theme")]


class Recommendation(Record):
    """What somebody should do, said by a review or a panel."""

    class Level(models.TextChoices):
        LOCAL = "local", "Local"
        REGIONAL = "regional", "Regional"
        NATIONAL = "national", "National"

    case = link(Case, null=True, blank=True, related_name="recommendations")
    learning_point = link(LearningPoint, null=True, blank=True, related_name="recommendations")
    key_kind = models.CharField(max_length=20, default="case")
    key_id = models.UUIDField()
    text = EncryptedTextField()
    level = models.CharField(max_length=10, choices=Level, default=Level.LOCAL)
    agency = link(Agency, null=True, blank=True)
    state = models.CharField(max_length=20, default="open")
    made_on = models.DateField()
    made_by = user_link()

    sealed_by = ("@key_kind", "key_id")
    narrative = ("text",)
    coded = ("level", "state", "made_on")
    operational = ("case", "learning_point", "key_kind", "key_id", "agency", "made_by")
    history = History()


class Action(Record):
    """What somebody agreed to do, by when, and whether it was done."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "No longer needed"

    case = link(Case, null=True, blank=True, related_name="actions")
    recommendation = link(Recommendation, null=True, blank=True, related_name="actions")
    meeting = link(Meeting, null=True, blank=True, related_name="actions")
    learning_point = link(LearningPoint, null=True, blank=True, related_name="actions")
    key_kind = models.CharField(max_length=20, default="case")
    key_id = models.UUIDField()
    text = EncryptedTextField()
    done_note = EncryptedTextField()
    owner = user_link()
    agency = link(Agency, null=True, blank=True)
    strength = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    agreed_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    effect_review_on = models.DateField(null=True, blank=True)

    sealed_by = ("@key_kind", "key_id")
    narrative = ("text", "done_note")
    coded = ("strength", "state", "agreed_on", "due_on", "done_on", "effect_review_on")
    operational = (
        "case",
        "recommendation",
        "meeting",
        "learning_point",
        "key_kind",
        "key_id",
        "owner",
        "agency",
    )
    history = History()
