"""A new wrapping key: every data key is wrapped again under it, and the old one is retired.

Each step is whole by itself, so that a rotation that was killed anywhere is finished by the next
one; in between, every key opens, since the ring holds both epochs until nothing uses the old one.
What is sealed under the data keys is not touched.
"""

import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from casereview import audit, crypto, keys, upkeep_records
from casereview.database import KEYS, lock_ring, replace_bytes
from casereview.keystore.models import DataKey

BATCH = 500


class Step(StrEnum):
    """One step of a rotation, for several hosts whose copies of the ring change one by one."""

    PREPARE = "prepare"  # the new epoch is in the ring and opens; the old one still seals
    REWRAP = "rewrap"  # the new epoch seals, and every key is wrapped under it
    RETIRE = "retire"  # the old epochs leave the ring


class RotationRefused(Exception):
    """The step cannot be done; the words say why and what to do."""


@dataclass(frozen=True)
class Rotated:
    """What one run did: the epoch that seals now, how many keys went under it, what was retired."""

    epoch: int
    rewrapped: int
    retired: tuple[int, ...]
    resumed: bool


def rotate(steps: tuple[Step, ...] = tuple(Step)) -> Rotated:
    """Do the steps of a rotation; one that was begun before is finished, not begun anew.

    Raises:
        RotationRefused: another rotation is running, or a step does not follow from the last.
    """
    with _alone():
        ring = keys.ring()
        resumed = len(ring.epochs) > 1
        if Step.PREPARE in steps and not resumed:
            ring = _write(_with_new_epoch(ring))
        epoch, rewrapped = ring.current, 0
        retired: tuple[int, ...] = ()
        if Step.REWRAP in steps:
            epoch, rewrapped = _rewrap(ring)
        if Step.RETIRE in steps:
            retired = _retire(rewrapped)
        elif Step.REWRAP in steps:
            _tell(epoch, rewrapped, ())
        return Rotated(epoch, rewrapped, retired, resumed)


@contextmanager
def _alone() -> Iterator[None]:
    """Let no second rotation of this ring run; the system lets go when the process ends."""
    descriptor = os.open(Path(settings.KEYS_FILE).parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RotationRefused("Wait: another rotation is running") from None
        yield
    finally:
        os.close(descriptor)


def _write(ring: crypto.KeyRing) -> crypto.KeyRing:
    crypto.write_ring(Path(settings.KEYS_FILE), ring)
    return keys.ring()


def _with_new_epoch(ring: crypto.KeyRing) -> crypto.KeyRing:
    epochs = {**ring.epochs, max(ring.epochs) + 1: crypto.new_key()}
    return replace(ring, epochs=epochs, sealing=ring.current)


def _rewrap(ring: crypto.KeyRing) -> tuple[int, int]:
    """Let the newest epoch seal and wrap every key under it; return it and how many there were."""
    newest = max(ring.epochs)
    if len(ring.epochs) == 1:
        raise RotationRefused("Prepare first: the ring holds one epoch, there is no newer one")
    if ring.current != newest:
        with transaction.atomic(using=KEYS):
            # Keys being committed under the old epoch come first, and are found below.
            lock_ring(alone=True)
            ring = _write(replace(ring, sealing=newest))
    rewrapped = 0
    # Another host may have wrapped some under the old epoch meanwhile: until there are none.
    while done := sum(_rewrap_batch(ring, batch) for batch in _batches(newest)):
        rewrapped += done
    return newest, rewrapped


def _batches(newest: int) -> Iterator[list]:
    """Yield keys that are wrapped under other epochs than the newest, some at a time."""
    rows = DataKey.objects.using(KEYS).order_by("pk")
    names = ("pk", "owner_kind", "owner_id", "epoch", "wrapped")
    after = None
    while True:
        part = rows if after is None else rows.filter(pk__gt=after)
        found = list(part.values_list(*names)[: BATCH * 4])
        if not found:
            return
        after = found[-1][0]
        old = [row for row in found if crypto.epoch_of(bytes(row[-1])) != newest]
        for start in range(0, len(old), BATCH):
            yield old[start : start + BATCH]


def _rewrap_batch(ring: crypto.KeyRing, batch: list) -> int:
    again = []
    for key, kind, owner, epoch, wrapped in batch:
        data_key = ring.unwrap(kind, owner, epoch, bytes(wrapped))
        again.append((key, bytes(wrapped), ring.wrap(kind, owner, epoch, data_key)))
    with transaction.atomic(using=KEYS):
        replace_bytes(KEYS, DataKey._meta.db_table, "wrapped", again)
    return len(again)


def _retire(rewrapped: int) -> tuple[int, ...]:
    """Take the epochs that nothing is wrapped under out of the ring; the audit entry comes first.

    Raises:
        RotationRefused: a key is still wrapped under one of them.
    """
    ring = keys.ring()
    old = tuple(epoch for epoch in sorted(ring.epochs) if epoch != max(ring.epochs))
    if not old:
        return ()
    if ring.current != max(ring.epochs):
        raise RotationRefused("Rewrap first: the old epoch still seals")
    _tell(ring.current, rewrapped, old)
    with transaction.atomic(using=KEYS):
        lock_ring(alone=True)
        if left := sum(keys_under().get(epoch, 0) for epoch in old):
            raise RotationRefused(
                f"Rewrap first: {left} keys are wrapped under an epoch to be retired"
            )
        _write(replace(ring, epochs={ring.current: ring.epochs[ring.current]}))
    return old


def _tell(epoch: int, rewrapped: int, retiring: tuple[int, ...]) -> None:
    detail: dict[str, Any] = {"epoch": epoch, "keys": rewrapped, "retiring": list(retiring)}
    with transaction.atomic():
        audit.append("rotate_keys", detail=detail)
        upkeep_records.note(upkeep_records.Kind.ROTATION, at=timezone.now(), **detail)


def keys_under() -> Counter[int]:
    """Return how many data keys are wrapped under each epoch."""
    rows = DataKey.objects.using(KEYS).order_by().values_list("wrapped", flat=True)
    return Counter(crypto.epoch_of(bytes(blob)) for blob in rows.iterator(chunk_size=2_000))


def status() -> dict[str, Any]:
    """Return what is known of the ring and the store: numbers and fingerprints, no secret."""
    ring, counted = keys.ring(), keys_under()
    last = upkeep_records.last(upkeep_records.Kind.ROTATION)
    return {
        "ring": ring.fingerprint(),
        "epochs": [
            {
                "epoch": epoch,
                "seals": epoch == ring.current,
                "in_ring": epoch in ring.epochs,
                "keys": counted.get(epoch, 0),
                "fingerprint": ring.fingerprint(epoch) if epoch in ring.epochs else None,
            }
            for epoch in sorted({*ring.epochs, *counted})
        ],
        "keys": sum(counted.values()),
        "rotation_unfinished": len(ring.epochs) > 1,
        "last_rotation": last.at.isoformat() if last else None,
    }
