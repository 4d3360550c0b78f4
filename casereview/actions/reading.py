"""Choosing how one is told of what may distress."""

from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import ReadingChoice
from casereview.records import change
from casereview.rules.care import Choice


def choose_notices(*, notices: str, by, version: int | None = None) -> ReadingChoice:
    """Choose how one is told; what is on record stays the same.

    Raises:
        NotAllowed: there is no such choice.
        Conflict: it was changed since the page was shown.
    """
    if notices not in {one.value for one in Choice}:
        raise NotAllowed("Select one of the ways in which you are told")
    found = ReadingChoice.objects.filter(user=by).first() or ReadingChoice(user=by)
    as_seen(found, version)
    with change("choose_notices", by=by) as written:
        found.notices = notices
        written.save(found)
    return found
