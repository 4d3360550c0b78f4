"""Jobs: there exactly when their change is, ids only, tried again, and never a word of an error."""

import datetime
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from casereview import jobs, keys, progress, registries, upkeep
from casereview.database import KEYS
from casereview.keystore.models import DataKey
from casereview.models import AuditEntry, Case, OutboxMessage, TaskProgress, User
from tests.working import do_jobs

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def calls(monkeypatch):
    """A job named `note` that remembers what it was given."""
    monkeypatch.setattr(jobs, "_jobs", dict(jobs._jobs))
    remembered: list[dict] = []
    jobs.job("note")(lambda **ids: remembered.append(ids))
    return remembered


@pytest.fixture
def failing(monkeypatch):
    """A job named `failing` that says a child's name when it fails."""
    monkeypatch.setattr(jobs, "_jobs", dict(jobs._jobs))

    @jobs.job("failing")
    def fail() -> None:
        raise ValueError("Planted Child died")


def test_a_job_is_done_by_the_worker_with_the_ids_it_was_given(calls):
    key = uuid.uuid4()

    jobs.enqueue("note", message=key, year=2015, board="LEICESTER")
    do_jobs()

    assert calls == [{"message": key, "year": 2015, "board": "LEICESTER"}]


@pytest.mark.django_db(transaction=True)
def test_the_worker_commits_what_it_does_and_ends_when_nothing_is_left(calls):
    jobs.enqueue("note")
    jobs.enqueue("note", year=2015)

    call_command("worker", batch=True)

    assert calls == [{}, {"year": 2015}]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


@pytest.mark.parametrize(
    "value",
    [
        "Ada Example",
        "CD-2015-0007",
        "999 744 3403",
        9997443403,
        -1,
        1.5,
        None,
        True,
        ["a"],
        "x" * 41,
    ],
)
def test_a_job_takes_no_name_reference_or_number_of_a_person(calls, value):
    with pytest.raises(ValueError, match="is not an id"):
        jobs.enqueue("note", thing=value)

    assert not DBTaskResult.objects.exists()


def test_an_unknown_job_is_refused_where_it_is_put_in():
    with pytest.raises(KeyError):
        jobs.enqueue("no_such_job")


def test_a_change_that_is_undone_leaves_no_job(calls):
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("note")
        raise RuntimeError

    do_jobs()

    assert calls == []


def test_a_job_that_waits_is_not_put_in_twice(calls):
    first = jobs.enqueue_unless_waiting("note", year=2015)
    second = jobs.enqueue_unless_waiting("note", year=2015)
    other = jobs.enqueue_unless_waiting("note", year=2016)

    assert first and other and second is None
    do_jobs()
    assert jobs.enqueue_unless_waiting("note", year=2015)


def test_a_job_of_a_day_is_put_in_once_even_after_it_was_done(calls):
    jobs.enqueue_once("note", day=735000)
    do_jobs()

    assert jobs.enqueue_once("note", day=735000) is None
    assert jobs.enqueue_once("note", day=735001)


def test_a_failed_job_is_tried_again_later_and_in_the_end_given_up(failing):
    jobs.enqueue("failing")
    waits = []

    for _ in range(jobs.ATTEMPTS):
        do_jobs()
        if again := DBTaskResult.objects.filter(status="READY").first():
            waits.append(again.run_after - timezone.now())
            again.run_after = timezone.now()
            again.save(update_fields=["run_after"])

    assert [round(wait.total_seconds() / 60) for wait in waits] == [1, 5, 25, 125]
    assert DBTaskResult.objects.filter(status="FAILED").count() == jobs.ATTEMPTS
    assert not DBTaskResult.objects.filter(status="READY").exists()


def test_nothing_of_the_errors_own_words_is_kept_with_a_failed_job(failing):
    jobs.enqueue("failing")

    do_jobs()

    row = DBTaskResult.objects.get(status="FAILED")
    assert "Planted" not in row.traceback
    assert "ValueError" in row.traceback


def test_a_job_whose_worker_died_is_put_back(calls):
    jobs.enqueue("note")
    row = DBTaskResult.objects.get()
    row.claim("a worker that died")
    row.started_at = timezone.now() - jobs.LOST_AFTER - datetime.timedelta(minutes=1)
    row.save(update_fields=["started_at"])

    recovered = jobs.recover_lost(timezone.now())
    do_jobs()

    assert (recovered, calls) == (1, [{}])


def test_a_job_in_hand_is_left_to_its_worker(calls):
    jobs.enqueue("note")
    DBTaskResult.objects.get().claim("a worker at work")

    assert jobs.recover_lost(timezone.now()) == 0


def test_done_jobs_are_pruned_after_three_days(calls):
    jobs.enqueue("note")
    do_jobs()
    now = timezone.now()

    assert jobs.prune(now + datetime.timedelta(days=2)) == 0
    assert jobs.prune(now + datetime.timedelta(days=4)) == 1


def test_progress_goes_from_waiting_over_steps_to_done(manager, case):
    waiting = progress.begin_waiting(kind="pack", by=manager, case=case)

    running = progress.start(waiting.pk, total=3)
    progress.step(running, 2)
    assert (TaskProgress.objects.get().state, TaskProgress.objects.get().done) == ("running", 2)
    progress.finish(running)

    row = TaskProgress.objects.get()
    assert (row.state, row.done, row.total) == ("done", 3, 3)
    assert row.expires_at - row.finished_at == progress.KEPT_FOR


def test_work_that_is_asked_to_stop_ends_at_its_next_step(manager):
    running = progress.start(progress.begin_waiting(kind="pack", by=manager).pk, total=3)

    progress.ask_to_stop(TaskProgress.objects.get())

    with pytest.raises(progress.Stopped):
        progress.step(running)
    assert TaskProgress.objects.get().state == "cancelled"


def test_a_failure_is_kept_by_its_kind_alone(manager):
    running = progress.start(progress.begin_waiting(kind="pack", by=manager).pk, total=3)

    progress.fail(running, ValueError("Planted Child"))

    row = TaskProgress.objects.get()
    assert (row.state, row.failure) == ("failed", "ValueError")


def test_tick_puts_in_the_days_work_once_however_often_it_is_called():
    now = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)

    first = upkeep.tick(now)
    second = upkeep.tick(now + datetime.timedelta(minutes=1))

    assert first == {
        "reminding": 1,
        "sending": 0,
        "clearing": 1,
        "recovered": 0,
        **dict.fromkeys(registries.chores, 0),
        "checkpoint": 1,
    }
    assert not any(second.values())
    assert DBTaskResult.objects.count() == 3


def test_nobody_is_reminded_at_night():
    assert upkeep.tick(datetime.datetime(2026, 3, 2, 6, 59, tzinfo=datetime.UTC))["reminding"] == 0


def _age_keys(days: int) -> None:
    for row in DataKey.objects.using(KEYS).all():
        row.made_at = timezone.now() - datetime.timedelta(days=days)
        row.save(using=KEYS, update_fields=["made_at"])


def test_clearing_up_destroys_old_keys_whose_owner_was_never_committed(case):
    orphan = uuid.uuid4()
    keys.make("case", orphan)
    _age_keys(8)

    upkeep.clear_up(day=1)

    owners = set(DataKey.objects.using(KEYS).values_list("owner_id", flat=True))
    assert orphan not in owners
    assert case.pk in owners
    assert AuditEntry.objects.filter(action="sweep_keys").count() == 1


def test_a_young_key_may_belong_to_a_transaction_still_running():
    young = uuid.uuid4()
    keys.make("case", young)
    _age_keys(6)

    assert upkeep.sweep_keys("case", Case, timezone.now()) == 0


def test_so_many_orphans_that_the_database_must_be_the_wrong_one_are_left_alone():
    keys.make_many("case", [uuid.uuid4() for _ in range(upkeep.FEW_ORPHANS + 1)])
    _age_keys(8)

    with pytest.raises(upkeep.TooManyOrphans):
        upkeep.sweep_keys("case", Case, timezone.now())

    assert DataKey.objects.using(KEYS).count() == upkeep.FEW_ORPHANS + 1


def test_every_kind_of_key_has_its_owners_model():
    assert upkeep.owners_of_keys()["case"] is Case
    assert upkeep.owners_of_keys()["user"] is User


def test_clearing_up_leaves_messages_that_wait(manager):
    old = timezone.now() - datetime.timedelta(days=100)
    for rule, state in (("a", "waiting"), ("b", "sent")):
        message = OutboxMessage(
            to_user=manager, template="work_due", rule=rule, day=old.date(), next_try_at=old
        )
        message.state = state
        message.save()
        message.made_at = old
        message.save(update_fields=["made_at"])

    upkeep.clear_up(day=1)

    assert list(OutboxMessage.objects.values_list("rule", flat=True)) == ["a"]


def test_sweeping_writes_no_entry_when_there_was_nothing_to_sweep(case):
    before = AuditEntry.objects.count()

    upkeep.clear_up(day=1)

    assert AuditEntry.objects.count() == before


def listens(process: subprocess.Popen) -> bool:
    """Say whether a process has made arrangements for being told to end."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return bool(caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process listens to")
def test_a_worker_and_a_tick_in_a_loop_end_cleanly_when_told(tmp_path):
    surroundings = {
        **{key: value for key, value in os.environ.items() if "DATABASE_URL" not in key},
        "CASEREVIEW_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    def start(*arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=surroundings,
        check=True,
    )
    running = [start("worker", "--interval", "0.2"), start("tick", "--loop", "1")]
    until = time.monotonic() + 60
    while not all(listens(process) for process in running) and time.monotonic() < until:
        time.sleep(0.1)
    assert [process.poll() for process in running] == [None, None]

    for process in running:
        process.send_signal(signal.SIGTERM)
    said = [process.communicate(timeout=40)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0]
    assert said[0] == ""
    assert "Traceback" not in said[1]
