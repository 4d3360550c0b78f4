"""Names that go to member agencies before a meeting, so that each looks in its records."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.meetings import Meeting
from casereview.models.places import Agency
from casereview.records import Record, link, together, user_link


class RecordCheck(Record):
    """One agency is asked before a meeting whether it knows one child."""

    class Answer(models.TextChoices):
        WAITING = "", "No answer yet"
        KNOWN = "known", "Known"
        NOT_KNOWN = "not_known", "Not known"
        OTHER_NAME = "other_name", "Known by another name"

    case = link(Case, related_name="record_checks")
    meeting = link(Meeting, related_name="record_checks")
    agency = link(Agency)
    sent_by = user_link()
    sent_at = models.DateTimeField()
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    known_as = EncryptedTextField()
    note = EncryptedTextField()
    answered_by = user_link()
    answered_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    identifying = ("known_as",)
    narrative = ("note",)
    coded = ("answer",)
    operational = (
        "case",
        "meeting",
        "agency",
        "sent_by",
        "sent_at",
        "answered_by",
        "answered_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="an_agency_checks_a_name_once_for_a_meeting",
                fields=["meeting", "case", "agency"],
            ),
            together("a_record_check_is_answered_by_a_person", "answered_by", "answered_at"),
        ]
