"""Panel meetings: what is on the agenda, who came, and for whom."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.places import Agency, Panel
from casereview.records import Record, link, user_link


class Meeting(Record):
    """A meeting of a panel on a day."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        OPEN = "open", "In session"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    panel = link(Panel, related_name="meetings")
    held_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    theme = models.CharField(max_length=100, blank=True)
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.PLANNED)
    chair = user_link()
    deputy_chair = user_link()
    minutes = EncryptedTextField()
    last_minutes_agreed_on = models.DateField(null=True, blank=True)

    owns_key = "meeting"
    sealed_by = ("meeting", "id")
    narrative = ("minutes",)
    coded = ("state",)
    operational = (
        "panel",
        "held_on",
        "starts_at",
        "theme",
        "place",
        "chair",
        "deputy_chair",
        "last_minutes_agreed_on",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["-held_on"]
        indexes = [models.Index(fields=["panel", "held_on"], name="meetings_of_a_panel")]


class AgendaItem(Record):
    """A case is considered at a meeting, in its place on the agenda."""

    class Outcome(models.TextChoices):
        WAITING = "", "Not yet considered"
        COMPLETED = "completed", "Completed"
        CHAIR_CHECK = "chair_check", "Completed subject to the chair's check"
        DEFERRED = "deferred", "Deferred with questions"
        HELD = "held", "Held for another process"
        REFERRED_ON = "referred_on", "Referred on"

    meeting = link(Meeting, related_name="agenda")
    case = link(Case, related_name="agenda_items")
    place = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    note = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("note",)
    coded = ("outcome",)
    operational = ("meeting", "case", "place")
    history = History()

    class Meta(Record.Meta):
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(name="a_case_is_on_an_agenda_once", fields=["meeting", "case"])
        ]


class Attendance(Record):
    """A person is invited to a meeting, and came, sent apologies or a deputy."""

    class Attended(models.TextChoices):
        INVITED = "invited", "Invited"
        CAME = "came", "Attended"
        APOLOGIES = "apologies", "Sent apologies"
        ABSENT = "absent", "Absent"

    meeting = link(Meeting, related_name="attendances")
    user = link(settings.AUTH_USER_MODEL)
    agency = link(Agency, null=True, blank=True)
    as_chair = models.BooleanField(default=False)
    attended = models.CharField(max_length=20, choices=Attended, default=Attended.INVITED)
    # A deputy counts for the agency of the member whose place they take.
    deputy_for = link(settings.AUTH_USER_MODEL, null=True, blank=True)

    coded = ("attended",)
    operational = ("meeting", "user", "agency", "as_chair", "deputy_for")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_person_is_invited_to_a_meeting_once", fields=["meeting", "user"]
            )
        ]
