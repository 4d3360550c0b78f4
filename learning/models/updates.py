"""What a member agency has learned or done since the last panel; nothing is an answer too."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Agency, Meeting
from casereview.records import Record, link, together, user_link


class AgencyUpdate(Record):
    """One agency is asked before a panel meets; until it answers, its silence is shown."""

    class Answer(models.TextChoices):
        SILENT = "", "No answer yet"
        NOTHING = "nothing", "Nothing since the last meeting"
        SOMETHING = "something", "Something was learned or done"

    meeting = link(Meeting, related_name="agency_updates")
    agency = link(Agency)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    text = EncryptedTextField()
    # Keys of the answers in its own reports that it confirmed as something learned.
    confirmed = models.JSONField(default=list, blank=True)
    answered_by = user_link()
    answered_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("meeting", "meeting_id")
    narrative = ("text",)
    coded = ("answer", "confirmed")
    operational = ("meeting", "agency", "asked_at", "answered_by", "answered_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="an_agency_is_asked_once_before_a_meeting", fields=["meeting", "agency"]
            ),
            together("an_agency_update_is_given_by_a_person", "answered_by", "answered_at"),
        ]
