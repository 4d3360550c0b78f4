"""Sealing again, under an owner's latest key, everything that is sealed under an older one.

The older key can then be destroyed: what stands is read on, what stood before, in every version of
it and in every backup, by nobody.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from casereview import crypto, keys
from casereview.fields import EncryptedTextField, Sealed
from casereview.records import Change, Record, sealed_fields


def seal_again(written: Change, kind: str, owner: uuid.UUID) -> int:
    """Seal again the rows of an owner in the change that is open; return how many there were.

    Raises:
        ValueError: the owner has stored files, which are sealed as a whole and not done here.
    """
    epoch, key = keys.sealing_key(kind, owner)
    again = 0
    for row in _rows(kind, owner):
        if getattr(row, "storage_name", ""):
            raise ValueError(f"{row!r} has a stored file")
        if old := _older(row, epoch):
            for field, value in old:
                opened = field.open(row, value)
                row.__dict__[field.attname] = field.seal_for(row.pk, epoch, key, opened)
            written.save(row)
            again += 1
    return again


def _older(row: Any, epoch: int) -> list[tuple[EncryptedTextField, Sealed]]:
    held = [(field, row.__dict__.get(field.attname)) for field in sealed_fields(type(row))]
    return [
        (field, value)
        for field, value in held
        if isinstance(value, Sealed) and crypto.epoch_of(value.blob) != epoch
    ]


def _rows(kind: str, owner: uuid.UUID) -> Iterator[Record]:
    """Return the rows that are sealed under the key of an owner, of whatever model."""
    for model in apps.get_models():
        if not issubclass(model, Record) or model.sealed_by is None:
            continue
        named, column = model.sealed_by
        wanted: dict[str, Any] = {column: owner}
        if named.startswith("@"):  # the row itself says what kind of owner it has
            wanted[named[1:]] = kind
        elif named != kind:
            continue
        rows: QuerySet[Any] = model._base_manager.filter(**wanted)
        yield from rows.order_by("pk")
