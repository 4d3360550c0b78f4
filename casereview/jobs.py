"""Work done later, by the worker: put in with the change that calls for it, tried again on failure.

A job is a function of ids, known by its name. The queue lives in the database of the cases, so a
job is there exactly when the change that put it in is. It holds ids and codes and nothing else:
no text of a case, no message of an error, no result.
"""

import datetime
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from casereview import access, branding, keys

logger = logging.getLogger(__name__)

Job = Callable[..., None]

ATTEMPTS = 5
FIRST_WAIT = datetime.timedelta(minutes=1)
# A job that ran this long belonged to a worker that died.
LOST_AFTER = datetime.timedelta(hours=2)
KEEP_DONE = datetime.timedelta(days=3)
KEEP_FAILED = datetime.timedelta(days=30)

_jobs: dict[str, Job] = {}
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Below it lie counts, years and days; an NHS number has ten digits.
_LARGEST = 999_999_999


class JobFailed(Exception):
    """A job did not succeed; only its name and the kind of error are said."""


def job(name: str) -> Callable[[Job], Job]:
    """Make a function known to the worker as `name`; it must stand being run twice."""

    def add(function: Job) -> Job:
        if _jobs.setdefault(name, function) is not function:
            raise ValueError(f"there are two jobs {name}")
        return function

    return add


def enqueue(name: str, *, after: datetime.datetime | None = None, **ids: Any) -> uuid.UUID:
    """Put in a job, to be done once this transaction is committed, and not before `after`.

    Raises:
        KeyError: there is no such job.
        ValueError: an argument is more than a uuid, a small whole number or a short code.
    """
    if name not in _jobs:
        raise KeyError(name)
    return _put(name, {key: _plain(key, value) for key, value in ids.items()}, 1, after)


def enqueue_unless_waiting(name: str, **ids: Any) -> uuid.UUID | None:
    """Put in a job unless the same one waits already."""
    if _put_in(name, ids).filter(status=TaskResultStatus.READY, run_after__lte=_soon()).exists():
        return None
    return enqueue(name, **ids)


def enqueue_once(name: str, **ids: Any) -> uuid.UUID | None:
    """Put in a job unless the same one was ever put in, done and failed ones included.

    One of the ids must say which time is meant, such as a day: finished jobs are pruned.
    """
    return None if _put_in(name, ids).exists() else enqueue(name, **ids)


def _soon() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(seconds=1)


def _put_in(name: str, ids: dict[str, Any]):
    plain = {key: _plain(key, value) for key, value in ids.items()}
    return DBTaskResult.objects.filter(
        task_path=run_job.module_path,
        args_kwargs__kwargs__name=name,
        args_kwargs__kwargs__ids=plain,
    )


def _put(
    name: str, ids: dict[str, Any], attempt: int, after: datetime.datetime | None
) -> uuid.UUID:
    # A day in the past, not the far future that stands for none: a job due at once is found
    # with those whose time has come.
    due = run_job.using(run_after=after or timezone.now())
    return uuid.UUID(str(due.enqueue(name=name, ids=ids, attempt=attempt).id))


def _plain(key: str, value: Any) -> str | int:
    match value:
        case uuid.UUID():
            return str(value)
        case bool():
            pass
        case int() if 0 <= value <= _LARGEST:
            return value
        case str() if _CODE.fullmatch(value) or _UUID.fullmatch(value):
            return value
    raise ValueError(f"{key} is not an id: a job takes uuids, small numbers and short codes")


def _read(ids: dict[str, Any]) -> dict[str, Any]:
    return {
        key: uuid.UUID(value) if isinstance(value, str) and _UUID.fullmatch(value) else value
        for key, value in ids.items()
    }


@task
def run_job(name: str, ids: dict[str, Any], attempt: int) -> None:
    """Do one job; on failure put it in again, later each time, up to the last attempt.

    Raises:
        JobFailed: the attempt failed; nothing of the error's own message is kept.
    """
    kind = ""
    try:
        branding.refresh()
        with keys.held(), access.remembering():
            _jobs[name](**_read(ids))
    except Exception as error:  # whatever it is, the worker goes on with the next job
        kind = type(error).__name__
        logger.warning("job %s failed at attempt %d", name, attempt, exc_info=True)
    if kind:
        if attempt < ATTEMPTS:
            _put(name, ids, attempt + 1, timezone.now() + FIRST_WAIT * 5 ** (attempt - 1))
        raise JobFailed(f"{name}: {kind}")


def recover_lost(now: datetime.datetime) -> int:
    """Put back jobs that a worker began and never ended; return how many there were."""
    lost = list(
        DBTaskResult.objects.filter(
            status=TaskResultStatus.RUNNING, started_at__lt=now - LOST_AFTER
        )
    )
    for row in lost:
        if len(row.worker_ids) >= ATTEMPTS:
            row.set_failed(JobFailed("lost"))
        else:
            row.status = TaskResultStatus.READY
            row.save(update_fields=["status"])
    return len(lost)


def prune(now: datetime.datetime) -> int:
    """Remove jobs done three days ago or failed thirty days ago; return how many there were."""
    done = DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE
    )
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_FAILED
    )
    return done.delete()[0] + failed.delete()[0]
