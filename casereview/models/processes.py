"""Other bodies' processes about the same death, and what may not be done meanwhile."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.places import Board
from casereview.records import Record, link, user_link


class ParallelProcess(Record):
    """An inquest, prosecution, review or other process beside ours."""

    class Status(models.TextChoices):
        EXPECTED = "expected", "Expected"
        OPEN = "open", "Under way"
        ENDED = "ended", "Ended"
        NONE = "none", "There will be none"

    case = link(Case, related_name="parallel_processes")
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    body = EncryptedTextField()
    their_reference = EncryptedTextField()
    began_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    conclusion = EncryptedTextField()
    restriction = EncryptedTextField()
    # Police, prosecutor or coroner ask that nothing is drafted for or said to the family.
    hold_family_contact = models.BooleanField(default=False)
    # They ask that the panel waits: a pause of our clock, with its reason.
    hold_review = models.BooleanField(default=False)
    # They ask that the report of a learning review is not published yet.
    hold_publication = models.BooleanField(default=False)
    # They ask that those who may be witnesses are not spoken to yet.
    hold_witness_contact = models.BooleanField(default=False)
    # A report to prevent future deaths that is addressed to us is answered by this day.
    reply_due_on = models.DateField(null=True, blank=True)
    replied_on = models.DateField(null=True, blank=True)
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    narrative = ("body", "their_reference", "conclusion", "restriction")
    coded = (
        "kind",
        "status",
        "began_on",
        "expected_on",
        "ended_on",
        "hold_family_contact",
        "hold_review",
        "hold_publication",
        "hold_witness_contact",
        "reply_due_on",
        "replied_on",
    )
    operational = ("case", "recorded_by")
    history = History()


class CasePassing(Record):
    """A case offered to another area's panel, and what the two panels agreed."""

    class Answer(models.TextChoices):
        WAITING = "", "Waiting for their answer"
        THEY_REVIEW = "they_review", "They review"
        WE_REVIEW = "we_review", "We review"

    case = link(Case, related_name="passings")
    to_board = link(Board)
    sent_on = models.DateField()
    sent_by = user_link()
    answer = models.CharField(max_length=15, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    agreed_with = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("agreed_with",)
    coded = ("sent_on", "answer", "answered_on")
    operational = ("case", "to_board", "sent_by")
    history = History()
