"""Form A: the notification of a child's death."""

from django.db import models

from casereview import codes as kernel_codes
from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Board, Case
from casereview.records import Record, link, together, user_link
from cdop import codes


def answer(**options) -> models.CharField:
    """Return a yes / no / not known answer; blank is not yet asked."""
    return models.CharField(
        max_length=3, choices=kernel_codes.yes_no_not_known_or_not_applicable, blank=True, **options
    )


class Notification(Record):
    """What was said when a death was notified (Form A). A death may be notified twice."""

    class OtherChildren(models.TextChoices):
        NOT_ASKED = "", "Not yet asked"
        NONE = "none", "There are no other children"
        SAFE = "safe", "They are safe now"
        NOT_SAFE = "not_safe", "They are not safe, or may not be"
        NOT_KNOWN = "not_known", "Not known"

    case = link(Case, related_name="notifications")
    source_reference = models.CharField(max_length=60, null=True, blank=True, unique=True)
    import_digest = models.BinaryField(null=True, blank=True)

    # Referral
    notified_on = models.DateField()
    received_at = models.DateTimeField(null=True, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True)
    notified_by = models.CharField(max_length=20, choices=kernel_codes.agency_types, blank=True)
    notifier_name = EncryptedTextField()
    notifier_contact = EncryptedTextField()
    notifier_organisation = EncryptedTextField()
    consultant = EncryptedTextField()

    # Scope
    born_alive = answer()
    stillbirth_or_late_loss = answer()
    lawful_termination = answer()

    # Death
    died_at_time = models.TimeField(null=True, blank=True)
    place_of_death = EncryptedTextField()
    location_of_death = models.CharField(max_length=20, choices=codes.locations, blank=True)
    location = models.CharField(max_length=20, choices=codes.locations, blank=True)
    location_other = EncryptedTextField()
    event = models.CharField(max_length=20, choices=codes.events, blank=True)
    event_other = EncryptedTextField()
    expectedness = models.CharField(max_length=20, choices=codes.expectedness, blank=True)
    expectedness_confirmed_by = user_link()
    expectedness_confirmed_at = models.DateTimeField(null=True, blank=True)
    expectedness_note = EncryptedTextField()
    circumstances = EncryptedTextField()
    certificate_issued = answer()
    cause_1a = EncryptedTextField()
    cause_1b = EncryptedTextField()
    cause_1c = EncryptedTextField()
    cause_2 = EncryptedTextField()
    post_mortem = answer()
    coroner_informed = answer()
    coroner_informed_on = models.DateField(null=True, blank=True)
    other_reviews = EncryptedTextField()

    # Family
    carer_at_death = EncryptedTextField()
    other_children = models.CharField(max_length=10, choices=OtherChildren, blank=True)
    told_about_children = EncryptedTextField()
    nobody_told = models.BooleanField(default=False)
    social_care_told_on = models.DateField(null=True, blank=True)
    social_care_told_by = user_link()
    follow_up_arranged = answer()
    follow_up_with = EncryptedTextField()
    agency_contacts = EncryptedJSONField()

    # Legal status
    cp_plan = models.CharField(
        max_length=20, choices=codes.child_protection_plan_statuses, blank=True
    )
    statutory_order = models.CharField(
        max_length=20, choices=codes.statutory_order_statuses, blank=True
    )
    statutory_order_type = models.CharField(
        max_length=20, choices=codes.statutory_order_types, blank=True
    )
    asylum_seeker = models.CharField(
        max_length=20, choices=codes.asylum_seeker_statuses, blank=True
    )
    looked_after = answer()
    looked_after_by = link(Board, null=True, blank=True)
    regulated_setting = answer()
    custody_or_detention = answer()
    abuse_or_neglect_suspected = answer()
    learning_disability = answer()
    never_left_hospital = answer()

    # Answers that are not known yet, by field: each is a question to chase.
    to_chase = models.JSONField(default=list, blank=True)
    submitted_by = user_link()
    submitted_at = models.DateTimeField(null=True, blank=True)
    lists_version = models.CharField(max_length=20, blank=True)

    sealed_by = ("case", "case_id")
    identifying = (
        "notifier_name",
        "notifier_contact",
        "notifier_organisation",
        "consultant",
        "place_of_death",
        "carer_at_death",
        "agency_contacts",
    )
    narrative = (
        "location_other",
        "event_other",
        "expectedness_note",
        "circumstances",
        "cause_1a",
        "cause_1b",
        "cause_1c",
        "cause_2",
        "other_reviews",
        "told_about_children",
        "follow_up_with",
    )
    coded = (
        "notified_on",
        "notified_by",
        "born_alive",
        "stillbirth_or_late_loss",
        "lawful_termination",
        "died_at_time",
        "location_of_death",
        "location",
        "event",
        "expectedness",
        "certificate_issued",
        "post_mortem",
        "coroner_informed",
        "coroner_informed_on",
        "other_children",
        "nobody_told",
        "social_care_told_on",
        "follow_up_arranged",
        "cp_plan",
        "statutory_order",
        "statutory_order_type",
        "asylum_seeker",
        "looked_after",
        "looked_after_by",
        "regulated_setting",
        "custody_or_detention",
        "abuse_or_neglect_suspected",
        "learning_disability",
        "never_left_hospital",
        "lists_version",
    )
    operational = (
        "case",
        "source_reference",
        "import_digest",
        "received_at",
        "learned_at",
        "expectedness_confirmed_by",
        "expectedness_confirmed_at",
        "social_care_told_by",
        "to_chase",
        "submitted_by",
        "submitted_at",
    )
    history = History(excluded_fields=["import_digest"])

    class Meta(Record.Meta):
        constraints = [
            together(
                "expectedness_is_confirmed_by_a_person_at_a_time",
                "expectedness_confirmed_by",
                "expectedness_confirmed_at",
            ),
            together("a_notification_is_submitted_by_a_person", "submitted_by", "submitted_at"),
        ]
