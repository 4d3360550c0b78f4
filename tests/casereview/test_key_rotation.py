"""A rotation killed anywhere is finished by the next, and every key opens all the while."""

import io
import json
import shutil
import uuid
from pathlib import Path

import pytest
from django.conf import settings as live
from django.core.management import call_command
from django.db import IntegrityError

from casereview import crypto, key_rotation, keys
from casereview.database import KEYS
from casereview.key_rotation import RotationRefused, Step, rotate
from casereview.keystore.models import DataKey
from casereview.management.base import Refused
from casereview.models import AuditEntry, UpkeepRecord

pytestmark = pytest.mark.django_db
OWNERS = 5


class Killed(BaseException):
    """What a kill is to the process: nothing catches it."""


@pytest.fixture
def store(settings, tmp_path, monkeypatch):
    """A ring of the test's own, batches of two, and five keys; returns them by owner."""
    settings.KEYS_FILE = tmp_path / "ring" / "ring.json"
    settings.KEYS_FILE.parent.mkdir(mode=0o700)
    DataKey.objects.using(KEYS).all().delete()
    crypto.make_ring(settings.KEYS_FILE)
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    return keys.make_many("case", [uuid.uuid4() for _ in range(OWNERS)], hold=False)


def opened(store) -> dict:
    """Read each key as a request does that has just begun."""
    with keys.held():
        return {owner: keys.opening_key("case", owner, 1) for owner in store}


def run(name: str, *arguments: str) -> dict:
    out = io.StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_rotation_wraps_every_key_anew_and_retires_the_old_epoch(store):
    before = {row.pk: bytes(row.wrapped) for row in DataKey.objects.using(KEYS)}
    root = keys.ring().root

    said = run("rotate_keys")
    status = run("keys_status")

    after = {row.pk: bytes(row.wrapped) for row in DataKey.objects.using(KEYS)}
    assert said == {"ok": True, "epoch": 2, "rewrapped": OWNERS, "retired": [1], "resumed": False}
    assert all(before[key] != after[key] for key in before)
    assert opened(store) == store
    assert keys.ring().root == root
    assert [(one["epoch"], one["keys"], one["seals"]) for one in status["epochs"]] == [
        (2, OWNERS, True)
    ]
    entry = AuditEntry.objects.get(action="rotate_keys")
    assert json.loads(entry.detail) == {"epoch": 2, "keys": OWNERS, "retiring": [1]}
    assert UpkeepRecord.objects.get(kind="rotation").details["keys"] == OWNERS
    assert live.KEYS_FILE.stat().st_mode & 0o777 == 0o600


def test_the_status_tells_no_secret(store):
    secret = [key.hex() for key in (*keys.ring().epochs.values(), keys.ring().root)]

    out = io.StringIO()
    call_command("keys_status", stdout=out)
    said = out.getvalue() + json.dumps(run("keys_status"))

    assert not [key for key in secret if key in said or key[:16] in said]
    assert keys.ring().fingerprint() in said


# Two writes of the ring before, three batches, what is told, and the last write of the ring.
@pytest.mark.parametrize("after_the_write", [False, True])
@pytest.mark.parametrize("number", range(7))
def test_killed_at_any_write_every_key_opens_and_the_next_run_finishes(
    store, monkeypatch, number, after_the_write
):
    writes = 0

    def dying(write):
        def counted(*args, **kwargs):
            nonlocal writes
            dies = writes == number
            writes += 1
            if dies and not after_the_write:
                raise Killed
            done = write(*args, **kwargs)
            assert opened(store) == store
            if dies:
                raise Killed
            return done

        return counted

    with monkeypatch.context() as patched:
        patched.setattr(key_rotation, "_write", dying(key_rotation._write))
        patched.setattr(key_rotation, "_rewrap_batch", dying(key_rotation._rewrap_batch))
        patched.setattr(key_rotation, "_tell", dying(key_rotation._tell))
        with pytest.raises(Killed):
            rotate()

    # The last write was made: that rotation is over, and the next is a new one.
    over = number == 6 and after_the_write
    assert opened(store) == store

    done = rotate()

    assert opened(store) == store
    assert done.epoch == (3 if over else 2)
    assert keys.ring().epochs.keys() == {done.epoch}
    assert key_rotation.keys_under() == {done.epoch: OWNERS}


def test_steps_for_several_hosts_follow_one_another(store):
    with pytest.raises(RotationRefused, match="Prepare first"):
        rotate((Step.REWRAP,))

    prepared = rotate((Step.PREPARE,))
    owner = uuid.uuid4()
    keys.make("case", owner)
    with pytest.raises(RotationRefused, match="Rewrap first"):
        rotate((Step.RETIRE,))
    rewrapped = rotate((Step.REWRAP,))
    still = keys.ring().epochs.keys()
    retired = rotate((Step.RETIRE,))

    assert (prepared.epoch, rewrapped.epoch, rewrapped.rewrapped) == (1, 2, OWNERS + 1)
    assert still == {1, 2}
    assert retired.retired == (1,)
    assert opened(store) == store


def test_an_epoch_in_use_is_never_retired(store):
    """Another host, whose ring is older, wraps a key under the old epoch after the rewrapping."""
    rotate((Step.PREPARE,))
    old = keys.ring()
    rotate((Step.REWRAP,))
    row = DataKey.objects.using(KEYS).first()
    row.wrapped = old.wrap("case", row.owner_id, 1, store[row.owner_id])
    row.save(using=KEYS)

    with pytest.raises(RotationRefused, match="1 keys are wrapped under an epoch"):
        rotate((Step.RETIRE,))

    assert keys.ring().epochs.keys() == {1, 2}
    assert rotate().retired == (1,)
    assert opened(store) == store


def test_a_process_that_read_the_ring_before_learns_of_the_new_epoch(store, monkeypatch):
    """The rows come after the rotation, the ring was read before it: both are read again."""
    stale, asked = keys.ring(), []
    rotate()

    def ring_read_late():
        asked.append(1)
        return stale if len(asked) == 1 else crypto.read_ring(Path(live.KEYS_FILE))

    monkeypatch.setattr(keys, "ring", ring_read_late)

    assert opened(store) == store
    assert len(asked) == OWNERS + 1


def test_a_key_that_does_not_open_keeps_the_old_epoch(store):
    row = DataKey.objects.using(KEYS).first()
    damaged = bytearray(row.wrapped)
    damaged[-1] ^= 1
    row.wrapped = bytes(damaged)
    row.save(using=KEYS)

    with pytest.raises(Refused):
        call_command("rotate_keys")

    assert keys.ring().epochs.keys() == {1, 2}


def test_a_second_rotation_at_once_is_refused(store):
    with key_rotation._alone(), pytest.raises(RotationRefused, match="another rotation"):
        rotate()


def test_keys_of_a_lost_epoch_are_reported(store):
    shutil.copy(live.KEYS_FILE, live.KEYS_FILE.with_name("kept"))
    rotate()
    (live.KEYS_FILE.with_name("kept")).replace(live.KEYS_FILE)

    with pytest.raises(Refused, match="holds epoch 2"):
        call_command("keys_status")


def test_drafts_of_a_killed_writer_are_cleared_away(store):
    draft = live.KEYS_FILE.with_name(f".{live.KEYS_FILE.name}.0123abcd")
    draft.write_text("a key")

    rotate()

    assert sorted(path.name for path in live.KEYS_FILE.parent.iterdir()) == ["ring.json"]


def test_an_owner_keeps_the_one_first_key(store):
    with pytest.raises(IntegrityError):
        keys.make("case", next(iter(store)))
