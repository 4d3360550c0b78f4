"""The programme of multi-agency case file audits of a year."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Board, Case
from casereview.records import Record, link, together, user_link


class ThematicAudit(Record):
    """Several agencies read several children's files on one theme."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        POSTPONED = "postponed", "Postponed"
        CANCELLED = "cancelled", "Cancelled"

    reference = models.CharField(max_length=20, unique=True)
    board = link(Board)
    year = models.PositiveSmallIntegerField()  # the financial year, by the year it ends in
    theme = models.CharField(max_length=200)
    planned_on = models.DateField()  # the first day of the month it is planned for
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    state_reason = EncryptedTextField()
    held_on = models.DateField(null=True, blank=True)
    lead_auditors = EncryptedTextField()
    practitioners_invited = EncryptedTextField()
    lines_of_enquiry = EncryptedTextField()
    what_was_found = EncryptedTextField()
    agreed_by = user_link()
    agreed_at = models.DateTimeField(null=True, blank=True)
    shared_on = models.DateField(null=True, blank=True)
    recorded_by = user_link()

    owns_key = "audit"
    sealed_by = ("audit", "id")
    identifying = ("lead_auditors", "practitioners_invited")
    narrative = ("state_reason", "lines_of_enquiry", "what_was_found")
    coded = ("year", "planned_on", "state", "held_on", "shared_on")
    operational = ("reference", "board", "theme", "agreed_by", "agreed_at", "recorded_by")
    history = History()

    class Meta(Record.Meta):
        ordering = ["planned_on"]
        constraints = [
            together("an_audit_is_agreed_by_a_person_at_a_time", "agreed_by", "agreed_at")
        ]


class AuditedChild(Record):
    """One child's files in an audit, by a label; the child's voice is heard or the row is open."""

    audit = link(ThematicAudit, related_name="children")
    label = models.CharField(max_length=20)
    case = link(Case, null=True, blank=True)
    child_voice = EncryptedTextField()
    summary = EncryptedTextField()
    grade = models.CharField(max_length=20, blank=True)

    sealed_by = ("audit", "audit_id")
    narrative = ("child_voice", "summary")
    coded = ("grade",)
    operational = ("audit", "label", "case")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_label_is_used_once_in_an_audit", fields=["audit", "label"]
            )
        ]
