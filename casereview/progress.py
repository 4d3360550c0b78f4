"""How far long work has come, for the page that waits for it, and asking it to stop.

Each step is written at once: work that reports progress does not hold one transaction throughout.
"""

import datetime
import uuid

from django.utils import timezone

from casereview.models import Case, TaskProgress

# The result of long work is fetched within this time, or made anew.
KEPT_FOR = datetime.timedelta(hours=24)


class Stopped(Exception):
    """The person who began the work asked it to stop."""


def begin_waiting(*, kind: str, by, case: Case | None = None, total: int = 0) -> TaskProgress:
    """Record that work is to be done; its key is what the job is given."""
    progress = TaskProgress(id=uuid.uuid4(), kind=kind, started_by=by, case=case, total=total)
    progress.save(force_insert=True)
    return progress


def start(key: uuid.UUID, *, total: int) -> TaskProgress:
    """Record that the work began, in `total` steps; a second attempt begins at none.

    Raises:
        Stopped: it was asked to stop before it began.
    """
    progress = TaskProgress.objects.get(pk=key)
    progress.state, progress.done, progress.total = TaskProgress.State.RUNNING, 0, total
    progress.save(update_fields=["state", "done", "total"])
    _stop_if_asked(progress)
    return progress


def step(progress: TaskProgress, steps: int = 1) -> None:
    """Record that steps were done.

    Raises:
        Stopped: the person asked for it; what was begun ends here.
    """
    progress.done += steps
    progress.save(update_fields=["done"])
    _stop_if_asked(progress)


def finish(progress: TaskProgress, *, now: datetime.datetime | None = None) -> None:
    """Record that the work is done and until when its result is kept."""
    now = now or timezone.now()
    progress.state, progress.done = TaskProgress.State.DONE, progress.total
    progress.finished_at, progress.expires_at = now, now + KEPT_FOR
    progress.save(update_fields=["state", "done", "finished_at", "expires_at"])


def fail(progress: TaskProgress, error: BaseException) -> None:
    """Record that the work failed, by the kind of error alone."""
    progress.state, progress.failure = TaskProgress.State.FAILED, type(error).__name__[:60]
    progress.finished_at = timezone.now()
    progress.expires_at = progress.finished_at + KEPT_FOR
    progress.save(update_fields=["state", "failure", "finished_at", "expires_at"])


def ask_to_stop(progress: TaskProgress) -> None:
    """Ask the work to stop at its next step; what has ended stays as it is."""
    progress.refresh_from_db()
    if progress.finished_at is None:
        progress.asked_to_stop = True
        progress.save(update_fields=["asked_to_stop"])


def prune(now: datetime.datetime) -> int:
    """Remove the rows of work whose result has expired; return how many there were."""
    return TaskProgress.objects.filter(expires_at__lt=now).delete()[0]


def _stop_if_asked(progress: TaskProgress) -> None:
    if not TaskProgress.objects.filter(pk=progress.pk, asked_to_stop=True).exists():
        return
    progress.state, progress.finished_at = TaskProgress.State.CANCELLED, timezone.now()
    progress.expires_at = progress.finished_at + KEPT_FOR
    progress.save(update_fields=["state", "finished_at", "expires_at"])
    raise Stopped(progress.kind)
