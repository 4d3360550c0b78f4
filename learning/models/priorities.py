"""Priorities a panel works on, flags that were looked at and closed, and notices to others."""

from django.db import models
from django.db.models import Q

from casereview.fields import EncryptedTextField
from casereview.history import History
from casereview.models import Panel
from casereview.records import Record, link, together, user_link
from learning.models.quarters import QuarterlyReview
from learning.models.themes import Theme


class Priority(Record):
    """A theme a panel has decided to work on, and what would be seen if the work did anything."""

    class Raised(models.TextChoices):
        FLAG = "flag", "After a flag"
        HAND = "hand", "By hand, with a reason"

    panel = link(Panel)
    theme = link(Theme, related_name="priorities")
    raised = models.CharField(max_length=10, choices=Raised)
    # What the rule said of the theme on that day.
    flag = models.CharField(max_length=10)
    reason = EncryptedTextField()
    would_be_seen = EncryptedTextField()
    raised_by = user_link()
    raised_at = models.DateTimeField()
    close_reason = EncryptedTextField()
    closed_by = user_link()
    closed_at = models.DateTimeField(null=True, blank=True)

    owns_key = "priority"
    sealed_by = ("priority", "id")
    narrative = ("reason", "would_be_seen", "close_reason")
    coded = ("raised", "flag")
    operational = ("panel", "theme", "raised_by", "raised_at", "closed_by", "closed_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_theme_is_one_open_priority_of_a_panel",
                fields=["panel", "theme"],
                condition=Q(closed_at=None),
            ),
            together("a_priority_is_closed_by_a_person_at_a_time", "closed_by", "closed_at"),
        ]


class ClosedFlag(Record):
    """A flag was looked at and closed with a reason, as it was in the year to a quarter."""

    # None where it was closed for every panel, before they were told apart.
    panel = link(Panel, null=True, blank=True)
    theme = link(Theme)
    last_quarter = models.CharField(max_length=7)  # the last of the four that were compared
    flag = models.CharField(max_length=10)
    cases = models.PositiveIntegerField()
    reason = EncryptedTextField()
    closed_by = user_link()
    closed_at = models.DateTimeField()

    owns_key = "flag"
    sealed_by = ("flag", "id")
    narrative = ("reason",)
    coded = ("last_quarter", "flag", "cases")
    operational = ("panel", "theme", "closed_by", "closed_at")
    history = History()


class PriorityDecision(Record):
    """What a quarterly review decides of one theme; it takes effect when the chair closes it."""

    class Decision(models.TextChoices):
        KEPT = "kept", "Keep it as a priority"
        ADDED = "added", "Make it a priority"
        CLOSED = "closed", "Close the priority"

    review = link(QuarterlyReview, related_name="priority_decisions")
    theme = link(Theme)
    decision = models.CharField(max_length=10, choices=Decision)
    why = EncryptedTextField()
    would_be_seen = EncryptedTextField()
    decided_by = user_link()
    decided_at = models.DateTimeField()

    sealed_by = ("quarter", "review_id")
    narrative = ("why", "would_be_seen")
    coded = ("decision",)
    operational = ("review", "theme", "decided_by", "decided_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_quarter_decides_once_on_a_theme", fields=["review", "theme"]
            )
        ]


class Notice(Record):
    """Something a named body is told: written, sent on a day, and what it answered."""

    panel = link(Panel)
    priority = link(Priority, null=True, blank=True, related_name="notices")
    theme = link(Theme, null=True, blank=True)
    review = link(QuarterlyReview, null=True, blank=True, related_name="notices")
    body = models.CharField(max_length=30)  # a code of the list of bodies
    body_name = models.CharField(max_length=200, blank=True)
    text = EncryptedTextField()
    # Told because the partners must inform whoever they think should act.
    duty = models.BooleanField(default=False)
    reply_due_on = models.DateField(null=True, blank=True)
    written_by = user_link()
    written_at = models.DateTimeField()
    sent_on = models.DateField(null=True, blank=True)
    sent_by = user_link()
    replied_on = models.DateField(null=True, blank=True)
    reply = EncryptedTextField()

    owns_key = "notice"
    sealed_by = ("notice", "id")
    narrative = ("text", "reply")
    coded = ("body", "duty", "reply_due_on", "sent_on", "replied_on")
    operational = (
        "panel",
        "priority",
        "theme",
        "review",
        "body_name",
        "written_by",
        "written_at",
        "sent_by",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [together("a_notice_is_sent_by_a_person", "sent_by", "sent_on")]
