"""What reviews found, and what follows: a finding may belong to several reviews."""

from django.db import models

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Board, Case, Recommendation
from casereview.records import Record, link, user_link
from scr.models.reviewing import CaseUnderReview, CompositeReview


class Finding(Record):
    """One finding, in words that name nobody; it has its own key, for no one case owns it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        AGREED = "agreed", "Agreed"
        SET_ASIDE = "set_aside", "Set aside"

    reference = models.CharField(max_length=20, unique=True)
    board = link(Board, null=True, blank=True)
    composite = link(CompositeReview, null=True, blank=True, related_name="findings")
    statement = EncryptedTextField()
    why_it_matters = EncryptedTextField()
    theme = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    found_on = models.DateField()
    recorded_by = user_link()

    owns_key = "finding"
    sealed_by = ("finding", "id")
    narrative = ("statement", "why_it_matters")
    coded = ("theme", "state", "found_on")
    operational = ("reference", "board", "composite", "recorded_by")
    history = History()


class FindingOf(Record):
    """A finding rests on a review; how it showed in that case is sealed with that case alone."""

    finding = link(Finding, related_name="rests_on")
    case = link(Case)
    review = link(CaseUnderReview, related_name="findings")
    in_this_case = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("in_this_case",)
    operational = ("finding", "case", "review")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_finding_rests_on_a_review_once", fields=["finding", "review"]
            )
        ]


class FindingRecommendation(Record):
    """A recommendation follows from a finding."""

    finding = link(Finding, related_name="recommendations")
    recommendation = link(Recommendation)

    operational = ("finding", "recommendation")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_recommendation_follows_from_a_finding_once",
                fields=["finding", "recommendation"],
            )
        ]
