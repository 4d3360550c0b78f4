"""Anonymised packs: pseudonyms, what the leak test found, and what was issued."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.meetings import Meeting
from casereview.records import Record, link, together, user_link


class Pseudonym(Record):
    """What stands for a word of a case in everything that leaves its record; it never changes."""

    case = link(Case, related_name="pseudonyms")
    word = EncryptedTextField()
    kind = models.CharField(max_length=20)
    stands_for = models.CharField(max_length=60)  # "Mother", "Child 2", "Hospital A"
    word_index = models.BinaryField()

    sealed_by = ("case", "case_id")
    identifying = ("word",)
    coded = ("kind", "stands_for")
    operational = ("case", "word_index")
    history = History(excluded_fields=["word_index"])

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_word_has_one_pseudonym_in_a_case", fields=["case", "word_index"]
            )
        ]


class Pack(Record):
    """A set of papers for a meeting, made by a task, kept encrypted, expiring."""

    class State(models.TextChoices):
        BUILDING = "building", "Being built"
        CHECKING = "checking", "The leak test found something"
        ISSUED = "issued", "Issued"
        WITHDRAWN = "withdrawn", "Withdrawn"
        FAILED = "failed", "Could not be built"

    meeting = link(Meeting, related_name="packs")
    state = models.CharField(max_length=10, choices=State, default=State.BUILDING)
    leaves_partnership = models.BooleanField(default=False)
    asked_by = user_link()
    asked_at = models.DateTimeField()
    task = models.UUIDField(null=True, blank=True)
    cases = models.JSONField(default=list)  # keys of the cases in it, in the agenda's order
    # Of the content over which the leak test found nothing unanswered; blank until it did.
    content_digest = models.CharField(max_length=64, blank=True)
    storage_name = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(default=0)
    issued_by = user_link()
    issued_at = models.DateTimeField(null=True, blank=True)
    second_person = user_link()
    expires_at = models.DateTimeField(null=True, blank=True)

    owns_key = "pack"
    coded = ("state", "leaves_partnership", "pages")
    operational = (
        "meeting",
        "asked_by",
        "asked_at",
        "task",
        "cases",
        "content_digest",
        "storage_name",
        "issued_by",
        "issued_at",
        "second_person",
        "expires_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [together("a_pack_is_issued_by_a_person_at_a_time", "issued_by", "issued_at")]


class LeakHit(Record):
    """A word the leak test found in a produced text, shown in its sentence, and the answer."""

    class Answer(models.TextChoices):
        WAITING = "", "Waiting for an answer"
        REPLACE = "replace", "Replace here"
        REPLACE_ALL = "replace_all", "Replace everywhere"
        NOT_THIS_PERSON = "not_this_person", "Not this person"

    case = link(Case, related_name="leak_hits")
    pack = link(Pack, null=True, blank=True, related_name="hits")
    document_key = models.UUIDField(null=True, blank=True)
    field = models.CharField(max_length=100, blank=True)
    word = EncryptedTextField()
    sentence = EncryptedTextField()
    word_index = models.BinaryField()
    # An NHS number, a postcode or a full name: never waved through.
    hard = models.BooleanField(default=False)
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    reason = EncryptedTextField()
    answered_by = user_link()
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed_by = link(settings.AUTH_USER_MODEL, null=True, blank=True)

    sealed_by = ("case", "case_id")
    identifying = ("word", "sentence")
    narrative = ("reason",)
    coded = ("field", "hard", "answer")
    operational = (
        "case",
        "pack",
        "document_key",
        "word_index",
        "answered_by",
        "answered_at",
        "agreed_by",
    )
    history = History(excluded_fields=["word_index"])

    class Meta(Record.Meta):
        constraints = [
            together("a_hit_is_answered_by_a_person_at_a_time", "answered_by", "answered_at"),
            models.CheckConstraint(
                name="a_hard_hit_is_never_waved_through",
                condition=~models.Q(hard=True, answer="not_this_person"),
            ),
        ]
