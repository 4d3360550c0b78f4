"""A referral to the SCR group, the files secured for it, and the criteria applied to it."""

from django.db import models

from casereview import codes
from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Agency, Board, Case
from casereview.records import Record, link, together, user_link


class Referral(Record):
    """An agency's named lead refers a case to the SCR group of a board.

    One child, one referral: several children of one incident are several cases of that incident.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        PASSED_ON = "passed_on", "Passed to the board that leads"
        CLOSED = "closed", "Closed"

    case = link(Case, related_name="referrals")
    board = link(Board)
    # The editions in force on the day of the referral; a case keeps them.
    framework = models.CharField(max_length=30, blank=True)
    notifying_framework = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    referred_on = models.DateField()
    referred_by = user_link()
    agency = link(Agency, null=True, blank=True)
    # Any professional refers, through the named lead of their agency.
    raised_by = EncryptedTextField()
    named_lead = EncryptedTextField()
    event_on = models.DateField(null=True, blank=True)
    # The day the authority or the partners became aware: some clocks run from it.
    aware_on = models.DateField(null=True, blank=True)
    event_board = link(Board, null=True, blank=True)
    event_outside_england = models.BooleanField(default=False)
    looked_after = models.CharField(max_length=3, choices=codes.yes_no_not_known, default="NK")
    looked_after_by = link(Board, null=True, blank=True)
    siblings_safe = models.CharField(max_length=3, choices=codes.yes_no_not_known, default="NK")
    grounds = EncryptedTextField()
    immediate_safety = EncryptedTextField()
    closed_reason = EncryptedTextField()

    sealed_by = ("case", "case_id")
    identifying = ("raised_by", "named_lead")
    narrative = ("grounds", "immediate_safety", "closed_reason")
    coded = (
        "framework",
        "notifying_framework",
        "state",
        "referred_on",
        "event_on",
        "aware_on",
        "event_outside_england",
        "looked_after",
        "siblings_safe",
    )
    operational = ("case", "board", "referred_by", "agency", "event_board", "looked_after_by")
    history = History()


class FileSecured(Record):
    """An agency secured and sealed its files about a child, on a day."""

    case = link(Case, related_name="files_secured")
    referral = link(Referral, related_name="files_secured")
    agency = link(Agency)
    asked_on = models.DateField()
    secured_on = models.DateField(null=True, blank=True)
    sealed_on = models.DateField(null=True, blank=True)
    secured_by = EncryptedTextField()
    note = EncryptedTextField()
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    identifying = ("secured_by",)
    narrative = ("note",)
    coded = ("asked_on", "secured_on", "sealed_on")
    operational = ("case", "referral", "agency", "recorded_by")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="an_agency_secures_its_files_once_for_a_referral",
                fields=["referral", "agency"],
            )
        ]


class CriteriaAssessment(Record):
    """The criteria of one edition of guidance, applied to one referral.

    It is open while answers come in; locked, it keeps what the tool said and the answers it read.
    """

    case = link(Case, related_name="criteria_assessments")
    referral = link(Referral, related_name="assessments")
    # The edition belongs to the assessment: a case may be assessed under several.
    framework = models.CharField(max_length=30)
    framework_version = models.CharField(max_length=20)
    answers = EncryptedJSONField()
    # What the tool said of the locked answers: criteria, reasons, what would reverse it.
    result = EncryptedJSONField()
    outcome = models.CharField(max_length=40, blank=True)
    notify = models.BooleanField(null=True, blank=True)
    assessed_on = models.DateField()
    assessed_by = user_link()
    locked_by = user_link()
    locked_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("answers", "result")
    coded = ("framework", "framework_version", "outcome", "notify", "assessed_on")
    operational = ("case", "referral", "assessed_by", "locked_by", "locked_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("an_assessment_is_locked_by_a_person_at_a_time", "locked_by", "locked_at")
        ]


class CriterionAnswer(Record):
    """One answer to one question of an assessment. A later one supersedes it; neither changes."""

    case = link(Case)
    assessment = link(CriteriaAssessment, related_name="given")
    question = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    evidence = EncryptedTextField()
    source = EncryptedTextField()
    agency = link(Agency, null=True, blank=True)
    as_at = models.DateField(null=True, blank=True)
    # An answer that is not known says who will answer, and by when.
    who_will_answer = EncryptedTextField()
    answer_by = models.DateField(null=True, blank=True)
    entered_by = user_link()
    entered_at = models.DateTimeField()
    supersedes = link("self", null=True, blank=True)

    sealed_by = ("case", "case_id")
    identifying = ("who_will_answer",)
    narrative = ("evidence", "source")
    coded = ("question", "value", "as_at", "answer_by")
    operational = ("case", "assessment", "agency", "entered_by", "entered_at", "supersedes")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="an_answer_is_superseded_once",
                fields=["supersedes"],
                condition=models.Q(supersedes__isnull=False),
            )
        ]
