"""The annual return as it was sent."""

from django.db import models

from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Board
from casereview.records import Record, link, once, together, user_link


class AnnualReturn(Record):
    """A year's figures: a frozen copy of what was sent, never recomputed in place."""

    # The year it ends in: 2015 is 1 April 2014 to 31 March 2015.
    year = models.PositiveSmallIntegerField()
    board = link(Board, null=True, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    template = models.CharField(max_length=40)
    template_version = models.CharField(max_length=20)
    lists_version = models.CharField(max_length=20)
    comments = EncryptedTextField()
    frozen = EncryptedJSONField()
    row_references = EncryptedJSONField()
    digest = models.CharField(max_length=64, blank=True)
    frozen_by = user_link()
    frozen_at = models.DateTimeField(null=True, blank=True)
    revision_reason = EncryptedTextField()

    owns_key = "return"
    sealed_by = ("return", "id")
    narrative = ("comments", "frozen", "row_references", "revision_reason")
    coded = ("year", "template", "template_version", "lists_version")
    operational = ("board", "revision", "digest", "frozen_by", "frozen_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            once("a_return_has_each_revision_once", "year", "revision", blank=("board",)),
            together("a_return_is_frozen_by_a_person_at_a_time", "frozen_by", "frozen_at"),
        ]
