"""Notices to named bodies: who is told, and how each stands."""

from datetime import date

from django.db.models import QuerySet

from casereview.codelists import load_named
from learning.models import Notice


def body_of(notice: Notice) -> str:
    """Return the name of the body that is told."""
    return notice.body_name or load_named("learning", "bodies").label(notice.body)


def standing(notice: Notice, today: date) -> tuple[str, str]:
    """Return how a notice stands, in words, and the colour of its tag."""
    if notice.replied_on:
        return "Answered", "green"
    if notice.sent_on is None:
        return "Not sent yet", "grey"
    if notice.reply_due_on and notice.reply_due_on < today:
        return "Answer overdue", "red"
    return ("Answer awaited", "yellow") if notice.reply_due_on else ("Sent", "blue")


def awaiting(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Return the notices that were sent and have no answer, though one was asked for."""
    return notices.filter(sent_on__isnull=False, replied_on=None, reply_due_on__isnull=False)
