"""What is disclosed of a case: a bundle of its documents, decided part by part."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.work import Document
from casereview.records import Record, link, together, user_link


class Disclosure(Record):
    """A bundle of documents for somebody who asked, made into one file that is fetched once."""

    class State(models.TextChoices):
        OPEN = "open", "Being decided"
        MADE = "made", "Made, to be fetched once"
        FETCHED = "fetched", "Fetched"

    case = link(Case, related_name="disclosures")
    # Which request it answers; a bundle from before the register answers none.
    request = link("casereview.InformationRequest", null=True, blank=True, related_name="bundles")
    asked_by_whom = EncryptedTextField()
    purpose = EncryptedTextField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    begun_by = user_link()
    begun_at = models.DateTimeField()
    storage_name = models.CharField(max_length=64, blank=True)
    made_by = user_link()
    made_at = models.DateTimeField(null=True, blank=True)
    fetched_by = user_link()
    fetched_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    identifying = ("asked_by_whom",)
    narrative = ("purpose",)
    coded = ("state",)
    operational = (
        "case",
        "request",
        "begun_by",
        "begun_at",
        "storage_name",
        "made_by",
        "made_at",
        "fetched_by",
        "fetched_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("a_bundle_is_made_by_a_person_at_a_time", "made_by", "made_at"),
            together("a_bundle_is_fetched_by_a_person_at_a_time", "fetched_by", "fetched_at"),
        ]


class DisclosurePart(Record):
    """One part of a bundle: a whole document, or a paragraph of one about somebody else too."""

    class Decision(models.TextChoices):
        WAITING = "", "Waiting for a decision"
        DISCLOSE = "disclose", "Disclose"
        REDACT = "redact", "Redact"
        WITHHOLD = "withhold", "Withhold"

    case = link(Case, related_name="disclosure_parts")
    disclosure = link(Disclosure, related_name="parts")
    document = link(Document, related_name="disclosure_parts")
    place = models.PositiveIntegerField()
    # From 1; 0 is the whole document.
    paragraph = models.PositiveIntegerField(default=0)
    third_party = models.BooleanField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    words = EncryptedTextField()
    instead = link(Document, null=True, blank=True)
    reason = EncryptedTextField()
    decided_by = user_link()
    decided_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    identifying = ("words",)
    narrative = ("reason",)
    coded = ("paragraph", "third_party", "decision")
    operational = (
        "case",
        "disclosure",
        "document",
        "place",
        "instead",
        "decided_by",
        "decided_at",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["place"]
        constraints = [
            together("a_part_is_decided_by_a_person_at_a_time", "decided_by", "decided_at"),
            models.UniqueConstraint(
                name="a_bundle_holds_a_part_once", fields=["disclosure", "document", "paragraph"]
            ),
            models.CheckConstraint(
                name="a_redacted_document_has_a_copy_instead",
                condition=~models.Q(decision="redact", paragraph=0, instead=None),
            ),
        ]
