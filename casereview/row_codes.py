"""What a row's code covers: every column that its history keeps, in one form on every database.

A code says of itself which columns it covers – its *shape*, a digest of their names. The chain
holds the names of each shape (`cover_rows`), so a row written before a column was added is still
checked over the columns it had.
"""

import datetime
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import models

from casereview import audit, keys
from casereview.fields import EncryptedTextField

Plain = Callable[[Any], bytes]
WHOLE = 2  # the first byte of a code over all columns; one over ciphertexts alone has 32 bytes
SHAPE = 4
_APART = ("id", "version")  # the head of every code holds them


class Column(NamedTuple):
    """A column that a code covers, and what turns its value into bytes."""

    name: str
    plain: Plain


def sealed_columns(model: type[models.Model]) -> list[str]:
    """Return the names of the encrypted columns of a model, in their order."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if isinstance(field, EncryptedTextField)]


@cache
def columns(model: type[models.Model]) -> tuple[Column, ...]:
    """Return the columns that a code of this model covers, by name."""
    kept = getattr(model, "history", None)
    tracked = kept and {field.name for field in kept.model.tracked_fields}
    found = [
        Column(field.attname, _plain(field))
        for field in model._meta.concrete_fields
        if field.attname not in _APART and (tracked is None or field.name in tracked)
    ]
    return tuple(sorted(found, key=lambda column: column.name))


@cache
def shape(model: type[models.Model]) -> bytes:
    """Return the shape of the codes made of this model today."""
    return shape_of([column.name for column in columns(model)])


def shape_of(names: Iterable[str]) -> bytes:
    """Return the digest of the names of columns that a code begins with."""
    return hashlib.sha256("\0".join(sorted(names)).encode()).digest()[:SHAPE]


def shape_in(code: bytes) -> bytes | None:
    """Return the shape that a code names; None is a code over ciphertexts alone."""
    return code[1 : 1 + SHAPE] if code[:1] == bytes([WHOLE]) and len(code) > 32 else None


def whole(
    model: type[models.Model],
    key: uuid.UUID,
    version: int,
    values: Mapping[str, Any],
    covered: Sequence[Column] = (),
    mac: Callable[..., bytes] | None = None,
) -> audit.RowCode:
    """Return the code over all columns of a row; `values` are by name, as Python holds them.

    `covered` are the columns of an earlier shape; none given, those of today.
    """
    parts = [column.plain(values[column.name]) for column in covered or columns(model)]
    return joined(model, key, version, parts, covered, mac)


def joined(
    model: type[models.Model],
    key: uuid.UUID,
    version: int,
    parts: Sequence[bytes],
    covered: Sequence[Column] = (),
    mac: Callable[..., bytes] | None = None,
) -> audit.RowCode:
    """Return the code over columns that are bytes already, in the order of the columns."""
    table = model._meta.db_table
    of = shape_of(column.name for column in covered) if covered else shape(model)
    head = f"{table} {version}".encode()
    mac = mac or keys.ring().mac
    code = mac(audit.ROW_LABEL, b"whole", of, head, key.bytes, *parts)
    return audit.RowCode(table, key, version, bytes([WHOLE]) + of + code)


# A value that is not there is told from every value that is, the empty text included.
NOTHING = b"\0"


def _plain(field: models.Field) -> Plain:
    """Return what turns a value of the field into bytes: the same before and after the database."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    to_python = field.to_python
    match field:
        case EncryptedTextField():
            return _or_nothing(lambda value: hashlib.sha256(value.blob).digest())
        case models.BinaryField():
            return _or_nothing(bytes)
        case models.JSONField():
            return _or_nothing(_json)
        case models.UUIDField():
            return _or_nothing(
                lambda value: (value if type(value) is uuid.UUID else to_python(value)).bytes
            )
        case models.DateTimeField():
            return lru_cache(512)(_or_nothing(_moment))
        case models.DateField() | models.TimeField():
            return lru_cache(512)(_or_nothing(lambda value: to_python(value).isoformat().encode()))
        case models.BooleanField() | models.IntegerField():
            return _or_nothing(lambda value: b"%d" % to_python(value))
        case models.FloatField():
            return _or_nothing(lambda value: repr(to_python(value)).encode())
        case models.CharField() | models.TextField():
            # A member of an enumeration is its text.
            return _or_nothing(
                lambda value: (
                    value if type(value) is str else str.__str__(to_python(value))
                ).encode()
            )
    raise TypeError(f"say how a row's code covers {type(field).__name__} {field}")


def _or_nothing(known: Plain) -> Plain:
    return lambda value: NOTHING if value is None else b"=" + known(value)


def _moment(value: datetime.datetime) -> bytes:
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds").encode()


def _json(value: Any) -> bytes:
    # Once through JSON: a tuple is a list by then, and a number is a key in its text form.
    stored = json.loads(json.dumps(value))
    return json.dumps(_numbers(stored), sort_keys=True, separators=(",", ":")).encode()


def _numbers(value: Any) -> Any:
    """Return plain data in which 1.0 is 1: PostgreSQL keeps numbers, not how they were written."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: _numbers(each) for key, each in value.items()}
        case list():
            return [_numbers(each) for each in value]
    return value
