"""The daily round of reports that have not come: reminders before and after, and escalation."""

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from casereview import access, reminders
from casereview.actions import NotAllowed
from casereview.models import AgencyRequest
from cdop.actions.asking import (
    BEFORE_PANEL,
    contact_to_write_to,
    escalate_request,
    remind_agency,
)
from cdop.gathering import OPEN, pace
from cdop.rules.chasing import Chase, chase_today

logger = logging.getLogger(__name__)


class NotAllChased(Exception):
    """Some requests could not be chased; all others were."""


def chase_reports(today: datetime.date) -> int:
    """Remind and escalate what is due on a day; run again the same day it finds nothing more.

    A contact asked by link who has no e-mail address has nothing sent: the manager's work says that
    it is overdue.

    Returns: how many requests were chased.

    Raises:
        NotAllChased: some could not be.
    """
    chased = failed = 0
    for request in _open_requests():
        step = chase_today(
            today, request.due_on, _day(request.reminded_at), _day(request.escalated_at), pace()
        )
        if step is None:
            continue
        try:
            with access.remembering(), transaction.atomic():
                chased += _chase(request, step)
        except Exception:
            failed += 1
            logger.warning("one request could not be chased", exc_info=True)
    if failed:
        raise NotAllChased(f"{failed} requests")
    return chased


def _chase(request: AgencyRequest, step: Chase) -> int:
    try:
        if step == Chase.ESCALATE:
            escalate_request(request=request, by=None)
        elif request.to_user_id or contact_to_write_to(request):
            remind_agency(request=request, by=None, rule=step)
        else:
            return 0
    except NotAllowed:
        # Nobody is there to tell: the manager's work says so.
        return 0
    return 1


def _open_requests() -> list[AgencyRequest]:
    return list(
        AgencyRequest.objects.filter(
            state__in=OPEN,
            due_on__isnull=False,
            case__stage__in=BEFORE_PANEL,
            case__disposed_at=None,
        )
        .select_related("case", "agency__lead", "to_user", "contact")
        .order_by("due_on", "pk")
    )


def _day(at: datetime.datetime | None) -> datetime.date | None:
    return timezone.localdate(at) if at else None


def register() -> None:
    """Add the round to what is done once a day."""
    reminders.daily.append(chase_reports)
