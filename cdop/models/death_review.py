"""A child death review from 2018: its meeting, its people, and what was copied elsewhere."""

from django.db import models
from django.db.models import Q

from casereview import codes as kernel_codes
from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Case
from casereview.records import Record, user_link
from cdop import codes


class DeathReviewMeeting(Record):
    """The meeting of those who knew or treated the child, before the panel: one a death."""

    class Kind(models.TextChoices):
        MEETING = "cdrm", "Child death review meeting"
        PERINATAL = "pmrt", "Perinatal mortality review meeting"

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="death_review_meeting")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.MEETING)
    planned_for = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    chair = EncryptedTextField()
    # Whether the chair treated the child: one who did may not chair.
    chair_treated = models.CharField(
        max_length=3, choices=kernel_codes.yes_no_not_known, blank=True
    )
    # Group of people -> "Y"; a group that is absent was not there.
    attended = models.JSONField(default=dict, blank=True)
    attended_by = EncryptedTextField()
    parents_asked = models.CharField(
        max_length=3, choices=kernel_codes.yes_no_not_known, blank=True
    )
    parents_not_asked_why = EncryptedTextField()
    parents_questions = EncryptedTextField()
    discussion = EncryptedTextField()
    # The answers of the analysis form that were drafted from this meeting, by their field.
    drafted = models.JSONField(default=list, blank=True)
    parents_told_on = models.DateField(null=True, blank=True)
    parents_told_by = EncryptedTextField()
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    identifying = ("chair", "attended_by", "parents_told_by")
    narrative = ("parents_not_asked_why", "parents_questions", "discussion")
    coded = (
        "kind",
        "planned_for",
        "held_on",
        "chair_treated",
        "attended",
        "parents_asked",
        "parents_told_on",
        "drafted",
    )
    operational = ("case", "recorded_by")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                name="a_meeting_held_was_not_chaired_by_who_treated",
                condition=Q(held_on=None) | Q(chair_treated="N"),
            )
        ]


class DeathReviewWork(Record):
    """Who leads and scrutinises, and what was typed into the national database: one a case."""

    class Examiner(models.TextChoices):
        NOT_ASKED = "", "Not yet recorded"
        SCRUTINISED = "scrutinised", "Scrutinised by a medical examiner"
        CORONER = "coroner", "Went to the coroner instead"
        NONE = "none", "Not scrutinised"
        NOT_KNOWN = "not_known", "Not known"

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="death_review_work")
    lead_health_professional = EncryptedTextField()
    lead_health_professional_contact = EncryptedTextField()
    medical_examiner_state = models.CharField(max_length=12, choices=Examiner, blank=True)
    medical_examiner = EncryptedTextField()
    medical_examiner_on = models.DateField(null=True, blank=True)
    nhs_number_absence = models.CharField(
        max_length=4, choices=codes.nhs_number_absences, blank=True
    )
    stillbirth_at_home = models.CharField(
        max_length=3, choices=kernel_codes.yes_no_not_known_or_not_applicable, blank=True
    )
    # The days on which a person says they typed each form into the database.
    notification_copied_on = models.DateField(null=True, blank=True)
    reporting_copied_on = models.DateField(null=True, blank=True)
    analysis_copied_on = models.DateField(null=True, blank=True)
    database_reference = EncryptedTextField()

    sealed_by = ("case", "case_id")
    identifying = (
        "lead_health_professional",
        "lead_health_professional_contact",
        "medical_examiner",
        "database_reference",
    )
    coded = (
        "medical_examiner_state",
        "medical_examiner_on",
        "nhs_number_absence",
        "stillbirth_at_home",
        "notification_copied_on",
        "reporting_copied_on",
        "analysis_copied_on",
    )
    operational = ("case",)
    history = History()
