"""The themes that a review may be coded with on a day."""

from datetime import date

from django.db.models import Q

from learning.models import Theme


def themes_in_force(on: date) -> list[tuple[str, str]]:
    """Return the themes that may be given on a day, as (code, name); `until` is no longer one."""
    running = Theme.objects.filter(Q(since=None) | Q(since__lte=on)).filter(
        Q(until=None) | Q(until__gt=on)
    )
    return list(running.order_by("name").values_list("code", "name"))
