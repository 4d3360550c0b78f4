"""Form B: what each agency answered about a child, part by part, with who said it and when."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Agency, AgencyRequest, Case, Person
from casereview.records import Record, link, once, together, user_link


class RequestPart(Record):
    """A section of a request, handed by the agency's lead to one person."""

    case = link(Case)
    request = link(AgencyRequest, related_name="parts")
    section = models.CharField(max_length=30)
    to_user = link(settings.AUTH_USER_MODEL, null=True, blank=True)
    handed_by = user_link()
    handed_at = models.DateTimeField()
    done_by = user_link()
    done_at = models.DateTimeField(null=True, blank=True)

    coded = ("section",)
    operational = ("case", "request", "to_user", "handed_by", "handed_at", "done_by", "done_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_section_is_handed_to_one_person", fields=["request", "section"]
            ),
            together("a_part_is_done_by_a_person_at_a_time", "done_by", "done_at"),
        ]


class AgencyAnswer(Record):
    """One agency's answer to one question, about the child or one named member of the family."""

    class How(models.TextChoices):
        SAID = "said", "Answered"
        CONFIRMED = "confirmed", "Confirmed what was known"
        CORRECTED = "corrected", "Corrected what was known"

    case = link(Case, related_name="answers")
    request = link(AgencyRequest, related_name="answers")
    agency = link(Agency)
    section = models.CharField(max_length=30)
    question = models.CharField(max_length=40)
    about = link(Person, null=True, blank=True)
    # Y, N, NK, NA or a code of the question's list; blank is not yet asked or not yet answered.
    code = models.CharField(max_length=30, blank=True)
    text = EncryptedTextField()
    how = models.CharField(max_length=10, choices=How, default=How.SAID)
    said_by = EncryptedTextField()
    said_by_user = user_link()
    said_at = models.DateTimeField()
    source_of_fact = EncryptedTextField()
    fact_on = models.DateField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    form_version = models.CharField(max_length=20, blank=True)

    sealed_by = ("case", "case_id")
    identifying = ("said_by",)
    narrative = ("text", "source_of_fact")
    coded = ("section", "question", "code", "how", "fact_on", "form_version")
    operational = (
        "case",
        "request",
        "agency",
        "about",
        "said_by_user",
        "said_at",
        "handed_in_at",
    )
    history = History()

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["case", "question"], name="answers_to_a_question")]
        constraints = [
            once("a_request_answers_a_question_once", "request", "question", blank=("about",))
        ]


class Contradiction(Record):
    """Agencies answer one question differently; settling it overwrites none of them."""

    case = link(Case, related_name="contradictions")
    question = models.CharField(max_length=40)
    about = link(Person, null=True, blank=True)
    settled_code = models.CharField(max_length=30, blank=True)
    settled_text = EncryptedTextField()
    reason = EncryptedTextField()
    settled_by = user_link()
    settled_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("settled_text", "reason")
    coded = ("question", "settled_code")
    operational = ("case", "about", "settled_by", "settled_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            once("a_contradiction_is_settled_once", "case", "question", blank=("about",)),
            together("a_contradiction_is_settled_by_a_person", "settled_by", "settled_at"),
        ]


class ResponsePhase(Record):
    """A phase of the rapid response (joint agency response from 2018) to an unexpected death."""

    class Visit(models.TextChoices):
        NOT_SAID = "", "Not said"
        JOINT = "joint", "Joint visit of police and health"
        SEPARATE = "separate", "Separate visits"
        NONE = "none", "No visit"

    case = link(Case, related_name="response_phases")
    phase = models.CharField(max_length=20)
    held_on = models.DateField(null=True, blank=True)
    visit = models.CharField(max_length=10, choices=Visit, blank=True)
    attended = models.JSONField(default=dict, blank=True)
    attended_by = EncryptedTextField()
    findings = EncryptedTextField()
    triggers = models.JSONField(default=list, blank=True)
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    identifying = ("attended_by",)
    narrative = ("findings",)
    coded = ("phase", "held_on", "visit", "attended", "triggers")
    operational = ("case", "recorded_by")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(name="a_phase_is_recorded_once", fields=["case", "phase"])
        ]
