"""The work around a case: requests, papers, clocks, drafts, and what waits to be sent or done."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.places import Agency, AgencyContact
from casereview.records import Record, link, once, together, user_link


class AgencyRequest(Record):
    """One agency is asked about one child."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        STARTED = "started", "Started"
        RETURNED = "returned", "Returned"
        NO_RECORD = "no_record", "No record of this child or family"
        WITHDRAWN = "withdrawn", "Withdrawn"

    case = link(Case, related_name="requests")
    agency = link(Agency, related_name="requests")
    form = models.CharField(max_length=30)
    form_version = models.CharField(max_length=20)
    sections = models.JSONField(default=list, blank=True)
    question = EncryptedTextField()
    to_user = link(settings.AUTH_USER_MODEL, null=True, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.ASKED)
    requested_by = user_link()
    requested_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    # The link itself is never stored, only its digest; it serves one purpose until it expires.
    token_digest = models.BinaryField(null=True, blank=True, db_index=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_revoked_at = models.DateTimeField(null=True, blank=True)
    # A code sent apart from the link; without it the link opens nothing.
    code_digest = models.BinaryField(null=True, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    contact = link(AgencyContact, null=True, blank=True)
    legal_power = models.CharField(max_length=20, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = user_link()
    signed_off_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("question",)
    coded = ("form", "form_version", "sections", "state", "legal_power")
    operational = (
        "case",
        "agency",
        "to_user",
        "requested_by",
        "requested_at",
        "due_on",
        "token_digest",
        "token_expires_at",
        "token_revoked_at",
        "code_digest",
        "code_sent_at",
        "code_tries",
        "contact",
        "reminded_at",
        "escalated_at",
        "returned_at",
        "signed_off_by",
        "signed_off_at",
    )
    history = History(excluded_fields=["token_digest", "code_digest"])

    class Meta(Record.Meta):
        constraints = [
            together("a_request_is_signed_off_by_a_person", "signed_off_by", "signed_off_at")
        ]


class Document(Record):
    """A file that was handed in, kept encrypted under the key of its owner."""

    class Scan(models.TextChoices):
        QUARANTINE = "quarantine", "Waiting to be scanned"
        NOT_SCANNED = "not_scanned", "Not scanned"
        CLEAN = "clean", "Scanned and clean"
        REFUSED = "refused", "Refused"

    case = link(Case, null=True, blank=True, related_name="documents")
    key_kind = models.CharField(max_length=20, default="case")
    key_id = models.UUIDField()
    title = EncryptedTextField()
    file_name = EncryptedTextField()
    kind = models.CharField(max_length=30, blank=True)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    content_digest = models.BinaryField()
    storage_name = models.CharField(max_length=64, unique=True)
    scan_state = models.CharField(max_length=20, choices=Scan, default=Scan.QUARANTINE)
    third_party = models.BooleanField(default=False)
    agency = link(Agency, null=True, blank=True)
    uploaded_by = user_link()
    uploaded_at = models.DateTimeField()
    # A document that no scanner has seen is opened only after a person took it upon themselves.
    accepted_by = user_link()
    accepted_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("@key_kind", "key_id")
    identifying = ("title", "file_name")
    coded = ("kind", "content_type", "scan_state", "third_party")
    operational = (
        "case",
        "key_kind",
        "key_id",
        "size_bytes",
        "content_digest",
        "storage_name",
        "agency",
        "uploaded_by",
        "uploaded_at",
        "accepted_by",
        "accepted_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [together("a_document_is_accepted_by_a_person", "accepted_by", "accepted_at")]


class Clock(Record):
    """A dated duty worked out from a rule; how it was worked out is kept with it."""

    case = link(Case, related_name="clocks")
    rule = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    due_on = models.DateField()
    met_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)
    worked_out = models.CharField(max_length=300)

    coded = ("rule", "rule_version", "started_at", "due_on", "met_on", "stopped_on", "worked_out")
    operational = ("case",)
    history = History()

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["met_on", "stopped_on", "due_on"], name="clocks_running")]
        constraints = [
            models.UniqueConstraint(
                name="a_case_has_a_clock_of_a_rule_once", fields=["case", "rule"]
            )
        ]


class ClockPause(Record):
    """A clock stands still between two days, both inclusive, for a reason."""

    case = link(Case)
    clock = link(Clock, related_name="pauses")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = EncryptedTextField()
    paused_by = user_link()

    sealed_by = ("case", "case_id")
    narrative = ("reason",)
    coded = ("since", "until")
    operational = ("case", "clock", "paused_by")
    history = History()


class NotificationDuty(Record):
    """A duty to tell a national body of a serious incident, and when it was told."""

    class State(models.TextChoices):
        OPEN = "open", "To be made"
        MADE = "made", "Made"
        NOT_NEEDED = "not_needed", "Not needed"

    case = link(Case, related_name="notification_duties")
    duty = models.CharField(max_length=40)
    grounds = models.JSONField(default=list)
    who_must = models.CharField(max_length=100)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    due_on = models.DateField()
    made_on = models.DateField(null=True, blank=True)
    made_reference = EncryptedTextField()
    settled_by = user_link()
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("made_reference", "reason")
    coded = ("duty", "grounds", "state", "due_on", "made_on")
    operational = ("case", "who_must", "settled_by", "settled_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(name="a_case_has_a_duty_once", fields=["case", "duty"]),
            together("a_duty_is_settled_by_a_person_at_a_time", "settled_by", "settled_at"),
        ]


class Draft(Record):
    """What somebody typed and has not handed in, sealed under their own key."""

    user = link(settings.AUTH_USER_MODEL, related_name="drafts")
    form = models.CharField(max_length=40)
    case = link(Case, null=True, blank=True)
    # The version of the record the draft was begun from: a later save by another is a conflict.
    base_version = models.PositiveIntegerField(null=True, blank=True)
    content = EncryptedJSONField()
    saved_at = models.DateTimeField()

    sealed_by = ("user", "user_id")
    identifying = ("content",)
    operational = ("user", "form", "case", "base_version", "saved_at")

    class Meta(Record.Meta):
        ordering = ["-saved_at"]


class IntakeItem(Record):
    """A notification from outside, in quarantine until a person accepts it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be read"
        ACCEPTED = "accepted", "Accepted"
        MERGED = "merged", "Merged with a case"
        REJECTED = "rejected", "Rejected"

    received_at = models.DateTimeField()
    source = models.CharField(max_length=20)
    content = EncryptedJSONField()
    receipt = models.CharField(max_length=40, unique=True)
    # Somebody with an account; blank for what came over the public page.
    sent_by = user_link()
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    urgent = models.BooleanField(default=False)
    case = link(Case, null=True, blank=True)
    decided_by = user_link()
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField()

    owns_key = "intake"
    sealed_by = ("intake", "id")
    identifying = ("content",)
    narrative = ("reason",)
    coded = ("source", "state", "urgent")
    operational = ("received_at", "receipt", "sent_by", "case", "decided_by", "decided_at")
    history = History()


class OutboxMessage(models.Model):
    """A message to a person that says something waits, and nothing more."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        GIVEN_UP = "given_up", "Given up"

    # To somebody with an account, or to an agency's contact, who has none.
    to_user = user_link()
    to_contact = link(AgencyContact, null=True, blank=True)
    template = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=1)
    # One message for a rule, a case and a day, however often the rule is run.
    rule = models.CharField(max_length=40)
    case = link(Case, null=True, blank=True)
    day = models.DateField()
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=60, blank=True)

    identifying = narrative = coded = ()
    operational = (
        "id",
        "to_user",
        "to_contact",
        "template",
        "count",
        "rule",
        "case",
        "day",
        "state",
        "attempts",
        "made_at",
        "next_try_at",
        "sent_at",
        "failure",
    )

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["state", "next_try_at"], name="outbox_waiting")]
        constraints = [
            once(
                "one_message_per_person_rule_case_and_day",
                "rule",
                "day",
                blank=("to_user", "to_contact", "case"),
            ),
            models.CheckConstraint(
                name="a_message_goes_to_a_person_or_a_contact",
                condition=models.Q(to_user__isnull=False, to_contact=None)
                | models.Q(to_user=None, to_contact__isnull=False),
            ),
        ]


class TaskProgress(models.Model):
    """How far long work has come; the page that waits for it reads this row."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to start"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Stopped"

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=40)
    started_by = user_link()
    case = link(Case, null=True, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_to_stop = models.BooleanField(default=False)
    failure = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    identifying = narrative = coded = ()
    operational = (
        "id",
        "kind",
        "started_by",
        "case",
        "state",
        "done",
        "total",
        "asked_to_stop",
        "failure",
        "made_at",
        "finished_at",
        "expires_at",
    )

    class Meta:
        default_permissions = ()
