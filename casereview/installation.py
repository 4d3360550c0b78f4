"""What is found of this installation at one moment: for the status page and its command."""

import datetime
import shutil
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from casereview import jobs, key_rotation, upkeep_records
from casereview.codelists import all_lists
from casereview.database import seconds_ahead
from casereview.models import AuditEntry, OutboxMessage, UpkeepRecord
from casereview.rules.upkeep_state import Done, Epoch, Facts, Line, Queue, State, each, lines, worst

Kind = UpkeepRecord.Kind
RECENT = datetime.timedelta(days=7)


def found() -> Facts:
    """Return what is found now: moments, counts and sizes, nothing of any case."""
    now = timezone.now()
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "at").first()
    lists = all_lists()
    disk = shutil.disk_usage(settings.DATA)
    return Facts(
        now=now,
        last_entry=last[0] if last else 0,
        last_entry_at=last[1] if last else None,
        verified=_last(Kind.VERIFICATION, "entries"),
        backup=_last(Kind.BACKUP),
        key_backup=_last(Kind.KEY_BACKUP),
        drill=_last(Kind.DRILL),
        checkpoint=_last(Kind.CHECKPOINT, "entry"),
        epochs=_epochs(),
        messages=_messages(now),
        jobs=_jobs(now),
        disk_free=disk.free,
        disk_size=disk.total,
        database_ahead_seconds=seconds_ahead(),
        lists=len(lists),
        reconstructed=sum(one.status != "CONFIRMED" for one in lists),
        newest_list=max(one.retrieved for one in lists).isoformat(),
    )


def as_document(facts: Facts) -> dict[str, Any]:
    """Return the state as the command prints it: the lines, and the counts behind them."""
    said = lines(facts)
    return {
        "ok": worst(said) != State.BAD,
        "state": worst(said),
        "at": facts.now.isoformat(),
        "lines": [_plain(line) for line in said],
        "last_entry": facts.last_entry,
        "epochs": list(each(facts.epochs)),
        "messages_due": facts.messages.due,
        "jobs_due": facts.jobs.due,
        "disk_free_bytes": facts.disk_free,
        "database_ahead_seconds": round(facts.database_ahead_seconds, 1),
    }


def _plain(line: Line) -> dict[str, str]:
    return {
        "name": line.name,
        "title": line.title,
        "state": line.state,
        "said": line.said,
        "do": line.do,
    }


def _last(kind: Kind, entry: str = "") -> Done:
    newest = upkeep_records.last(kind, succeeded=None)
    if newest is None:
        return Done()
    good = newest if newest.succeeded else upkeep_records.last(kind)
    if good is None:
        return Done(failed_since=True)
    upto = good.details.get(entry) if entry else None
    return Done(good.at, not newest.succeeded, upto if isinstance(upto, int) else None)


def _epochs() -> tuple[Epoch, ...]:
    known = key_rotation.status()["epochs"]
    return tuple(Epoch(one["epoch"], one["keys"], one["seals"], one["in_ring"]) for one in known)


def _messages(now: datetime.datetime) -> Queue:
    waiting = OutboxMessage.objects.filter(
        state=OutboxMessage.State.WAITING, next_try_at__lte=now
    ).aggregate(due=Count("pk"), oldest=Min("made_at"))
    given_up = OutboxMessage.objects.filter(
        state=OutboxMessage.State.GIVEN_UP, made_at__gte=now - RECENT
    )
    return Queue(waiting["due"], waiting["oldest"], given_up.count())


def _jobs(now: datetime.datetime) -> Queue:
    waiting = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, run_after__lte=now
    ).aggregate(due=Count("pk"), oldest=Min("run_after"))
    # A job that fails is put in again: only one that used up its attempts was given up.
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED,
        finished_at__gte=now - RECENT,
        args_kwargs__kwargs__attempt=jobs.ATTEMPTS,
    )
    return Queue(waiting["due"], waiting["oldest"], failed.count())
