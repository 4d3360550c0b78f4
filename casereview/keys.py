"""Data keys: one for each owner, kept in a store of their own, so that destroying one destroys
everything sealed under it – live rows, history and old backups alike.

No transaction spans the key store and the main database: a key is committed before the rows it
protects, and an orphan key harms nobody.
"""

import datetime
import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from casereview import crypto
from casereview.database import KEYS, insert_rows, lock_ring, settle_journal, value_for

Owner = tuple[str, uuid.UUID]
# Owners asked for in one query: both databases take as many values.
AT_ONCE = 10_000
# The keys of an owner that are older than an epoch are destroyed for good under such a kind, in the
# key store, in backups and in archives of the keys alike: "meeting before 2".
_OLDER = re.compile(r"(?P<kind>.+) before (?P<epoch>[1-9][0-9]*)")

# Opened keys of this request only: a key destroyed elsewhere is gone at the next request.
_held: ContextVar[dict[Owner, dict[int, bytes]] | None] = ContextVar("held_keys", default=None)


@lru_cache(maxsize=1)
def _read(path: str, changed: tuple[int, ...]) -> crypto.KeyRing:
    return crypto.read_ring(Path(path))


def ring() -> crypto.KeyRing:
    """Return the key ring, read again whenever its file changes."""
    path = os.fspath(settings.KEYS_FILE)
    try:
        found = os.stat(path)
        changed: tuple[int, ...] = (found.st_mtime_ns, found.st_ino, found.st_size)
    except FileNotFoundError:
        changed = ()
    return _read(path, changed)


@contextmanager
def held() -> Iterator[None]:
    """Keep opened keys for the length of a request, a task or a command."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def _model():
    from casereview.keystore.models import DataKey

    return DataKey


def _rows(**wanted):
    """Return the wrapped keys as (kind, owner, epoch, wrapped), not yet asked for."""
    rows = _model().objects.using(KEYS).filter(**wanted)
    return rows.values_list("owner_kind", "owner_id", "epoch", "wrapped")


def _open(fetch: Callable[[], Iterable]) -> dict[Owner, dict[int, bytes]]:
    """Open the rows that `fetch` gets from the key store.

    A rotation may come between the rows and the ring: an epoch the ring does not hold is a reason
    to look at both once more.
    """
    for tries_left in (2, 1, 0):
        try:
            return _opened(list(fetch()), ring())
        except crypto.KeyMissing:
            if not tries_left:
                raise
            _read.cache_clear()
    raise AssertionError("the last try returns or raises")


def _opened(rows: Iterable, keys: crypto.KeyRing) -> dict[Owner, dict[int, bytes]]:
    found: dict[Owner, dict[int, bytes]] = {}
    unwrap = keys.unwrapper()
    for kind, owner, epoch, wrapped in rows:
        found.setdefault((kind, owner), {})[epoch] = unwrap(kind, owner, epoch, bytes(wrapped))
    return found


def prefetch(kind: str, owners: Iterable[uuid.UUID]) -> None:
    """Open the keys of many owners in one query, for a list that shows sealed text."""
    cache = _held.get()
    if cache is None:
        return
    wanted = [owner for owner in set(owners) if (kind, owner) not in cache]
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        cache.update(_open(_rows(owner_kind=kind, owner_id__in=part).all))


def _epochs(kind: str, owner: uuid.UUID) -> dict[int, bytes]:
    cache = _held.get()
    if cache is not None and (kind, owner) in cache:
        return cache[kind, owner]
    epochs = _open(_rows(owner_kind=kind, owner_id=owner).all).get((kind, owner), {})
    if cache is not None and epochs:
        cache[kind, owner] = epochs
    return epochs


def sealing_key(kind: str, owner: uuid.UUID) -> tuple[int, bytes]:
    """Return the owner's latest epoch and key.

    Raises:
        KeyMissing: the owner has no key; it is never made here, or a disposed case would revive.
    """
    epochs = _epochs(kind, owner)
    if not epochs:
        raise crypto.KeyMissing(f"no key for {kind} {owner}")
    epoch = max(epochs)
    return epoch, epochs[epoch]


def opening_key(kind: str, owner: uuid.UUID, epoch: int) -> bytes:
    """Return the key of one epoch.

    Raises:
        KeyMissing: it is not in the store.
    """
    try:
        return _epochs(kind, owner)[epoch]
    except KeyError:
        raise crypto.KeyMissing(f"no key of epoch {epoch} for {kind} {owner}") from None


def make(kind: str, owner: uuid.UUID) -> None:
    """Make and commit the first key of a new owner."""
    make_many(kind, [owner])


def make_many(kind: str, owners: list[uuid.UUID], *, hold: bool = True) -> dict[uuid.UUID, bytes]:
    """Make and commit first keys of new owners, and return them by owner.

    `hold` keeps them open for the rest of the request, as a key that was read is.

    Raises:
        IntegrityError: one of them has a key.
    """
    model, cache = _model(), _held.get() if hold else None
    names = ("id", "owner_kind", "owner_id", "epoch", "wrapped", "made_at")
    fields = [model._meta.get_field(name) for name in names]
    prepare = [value_for(field, connections[KEYS]) for field in fields]
    made, rows, now = {}, [], timezone.now()
    with transaction.atomic(using=KEYS):
        # The ring as it is now, and until these are committed: see `lock_ring`.
        lock_ring()
        keys = ring()
        for owner in owners:
            key = made[owner] = crypto.new_key()
            values = (uuid.uuid4(), kind, owner, 1, keys.wrap(kind, owner, 1, key), now)
            rows.append(
                [to(value) if to else value for to, value in zip(prepare, values, strict=True)]
            )
        insert_rows(KEYS, model._meta.db_table, names, rows)
    if cache is not None:
        cache.update({(kind, owner): {1: key} for owner, key in made.items()})
    return made


def renew(kind: str, owner: uuid.UUID) -> int:
    """Make and commit a further key of an owner, and return its epoch: from now on it seals.

    Raises:
        KeyMissing: the owner has no key.
    """
    from django.db.models import Max

    model = _model()
    with transaction.atomic(using=KEYS):
        lock_ring()
        rows = model.objects.using(KEYS).filter(owner_kind=kind, owner_id=owner)
        latest = rows.aggregate(latest=Max("epoch"))["latest"]
        if latest is None:
            raise crypto.KeyMissing(f"no key for {kind} {owner}")
        epoch = latest + 1
        row = model(owner_kind=kind, owner_id=owner, epoch=epoch)
        row.wrapped = ring().wrap(kind, owner, epoch, crypto.new_key())
        row.save(using=KEYS, force_insert=True)
    forget(kind, owner)
    return epoch


def forget(kind: str, owner: uuid.UUID) -> None:
    """Let go of what is held open of an owner's keys."""
    cache = _held.get()
    if cache is not None:
        cache.pop((kind, owner), None)


def destroy_before(kind: str, owner: uuid.UUID, epoch: int) -> int:
    """Destroy, for good, the keys of an owner that are older than `epoch`; return how many.

    What is still sealed under them can be read by nobody: seal again first what is to stay.
    """
    return destroy_for_good(f"{kind} before {epoch}", owner)


def older(kind: str, owner: uuid.UUID, epoch: int) -> int:
    """Return how many keys of an owner are older than `epoch`."""
    rows = _model().objects.using(KEYS).filter(owner_kind=kind, owner_id=owner, epoch__lt=epoch)
    return rows.count()


def _which(kind: str) -> tuple[str, int | None]:
    """Return whose keys a kind of destruction means, and before which epoch; None is all."""
    older = _OLDER.fullmatch(kind)
    return (older["kind"], int(older["epoch"])) if older else (kind, None)


def destroy(kind: str, owner: uuid.UUID) -> int:
    """Destroy every key of an owner and return how many there were. Nothing brings them back."""
    return destroy_many(kind, [owner])


def destroy_many(kind: str, owners: Sequence[uuid.UUID]) -> int:
    """Destroy every key of these owners and return how many there were."""
    kind, before = _which(kind)
    destroyed = 0
    for start in range(0, len(owners), 500):
        part = owners[start : start + 500]
        for owner in part:
            forget(kind, owner)
        rows = _model().objects.using(KEYS).filter(owner_kind=kind, owner_id__in=part)
        if before is not None:
            rows = rows.filter(epoch__lt=before)
        destroyed += rows.delete()[0]
    return destroyed


def destroy_for_good(kind: str, owner: uuid.UUID) -> int:
    """Destroy every key of an owner, and let no backup of the keys bring one back.

    Done again, it changes nothing.
    """
    from casereview.keystore.models import DestroyedKey

    with transaction.atomic(using=KEYS):
        DestroyedKey.objects.using(KEYS).get_or_create(
            owner_kind=kind, owner_id=owner, defaults={"destroyed_at": timezone.now()}
        )
        gone = destroy(kind, owner)
    settle_journal(KEYS)
    return gone


def destroyed() -> list[tuple[str, uuid.UUID, datetime.datetime]]:
    """Return whose keys were destroyed for good, and when."""
    from casereview.keystore.models import DestroyedKey

    rows = DestroyedKey.objects.using(KEYS).order_by("destroyed_at", "owner_id")
    return list(rows.values_list("owner_kind", "owner_id", "destroyed_at"))


def stays_destroyed() -> Callable[[str, uuid.UUID, int], bool]:
    """Return what says whether a key, by kind, owner and epoch, was destroyed for good."""
    whole: set[Owner] = set()
    before: dict[Owner, int] = {}
    for said, owner, _ in destroyed():
        kind, epoch = _which(said)
        if epoch is None:
            whole.add((kind, owner))
        else:
            before[kind, owner] = max(epoch, before.get((kind, owner), 0))
    return lambda kind, owner, epoch: (kind, owner) in whole or epoch < before.get((kind, owner), 0)


def destroyed_of(kind: str) -> set[uuid.UUID]:
    """Return the owners of one kind whose keys were destroyed for good."""
    from casereview.keystore.models import DestroyedKey

    rows = DestroyedKey.objects.using(KEYS).filter(owner_kind=kind)
    return set(rows.values_list("owner_id", flat=True))


def owners(kind: str) -> list[uuid.UUID]:
    """Return the owners of one kind that have a key."""
    rows = _model().objects.using(KEYS).filter(owner_kind=kind)
    return list(rows.order_by().values_list("owner_id", flat=True).distinct())


def sweep(kind: str, known: set[uuid.UUID]) -> int:
    """Destroy keys whose owner was never committed; return how many."""
    return destroy_many(kind, list(set(owners(kind)) - known))
