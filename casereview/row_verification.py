"""Whether every row, and every version of it in the history, is as the chain says it was left."""

import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from casereview import audit, crypto, keys, row_codes
from casereview.models import AuditEntry, AuditRowCode
from casereview.records import Record, sealed_fields
from casereview.row_coverage import Shapes, code_of, columns_of, covered_models

SLICE = 500  # codes in memory, with the rows and versions that they are of
DISPOSED = "dispose_case"  # the entry after which a case's rows need not be there


class Finding(NamedTuple):
    """The entry that something contradicts, and what."""

    seq: int
    reason: str


class _Code(NamedTuple):
    key: uuid.UUID
    seq: int
    version: int
    code: bytes


class _Row(NamedTuple):
    """A row as it is, live or in the history."""

    version: int
    values: dict[str, Any]


def rows_that_differ(last: int, shapes: Shapes) -> Iterator[Finding]:
    """Yield what is not as an entry left it; `last` is the last entry that was checked."""
    with_codes = set(AuditRowCode.objects.order_by().values_list("table", flat=True).distinct())
    for model in covered_models():
        checked = _Checked(model, shapes)
        if checked.table in with_codes:
            yield from checked.coded()
        if checked.table in shapes or sealed_fields(model):
            yield from checked.strangers(last)


class _Checked:
    """One table under the check."""

    def __init__(self, model: type[Record], shapes: Shapes):
        self.model, self.shapes = model, shapes
        self.table = model._meta.db_table
        self.kept = getattr(model, "history", None)
        self.names = [column.name for column in row_codes.columns(model)]
        self.mac = keys.ring().mac

    def coded(self) -> Iterator[Finding]:
        """Yield what is not as its code says."""
        rows = AuditRowCode.objects.filter(table=self.table).order_by("key", "-entry", "-place")
        listed = rows.values_list("key", "entry_id", "row_version", "code")
        codes = map(_Code._make, listed.iterator(chunk_size=SLICE))
        for part in _slices(codes):
            yield from self.slice(part)

    def strangers(self, last: int) -> Iterator[Finding]:
        """Yield the rows that no entry speaks of."""
        spoken_of = AuditRowCode.objects.filter(table=self.table, key=OuterRef("pk"))
        strangers = self.model._base_manager.filter(~Exists(spoken_of))
        for key in strangers.values_list("pk", flat=True):
            # Written since, by somebody at work: its code came with it.
            if not AuditRowCode.objects.filter(table=self.table, key=key).exists():
                yield Finding(last, f"no entry speaks of row {key} of {self.table}")

    def slice(self, part: list[list[_Code]]) -> Iterator[Finding]:
        """Compare rows and their versions in history with the codes of each, newest code first."""
        every_key = [codes[0].key for codes in part]
        live = dict(self.read(self.model._base_manager, every_key))
        history: dict[uuid.UUID, dict[int, list[_Row]]] = {}
        if self.kept is not None:
            for key, row in self.read(self.kept.exclude(history_type="-"), every_key):
                history.setdefault(key, {}).setdefault(row.version, []).append(row)
        for codes in part:
            newest, key = codes[0], codes[0].key
            if not self.same(newest, live.get(key)) and not self.same_now(key):
                if not _disposed_of(codes):
                    what = "is not as the entry left it" if key in live else "is gone"
                    yield Finding(newest.seq, f"row {key} of {self.table} {what}")
                continue
            if self.kept is None:
                continue
            versions = history.get(key, {})
            for code in codes:
                found = versions.get(code.version, [])
                # Two that are the same say the same: a sign-in once left such a copy of a person.
                as_written = bool(found) and all(self.same(code, row) for row in found)
                if code.code and not as_written:
                    if not _disposed_of(codes):
                        which = f"version {code.version} of row {key} of {self.table}"
                        yield Finding(code.seq, f"{which} is not in the history as it was written")
            unknown = set(versions) - {code.version for code in codes}
            if unknown and self.unknown_now(key, unknown, codes):
                yield Finding(
                    newest.seq, f"the history of row {key} has a version no entry speaks of"
                )

    def read(self, rows: Any, wanted: list[uuid.UUID]) -> Iterator[tuple[uuid.UUID, _Row]]:
        """Yield rows as they are now, by key."""
        for row in rows.filter(id__in=wanted).values("id", "version", *self.names):
            yield row["id"], _Row(row["version"], row)

    def same(self, code: _Code, row: _Row | None) -> bool:
        """Tell whether a row is as the code says; an empty code says that there is none."""
        said = bytes(code.code)
        if not said:
            return row is None
        if row is None or row.version != code.version:
            return False
        columns = columns_of(self.model, said, self.shapes)
        if columns is None:
            return True  # over a column that a migration took away
        made = code_of(self.model, code.key, row.version, row.values, said, columns, self.mac)
        return crypto.same(said, made)

    def same_now(self, key: uuid.UUID) -> bool:
        """Look once more at a row that somebody may have saved meanwhile."""
        newest = (
            AuditRowCode.objects.filter(table=self.table, key=key)
            .order_by("-entry", "-place")
            .values_list("key", "entry_id", "row_version", "code")
            .first()
        )
        row = next((row for _, row in self.read(self.model._base_manager, [key])), None)
        return newest is not None and self.same(_Code._make(newest), row)

    def unknown_now(self, key: uuid.UUID, versions: set[int], codes: list[_Code]) -> bool:
        """Tell whether versions in the history still have no code; before a row was covered, the
        history may hold versions that none was made of."""
        rows = AuditRowCode.objects.filter(table=self.table, key=key)
        known = set(rows.values_list("row_version", flat=True))
        first = codes[-1]
        covered_late = AuditEntry.objects.filter(seq=first.seq, action="cover_rows").exists()
        return any(
            one not in known and not (covered_late and one < first.version) for one in versions
        )


def _slices(codes: Iterable[_Code]) -> Iterator[list[list[_Code]]]:
    """Yield the codes of some rows, row by row: as many rows as have a slice of codes together.

    A row that was changed often takes the room of many: memory is flat whoever changed what.
    """
    part: list[list[_Code]] = []
    held = 0
    for _, found in groupby(codes, key=itemgetter(0)):
        part.append(list(found))
        held += len(part[-1])
        if held >= SLICE:
            yield part
            part, held = [], 0
    if part:
        yield part


def _disposed_of(codes: list[_Code]) -> bool:
    """Tell whether a later entry says that the case of a row was disposed of."""
    entries = AuditEntry.objects.filter(seq__in=[code.seq for code in codes])
    cases = set(entries.exclude(case=None).values_list("case", flat=True))
    disposed = AuditEntry.objects.filter(case__in=cases, action=DISPOSED, outcome=audit.DONE)
    return disposed.filter(seq__gte=codes[0].seq).exists()
