"""Learning exchanged with other areas: whose bundles are taken in, those given, those received."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Panel, Release
from casereview.records import Record, link, together, user_link
from learning.rules.exchange_file import fingerprint


class ExchangeArea(Record):
    """An area whose key was accepted, after its fingerprint had been compared by voice."""

    name = models.CharField(max_length=200)
    public_key = models.CharField(max_length=64, unique=True)
    accepted_by = user_link()
    accepted_at = models.DateTimeField()
    ended_by = user_link()
    ended_at = models.DateTimeField(null=True, blank=True)

    operational = ("name", "public_key", "accepted_by", "accepted_at", "ended_by", "ended_at")
    history = History()

    class Meta(Record.Meta):
        ordering = ["name", "pk"]
        constraints = [
            together("an_area_is_ended_by_a_person_at_a_time", "ended_by", "ended_at"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """What is read over the telephone."""
        return fingerprint(self.public_key)


class GivenBundle(Record):
    """A bundle that was made for other areas, as it was given."""

    panel = link(Panel)
    # The years by the 31 March they end on.
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    edition = models.PositiveIntegerField()
    file = EncryptedTextField()
    digest = models.CharField(max_length=64)
    statements = models.PositiveIntegerField(default=0)
    # In the ledger of figures.
    release = link(Release, null=True, blank=True)
    given_by = user_link()
    given_at = models.DateTimeField()

    owns_key = "given_bundle"
    sealed_by = ("given_bundle", "id")
    narrative = ("file",)
    coded = ("first_year", "last_year", "edition", "digest", "statements")
    operational = ("panel", "release", "given_by", "given_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="an_edition_of_a_bundle_is_given_once",
                fields=["panel", "first_year", "last_year", "edition"],
            )
        ]


class ReceivedBundle(Record):
    """A bundle of another area, as it was received; of several editions the latest counts."""

    area = link(ExchangeArea, related_name="bundles")
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    edition = models.PositiveIntegerField()
    file = EncryptedTextField()
    digest = models.CharField(max_length=64, unique=True)
    received_by = user_link()
    received_at = models.DateTimeField()

    owns_key = "received_bundle"
    sealed_by = ("received_bundle", "id")
    narrative = ("file",)
    coded = ("first_year", "last_year", "edition", "digest")
    operational = ("area", "received_by", "received_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="an_edition_of_a_bundle_is_received_once",
                fields=["area", "first_year", "last_year", "edition"],
            )
        ]
