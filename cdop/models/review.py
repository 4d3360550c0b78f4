"""The panel's analysis of one death: Form C, and from 2018 the analysis form."""

from django.db import models
from django.db.models import Q

from casereview import codes as kernel_codes
from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Case, Meeting
from casereview.records import Record, link, together, user_link
from cdop import codes


class PanelReview(Record):
    """A panel's analysis of one death (Form C; from 2018 the analysis form)."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        COMPLETED = "completed", "Completed"
        REOPENED = "reopened", "Reopened: under revision"

    class FormSet(models.TextChoices):
        # Blank: begun before the record said it, and so on Form C.
        ABC = "abc", "Form C"
        CDR = "cdr", "Analysis form"

    class ActionDecision(models.TextChoices):
        UNDECIDED = "", "Not yet decided"
        NONE = "none", "No action is needed"
        ACTIONS = "actions", "Actions were agreed"

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="panel_review")
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)

    form_set = models.CharField(max_length=5, choices=FormSet, blank=True)
    # Set when what was entered on Form C was carried over; with what did not come over, as codes.
    carried_over_on = models.DateField(null=True, blank=True)
    not_carried = models.JSONField(default=list, blank=True)

    agencies_represented = models.JSONField(default=dict, blank=True)
    documents_available = EncryptedTextField()
    cause_of_death = EncryptedTextField()
    summary = EncryptedTextField()
    issues = EncryptedTextField()

    category_of_death = models.CharField(
        max_length=4, choices=codes.categories_of_death, blank=True
    )
    # Only the one above is counted in figures.
    secondary_category = models.CharField(
        max_length=4, choices=codes.categories_of_death, blank=True
    )
    considered_another = models.CharField(
        max_length=3, choices=kernel_codes.yes_no_not_known, blank=True
    )
    categories_considered = models.JSONField(default=list, blank=True)
    category_reason = EncryptedTextField()

    outcome_proposed = models.CharField(max_length=2, choices=codes.modifiable_outcomes, blank=True)
    modifiable_outcome = models.CharField(
        max_length=2, choices=codes.modifiable_outcomes, blank=True
    )
    outcome_reason = EncryptedTextField()

    learning = EncryptedTextField()
    action_decision = models.CharField(max_length=10, choices=ActionDecision, blank=True)
    action_reason = EncryptedTextField()
    family_follow_up = EncryptedTextField()
    # Body -> "Y", "N" or "DONE"; a body that is absent was not asked about.
    referrals = models.JSONField(default=dict, blank=True)

    # The day of the meeting that agreed it, or of the chair's check: the day that counts.
    agreed_on = models.DateField(null=True, blank=True)
    meeting = link(Meeting, null=True, blank=True)
    chair_check_by = models.DateField(null=True, blank=True)
    signed_by = user_link()
    signed_at = models.DateTimeField(null=True, blank=True)
    # The year of the return hangs on this: it stays when a review is reopened.
    first_completed_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    lists_version = models.CharField(max_length=20, blank=True)

    sealed_by = ("case", "case_id")
    narrative = (
        "documents_available",
        "cause_of_death",
        "summary",
        "issues",
        "category_reason",
        "outcome_reason",
        "learning",
        "action_reason",
        "family_follow_up",
    )
    coded = (
        "state",
        "form_set",
        "carried_over_on",
        "not_carried",
        "agencies_represented",
        "category_of_death",
        "secondary_category",
        "considered_another",
        "categories_considered",
        "outcome_proposed",
        "modifiable_outcome",
        "action_decision",
        "referrals",
        "agreed_on",
        "chair_check_by",
        "first_completed_on",
        "revision",
        "lists_version",
    )
    operational = ("case", "meeting", "signed_by", "signed_at")
    history = History()

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["first_completed_on"], name="reviews_by_completion")]
        constraints = [
            models.CheckConstraint(
                name="a_completed_review_has_its_date_category_and_outcome",
                condition=~Q(state="completed")
                | (
                    Q(agreed_on__isnull=False, first_completed_on__isnull=False)
                    & ~Q(category_of_death="")
                    & ~Q(modifiable_outcome="")
                ),
            ),
            models.CheckConstraint(
                name="a_second_category_is_another_one",
                condition=Q(secondary_category="")
                | ~Q(secondary_category=models.F("category_of_death")),
            ),
            together("a_review_is_signed_by_a_person_at_a_time", "signed_by", "signed_at"),
        ]


class FactorFinding(Record):
    """One line of the grid: what the panel found about one factor, in one person."""

    class InWhom(models.TextChoices):
        NOBODY = "", "Not said"
        CHILD = "child", "Child"
        MOTHER = "mother", "Mother"
        FATHER = "father", "Father"
        OTHER_CARER = "other_carer", "Other carer"

    case = link(Case)
    review = link(PanelReview, related_name="findings")
    factor = models.CharField(max_length=6, choices=codes.domain_factors, blank=True)
    present = models.CharField(max_length=3, choices=kernel_codes.yes_no_not_known)
    in_whom = models.CharField(max_length=20, choices=InWhom, blank=True)
    influence = models.CharField(max_length=2, choices=codes.influences, blank=True)
    modifiable = models.CharField(max_length=3, choices=kernel_codes.yes_no_not_known, blank=True)
    modifiable_factor = models.CharField(
        max_length=30, choices=codes.modifiable_factors, blank=True
    )
    theme = models.CharField(max_length=40, blank=True)
    # What was found; of "Other (specify)", what it is.
    note = EncryptedTextField()
    reason = EncryptedTextField()
    what_would_change = EncryptedTextField()
    lists_version = models.CharField(max_length=20, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("note", "reason", "what_would_change")
    coded = (
        "factor",
        "present",
        "in_whom",
        "influence",
        "modifiable",
        "modifiable_factor",
        "theme",
        "lists_version",
    )
    operational = ("case", "review")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                name="a_modifiable_factor_is_present",
                condition=~Q(modifiable="Y") | Q(present="Y"),
            )
        ]
