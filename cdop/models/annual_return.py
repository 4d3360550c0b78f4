"""The annual return as it was sent, what was entered of its form, and what is asked for it."""

from django.db import models

from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Board, Case
from casereview.records import Record, link, once, together, user_link


class AnnualReturn(Record):
    """A year's figures: a frozen copy of what was sent, never recomputed in place.

    Until it is frozen it holds what the officer writes beside the figures, and no figure.
    """

    # The year it ends in: 2015 is 1 April 2014 to 31 March 2015.
    year = models.PositiveSmallIntegerField()
    board = link(Board, null=True, blank=True)
    # The codes of its boards, in order and joined with "+"; empty is everybody.
    area = models.CharField(max_length=600, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    template = models.CharField(max_length=40)
    template_version = models.CharField(max_length=20)
    lists_version = models.CharField(max_length=20)
    comments = EncryptedTextField()
    explanations = EncryptedJSONField()
    frozen = EncryptedJSONField()
    row_references = EncryptedJSONField()
    completed = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    frozen_by = user_link()
    frozen_at = models.DateTimeField(null=True, blank=True)
    revision_reason = EncryptedTextField()

    owns_key = "return"
    sealed_by = ("return", "id")
    narrative = ("comments", "explanations", "frozen", "row_references", "revision_reason")
    coded = ("year", "area", "template", "template_version", "lists_version", "completed")
    operational = ("board", "revision", "digest", "frozen_by", "frozen_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            once("a_return_has_each_revision_once", "year", "area", "revision"),
            together("a_return_is_frozen_by_a_person_at_a_time", "frozen_by", "frozen_at"),
        ]


class ReturnForm(Record):
    """What an administrator entered of a year's real form: each entry is whole, the last holds."""

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    # Wording, order, codes, deadline and checks that differ from the template of the year.
    content = models.JSONField(default=dict)
    entered_by = user_link()
    entered_at = models.DateTimeField()

    operational = ("year", "number", "content", "entered_by", "entered_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [once("a_years_form_has_each_entry_once", "year", "number")]


class ReturnQuestion(Record):
    """The officer of a return asks those who keep a case for what is not known of it."""

    case = link(Case)
    year = models.PositiveSmallIntegerField()
    # The facts asked for, by their names in the rules of the return.
    columns = models.JSONField(default=list)
    asked_by = user_link()
    asked_at = models.DateTimeField()

    coded = ("year", "columns")
    operational = ("case", "asked_by", "asked_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [once("a_case_is_asked_about_once_for_a_year", "case", "year")]
