"""Figures that were given out: the ledger, and how they are given to whom."""

from django.db import models

from casereview.history import History
from casereview.records import Record, user_link
from casereview.rules.output_profiles import Audience


def audiences() -> list[tuple[str, str]]:
    """Return code and label of each audience."""
    return [(one.value, one.label) for one in Audience]


class ProfileSetting(Record):
    """How figures are given to an audience from a day on."""

    audience = models.CharField(max_length=20, choices=audiences)
    since = models.DateField()
    # A number from 1 to the threshold less 1 is hidden; 0 hides nothing.
    threshold = models.PositiveSmallIntegerField()
    # The nearest number given numbers are rounded to; 1 is not rounded.
    rounding = models.PositiveSmallIntegerField(default=1)
    # The least number of which a percentage is given.
    percentage_base = models.PositiveSmallIntegerField(default=1)
    symbol = models.CharField(max_length=4)
    settled_by = user_link()
    settled_at = models.DateTimeField()

    operational = (
        "audience",
        "since",
        "threshold",
        "rounding",
        "percentage_base",
        "symbol",
        "settled_by",
        "settled_at",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["audience", "since", "settled_at"]


class Release(Record):
    """Tables of counts that were given out together, in the order of their numbers.

    `tables` hold every figure as it was counted, the parts that were not given included: they
    tell the gate what the outsider must not find out. `shown` holds what was given; `beside`
    holds texts that were reckoned from that and given with it, such as rates.
    """

    number = models.PositiveIntegerField(unique=True)
    audience = models.CharField(max_length=20, choices=audiences)
    title = models.CharField(max_length=200)
    settings = models.JSONField()
    boards = models.JSONField(default=list, blank=True)
    tables = models.JSONField()
    shown = models.JSONField()
    beside = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    given_by = user_link()
    given_at = models.DateTimeField()

    coded = ("tables", "shown", "beside")
    operational = (
        "number",
        "audience",
        "title",
        "settings",
        "boards",
        "digest",
        "given_by",
        "given_at",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["number"]
