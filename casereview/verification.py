"""Whether the audit chain holds, and whether every sealed row is the row its last entry left.

Everything is read in slices, so memory stays flat, and nothing is locked: what looks wrong while
others write is looked at again before it is reported.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Exists, OuterRef

from casereview import audit, crypto, keys
from casereview.models import AuditEntry, AuditRowCode
from casereview.records import Record, sealed_fields

SLICE = 500
DISPOSED = "dispose_case"  # the entry after which a case's rows need not be there


@dataclass(frozen=True)
class Verdict:
    """What was found; `first_broken` is the number of the first entry that does not hold.

    For a row that no entry speaks of, it is the last entry.
    """

    entries: int
    first_broken: int | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        return not self.reason

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as the command prints it."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "first_broken": self.first_broken,
            "reason": self.reason or None,
        }


class _Finding(NamedTuple):
    seq: int
    reason: str


def verify() -> Verdict:
    """Check the chain from its first entry, then the rows that its row codes speak of."""
    last = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    entries, broken = _check_chain(last)
    if broken is None:
        found = [each for model in _sealed_models() for each in _check_rows(model, last)]
        broken = min(found, default=None)
    if broken is None:
        return Verdict(entries)
    return Verdict(entries, broken.seq, broken.reason)


_ENTRY = (
    *("seq", "at", "actor", "acting_role", "session", "purpose", "case", "table", "key"),
    *("action", "outcome", "detail", "mac"),
)


def _check_chain(last: int) -> tuple[int, _Finding | None]:
    """Return how many entries were read and the first that does not follow from those before."""
    codes = _codes_by_entry(last)
    waiting = next(codes, None)
    previous, entries, mac = audit.FIRST, 0, keys.ring().mac
    rows = AuditEntry.objects.filter(seq__lte=last).order_by("seq")
    for entry in rows.values_list(*_ENTRY, named=True).iterator(chunk_size=2_000):
        entries += 1
        if entry.seq != entries:
            return entries, _Finding(entries, f"entry {entries} is missing")
        own: Sequence[Any] = ()
        if waiting and waiting[0] == entry.seq:
            own, waiting = waiting[1], next(codes, None)
        elif waiting and waiting[0] < entry.seq:
            return entries, _Finding(waiting[0], "a row code is out of its place")
        if not _holds(previous, entry, own, mac):
            return entries, _Finding(entry.seq, "the entry or its row codes were changed")
        previous = bytes(entry.mac)
    if waiting:
        return entries, _Finding(waiting[0], "a row code belongs to no entry")
    return entries, None


def _holds(previous: bytes, entry: Any, codes: Sequence[Any], mac) -> bool:
    try:
        expected = audit.chain(previous, entry, codes, mac)
    except (TypeError, ValueError, AttributeError):
        return False  # a value of a kind that no entry has
    return crypto.same(expected, bytes(entry.mac or b""))


def _codes_by_entry(last: int) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """Yield the row codes of each entry that has any; they were written in this order."""
    rows = AuditRowCode.objects.filter(entry__lte=last).order_by("id")
    listed = rows.values_list("entry_id", "place", "table", "key", "row_version", "code")
    for seq, found in groupby(listed.iterator(chunk_size=2_000), key=itemgetter(0)):
        yield seq, [row[2:] for row in sorted(found, key=itemgetter(1))]


def _sealed_models() -> list[type[Record]]:
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Record) and sealed_fields(model) and not model._meta.proxy
    ]


class _Code(NamedTuple):
    key: uuid.UUID
    seq: int
    version: int
    code: bytes


def _check_rows(model: type[Record], last: int) -> Iterator[_Finding]:
    table = model._meta.db_table
    rows = AuditRowCode.objects.filter(table=table).order_by("key", "-entry", "-place")
    listed = rows.values_list("key", "entry_id", "row_version", "code").iterator(chunk_size=2_000)
    groups = groupby(map(_Code._make, listed), key=itemgetter(0))
    while part := [list(codes) for _, codes in islice(groups, SLICE)]:
        yield from _check_slice(model, part)
    spoken_of = AuditRowCode.objects.filter(table=table, key=OuterRef("pk"))
    for key in model._default_manager.filter(~Exists(spoken_of)).values_list("pk", flat=True):
        # Written since, by somebody at work: its code came with it.
        if not AuditRowCode.objects.filter(table=table, key=key).exists():
            yield _Finding(last, f"no entry speaks of row {key} of {table}")


def _check_slice(model: type[Record], part: list[list[_Code]]) -> Iterator[_Finding]:
    """Compare rows and their versions in history with the codes of each, newest code first."""
    every_key = [codes[0].key for codes in part]
    live = {key: found for key, _, found in _read(model, model._default_manager, every_key)}
    history: dict[tuple[uuid.UUID, int], list[bytes]] = {}
    kept = getattr(model, "history", None)
    if kept is not None:
        for key, version, read in _read(model, kept.exclude(history_type="-"), every_key):
            history.setdefault((key, version), []).append(read)
    for codes in part:
        newest = codes[0]
        if not _same(newest, live.get(newest.key)) and not _same_now(model, newest.key):
            if not _disposed_of(newest.seq):
                what = "is not as the entry left it" if newest.key in live else "is gone"
                yield _Finding(newest.seq, f"row {newest.key} of {model._meta.db_table} {what}")
            continue
        for code in codes if kept is not None else ():
            if not code.code:
                continue
            found = history.pop((code.key, code.version), [])
            if found != [bytes(code.code)] and not _disposed_of(code.seq):
                reason = f"version {code.version} of row {code.key} of {model._meta.db_table}"
                yield _Finding(code.seq, f"{reason} is not in the history as it was written")
    unknown = {key for key, _ in history}
    for codes in part:
        if codes[0].key in unknown and _same_now(model, codes[0].key, history):
            yield _Finding(
                codes[0].seq, f"the history of row {codes[0].key} has a version no entry speaks of"
            )


def _read(model: type[Record], rows, wanted) -> Iterator[tuple[uuid.UUID, int, bytes]]:
    """Yield key, version and code of rows, live or of history, as they are now."""
    names = [field.attname for field in sealed_fields(model)]
    mac, table = keys.ring().mac, model._meta.db_table
    for key, version, *sealed in rows.filter(id__in=wanted).values_list("id", "version", *names):
        blobs = [value and value.blob for value in sealed]
        yield key, version, audit.row_code(table, key, version, blobs, mac).code


def _same(code: _Code, live: bytes | None) -> bool:
    """Tell whether the live row is as the code says; an empty code says that there is none."""
    if not code.code:
        return live is None
    return live is not None and crypto.same(bytes(code.code), live)


def _same_now(model: type[Record], key: uuid.UUID, history: dict | None = None) -> bool:
    """Look once more at a row that somebody may have saved meanwhile.

    With `history`, the versions that no code was found for: whether one still has none.
    """
    rows = AuditRowCode.objects.filter(table=model._meta.db_table, key=key)
    listed = rows.order_by("-entry", "-place")
    if history is not None:
        known = set(listed.values_list("row_version", flat=True))
        return any(owner == key and version not in known for owner, version in history)
    newest = listed.values_list("key", "entry_id", "row_version", "code").first()
    live = next((code for _, _, code in _read(model, model._default_manager, [key])), None)
    return newest is not None and _same(_Code._make(newest), live)


def _disposed_of(seq: int) -> bool:
    """Tell whether a later entry says that the case of this one was disposed of."""
    case = AuditEntry.objects.filter(seq=seq).values_list("case", flat=True).first()
    if case is None:
        return False
    disposed = AuditEntry.objects.filter(case=case, action=DISPOSED, outcome=audit.DONE)
    return disposed.filter(seq__gte=seq).exists()
