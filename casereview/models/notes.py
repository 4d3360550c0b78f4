"""What people who work on a case write to one another about it."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.records import Record, link, user_link


class CaseNote(Record):
    """A note of somebody who works on a case, for the others who do."""

    case = link(Case, related_name="notes")
    text = EncryptedTextField()
    written_by = user_link()
    written_at = models.DateTimeField()

    sealed_by = ("case", "case_id")
    narrative = ("text",)
    operational = ("case", "written_by", "written_at")
    history = History()


class NoteMention(Record):
    """Somebody is asked to read a note; it is settled when they have, or when they leave."""

    case = link(Case)
    note = link(CaseNote, related_name="mentions")
    person = link(settings.AUTH_USER_MODEL)
    settled_at = models.DateTimeField(null=True, blank=True)

    operational = ("case", "note", "person", "settled_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(name="a_note_mentions_a_person_once", fields=["note", "person"])
        ]
