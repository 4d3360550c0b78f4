"""The themes that a review may be coded with on a day."""

from datetime import date

from django.db.models import Q, QuerySet

from learning.models import Theme


def themes_in_force(on: date) -> list[tuple[str, str]]:
    """Return the themes that may be given on a day, as (code, name); `until` is no longer one."""
    return list(in_force(on).values_list("code", "name"))


def in_force(on: date) -> QuerySet[Theme]:
    """Return the themes that may be given on a day, by name."""
    running = Theme.objects.filter(Q(since=None) | Q(since__lte=on)).filter(
        Q(until=None) | Q(until__gt=on)
    )
    return running.order_by("name", "code")
