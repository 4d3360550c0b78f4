"""Serious case reviews: five separate records; a later one never overwrites an earlier one."""

from django.conf import settings
from django.db import models

from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Agency, Board, Case
from casereview.records import Record, link, together, user_link


class Referral(Record):
    """An agency's named lead refers a case to the SCR group of a board."""

    case = link(Case, related_name="referrals")
    board = link(Board)
    referred_on = models.DateField()
    referred_by = user_link()
    agency = link(Agency, null=True, blank=True)
    grounds = EncryptedTextField()
    immediate_safety = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("grounds", "immediate_safety")
    coded = ("referred_on",)
    operational = ("case", "board", "referred_by", "agency")
    history = History()


class CriteriaAssessment(Record):
    """The criteria of one edition of guidance, applied to one referral."""

    case = link(Case, related_name="criteria_assessments")
    referral = link(Referral, related_name="assessments")
    # The edition belongs to the assessment: a case may be assessed under several.
    framework = models.CharField(max_length=30)
    framework_version = models.CharField(max_length=20)
    answers = EncryptedJSONField()
    outcome = models.CharField(max_length=40, blank=True)
    assessed_on = models.DateField()
    assessed_by = user_link()

    sealed_by = ("case", "case_id")
    narrative = ("answers",)
    coded = ("framework", "framework_version", "outcome", "assessed_on")
    operational = ("case", "referral", "assessed_by")
    history = History()


class GroupRecommendation(Record):
    """What the SCR group recommends to the chair, with its dissent."""

    case = link(Case)
    assessment = link(CriteriaAssessment, related_name="recommendations")
    recommended = models.CharField(max_length=40)
    recommended_on = models.DateField()
    reason = EncryptedTextField()
    positions = EncryptedJSONField()

    sealed_by = ("case", "case_id")
    narrative = ("reason", "positions")
    coded = ("recommended", "recommended_on")
    operational = ("case", "assessment")
    history = History()


class Decision(Record):
    """The decision that only the independent chair, or each partner for themselves, makes."""

    case = link(Case)
    recommendation = link(GroupRecommendation, related_name="decisions")
    decided = models.CharField(max_length=40)
    decided_on = models.DateField()
    decided_by = link(settings.AUTH_USER_MODEL)
    reason = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("reason",)
    coded = ("decided", "decided_on")
    operational = ("case", "recommendation", "decided_by")
    history = History()


class NationalPanelAdvice(Record):
    """What the national panel advised on a decision, and when."""

    case = link(Case)
    decision = link(Decision, related_name="national_advice")
    advised = models.CharField(max_length=40)
    advised_on = models.DateField()
    advice = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("advice",)
    coded = ("advised", "advised_on")
    operational = ("case", "decision")
    history = History()


class CompositeReview(Record):
    """Reviews told as one; each keeps its own decision, clock, family and access list."""

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    begun_on = models.DateField()

    coded = ("begun_on",)
    operational = ("reference", "title")
    history = History()


class CaseUnderReview(Record):
    """A serious case review, or another kind of learning review, of one case."""

    case = link(Case, related_name="reviews")
    composite = link(CompositeReview, null=True, blank=True, related_name="members")
    kind = models.CharField(max_length=40)
    decision = link(Decision, null=True, blank=True)
    lead_reviewer = user_link()
    begun_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    terms = EncryptedTextField()
    opened_by = user_link()
    opened_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("terms",)
    coded = ("kind", "begun_on", "ended_on", "published_on")
    operational = ("case", "composite", "decision", "lead_reviewer", "opened_by", "opened_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [together("a_review_is_opened_by_a_person", "opened_by", "opened_at")]
