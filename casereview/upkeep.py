"""What has to be done now and then: called every minute, each thing is done when it is due."""

import datetime

from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from casereview import (
    audit,
    branding,
    jobs,
    keys,
    outbox,
    progress,
    registries,
    reminders,
    retention,
)
from casereview.database import KEYS
from casereview.keystore.models import DataKey
from casereview.records import Record

# A key is committed before its owner, in a transaction that may still be running.
ORPHAN_AFTER = datetime.timedelta(days=7)
# So many keys without owners are a database that does not belong to the key store.
FEW_ORPHANS, MOST_ORPHANS = 20, 0.05


class TooManyOrphans(Exception):
    """So many keys lack their owner that the wrong database is more likely than a crash."""


def tick(now: datetime.datetime) -> dict[str, int]:
    """Put in what is due at `now`; the next call in the same minute finds nothing to do.

    Returns: what was done, by name, as counts.
    """
    branding.refresh()
    today = timezone.localtime(now)
    day = today.date().toordinal()
    reminding = today.hour >= reminders.FROM_HOUR and jobs.enqueue_once("remind", day=day)
    sending = outbox.waiting(now) and jobs.enqueue_unless_waiting("send_messages")
    return {
        "reminding": int(bool(reminding)),
        "sending": int(bool(sending)),
        "clearing": int(bool(jobs.enqueue_once("clear_up", day=day))),
        "recovered": jobs.recover_lost(now),
        **{name: chore(now) for name, chore in registries.chores.items()},
    }


@jobs.job("clear_up")
def clear_up(day: int) -> None:
    """Remove what has expired, and keys whose owner was never committed."""
    now = timezone.now()
    jobs.prune(now)
    progress.prune(now)
    outbox.prune(now)
    call_command("clearsessions")
    retention.work_out(now)
    for kind, model in owners_of_keys().items():
        sweep_keys(kind, model, now)


def owners_of_keys() -> dict[str, type[Record]]:
    """Return the model of each kind of owner of a key."""
    return {
        model.owns_key: model
        for model in apps.get_models()
        if issubclass(model, Record) and model.owns_key
    }


def sweep_keys(kind: str, model: type[Record], now: datetime.datetime) -> int:
    """Destroy keys older than a week whose owner is not in the database; return how many.

    Raises:
        TooManyOrphans: one in twenty or more; nothing is destroyed.
    """
    old = DataKey.objects.using(KEYS).filter(owner_kind=kind, made_at__lt=now - ORPHAN_AFTER)
    owners = list(old.values_list("owner_id", flat=True).distinct())
    orphans = []
    for start in range(0, len(owners), 500):
        part = owners[start : start + 500]
        known = set(model._default_manager.filter(pk__in=part).values_list("pk", flat=True))
        orphans += [owner for owner in part if owner not in known]
    if len(orphans) > max(FEW_ORPHANS, MOST_ORPHANS * len(owners)):
        raise TooManyOrphans(f"{len(orphans)} of {len(owners)} keys of kind {kind}")
    for owner in orphans:
        keys.destroy(kind, owner)
    if orphans:
        audit.append("sweep_keys", detail={"kind": kind, "keys": len(orphans)})
    return len(orphans)
