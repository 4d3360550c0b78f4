"""What one person proposes and a second one agrees to."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.records import Record, link, together, user_link


class Agreement(Record):
    """A proposal of one person, and the answer of another; agreed, it is used once.

    `detail` says exactly what is proposed – keys, codes and days, never words about anybody – so
    that what happens is what was agreed to.
    """

    class Decision(models.TextChoices):
        WAITING = "", "Waits for a second person"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Taken back"

    action = models.CharField(max_length=60)  # the row of the access table
    subject = models.UUIDField()  # the person, the case or the record it is about
    case = link(Case, null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    # Under whose key the words are sealed: of the case it is about, else of who proposed it.
    key_kind = models.CharField(max_length=20, default="user")
    key_id = models.UUIDField()
    reason = EncryptedTextField()
    proposed_by = link(settings.AUTH_USER_MODEL)
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = user_link()
    decided_at = models.DateTimeField(null=True, blank=True)
    note = EncryptedTextField()
    used_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("@key_kind", "key_id")
    narrative = ("reason", "note")
    coded = ("action", "decision")
    operational = (
        "subject",
        "case",
        "detail",
        "key_kind",
        "key_id",
        "proposed_by",
        "proposed_at",
        "lapses_at",
        "decided_by",
        "decided_at",
        "used_at",
    )
    history = History()

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["decision", "lapses_at"], name="proposals_waiting")]
        constraints = [
            together("a_proposal_is_answered_by_a_person_at_a_time", "decided_by", "decided_at"),
            models.CheckConstraint(
                name="nobody_agrees_to_their_own_proposal",
                condition=~models.Q(decision="agreed")
                | models.Q(decided_by__isnull=False)
                & ~models.Q(decided_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="only_what_was_agreed_is_used",
                condition=models.Q(used_at=None) | models.Q(decision="agreed"),
            ),
        ]
