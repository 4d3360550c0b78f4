"""Many rows at once: rows, history and audit together, as a Change would have written them.

Model objects cost more than everything else an import does, so rows are compiled to plain
tuples. What is written is the same: version 1, a first version in the history, one audit entry
for each case with the codes of its sealed rows.
"""

import gc
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from casereview import audit, keys, row_codes
from casereview.database import insert_rows, value_for
from casereview.fields import Sealed
from casereview.history import copy_rows, copy_rows_after, last_row
from casereview.records import Record, sealed_fields

ROWS = 5_000


class _Table:
    """How one model's rows are compiled."""

    def __init__(self, model: type[Record]):
        self.model, self.label = model, model._meta.label_lower
        fields = model._meta.concrete_fields
        self.columns = [field.column for field in fields]
        self.place = {field.attname: place for place, field in enumerate(fields)}
        self.sealed = [(self.place[field.attname], field) for field in sealed_fields(model)]
        sealed = {place for place, _ in self.sealed}
        ciphered = {field.attname for _, field in self.sealed}
        self.prepare = [
            None if place in sealed else value_for(field, connection)
            for place, field in enumerate(fields)
        ]
        self.blank = [
            None if field.primary_key else self._own(place, field.get_default())
            for place, field in enumerate(fields)
        ]
        self.blank[self.place["version"]] = 1
        # What the code covers: by default what a column holds that a row leaves out.
        self.parts: list[bytes] = []
        self.covers: dict[str, tuple[int, row_codes.Plain]] = {}
        self.seals: list[tuple[int, int, row_codes.Plain]] = []
        for number, column in enumerate(row_codes.columns(model)):
            place = self.place[column.name]
            if column.name in ciphered:
                self.parts.append(row_codes.NOTHING)
                self.seals.append((number, place, column.plain))
            else:
                self.parts.append(column.plain(fields[place].get_default()))
                self.covers[column.name] = number, column.plain
        self.takes = {name: (place, self.prepare[place]) for name, place in self.place.items()}
        self.owner = model.sealed_by
        self.history = getattr(model, "history", None) and model.history.model  # type: ignore[attr-defined]

    def _own(self, place: int, value: Any) -> Any:
        prepare = self.prepare[place]
        return prepare(value) if prepare else value

    def compile(self, key: uuid.UUID, values: Mapping[str, Any]) -> list[Any]:
        """Return a row with everything but its sealed values as the database takes it."""
        row = self.blank.copy()
        takes = self.takes
        place, prepare = takes["id"]
        row[place] = prepare(key) if prepare else key
        for name, value in values.items():
            place, prepare = takes[name]
            row[place] = prepare(value) if prepare else value
        return row

    def owner_of(self, key: uuid.UUID, values: Mapping[str, Any]) -> keys.Owner:
        if self.owner is None:
            raise TypeError(f"{self.label} seals nothing")
        kind, column = self.owner
        if kind.startswith("@"):
            kind = values[kind[1:]]
        return kind, key if column == "id" else values[column]


class Batch:
    """Rows waiting to be written, and the audit entries that will say so."""

    def __init__(self, action: str, by):
        self.action, self.by = action, by
        self.tables: dict[type[Record], _Table] = {}
        self.made: dict[str, list[uuid.UUID]] = {}  # owners of keys that are committed already
        self._begin()

    def _begin(self) -> None:
        self.waiting: dict[type[Record], list[tuple[uuid.UUID, Mapping[str, Any], int]]] = {}
        self.entries: list[tuple[Any, Any, Any, dict[str, Any]]] = []
        self.rows = 0

    def about(self, case: uuid.UUID | None, **detail: Any) -> None:
        """Begin the audit entry of a case, or of none; the rows added from here on belong to it.

        `detail` may hold counts, codes and digests – never values of people.
        """
        if self.rows >= ROWS:
            self.flush()
        self.entries.append((case, None, None, detail))

    def add(self, model: type[Record], values: Mapping[str, Any]) -> uuid.UUID:
        """Add a row by its column attributes (`case_id`); what is left out takes its default.

        Returns: the row's key. The first row of an entry is what the entry is about.
        """
        key = values.get("id") or uuid.uuid4()
        case, table, subject, detail = self.entries[-1]
        if subject is None:
            self.entries[-1] = (case, model._meta.db_table, key, detail)
        self.waiting.setdefault(model, []).append((key, values, len(self.entries) - 1))
        self.rows += 1
        return key

    def flush(self) -> None:
        """Commit the keys of the rows that wait, then write rows, history and audit."""
        opened, mac = self._make_keys(), keys.ring().mac
        codes: list[list[audit.RowCode]] = [[] for _ in self.entries]
        now = timezone.now()
        for model, waiting in self.waiting.items():
            table = self.tables.get(model) or self.tables.setdefault(model, _Table(model))
            rows = []
            for key, values, entry in waiting:
                row = table.compile(key, values)
                if table.sealed:
                    _seal(table, row, key, values, opened)
                codes[entry].append(_code(table, row, key, values, mac))
                rows.append(row)
            self._write(table, rows, [key for key, _, _ in waiting], now)
        if self.entries:
            entry_of = partial(audit.draft, self.action, actor=self.by)
            audit.append_all(
                [
                    (entry_of(case=case, table=table or "", key=key, detail=detail), found)
                    for (case, table, key, detail), found in zip(self.entries, codes, strict=True)
                ]
            )
        self._begin()

    def _make_keys(self) -> dict[keys.Owner, tuple[int, bytes]]:
        owners: dict[str, list[uuid.UUID]] = {}
        for model, waiting in self.waiting.items():
            if model.owns_key:
                owners.setdefault(model.owns_key, []).extend(key for key, _, _ in waiting)
        opened = {}
        for kind, new in owners.items():
            self.made.setdefault(kind, []).extend(new)
            for owner, key in keys.make_many(kind, new, hold=False).items():
                opened[kind, owner] = (1, key)
        return opened

    def _write(self, table: _Table, rows: list, written: list[uuid.UUID], now) -> None:
        """Insert the rows, and let the database copy them into their history."""
        one_writer = connection.vendor == "sqlite"
        last = last_row(connection, table.model) if one_writer else 0
        insert_rows("default", table.model._meta.db_table, table.columns, rows)
        if not table.history:
            return
        columns = [field.column for field in table.history.tracked_fields]
        of = (connection, table.model, table.history, columns)
        if one_writer:
            copy_rows_after(*of, last, "+", self.by, now)
        else:
            copy_rows(*of, written, "+", self.by, now)

    def forget(self) -> None:
        """Destroy the keys made for rows that will never be committed."""
        for kind, owners in self.made.items():
            keys.destroy_many(kind, owners)


def _seal(table: _Table, row: list, key, values, opened) -> None:
    """Seal a row's values under the key of its owner."""
    owner = table.owner_of(key, values)
    epoch, data_key = opened.get(owner) or keys.sealing_key(*owner)
    for place, field in table.sealed:
        if row[place] is not None:
            row[place] = field.seal_for(key, epoch, data_key, row[place]).blob


def _code(table: _Table, row: list, key, values, mac) -> audit.RowCode:
    """Return the code over all columns of a row that is compiled and sealed."""
    parts = table.parts.copy()
    for name, value in values.items():
        if name in table.covers:
            number, plain = table.covers[name]
            parts[number] = plain(value)
    for number, place, plain in table.seals:
        if (blob := row[place]) is not None:
            parts[number] = plain(Sealed(blob))
    return row_codes.joined(table.model, key, 1, parts, mac=mac)


@contextmanager
def writing(action: str, *, by=None) -> Iterator[Batch]:
    """Write many rows in one transaction, all or none, in slices that keep memory flat.

    The keys of a slice are committed before its rows. They are destroyed again when the rows
    are not written; after a kill they are orphans that harm nobody.
    """
    batch, complete = Batch(action, by), False
    collecting = gc.isenabled()
    gc.disable()  # rows hold no cycles, and looking for some among them takes a tenth of the time
    try:
        with transaction.atomic():
            yield batch
            batch.flush()
            complete = True
    except BaseException:
        # Where the commit itself failed nobody knows which side it fell on: keys stay.
        if not complete:
            batch.forget()
        raise
    finally:
        if collecting:
            gc.enable()
