"""Who is admitted to a case, who is kept from it, and the reasons people gave."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.places import Agency
from casereview.records import Record, link, together, user_link
from casereview.rules.access_table import Role
from casereview.rules.interests import Ground


class AdmissionFacts(models.Model):
    """What every admission says beside whom it admits."""

    class Source(models.TextChoices):
        MANAGER = "manager", "Admitted by the CDR manager"
        MEETING = "meeting", "The case is on a meeting's agenda"
        REQUEST = "request", "Asked for a report"
        REFERRAL = "referral", "Referred to the group"
        REVIEW = "review", "Writes the review"
        SEAL = "seal", "Keeps sight of the sealed case"

    permission = link(Permission)
    role = models.CharField(max_length=30, choices=Role.choices())
    source = models.CharField(max_length=20, choices=Source)
    source_id = models.UUIDField(null=True, blank=True)
    reason = EncryptedTextField()
    named = models.BooleanField(default=False)  # named to a sealed case
    given_by = user_link()
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class CaseUserObjectPermission(Record, AdmissionFacts, UserObjectPermissionBase):
    """One person is admitted to one case in one role; expired is as good as absent."""

    user = link(settings.AUTH_USER_MODEL)
    content_object = link(Case, related_name="admissions")

    sealed_by = ("case", "content_object_id")
    narrative = ("reason",)
    coded = ("role", "source")
    operational = (
        "permission",
        "source_id",
        "named",
        "given_by",
        "given_at",
        "until",
        "user",
        "content_object",
    )
    history = History()
    objects = models.Manager()  # type: ignore[misc, assignment]

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_person_is_admitted_once_in_a_role",
                fields=["user", "permission", "content_object"],
            )
        ]


class CaseGroupObjectPermission(Record, AdmissionFacts, GroupObjectPermissionBase):
    """The holders of a role at one board are admitted to one case."""

    group = link(Group)
    content_object = link(Case, related_name="group_admissions")

    sealed_by = ("case", "content_object_id")
    narrative = ("reason",)
    coded = ("role", "source")
    operational = (
        "permission",
        "source_id",
        "named",
        "given_by",
        "given_at",
        "until",
        "group",
        "content_object",
    )
    history = History()
    objects = models.Manager()  # type: ignore[misc, assignment]

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_group_is_admitted_once_in_a_role",
                fields=["group", "permission", "content_object"],
            )
        ]


class Interest(Record):
    """A person's or an agency's interest in a case, declared and decided.

    *Withdraws* is a recusal: from the moment it is declared until it is lifted, the case is gone
    from everything the person sees.
    """

    class Level(models.TextChoices):
        NOTED = "noted", "Noted: sees and judges"
        INFORMS_ONLY = "informs_only", "Informs only: sees and presents, gives no judgement"
        WITHDRAWS = "withdraws", "Withdraws: does not see the case"

    case = link(Case, related_name="interests")
    user = link(settings.AUTH_USER_MODEL, null=True, blank=True)
    agency = link(Agency, null=True, blank=True)
    agenda_item = models.ForeignKey(
        "casereview.AgendaItem",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="declarations",
    )
    level = models.CharField(max_length=20, choices=Level)
    # Blank: declared before grounds were asked for.
    ground = models.CharField(max_length=30, choices=Ground.choices(), blank=True)
    grounds = EncryptedTextField()
    declared_by = user_link()
    declared_at = models.DateTimeField()
    decided_by = user_link()
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = EncryptedTextField()
    lifted_by = user_link()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("grounds", "decision_reason", "lifted_reason")
    coded = ("level", "ground")
    operational = (
        "case",
        "user",
        "agency",
        "agenda_item",
        "declared_by",
        "declared_at",
        "decided_by",
        "decided_at",
        "lifted_by",
        "lifted_at",
    )
    history = History()

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["user", "level", "lifted_at"], name="recusals_of_a_person"),
            models.Index(fields=["agency", "level", "lifted_at"], name="recusals_of_an_agency"),
        ]
        constraints = [
            models.CheckConstraint(
                name="an_interest_is_a_persons_or_an_agencys",
                condition=models.Q(user__isnull=False, agency=None)
                | models.Q(user=None, agency__isnull=False),
            ),
            together("an_interest_is_decided_by_a_person_at_a_time", "decided_by", "decided_at"),
            together("an_interest_is_lifted_by_a_person_at_a_time", "lifted_by", "lifted_at"),
        ]


class BreakGlass(Record):
    """A person opened a case they had no role on: one case, read only, for a short time."""

    class Outcome(models.TextChoices):
        JUSTIFIED = "justified", "Justified"
        NOT_JUSTIFIED = "not_justified", "Not justified"

    user = link(settings.AUTH_USER_MODEL)
    case = link(Case, related_name="break_glass")
    purpose = models.CharField(max_length=30)
    reason = EncryptedTextField()
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_by = user_link()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    review_note = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("reason", "review_note")
    coded = ("purpose", "outcome")
    operational = ("user", "case", "opened_at", "until", "reviewed_by", "reviewed_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("break_glass_is_reviewed_by_a_person_at_a_time", "reviewed_by", "reviewed_at")
        ]


class Reason(Record):
    """Why somebody did something that asks for a reason, in their words."""

    case = link(Case, null=True, blank=True)
    key_kind = models.CharField(max_length=20, default="case")
    key_id = models.UUIDField()
    action = models.CharField(max_length=60)
    given_by = user_link()
    given_at = models.DateTimeField(auto_now_add=True)
    text = EncryptedTextField()

    sealed_by = ("@key_kind", "key_id")
    narrative = ("text",)
    operational = ("case", "key_kind", "key_id", "action", "given_by", "given_at")
    history = History()
