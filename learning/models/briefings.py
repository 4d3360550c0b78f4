"""Briefings: one page on a theme, given out as it stands, and who was sent it and has read it."""

import uuid

from django.db import models
from django.db.models import Q

from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models import Agency, Panel, Release
from casereview.records import Record, link, together, user_link
from casereview.rules.output_profiles import Audience
from learning.models.themes import Theme

# A panel's own figures stay with it: a briefing is for those outside.
READERS = [
    (Audience.BOARD.value, "The board and member agencies"),
    (Audience.PUBLIC.value, "Everybody"),
]


class Briefing(Record):
    """A summary of one theme on one page; once it is given out it is never made anew."""

    class State(models.TextChoices):
        WRITING = "writing", "Being written"
        AGREED = "agreed", "Agreed"
        MAKING = "making", "Being made"
        GIVEN = "given", "Given out"

    panel = link(Panel)
    theme = link(Theme)
    year = models.PositiveSmallIntegerField()  # the last of the five years it counts
    audience = models.CharField(max_length=10, choices=READERS)
    state = models.CharField(max_length=10, choices=State, default=State.WRITING)
    texts = EncryptedJSONField()  # part → what is written in it
    points = models.JSONField(default=list, blank=True)  # keys of the learning it tells
    begun_by = user_link()
    begun_at = models.DateTimeField()
    written_by = user_link()
    agreed_by = user_link()
    agreed_at = models.DateTimeField(null=True, blank=True)
    # As it was given out.
    content = EncryptedJSONField()
    digest = models.CharField(max_length=64, blank=True)
    release = link(Release, null=True, blank=True)
    # Why it was not given out: words of the program, which repeat no number and no name.
    refused_because = models.CharField(max_length=300, blank=True)
    task = models.UUIDField(default=uuid.uuid4)
    given_by = user_link()
    given_at = models.DateTimeField(null=True, blank=True)

    owns_key = "briefing"
    sealed_by = ("briefing", "id")
    narrative = ("texts", "content")
    coded = ("year", "audience", "state", "digest")
    operational = (
        "panel",
        "theme",
        "points",
        "begun_by",
        "begun_at",
        "written_by",
        "agreed_by",
        "agreed_at",
        "release",
        "refused_because",
        "task",
        "given_by",
        "given_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("a_briefing_is_agreed_by_a_person_at_a_time", "agreed_by", "agreed_at"),
            models.CheckConstraint(
                name="a_briefing_is_given_out_with_its_digest",
                condition=~Q(state="given") | (~Q(digest="") & Q(given_at__isnull=False)),
            ),
        ]


class BriefingFigures(Record):
    """The figures of a briefing as its readers would be given them, worked out while it is written.

    They are no release: nothing of them left the panel.
    """

    briefing = link(Briefing, related_name="figures")
    audience = models.CharField(max_length=10, choices=READERS)
    figures = EncryptedJSONField()
    refused_because = models.CharField(max_length=300, blank=True)
    asked_by = user_link()
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("briefing", "briefing_id")
    narrative = ("figures",)
    coded = ("audience",)
    operational = ("briefing", "refused_because", "asked_by", "asked_at", "made_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_briefing_has_its_figures_once_for_an_audience",
                fields=["briefing", "audience"],
            )
        ]


class BriefingSent(Record):
    """To whom a briefing went, by what way, and what they say became of it there."""

    class Way(models.TextChoices):
        EMAIL = "email", "By e-mail"
        SYSTEM = "system", "In this system"
        MEETING = "meeting", "At a meeting"
        TRAINING = "training", "In training"
        NEWSLETTER = "newsletter", "In a newsletter or on an intranet"
        PAPER = "paper", "On paper"

    briefing = link(Briefing, related_name="sent")
    agency = link(Agency, null=True, blank=True)
    body = models.CharField(max_length=30, blank=True)  # a code of the list of bodies
    body_name = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=15, choices=Way)
    sent_on = models.DateField()
    sent_by = user_link()
    answer_due_on = models.DateField(null=True, blank=True)
    read_on = models.DateField(null=True, blank=True)
    # With how many of their staff; blank where that was not said, which is never none.
    shared_with = models.PositiveIntegerField(null=True, blank=True)
    # Whether somebody else recorded what they had been told.
    told = models.BooleanField(default=False)
    note = EncryptedTextField()
    acknowledged_by = user_link()
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("briefing", "briefing_id")
    narrative = ("note",)
    coded = ("body", "way", "sent_on", "answer_due_on", "read_on", "shared_with", "told")
    operational = (
        "briefing",
        "agency",
        "body_name",
        "sent_by",
        "acknowledged_by",
        "acknowledged_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                name="a_briefing_goes_to_an_agency_or_to_a_body",
                condition=Q(agency__isnull=False, body="") | (Q(agency=None) & ~Q(body="")),
            ),
            models.UniqueConstraint(
                name="a_briefing_goes_once_to_an_agency",
                fields=["briefing", "agency"],
                condition=Q(agency__isnull=False),
            ),
            together(
                "a_briefing_is_acknowledged_by_a_person_on_a_day",
                "read_on",
                "acknowledged_by",
                "acknowledged_at",
            ),
        ]
