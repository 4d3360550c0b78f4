"""What a case taught: learning points, recommendations and actions, shared by all groups."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.meetings import Meeting
from casereview.models.places import Agency, Board
from casereview.records import Record, link, together, user_link


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
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "In the learning database"
        SET_ASIDE = "set_aside", "Set aside"

    class Scale(models.TextChoices):
        LOCAL = "local", "Local"
        REGIONAL = "regional", "Regional"
        NATIONAL = "national", "National"

    class Kind(models.TextChoices):
        GAP = "gap", "A gap"
        GOOD_PRACTICE = "good_practice", "Good practice"
        NEAR_MISS = "near_miss", "A near miss"
        SYSTEM = "system", "How the system works"

    class Evidence(models.TextChoices):
        SINGLE = "single", "A single case"
        PATTERN = "pattern", "A pattern in several cases"
        AUDIT = "audit", "Confirmed by an audit"
        PUBLISHED = "published", "Published evidence"

    class Openness(models.TextChoices):
        READERS = "readers", "Readers of the learning database only"
        AGENCIES = "agencies", "Member agencies"
        ANYONE = "anyone", "Anyone: it may be published"

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
    kind = models.CharField(max_length=20, choices=Kind, blank=True)
    evidence = models.CharField(max_length=20, choices=Evidence, blank=True)
    evidence_cases = models.PositiveIntegerField(null=True, blank=True)
    openness = models.CharField(max_length=20, choices=Openness, default=Openness.AGENCIES)
    # The quarter of the death, 2015-Q1 is April to June 2014; never the day.
    died_in = models.CharField(max_length=7, blank=True)
    family_asked = models.CharField(max_length=3, blank=True)
    family_said = EncryptedTextField()
    family_told = models.CharField(max_length=3, blank=True)
    # A near miss may stand for several of a kind, such as a quarter's calls to a helpline.
    events = models.PositiveIntegerField(default=1)
    # Keys of the agencies that could act on it.
    able_to_act = models.JSONField(default=list, blank=True)
    raised_by_agency = link(Agency, null=True, blank=True)
    back_captured = models.BooleanField(default=False)
    recorded_by = user_link()
    recorded_at = models.DateTimeField()
    lists_version = models.CharField(max_length=20, blank=True)

    owns_key = "learning"
    sealed_by = ("learning", "id")
    narrative = ("statement", "why_it_matters", "family_said")
    coded = (
        "source",
        "kind",
        "evidence",
        "evidence_cases",
        "openness",
        "died_in",
        "family_asked",
        "family_told",
        "events",
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
        "able_to_act",
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
    # What would be seen if it worked, and what kind of change it asks for.
    test = EncryptedTextField()
    kind = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=10, choices=Level, default=Level.LOCAL)
    agency = link(Agency, null=True, blank=True)
    state = models.CharField(max_length=20, default="open")
    made_on = models.DateField()
    made_by = user_link()

    sealed_by = ("@key_kind", "key_id")
    narrative = ("text", "test")
    coded = ("kind", "level", "state", "made_on")
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
    blocked_by = EncryptedTextField()
    owner = user_link()
    agency = link(Agency, null=True, blank=True)
    strength = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    agreed_on = models.DateField()
    begun_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    effect_review_on = models.DateField(null=True, blank=True)

    sealed_by = ("@key_kind", "key_id")
    narrative = ("text", "done_note", "blocked_by")
    coded = (
        "strength",
        "state",
        "agreed_on",
        "begun_on",
        "due_on",
        "done_on",
        "effect_review_on",
    )
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


class ActionEvidence(Record):
    """What shows that an action was done; somebody other than its owner accepts it or does not."""

    class Answer(models.TextChoices):
        WAITING = "", "Waiting to be looked at"
        ACCEPTED = "accepted", "Accepted"
        NOT_ENOUGH = "not_enough", "Not enough"

    action = link(Action, related_name="evidence")
    key_kind = models.CharField(max_length=20, default="case")
    key_id = models.UUIDField()
    text = EncryptedTextField()
    given_by = user_link()
    given_at = models.DateTimeField()
    answer = models.CharField(max_length=15, choices=Answer, blank=True)
    answer_reason = EncryptedTextField()
    answered_by = user_link()
    answered_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("@key_kind", "key_id")
    narrative = ("text", "answer_reason")
    coded = ("answer",)
    operational = (
        "action",
        "key_kind",
        "key_id",
        "given_by",
        "given_at",
        "answered_by",
        "answered_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("evidence_is_answered_by_a_person_at_a_time", "answered_by", "answered_at"),
            models.CheckConstraint(
                name="nobody_accepts_their_own_evidence",
                condition=models.Q(answered_by=None) | ~models.Q(answered_by=models.F("given_by")),
            ),
        ]


class EffectReview(Record):
    """What was seen six or twelve months after an action: the highest link that is evidenced."""

    class Link(models.TextChoices):
        DONE = "done", "Done"
        REACHED = "reached", "Reached the people it was for"
        PRACTICE = "practice", "Practice changed"
        EXPOSURE = "exposure", "Children's exposure changed"
        NEAR_MISSES = "near_misses", "Fewer near misses"
        DEATHS = "deaths", "Fewer deaths or less serious harm"

    action = link(Action, related_name="effect_reviews")
    key_kind = models.CharField(max_length=20, default="case")
    key_id = models.UUIDField()
    due_on = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True)
    reached = models.CharField(max_length=15, choices=Link, blank=True)
    seen = EncryptedTextField()
    reviewed_by = user_link()

    sealed_by = ("@key_kind", "key_id")
    narrative = ("seen",)
    coded = ("due_on", "reviewed_on", "reached")
    operational = ("action", "key_kind", "key_id", "reviewed_by")
    history = History()
