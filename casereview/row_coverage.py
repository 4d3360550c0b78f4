"""Which columns of which tables the chain speaks of: said once for each shape a table has had.

Rows that were there before their table was covered are given their code then, once. From then on
a row that no entry speaks of was put in past the product.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import models

from casereview import audit, row_codes
from casereview.models import AuditEntry, AuditRowCode, Case
from casereview.records import Record

COVER = "cover_rows"
ROWS = 2_000
# table -> shape -> names of the columns
Shapes = dict[str, dict[bytes, list[str]]]


def covered_models() -> list[type[Record]]:
    """Return the models whose rows have codes."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Record) and not model._meta.proxy and model._meta.managed
    ]


def add_shapes(shapes: Shapes, detail: dict[str, Any]) -> None:
    """Add what an entry of the chain says of shapes."""
    for table, names in detail.get("shapes", {}).items():
        shapes.setdefault(table, {})[row_codes.shape_of(names)] = names


def shapes_on_record() -> Shapes:
    """Return every shape that the chain speaks of."""
    shapes: Shapes = {}
    entries = AuditEntry.objects.filter(action=COVER).order_by("seq")
    for detail in entries.values_list("detail", flat=True):
        add_shapes(shapes, json.loads(detail))
    return shapes


def columns_of(
    model: type[Record], code: bytes, shapes: Shapes
) -> Sequence[row_codes.Column] | None:
    """Return the columns a code covers; None where one of them is there no more."""
    shape = row_codes.shape_in(code)
    if shape == row_codes.shape(model):
        return row_codes.columns(model)
    if shape is None:
        names = row_codes.sealed_columns(model)
    else:
        names = shapes.get(model._meta.db_table, {}).get(shape, ["of an unknown shape"])
    there = {column.name: column for column in row_codes.columns(model)}
    return [there[name] for name in names] if set(names) <= set(there) else None


def code_of(
    model: type[Record],
    key: uuid.UUID,
    version: int,
    values: dict[str, Any],
    like: bytes,
    columns: Sequence[row_codes.Column],
    mac: Any,
) -> bytes:
    """Return the code of a row as it is, made as the code `like` was made."""
    if row_codes.shape_in(like) is None:
        blobs = [values[column.name] and values[column.name].blob for column in columns]
        return audit.row_code(model._meta.db_table, key, version, blobs, mac).code
    return row_codes.whole(model, key, version, values, columns, mac).code


def cover() -> int:
    """Put on record the shapes that the chain does not speak of yet, and code the rows of those
    tables; return how many rows there were.

    A row whose code does not hold is left as it is, for the next check to find.
    """
    known = shapes_on_record()
    new = [
        model
        for model in covered_models()
        if row_codes.shape(model) not in known.get(model._meta.db_table, {})
    ]
    if not new:
        return 0
    names = {
        model._meta.db_table: [column.name for column in row_codes.columns(model)] for model in new
    }
    audit.append(COVER, detail={"shapes": names})
    count = 0
    for model in new:
        for part in _in_parts(model, known):
            count += sum(len(codes) for codes in part.values())
            audit.append_all([(audit.draft(COVER, case=case), part[case]) for case in part])
    return count


def _in_parts(
    model: type[Record], known: Shapes
) -> Iterator[dict[uuid.UUID | None, list[audit.RowCode]]]:
    """Yield codes of the rows of a model, by case, so many at once."""
    first, column = model._meta.db_table not in known, case_column(model)
    names = [one.name for one in row_codes.columns(model)]
    part: dict[uuid.UUID | None, list[audit.RowCode]] = {}
    waiting = 0
    rows = model._base_manager.order_by("pk").values("id", "version", *names)
    for row in rows.iterator(chunk_size=ROWS):
        key, version = row["id"], row["version"]
        newest = (
            AuditRowCode.objects.filter(table=model._meta.db_table, key=key)
            .order_by("-entry", "-place")
            .values_list("row_version", "code")
            .first()
        )
        if not (first if newest is None else _holds(model, row, *newest, known)):
            continue
        case = row[column] if column else None
        part.setdefault(case, []).append(row_codes.whole(model, key, version, row))
        waiting += 1
        if waiting == ROWS:
            yield part
            part, waiting = {}, 0
    if part:
        yield part


def _holds(model: type[Record], row: Any, version: int, stored: Any, known: Shapes) -> bool:
    code = bytes(stored)
    columns = columns_of(model, code, known)
    if columns is None:
        return True  # over a column that a migration took away: from here on it is checked again
    made = code_of(model, row["id"], row["version"], row, code, columns, None)
    return version == row["version"] and made == code


def case_column(model: type[models.Model]) -> str:
    """Return the column that says of which case a row is; empty for a row of none."""
    if model is Case:
        return "id"
    for field in model._meta.concrete_fields:
        if field.name in ("case", "content_object") and field.related_model is Case:
            return field.attname
    return ""
