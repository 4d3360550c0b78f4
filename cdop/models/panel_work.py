"""What a panel does beside the review itself: deferring, checking, and judging independently."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Agency, AgendaItem, Case, Meeting
from casereview.records import Record, link, together, user_link


class DeferralQuestion(Record):
    """A question a panel asks before it goes on: to whom, by when, back to which meeting."""

    class To(models.TextChoices):
        AGENCY = "agency", "An agency"
        PANEL = "panel", "Another panel"
        CORONER = "coroner", "The coroner"
        PUBLIC_HEALTH = "public_health", "Public health"

    case = link(Case, related_name="deferral_questions")
    item = link(AgendaItem, related_name="questions")
    question = EncryptedTextField()
    to = models.CharField(max_length=15, choices=To)
    agency = link(Agency, null=True, blank=True)
    to_whom = EncryptedTextField()
    due_on = models.DateField()
    returns_to = link(Meeting, null=True, blank=True)
    answer = EncryptedTextField()
    answered_on = models.DateField(null=True, blank=True)
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    narrative = ("question", "to_whom", "answer")
    coded = ("to", "due_on", "answered_on")
    operational = ("case", "item", "agency", "returns_to", "recorded_by")
    history = History()

    @property
    def asked(self) -> str:
        """Whom the question was put to, in words."""
        words = self.agency.name if self.agency else self.get_to_display()
        return f"{words}: {self.to_whom}" if self.to_whom else words


class CheckPoint(Record):
    """A named point the chair checks before a review that was agreed subject to it is complete."""

    case = link(Case, related_name="check_points")
    item = link(AgendaItem, related_name="check_points")
    point = EncryptedTextField()
    checked_by = user_link()
    checked_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("point",)
    operational = ("case", "item", "checked_by", "checked_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("a_point_is_checked_by_a_person_at_a_time", "checked_by", "checked_at")
        ]


class JudgementRound(Record):
    """A round of first judgements on a case; after it is opened only the counts are kept."""

    case = link(Case, related_name="judgement_rounds")
    item = link(AgendaItem, null=True, blank=True)
    begun_by = user_link()
    begun_at = models.DateTimeField()
    opened_by = user_link()
    opened_at = models.DateTimeField(null=True, blank=True)
    # Question -> answer -> how many; kept when the named rows and their key are gone.
    counts = models.JSONField(default=dict, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    owns_key = "round"
    coded = ("counts",)
    operational = (
        "case",
        "item",
        "begun_by",
        "begun_at",
        "opened_by",
        "opened_at",
        "destroyed_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("a_round_is_opened_by_a_person_at_a_time", "opened_by", "opened_at")
        ]


class FirstJudgement(Record):
    """What one member thought before the discussion. It has no history and goes with its round."""

    round = link(JudgementRound, related_name="judgements")
    user = link(settings.AUTH_USER_MODEL)
    judgement = EncryptedJSONField()
    given_at = models.DateTimeField()

    sealed_by = ("round", "round_id")
    narrative = ("judgement",)
    operational = ("round", "user", "given_at")

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_member_judges_once_in_a_round", fields=["round", "user"]
            )
        ]
