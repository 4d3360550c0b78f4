"""What the group recommends, what is decided by whom the edition says, and who is told."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Agency, Board, Case
from casereview.records import Record, link, user_link
from scr.models.referral import CriteriaAssessment, Referral


class GroupMeeting(Record):
    """A meeting of the SCR group of one board."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    board = link(Board, related_name="scr_meetings")
    held_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    chair = user_link()
    minute_taker = user_link()

    coded = ("held_on", "state")
    operational = ("board", "chair", "minute_taker")
    history = History()

    class Meta(Record.Meta):
        ordering = ["-held_on"]


class GroupAttendance(Record):
    """A person came to a meeting of the SCR group, for an agency, or sent apologies."""

    class Attended(models.TextChoices):
        INVITED = "invited", "Invited"
        CAME = "came", "Attended"
        APOLOGIES = "apologies", "Sent apologies"
        ABSENT = "absent", "Absent"

    meeting = link(GroupMeeting, related_name="attendances")
    user = link(settings.AUTH_USER_MODEL)
    agency = link(Agency, null=True, blank=True)
    attended = models.CharField(max_length=10, choices=Attended, default=Attended.INVITED)
    deputy_for = link(settings.AUTH_USER_MODEL, null=True, blank=True)

    coded = ("attended",)
    operational = ("meeting", "user", "agency", "deputy_for")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_person_is_invited_to_a_group_meeting_once", fields=["meeting", "user"]
            )
        ]


class GroupRecommendation(Record):
    """What the SCR group recommends to the chair, with its dissent. Made, it does not change."""

    case = link(Case, related_name="scr_recommendations")
    assessment = link(CriteriaAssessment, related_name="recommendations")
    meeting = link(GroupMeeting, null=True, blank=True, related_name="recommendations")
    recommended = models.CharField(max_length=40)
    recommended_on = models.DateField()
    recommended_by = user_link()
    # Set when it is made; until then members give their positions.
    made_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField()
    departs = models.BooleanField(default=False)
    departure_reason = EncryptedTextField()
    immediate_actions = EncryptedTextField()
    methodology = models.CharField(max_length=40, blank=True)
    # Members and agencies who counted, and the quorum they were held against.
    quorum = models.JSONField(default=dict, blank=True)
    quorate = models.BooleanField(default=False)
    not_quorate_reason = EncryptedTextField()
    defer_until = models.DateField(null=True, blank=True)
    refer_to = link(Board, null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("reason", "departure_reason", "immediate_actions", "not_quorate_reason")
    coded = (
        "recommended",
        "recommended_on",
        "departs",
        "methodology",
        "quorum",
        "quorate",
        "defer_until",
    )
    operational = ("case", "assessment", "meeting", "recommended_by", "made_at", "refer_to")
    history = History()


class MemberPosition(Record):
    """Whether one member of the group agrees with a recommendation, and why."""

    class Position(models.TextChoices):
        AGREE = "agree", "Agrees"
        DISSENT = "dissent", "Dissents"
        ABSTAIN = "abstain", "Abstains"

    case = link(Case)
    recommendation = link(GroupRecommendation, related_name="positions")
    user = link(settings.AUTH_USER_MODEL)
    agency = link(Agency, null=True, blank=True)
    position = models.CharField(max_length=10, choices=Position)
    reason = EncryptedTextField()
    given_at = models.DateTimeField()

    sealed_by = ("case", "case_id")
    narrative = ("reason",)
    coded = ("position",)
    operational = ("case", "recommendation", "user", "agency", "given_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_member_has_one_position_on_a_recommendation",
                fields=["recommendation", "user"],
            )
        ]


class Decision(Record):
    """The decision that only the independent chair, or each partner for themselves, makes.

    The database refuses to change it: a later decision is another row that names this one.
    """

    class Capacity(models.TextChoices):
        CHAIR = "chair", "Independent chair"
        AUTHORITY = "authority", "Local authority's delegate"
        HEALTH = "health", "Health body's delegate"
        POLICE = "police", "Police's delegate"

    case = link(Case, related_name="scr_decisions")
    recommendation = link(GroupRecommendation, related_name="decisions")
    framework = models.CharField(max_length=30, blank=True)
    capacity = models.CharField(max_length=10, choices=Capacity, default=Capacity.CHAIR)
    decided = models.CharField(max_length=40)
    # A partner agrees or not with a local review; the chair decides alone.
    agrees = models.BooleanField(null=True, blank=True)
    decided_on = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = link(settings.AUTH_USER_MODEL)
    reason = EncryptedTextField()
    departs = models.BooleanField(default=False)
    # Each criterion: met, not met or not known, in the decider's own judgement.
    criteria = EncryptedJSONField()
    earlier = link("self", null=True, blank=True, related_name="later")
    defer_until = models.DateField(null=True, blank=True)
    refer_to = link(Board, null=True, blank=True)
    # A keyed digest of all of the above and of who signed with a fresh proof.
    signature = models.CharField(max_length=64, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("reason", "criteria")
    coded = (
        "framework",
        "capacity",
        "decided",
        "agrees",
        "decided_on",
        "departs",
        "defer_until",
    )
    operational = (
        "case",
        "recommendation",
        "decided_at",
        "decided_by",
        "earlier",
        "refer_to",
        "signature",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_recommendation_is_decided_on_once_in_a_capacity",
                fields=["recommendation", "capacity"],
                condition=models.Q(earlier=None),
            ),
            models.UniqueConstraint(
                name="a_decision_is_followed_by_one_further_decision",
                fields=["earlier"],
                condition=models.Q(earlier__isnull=False),
            ),
        ]


class NationalPanelAdvice(Record):
    """What the national panel advised on a decision or a publication, and when."""

    class About(models.TextChoices):
        DECISION = "decision", "The decision"
        PUBLICATION = "publication", "Whether to publish"
        COMPOSITE = "composite", "One review of several cases"
        RAPID_REVIEW = "rapid_review", "The rapid review"

    class Advised(models.TextChoices):
        AGREES = "agrees", "Agrees"
        QUESTIONS = "questions", "Asks for more, or for the chair to attend"
        DISAGREES = "disagrees", "Disagrees"
        NO_RESPONSE = "no_response", "Has not answered"
        ANONYMOUS = "anonymous", "Advises publication without names of place or board"
        SUMMARY = "summary", "Advises a summary only"

    case = link(Case, related_name="national_advice")
    decision = link(Decision, null=True, blank=True, related_name="national_advice")
    about = models.CharField(max_length=20, choices=About, default=About.DECISION)
    advised = models.CharField(max_length=40, choices=Advised)
    asked_on = models.DateField(null=True, blank=True)
    advised_on = models.DateField()
    advice = EncryptedTextField()
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    narrative = ("advice",)
    coded = ("about", "advised", "asked_on", "advised_on")
    operational = ("case", "decision", "recorded_by")
    history = History()


class PeerChallenge(Record):
    """Another area's chair was asked to look at a decision, and said what they thought."""

    case = link(Case, related_name="peer_challenges")
    decision = link(Decision, related_name="peer_challenges")
    asked_on = models.DateField()
    asked_by = user_link()
    challenger = EncryptedTextField()
    challenger_board = link(Board, null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    view = EncryptedTextField()
    what_followed = EncryptedTextField()

    sealed_by = ("case", "case_id")
    identifying = ("challenger",)
    narrative = ("view", "what_followed")
    coded = ("asked_on", "answered_on")
    operational = ("case", "decision", "asked_by", "challenger_board")
    history = History()


class ScrLetter(Record):
    """A letter about a referral or a decision, drafted for a person to edit and release."""

    class To(models.TextChoices):
        REFERRER = "referrer", "The referrer"
        NATIONAL_PANEL = "national_panel", "The national panel"
        OFSTED = "ofsted", "Ofsted"
        DEPARTMENT = "department", "The department"
        AGENCY = "agency", "An agency"
        BOARD = "board", "Another board"
        FAMILY = "family", "The family"

    case = link(Case, related_name="scr_letters")
    referral = link(Referral, null=True, blank=True, related_name="letters")
    decision = link(Decision, null=True, blank=True, related_name="letters")
    to = models.CharField(max_length=20, choices=To)
    agency = link(Agency, null=True, blank=True)
    text = EncryptedTextField()
    drafted_by = user_link()
    drafted_at = models.DateTimeField()
    released_by = user_link()
    released_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("text",)
    coded = ("to", "sent_on")
    operational = (
        "case",
        "referral",
        "decision",
        "agency",
        "drafted_by",
        "drafted_at",
        "released_by",
        "released_at",
    )
    history = History()
