"""How long papers are kept, what keeps them longer, and what was disposed of."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.records import Record, link, together, user_link
from casereview.rules.retention import Event, Kind


def kinds() -> list[tuple[str, str]]:
    """Return code and label of each kind of papers."""
    return [(one.value, one.label) for one in Kind]


def events() -> list[tuple[str, str]]:
    """Return code and label of each event a period may run from."""
    return [(one.value, one.label) for one in Event]


class RetentionRule(Record):
    """The local policy for a kind of papers, from a day on; it is followed, never changed."""

    kind = models.CharField(max_length=20, choices=kinds)
    event = models.CharField(max_length=20, choices=events)
    years = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    number = models.PositiveIntegerField()  # the version of the rule for its kind
    source = models.CharField(max_length=200)  # who settled it, where it is written
    settled_by = link(settings.AUTH_USER_MODEL)
    settled_at = models.DateTimeField()

    operational = (
        "kind",
        "event",
        "years",
        "since",
        "until",
        "number",
        "source",
        "settled_by",
        "settled_at",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["kind", "-since", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="a_retention_rule_has_its_number", fields=["kind", "number"]
            ),
            models.CheckConstraint(
                name="a_retention_rule_ends_after_it_began",
                condition=Q(until=None) | Q(until__gt=models.F("since")),
            ),
        ]


class LegalHold(Record):
    """Somebody must keep the papers of a case, or of every case; it beats every rule."""

    case = link(Case, null=True, blank=True, related_name="legal_holds")  # none is every case
    key_kind = models.CharField(max_length=20, default="case")
    key_id = models.UUIDField()
    reason = EncryptedTextField()
    until = models.DateField(null=True, blank=True)
    placed_by = link(settings.AUTH_USER_MODEL)
    placed_at = models.DateTimeField()
    lifted_by = user_link()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = EncryptedTextField()

    sealed_by = ("@key_kind", "key_id")
    narrative = ("reason", "lift_reason")
    operational = (
        "case",
        "key_kind",
        "key_id",
        "until",
        "placed_by",
        "placed_at",
        "lifted_by",
        "lifted_at",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["-placed_at"]
        constraints = [
            together("a_hold_is_lifted_by_a_person_at_a_time", "lifted_by", "lifted_at"),
        ]


class Disposal(Record):
    """What was disposed of, by which rule, proposed and agreed by whom: the certificate's facts."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="disposal")
    number = models.PositiveIntegerField(unique=True)
    # The rule as it was: kind, event, years, since, source, version, and the day it ended on.
    rule = models.JSONField()
    files = models.PositiveIntegerField()
    proposed_by = link(settings.AUTH_USER_MODEL)
    proposed_at = models.DateTimeField()
    agreed_by = link(settings.AUTH_USER_MODEL)
    disposed_at = models.DateTimeField()

    operational = (
        "case",
        "number",
        "rule",
        "files",
        "proposed_by",
        "proposed_at",
        "agreed_by",
        "disposed_at",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="a_disposal_is_agreed_by_a_second_person",
                condition=~Q(proposed_by=models.F("agreed_by")),
            ),
        ]
