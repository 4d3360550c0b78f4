"""The annual report of a panel: what is written for a year, and each version that was given out."""

import uuid

from django.db import models

from casereview.fields import EncryptedJSONField
from casereview.history import History
from casereview.models import Panel, Release
from casereview.records import Record, link, together, user_link
from casereview.rules.output_profiles import Audience
from casereview.rules.return_year import ReturnYear


class AnnualReport(Record):
    """What a panel writes for one year; figures are put in by the program when it is shown."""

    panel = link(Panel)
    year = models.PositiveSmallIntegerField()  # the year it ends in
    texts = EncryptedJSONField()  # part of the report → what is written in it
    begun_by = user_link()
    begun_at = models.DateTimeField()
    agreed_by = user_link()
    agreed_at = models.DateTimeField(null=True, blank=True)

    owns_key = "annual_report"
    sealed_by = ("annual_report", "id")
    narrative = ("texts",)
    coded = ("year",)
    operational = ("panel", "begun_by", "begun_at", "agreed_by", "agreed_at")
    history = History()

    @property
    def slug(self) -> str:
        """The year as it is written, 2014-15."""
        return ReturnYear(self.year).slug

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_panel_reports_once_on_a_year", fields=["panel", "year"]
            ),
            together("a_report_is_agreed_by_a_person_at_a_time", "agreed_by", "agreed_at"),
        ]


class ReportVersion(Record):
    """A version of an agreed report for some readers: frozen as it was given, never made anew."""

    class Document(models.TextChoices):
        REPORT = "report", "Annual report of the panel"
        CHAPTER = "chapter", "Chapter for the safeguarding board’s annual report"

    class State(models.TextChoices):
        WAITING = "waiting", "Being made"
        GIVEN = "given", "Given out"
        REFUSED = "refused", "Not given out"
        PREVIEW = "preview", "Looked at before it is given out"

    report = link(AnnualReport, related_name="versions")
    document = models.CharField(max_length=10, choices=Document)
    audience = models.CharField(max_length=10, choices=[(one.value, one.label) for one in Audience])
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Made to be looked at: nothing of it leaves the panel, and no figure enters the ledger.
    preview = models.BooleanField(default=False)
    content = EncryptedJSONField()
    # Why it was not given out: words of the program, which repeat no number.
    refused_because = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    # In the ledger of figures; none where nothing was hidden.
    release = link(Release, null=True, blank=True)
    task = models.UUIDField(default=uuid.uuid4)
    asked_by = user_link()
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)

    sealed_by = ("annual_report", "report_id")
    narrative = ("content",)
    coded = ("document", "audience", "state", "digest")
    operational = (
        "report",
        "refused_because",
        "preview",
        "release",
        "task",
        "asked_by",
        "asked_at",
        "given_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                name="a_version_is_given_out_with_its_digest",
                condition=~models.Q(state="given") | ~models.Q(digest=""),
            )
        ]
