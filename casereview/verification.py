"""Whether the audit chain holds, and whether every row is the row its last entry left.

Everything is read in slices, so memory stays flat, and nothing is locked: what looks wrong while
others write is looked at again before it is reported.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from casereview import audit, crypto, keys
from casereview.checkpoints import DECLARE, Checkpoint, Declared, declared_in
from casereview.database import streamed
from casereview.models import AuditEntry, AuditRowCode
from casereview.row_coverage import COVER, Shapes, add_shapes
from casereview.row_verification import DISPOSED, Finding, rows_that_differ

__all__ = ["DISPOSED", "Verdict", "verify", "verify_entries"]

SAYS_MORE = {COVER, DECLARE}
AT_ONCE = 500  # rows in memory: more is no quicker


@dataclass(frozen=True)
class Verdict:
    """What was found; `first_broken` is the number of the first entry that does not hold.

    For a row that no entry speaks of, it is the last entry. `declared` are the checkpoints whose
    entries are known to be lost, because an entry of the chain says so.
    """

    entries: int
    first_broken: int | None = None
    reason: str = ""
    checkpoints: int = 0
    declared: Sequence[Declared] = ()

    @property
    def ok(self) -> bool:
        return not self.reason

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as the command prints it."""
        told: dict[str, Any] = {
            "ok": self.ok,
            "entries": self.entries,
            "first_broken": self.first_broken,
            "reason": self.reason or None,
        }
        if self.checkpoints:
            told["checkpoints"] = self.checkpoints
        if self.declared:
            told["declared_gaps"] = [one._asdict() for one in self.declared]
        return told


@dataclass
class _Read:
    """What the entries of the chain said that the rest of the check needs."""

    entries: int = 0
    shapes: Shapes = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)
    seen: dict[int, bytes] = field(default_factory=dict)

    def hear(self, entry: Any) -> None:
        """Take in an entry that holds."""
        if entry.action == COVER:
            add_shapes(self.shapes, json.loads(entry.detail))
        elif gap := declared_in(entry):
            self.declared.append(gap)


def verify(checkpoints: Sequence[Checkpoint] = ()) -> Verdict:
    """Check the chain from its first entry, then checkpoints kept elsewhere, then the rows."""
    last = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    verdict, shapes = _verify_entries(last, checkpoints)
    differing = min(rows_that_differ(last, shapes), default=None) if verdict.ok else None
    if differing is None:
        return verdict
    return replace(verdict, first_broken=differing.seq, reason=differing.reason)


def verify_entries(checkpoints: Sequence[Checkpoint] = ()) -> Verdict:
    """Check the chain and the checkpoints, and no rows."""
    last = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    return _verify_entries(last, checkpoints)[0]


def _verify_entries(last: int, checkpoints: Sequence[Checkpoint]) -> tuple[Verdict, Shapes]:
    read = _Read()
    broken = _check_chain(last, read, {one.seq for one in checkpoints})
    if broken is None:
        broken = min(_contradicted(checkpoints, read), default=None)
    gaps = [gap for gap in read.declared if any(gap.lost(one) for one in checkpoints)]
    seq, reason = broken or (None, "")
    return Verdict(read.entries, seq, reason, len(checkpoints), gaps), read.shapes


def _contradicted(checkpoints: Sequence[Checkpoint], read: _Read) -> Iterator[Finding]:
    """Say of each checkpoint that the chain, which holds in itself, is not the one it was of."""
    for one in checkpoints:
        if any(gap.lost(one) for gap in read.declared):
            continue
        here = read.seen.get(one.seq)
        if here is None:
            yield Finding(
                read.entries + 1,
                f"the log ends at entry {read.entries}, a checkpoint saw entry {one.seq}: "
                "entries were cut off",
            )
        elif not one.saw(here):
            yield Finding(
                one.seq, f"a checkpoint saw another entry {one.seq}: the log was written anew"
            )


class _Entry(NamedTuple):
    """An entry as its database keeps it: of a million, turning values costs more than checking."""

    seq: int
    at: Any
    actor: Any
    acting_role: str
    session: str
    purpose: str
    case: Any
    table: str
    key: Any
    action: str
    outcome: str
    detail: str
    mac: bytes


def _check_chain(last: int, read: _Read, wanted: set[int]) -> Finding | None:
    """Read every entry, and return the first that does not follow from those before."""
    codes = _codes_by_entry(last)
    waiting = next(codes, None)
    previous, mac = audit.FIRST, keys.ring().mac
    rows = AuditEntry.objects.filter(seq__lte=last).order_by("seq")
    for entry in map(_Entry._make, streamed(rows.values_list(*_Entry._fields), AT_ONCE)):
        read.entries += 1
        if entry.seq != read.entries:
            return Finding(read.entries, f"entry {read.entries} is missing")
        own: Sequence[Any] = ()
        if waiting and waiting[0] == entry.seq:
            own, waiting = waiting[1], next(codes, None)
        elif waiting and waiting[0] < entry.seq:
            return Finding(waiting[0], "a row code is out of its place")
        if not _holds(previous, entry, own, mac):
            return Finding(entry.seq, "the entry or its row codes were changed")
        previous = bytes(entry.mac)
        if entry.seq in wanted:
            read.seen[entry.seq] = previous
        if entry.action in SAYS_MORE:
            read.hear(entry)
    if waiting:
        return Finding(waiting[0], "a row code belongs to no entry")
    return None


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
    for seq, found in groupby(listed.iterator(chunk_size=AT_ONCE), key=itemgetter(0)):
        yield seq, [row[2:] for row in sorted(found, key=itemgetter(1))]
