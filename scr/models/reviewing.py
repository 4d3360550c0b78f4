"""A review and its papers, alone or told as one with others."""

from django.conf import settings
from django.db import models

from casereview import codes
from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Agency, Case, Person
from casereview.records import Record, link, together, user_link
from scr.models.deciding import Decision, NationalPanelAdvice


class CompositeReview(Record):
    """Reviews told as one; each keeps its own decision, clock, family and access list."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        AGREED = "agreed", "Agreed with the national panel"
        OPEN = "open", "Under way"
        ENDED = "ended", "Ended"
        DROPPED = "dropped", "Not taken further"

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, default="composite")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    begun_on = models.DateField()
    proposed_by = user_link()
    # Why these cases: the structured features they share, in words that name nobody.
    grounds = EncryptedTextField()
    alike = models.JSONField(default=dict, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    agreed_reference = EncryptedTextField()

    owns_key = "composite"
    sealed_by = ("composite", "id")
    narrative = ("grounds", "agreed_reference")
    coded = ("kind", "state", "begun_on", "alike", "agreed_on")
    operational = ("reference", "title", "proposed_by")
    history = History()


class CaseUnderReview(Record):
    """A serious case review, or another kind of learning review, of one case."""

    class State(models.TextChoices):
        COMMISSIONED = "commissioned", "Commissioned"
        UNDER_WAY = "under_way", "Under way"
        DRAFT = "draft", "In draft"
        SIGNED_OFF = "signed_off", "Signed off by the board"
        PUBLISHED = "published", "Published"
        NOT_PUBLISHED = "not_published", "Ended without publication"
        STOPPED = "stopped", "Stopped"

    case = link(Case, related_name="reviews")
    composite = link(CompositeReview, null=True, blank=True, related_name="members")
    reference = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=20, choices=State, default=State.COMMISSIONED)
    decision = link(Decision, null=True, blank=True)
    methodology = models.CharField(max_length=40, blank=True)
    lead_reviewer = user_link()
    # Other reviewers, and how each was checked to be independent of the agencies concerned.
    reviewers = EncryptedJSONField()
    independence = EncryptedTextField()
    # The day on which the national panel was told the reviewers' names.
    names_sent_on = models.DateField(null=True, blank=True)
    begun_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    scope_from = models.DateField(null=True, blank=True)
    scope_to = models.DateField(null=True, blank=True)
    terms = EncryptedTextField()
    lines_of_enquiry = EncryptedJSONField()
    # Injuries, setting and factors, as codes: what makes cases alike.
    features = models.JSONField(default=list, blank=True)
    signed_off_on = models.DateField(null=True, blank=True)
    board_response = EncryptedTextField()
    # An evaluation of the 2010 edition, kept for what is captured back.
    inspectorate_grade = models.CharField(max_length=20, blank=True)
    single_agency = link(Agency, null=True, blank=True)
    stopped_reason = EncryptedTextField()
    opened_by = user_link()
    opened_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    identifying = ("reviewers",)
    narrative = ("terms", "lines_of_enquiry", "independence", "board_response", "stopped_reason")
    coded = (
        "kind",
        "state",
        "methodology",
        "begun_on",
        "due_on",
        "ended_on",
        "published_on",
        "scope_from",
        "scope_to",
        "names_sent_on",
        "signed_off_on",
        "inspectorate_grade",
        "features",
    )
    operational = (
        "case",
        "composite",
        "reference",
        "decision",
        "lead_reviewer",
        "single_agency",
        "opened_by",
        "opened_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("a_review_is_opened_by_a_person", "opened_by", "opened_at"),
            models.UniqueConstraint(
                name="a_review_has_its_own_reference",
                fields=["reference"],
                condition=~models.Q(reference=""),
            ),
        ]


class ReviewRequest(Record):
    """One agency is asked for its own part of a review: its chronology, or its report."""

    class Kind(models.TextChoices):
        CHRONOLOGY = "chronology", "Chronology"
        REPORT = "report", "Agency report"

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        HANDED_IN = "handed_in", "Handed in"
        NO_RECORD = "no_record", "No record of this child or family"
        WITHDRAWN = "withdrawn", "Taken back"

    case = link(Case)
    review = link(CaseUnderReview, related_name="requests")
    agency = link(Agency)
    kind = models.CharField(max_length=15, choices=Kind)
    state = models.CharField(max_length=15, choices=State, default=State.ASKED)
    to_user = link(settings.AUTH_USER_MODEL)
    question = EncryptedTextField()
    requested_by = user_link()
    requested_at = models.DateTimeField()
    due_on = models.DateField()
    handed_in_by = user_link()
    handed_in_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("question",)
    coded = ("kind", "state", "due_on")
    operational = (
        "case",
        "review",
        "agency",
        "to_user",
        "requested_by",
        "requested_at",
        "handed_in_by",
        "handed_in_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("a_part_is_handed_in_by_a_person", "handed_in_by", "handed_in_at"),
            models.UniqueConstraint(
                name="an_agency_is_asked_for_a_part_once",
                fields=["review", "agency", "kind"],
                condition=~models.Q(state="withdrawn"),
            ),
        ]


class ChronologyEntry(Record):
    """What one agency's records say happened, at its time, in the agency's own words."""

    class Precision(models.TextChoices):
        MINUTE = "minute", "Exact time"
        DAY = "day", "Exact date"
        ABOUT = "about", "About this date"

    case = link(Case, related_name="chronology")
    review = link(CaseUnderReview, null=True, blank=True, related_name="chronology")
    agency = link(Agency)
    happened_on = models.DateField()
    happened_at = models.TimeField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    source = EncryptedTextField()
    what = EncryptedTextField()
    response = EncryptedTextField()
    comment = EncryptedTextField()
    child_seen = models.CharField(max_length=3, choices=codes.yes_no_not_known, default="NK")
    entered_by = user_link()
    entered_at = models.DateTimeField()
    # The file it came with, by digest, and its line there.
    import_digest = models.CharField(max_length=64, blank=True)
    import_row = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("source", "what", "response", "comment")
    coded = ("happened_on", "happened_at", "until", "precision", "child_seen")
    operational = (
        "case",
        "review",
        "agency",
        "entered_by",
        "entered_at",
        "import_digest",
        "import_row",
        "withdrawn_at",
    )
    history = History()

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["case", "happened_on", "happened_at"], name="chronology_of_a_case")
        ]


class PractitionerEvent(Record):
    """A day on which those who worked with the family told the review how it was."""

    case = link(Case)
    review = link(CaseUnderReview, related_name="practitioner_events")
    kind = models.CharField(max_length=30)
    held_on = models.DateField()
    present = EncryptedTextField()
    agencies = models.JSONField(default=list, blank=True)
    notes = EncryptedTextField()
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    identifying = ("present",)
    narrative = ("notes",)
    coded = ("kind", "held_on")
    operational = ("case", "review", "agencies", "recorded_by")
    history = History()


class FamilyInvolvement(Record):
    """A member of the family was asked to take part in a review, and what they answered."""

    class Answer(models.TextChoices):
        WAITING = "", "Not yet asked, or no answer yet"
        TAKES_PART = "takes_part", "Takes part"
        LATER = "later", "Not now"
        DECLINES = "declines", "Does not wish to"
        CANNOT = "cannot", "May not be asked yet"

    case = link(Case)
    review = link(CaseUnderReview, related_name="family_involvement")
    # Somebody of the case's family, whose wishes about contact hold; or, blank, somebody else.
    person = link(Person, null=True, blank=True)
    who = EncryptedTextField()
    relation = models.CharField(max_length=20, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    said = EncryptedTextField()
    draft_seen_on = models.DateField(null=True, blank=True)
    told_of_publication_on = models.DateField(null=True, blank=True)
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    identifying = ("who",)
    narrative = ("said",)
    coded = ("relation", "asked_on", "answer", "draft_seen_on", "told_of_publication_on")
    operational = ("case", "review", "person", "recorded_by")
    history = History()


class ReviewPaper(Record):
    """One version of one paper of a review: a draft, an overview report, an agency's report."""

    case = link(Case, related_name="review_papers")
    review = link(CaseUnderReview, related_name="papers")
    kind = models.CharField(max_length=30)
    number = models.PositiveSmallIntegerField(default=1)
    agency = link(Agency, null=True, blank=True)
    title = EncryptedTextField()
    text = EncryptedTextField()
    written_by = user_link()
    written_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("title", "text")
    coded = ("kind", "number")
    operational = ("case", "review", "agency", "written_by", "written_at", "handed_in_at")
    history = History()


class PaperCheck(Record):
    """A paper was checked for its facts, for the law, or for anonymity, and with what result."""

    class Kind(models.TextChoices):
        FACTS = "facts", "Facts"
        LEGAL = "legal", "Legal"
        ANONYMITY = "anonymity", "Anonymity"

    class Result(models.TextChoices):
        PASSED = "passed", "Nothing to change"
        CHANGES = "changes", "To be changed"

    case = link(Case)
    paper = link(ReviewPaper, related_name="checks")
    kind = models.CharField(max_length=10, choices=Kind)
    result = models.CharField(max_length=10, choices=Result)
    note = EncryptedTextField()
    checked_by = user_link()
    checked_at = models.DateTimeField()
    text_digest = models.CharField(max_length=64, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("note",)
    coded = ("kind", "result")
    operational = ("case", "paper", "checked_by", "checked_at", "text_digest")
    history = History()


class Publication(Record):
    """Whether a review is published: what the national panel was asked, where it is, until when."""

    class Choice(models.TextChoices):
        FULL = "full", "Published in full"
        ANONYMOUS = "anonymous", "Published without naming the board"
        SUMMARY = "summary", "A summary is published"
        NOT_PUBLISHED = "not_published", "Not published"

    case = link(Case)
    review = link(CaseUnderReview, related_name="publications")
    choice = models.CharField(max_length=20, choices=Choice)
    reason = EncryptedTextField()
    decided_by = user_link()
    decided_on = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    advice = link(NationalPanelAdvice, null=True, blank=True)
    # The national panel's copy is counted back from the day that is planned.
    planned_on = models.DateField(null=True, blank=True)
    copy_sent_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    stays_until = models.DateField(null=True, blank=True)
    taken_down_on = models.DateField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("reason",)
    coded = (
        "choice",
        "decided_on",
        "planned_on",
        "copy_sent_on",
        "published_on",
        "stays_until",
        "taken_down_on",
    )
    operational = ("case", "review", "decided_by", "decided_at", "advice", "address")
    history = History()
