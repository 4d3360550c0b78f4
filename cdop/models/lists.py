"""Registrars' and coroners' weekly lists, compared with what was notified."""

from django.db import models

from casereview import codes as kernel_codes
from casereview.fields import EncryptedDateField, EncryptedTextField
from casereview.history import History
from casereview.models import Case, Panel
from casereview.records import Record, link, once, together, user_link


class ListUpload(Record):
    """One list as it was received."""

    class Kind(models.TextChoices):
        REGISTRAR = "registrar", "Registrar's list"
        CORONER = "coroner", "Coroner's list"

    panel = link(Panel)
    kind = models.CharField(max_length=10, choices=Kind)
    sub_district = models.CharField(max_length=100, blank=True)
    received_on = models.DateField()
    covers_from = models.DateField(null=True, blank=True)
    covers_until = models.DateField(null=True, blank=True)
    content_digest = models.BinaryField()
    uploaded_by = user_link()
    uploaded_at = models.DateTimeField()

    owns_key = "list"
    coded = ("kind", "received_on", "covers_from", "covers_until")
    operational = ("panel", "sub_district", "content_digest", "uploaded_by", "uploaded_at")
    history = History()

    class Meta(Record.Meta):
        ordering = ["-received_on"]


class ListEntry(Record):
    """One death on a list, what it was matched with, and what a person decided."""

    class Band(models.TextChoices):
        CERTAIN = "certain", "Certain"
        LIKELY = "likely", "Likely: a person decides"
        UNMATCHED = "unmatched", "Not notified"

    class Decision(models.TextChoices):
        WAITING = "", "Waiting for a decision"
        MATCHED = "matched", "The notified death"
        NOTIFIED = "notified", "Notified since"
        CLOSED = "closed", "Closed with a reason"

    upload = link(ListUpload, related_name="entries")
    entry = models.CharField(max_length=40)
    given_names = EncryptedTextField()
    family_name = EncryptedTextField()
    born_on = EncryptedDateField()
    postcode = EncryptedTextField()
    sex = models.CharField(max_length=10, choices=kernel_codes.genders, blank=True)
    died_on = models.DateField(null=True, blank=True)
    band = models.CharField(max_length=10, choices=Band)
    score = models.FloatField(null=True, blank=True)
    weights = models.JSONField(default=dict, blank=True)
    case = link(Case, null=True, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = user_link()
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField()

    sealed_by = ("list", "upload_id")
    identifying = ("given_names", "family_name", "born_on", "postcode")
    narrative = ("reason",)
    coded = ("sex", "died_on", "band", "score", "weights", "decision")
    operational = ("upload", "entry", "case", "decided_by", "decided_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            once("an_entry_is_on_a_list_once", "upload", "entry"),
            together("an_entry_is_decided_by_a_person_at_a_time", "decided_by", "decided_at"),
        ]
