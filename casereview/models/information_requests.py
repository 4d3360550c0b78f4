"""What the coroner, the police, a court, a person or the public asks for, and by when."""

from django.db import models

from casereview.codes import information_powers
from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.places import Panel
from casereview.records import Record, link, together, user_link


class InformationRequest(Record):
    """One request: who asked, under which power, by when, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", "Being answered"
        ANSWERED = "answered", "Answered in full"
        PARTLY = "partly", "Answered in part"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Taken back by who asked"

    panel = link(Panel)
    case = link(Case, null=True, blank=True, related_name="information_requests")
    power = models.CharField(max_length=30, choices=information_powers)
    received_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    extended_on = models.DateField(null=True, blank=True)  # the day the asker was told
    # Under whose key the words are sealed: of the case it is about, else of who wrote it down.
    key_kind = models.CharField(max_length=20, default="user")
    key_id = models.UUIDField()
    asked_by_whom = EncryptedTextField()
    their_reference = EncryptedTextField()
    asked_for = EncryptedTextField()
    legal_basis = EncryptedTextField()
    extended_because = EncryptedTextField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = EncryptedTextField()  # what was given or why not
    ended_on = models.DateField(null=True, blank=True)
    logged_by = user_link()
    logged_at = models.DateTimeField()
    ended_by = user_link()

    sealed_by = ("@key_kind", "key_id")
    identifying = ("asked_by_whom", "their_reference")
    narrative = ("asked_for", "legal_basis", "extended_because", "answer")
    coded = ("power", "received_on", "due_on", "extended_on", "state", "ended_on")
    operational = (
        "panel",
        "case",
        "key_kind",
        "key_id",
        "logged_by",
        "logged_at",
        "ended_by",
    )
    history = History()

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["panel", "state", "due_on"], name="requests_of_a_panel")]
        constraints = [
            together("a_request_is_ended_by_a_person_on_a_day", "ended_by", "ended_on"),
            models.CheckConstraint(
                name="an_open_request_has_no_end",
                condition=models.Q(state="open", ended_on=None)
                | ~models.Q(state="open") & models.Q(ended_on__isnull=False),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.state == self.State.OPEN
