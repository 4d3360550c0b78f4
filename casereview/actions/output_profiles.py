"""How figures are given to an audience, settled from a day on."""

from datetime import date

from django.utils import timezone

from casereview.actions.admissions import NotAllowed
from casereview.models import ProfileSetting
from casereview.records import change
from casereview.rules.output_profiles import Audience, NotASetting, OutputProfile, checked


def settle_output_profile(
    *,
    audience: Audience,
    since: date,
    threshold: int,
    rounding: int,
    percentage_base: int,
    symbol: str,
    reason: str,
    by,
) -> ProfileSetting:
    """Settle how figures are given to an audience from a day on; what was given stays as it was.

    Raises:
        NotAllowed: the settings would hide too little, or begin in the past.
    """
    now = timezone.now()
    if since < timezone.localdate():
        raise NotAllowed("Enter today or a later day: figures were given before as they were")
    try:
        wanted = checked(OutputProfile(audience, threshold, rounding, percentage_base, symbol))
    except NotASetting as refusal:
        raise NotAllowed(str(refusal)) from None
    with change("settle_output_profile", by=by, reason=reason) as written:
        settled = ProfileSetting(
            audience=audience,
            since=since,
            threshold=wanted.threshold,
            rounding=wanted.rounding,
            percentage_base=wanted.percentage_base,
            symbol=wanted.symbol,
            settled_by=by,
            settled_at=now,
        )
        written.save(settled, subject=True)
        written.subject = settled
    return settled
