"""Files on their way in: kept sealed, checked and brought in by the worker, gone within a day.

A file is looked at row by row before anything is written; it is written whole or not at all.
Whoever handed it in sees it, and nobody else.
"""

import datetime
import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from casereview import access, jobs, keys, progress, registries
from casereview.actions.admissions import NotAllowed
from casereview.actions.drafts import keep_draft
from casereview.import_kinds import BroughtIn, ChangedMeanwhile, ImportKind, kinds
from casereview.models import Draft, ImportFile, TaskProgress, User
from casereview.records import Change, Conflict, change
from casereview.rules.import_sheets import (
    Chosen,
    Fate,
    RowFate,
    arranged,
    by_name,
    counted,
    folded,
    handed_back,
)
from casereview.spreadsheets import as_it_was

logger = logging.getLogger(__name__)
KEPT_FOR = datetime.timedelta(hours=24)
CHECK, BRING_IN = "check_import", "bring_in_import"
# References shown on a receipt; the list of cases has the rest.
MOST_REFERENCES = 200
State = ImportFile.State


def files_of(user, kind: ImportKind, about: uuid.UUID | None = None):
    """Return the files of a kind that a person handed in, the latest first."""
    now = timezone.now()
    return ImportFile.objects.filter(
        user=user, kind=kind.code, about=about, expires_at__gt=now
    ).defer("content")


def keep(
    *,
    user: User,
    kind: ImportKind,
    lines: Sequence[Sequence[str]],
    about: uuid.UUID | None = None,
    said: Mapping[str, str] | None = None,
) -> ImportFile:
    """Keep a file that was handed in; where its headings are the template's, begin to check it.

    `said` is what was asked beside the file. Cells of our own file of rows to correct were made
    inert when it was handed over; they are kept as they were.
    """
    if handed_back(lines[0]):
        lines = [[as_it_was(cell) for cell in line] for line in lines]
    now = timezone.now()
    file = ImportFile(
        user=user, kind=kind.code, about=about, received_at=now, expires_at=now + KEPT_FOR
    )
    chosen = by_name(kind.columns, lines[0])
    file.content = {
        "lines": lines,
        "said": dict(said or {}),
        "chosen": chosen,
        "fates": [],
        "changed": False,
    }
    with change("keep_import", by=user) as written:
        written.detail.update(kind=kind.code, rows=len(lines) - 1)
        if chosen is not None:
            _to_be_checked(file)
        written.save(file)
    return file


def choose(*, file: ImportFile, chosen: Chosen) -> None:
    """Say which heading is which column, remember it for the next file, and check this one.

    Raises:
        NotAllowed: the file is being checked or brought in.
    """
    lines = file.content["lines"]
    headings = {column: folded(lines[0][place]) for column, place in chosen.items()}
    form = _remembered_as(file.kind)
    kept = Draft.objects.filter(user=file.user, form=form).first()
    keep_draft(user=file.user, form=form, content={"chosen": headings}, draft=kept)
    _check(file, chosen)


def check_again(*, file: ImportFile) -> None:
    """Check a file again, of which the check was stopped or nothing could be brought in.

    Raises:
        NotAllowed: its headings were not chosen, or it is being checked or brought in.
    """
    if file.content["chosen"] is None:
        raise NotAllowed("Choose first which heading is which column")
    _check(file, file.content["chosen"])


def remembered(user, kind: ImportKind) -> Mapping[str, str]:
    """Return what a person chose last time: column -> heading; empty the first time."""
    kept = Draft.objects.filter(user=user, form=_remembered_as(kind.code)).first()
    content: Any = kept.content if kept else None
    return content["chosen"] if content else {}


def _remembered_as(kind: str) -> str:
    return f"import_headings_{kind}"


def _check(file: ImportFile, chosen: Chosen) -> None:
    if file.state in (State.CHECKING, State.WRITING, State.DONE):
        raise NotAllowed("Wait until the file was checked")
    with change("check_import", by=file.user) as written:
        file.content = {**file.content, "chosen": chosen, "fates": [], "changed": False}
        _to_be_checked(file)
        written.save(file)


def _to_be_checked(file: ImportFile) -> None:
    """Have the worker check the file, once the change that is open is committed."""
    file.state = State.CHECKING
    file.task = progress.begin_waiting(kind=CHECK, by=file.user).pk
    jobs.enqueue(CHECK, file=file.pk)


@jobs.job(CHECK)
def check_import(file: uuid.UUID) -> None:
    """Look at every row of a file and keep what would become of it; nothing is written."""
    row = ImportFile.objects.select_related("user").filter(pk=file, state=State.CHECKING).first()
    if row is None or row.task is None:
        return
    kind, task = kinds[row.kind], None
    try:
        content = row.content
        lines = arranged(kind.columns, content["lines"], content["chosen"])
        task = progress.start(row.task, total=len(lines) - 1)
        begun = task
        fates = kind.check(row, lines, lambda rows: progress.step(begun, rows))
        with change("check_import", by=row.user) as written:
            row.content = {**content, "fates": [one.as_kept() for one in fates]}
            row.state = State.CHECKED
            written.save(row)
            written.detail.update(counted(fates))
        progress.finish(task)
    except progress.Stopped:
        _end(file, State.STOPPED)
    except Exception as error:  # whatever went wrong, nothing was written
        _failed(file, task, error)


def confirm(*, file: ImportFile) -> None:
    """Have a file brought in that was checked and has no error.

    Raises:
        NotAllowed: it was not checked, has an error, or has nothing to bring in.
    """
    with change("confirm_import", by=file.user) as written:
        row = ImportFile.objects.select_for_update().get(pk=file.pk)
        counts = counted(fates_of(row))
        if row.state != State.CHECKED or counts[Fate.ERROR]:
            raise NotAllowed("Correct the rows with an error and hand the file in again")
        if not counts[Fate.CREATE] + counts[Fate.CHANGE]:
            raise NotAllowed("Choose another file: every row of this one is there already")
        row.state = State.WRITING
        row.task = progress.begin_waiting(kind=BRING_IN, by=file.user, total=1).pk
        written.save(row)
        jobs.enqueue(BRING_IN, file=row.pk)


def arranged_lines(file: ImportFile) -> list[list[str]]:
    """Return the lines of a file in the order of the columns, the header first."""
    content = file.content
    return arranged(kinds[file.kind].columns, content["lines"], content["chosen"])


def fates_of(file: ImportFile) -> list[RowFate]:
    """Return what becomes of each row of a file, as it was found by the check."""
    return [RowFate.of_kept(one) for one in file.content["fates"]]


@jobs.job(BRING_IN)
def bring_in_import(file: uuid.UUID) -> None:
    """Bring in a file that was confirmed: all of it, with its receipt, or nothing."""
    row = ImportFile.objects.select_related("user").filter(pk=file, state=State.WRITING).first()
    if row is None or row.task is None:
        return
    kind, task = kinds[row.kind], None
    try:
        if not (kind.may(row) if kind.may else access.can(row.user, kind.action)):
            raise NotAllowed("the person may not bring it in any more")
        task = progress.start(row.task, total=1)
        lines = arranged_lines(row)
        with transaction.atomic():
            done = kind.bring_in(row, lines)
            _done(row, done)
        keys.destroy(ImportFile.owns_key, file)
        progress.finish(task)
    except progress.Stopped:
        _end(file, State.STOPPED)
    except ChangedMeanwhile:
        if task is not None:
            progress.finish(task)
        _look_again(file)
    except Exception as error:  # whatever went wrong, nothing was written
        _failed(file, task, error)


def _done(file: ImportFile, done: BroughtIn) -> None:
    with change("finish_import", by=file.user) as written:
        file.state, file.content = State.DONE, None
        file.receipt = {
            "created": done.created,
            "changed": done.changed,
            "skipped": done.skipped,
            "references": list(done.references[:MOST_REFERENCES]),
        }
        written.save(file)
        written.detail.update(
            kind=file.kind, created=done.created, changed=done.changed, skipped=done.skipped
        )


def _look_again(file: uuid.UUID) -> None:
    """Check a file again because the cases changed since; its owner is told so."""
    row = ImportFile.objects.select_related("user").get(pk=file)
    with change("check_import", by=row.user) as written:
        row.content = {**row.content, "fates": [], "changed": True}
        _to_be_checked(row)
        written.save(row)


def _end(file: uuid.UUID, state: ImportFile.State) -> None:
    row = ImportFile.objects.select_related("user").filter(pk=file).first()
    if row is None:
        return
    with change("end_import", by=row.user) as written:
        row.state = state
        written.save(row)
        written.detail["state"] = state


def _failed(file: uuid.UUID, task: TaskProgress | None, error: Exception) -> None:
    logger.warning("import %s did not succeed: %s", file, type(error).__name__)
    if task is not None:
        progress.fail(task, error)
    try:
        _end(file, State.FAILED)
    except Conflict:
        logger.warning("import %s was thrown away meanwhile", file)


def stop(*, file: ImportFile) -> None:
    """Ask the check of a file to stop at its next step."""
    task = TaskProgress.objects.filter(pk=file.task).first() if file.task else None
    if task is not None and file.state == State.CHECKING:
        progress.ask_to_stop(task)


def throw_away(*, file: ImportFile) -> None:
    """Destroy a file that is not wanted.

    Raises:
        NotAllowed: it is being brought in.
    """
    if file.state == State.WRITING:
        raise NotAllowed("Wait until the file is in: it is brought in whole or not at all")
    stop(file=file)
    with change("throw_import_away", by=file.user) as written:
        _remove(written, file)
    keys.destroy(ImportFile.owns_key, file.pk)


def _remove(written: Change, file: ImportFile) -> None:
    written.remove(file)
    written.detail["kind"] = file.kind


def expire(now: datetime.datetime | None = None) -> int:
    """Destroy the files whose day is over, brought in or not; return how many there were."""
    over = list(ImportFile.objects.filter(expires_at__lte=now or timezone.now()).defer("content"))
    for file in over:
        # The key first: what is left after a crash is taken by the next call, and opens nothing.
        keys.destroy(ImportFile.owns_key, file.pk)
        with change("expire_import", by=None) as written:
            _remove(written, file)
    return len(over)


def register() -> None:
    """Have files destroyed when their day is over."""
    registries.chores["expired imports"] = expire
