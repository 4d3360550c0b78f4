"""Telling a named body what was learned: written, sent on a day, answered on another."""

import datetime

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.codelists import load_named
from casereview.models import Panel
from casereview.records import change
from learning.models import Notice, Priority, QuarterlyReview, Theme
from learning.naming import cases_of, refuse_names, refuse_names_of
from learning.panels import duty_began
from learning.rules import duty as duty_rule

NAMED = {"national", "other"}  # these are told apart by their name


def write_notice(
    *,
    panel: Panel,
    by,
    body: str,
    text: str,
    body_name: str = "",
    theme: Theme | None = None,
    priority: Priority | None = None,
    review: QuarterlyReview | None = None,
    duty: bool = False,
    reply_due_on: datetime.date | None = None,
) -> Notice:
    """Write what a body is to be told. It names nobody of the cases behind the theme.

    Raises:
        NotAllowed: no text, no known body, no name of a national or another body, a duty before
            the area's partners began, or a text that names somebody.
    """
    if load_named("learning", "bodies").get(body) is None:
        raise NotAllowed("Select who is told")
    if body in NAMED and not body_name.strip():
        raise NotAllowed("Enter the name of the body")
    if not text.strip():
        raise NotAllowed("Enter what they are told, and what they might do")
    if duty and not duty_rule.applies(duty_began(panel), timezone.localdate()):
        raise NotAllowed("Untick the duty to inform: it does not bind this panel on this day")
    _refuse_names(panel, theme or (priority.theme if priority else None), text)
    with change("write_notice", by=by) as written:
        notice = Notice(
            panel=panel,
            priority=priority,
            theme=theme or (priority.theme if priority else None),
            review=review,
            body=body,
            body_name=body_name.strip() if body in NAMED else "",
            text=text.strip(),
            duty=duty,
            reply_due_on=reply_due_on,
            written_by=by,
            written_at=timezone.now(),
        )
        written.save(notice)
        written.detail.update(body=body, duty=duty)
    return notice


def record_notice_sent(
    *, notice: Notice, by, sent_on: datetime.date, version: int | None = None
) -> Notice:
    """Record the day on which a notice was sent.

    Raises:
        NotAllowed: it was sent already, or on a day to come or before it was written.
        Conflict: somebody else changed it since the page was shown.
    """
    if notice.sent_on:
        raise NotAllowed("It was sent already")
    if sent_on > timezone.localdate():
        raise NotAllowed("Enter a day that is not after today")
    as_seen(notice, version)
    with change("record_notice_sent", by=by) as written:
        notice.sent_on, notice.sent_by = sent_on, by
        written.save(notice, subject=True)
    return notice


def record_notice_reply(
    *, notice: Notice, by, replied_on: datetime.date, reply: str, version: int | None = None
) -> Notice:
    """Record what a body answered, and when.

    Raises:
        NotAllowed: no answer, not sent, answered already, a day before it was sent or to come, or
            a text that names somebody.
        Conflict: somebody else changed it since the page was shown.
    """
    if not reply.strip():
        raise NotAllowed("Enter what they answered, or that they will do nothing")
    if notice.sent_on is None:
        raise NotAllowed("Record first on which day it was sent")
    if notice.replied_on:
        raise NotAllowed("An answer is recorded already")
    if not notice.sent_on <= replied_on <= timezone.localdate():
        raise NotAllowed("Enter a day from the one on which it was sent to today")
    _refuse_names(notice.panel, notice.theme, reply)
    as_seen(notice, version)
    with change("record_notice_reply", by=by) as written:
        notice.replied_on, notice.reply = replied_on, reply.strip()
        written.save(notice, subject=True)
    return notice


def _refuse_names(panel: Panel, theme: Theme | None, text: str) -> None:
    """Refuse a text that names somebody behind its theme; without one, behind any of the panel's.

    Raises:
        NotAllowed: it does.
    """
    if theme is None:
        refuse_names_of(cases_of(panel), text)
    else:
        refuse_names(theme, text)
