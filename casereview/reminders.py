"""One message a day to everybody for whom something is due or urgent."""

import datetime
import logging
from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from casereview import access, jobs, outbox, registries
from casereview.registries import WorkItem

logger = logging.getLogger(__name__)

RULE = "work_due"
# Nobody is written to at night.
FROM_HOUR = 7
# What an app has to remind of by itself, day by day: done before the messages of the day, and
# again when one of them failed, so each must find nothing left the second time.
daily: list[Callable[[datetime.date], int]] = []


def due_items(user, today: datetime.date) -> list[WorkItem]:
    """Return what is due or overdue by `today`, or urgent, and waits for `user` and nobody else."""
    return [
        item
        for list_items in registries.work_items
        for item in list_items(user, today)
        if not item.waiting_for and (item.urgent or (item.due_on and item.due_on <= today))
    ]


@jobs.job("remind")
def remind(day: int) -> None:
    """Put in the messages of the day whose ordinal is `day`; a day gone by is left alone.

    Raises:
        JobFailed: a round of the day or somebody's items failed; everybody else was written to.
    """
    today = timezone.localdate()
    if datetime.date.fromordinal(day) != today:
        return
    failed = 0
    for chase in daily:
        try:
            chase(today)
        except Exception:
            failed += 1
            logger.warning("a round of the day could not be finished", exc_info=True)
    for user in get_user_model()._default_manager.filter(is_active=True).order_by("pk"):
        try:
            with access.remembering(), transaction.atomic():
                if count := len(due_items(user, today)):
                    outbox.put(to=user, template=RULE, rule=RULE, day=today, count=count)
        except Exception:
            failed += 1
            logger.warning("the work of one person could not be gathered", exc_info=True)
    if failed:
        raise jobs.JobFailed(f"{failed} failed")
