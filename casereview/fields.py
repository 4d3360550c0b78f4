"""Encrypted model fields: sealed to table, column and row, opened only where they are read."""

import datetime
import json
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from casereview import crypto, keys
from casereview.rules.text import normalise_text


class Sealed:
    """A sealed value as the database holds it. It shows nothing, and is never pickled."""

    __slots__ = ("blob",)

    def __init__(self, blob: bytes):
        self.blob = blob

    def __repr__(self) -> str:
        return "<sealed>"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.blob == self.blob

    def __hash__(self) -> int:
        return hash(self.blob)

    def __copy__(self) -> "Sealed":
        return self

    def __deepcopy__(self, memo: dict) -> "Sealed":
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a sealed value is not pickled")


class SealedAttribute:
    """Opens the value at use; what was not changed keeps its very bytes."""

    def __init__(self, field: "EncryptedTextField"):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__.get(name)
        if isinstance(value, Sealed):
            return self.field.open(instance, value)
        return value

    def __set__(self, instance, value) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text sealed under the key of the row's owner.

    The model says whose key: `sealed_by = (owner kind, column that holds the owner)`. It can be
    neither filtered on nor changed by a queryset.
    """

    live_model: Any = None

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def db_type(self, connection) -> str | None:
        return models.BinaryField().db_type(connection)

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        # History copies the field: the copy keeps opening under the live table's name.
        if self.live_model is None and not cls._meta.abstract:
            self.live_model = cls
        setattr(cls, self.attname, SealedAttribute(self))

    def to_text(self, value: Any) -> str:
        return normalise_text(value)

    def from_text(self, text: str) -> Any:
        return text

    @property
    def label(self) -> str:
        return self.live_model._meta.label_lower

    def owner_of(self, instance) -> keys.Owner:
        kind, column = self.live_model.sealed_by
        if kind.startswith("@"):  # the row itself says what kind of owner it has
            kind = getattr(instance, kind[1:])
        return kind, getattr(instance, column)

    def where(self, row) -> bytes:
        return crypto.place(self.label, self.attname, row)

    def open(self, instance, value: Sealed) -> Any:
        """Return what was sealed.

        Raises:
            IntegrityFailure: it was altered, moved, or its key is gone.
        """
        kind, owner = self.owner_of(instance)
        key = keys.opening_key(kind, owner, crypto.epoch_of(value.blob))
        plain = crypto.open_sealed(key, self.where(instance.id), value.blob)
        return self.from_text(plain.decode())

    def seal_for(self, row, epoch: int, key: bytes, value: Any) -> Sealed:
        """Return `value` sealed to this column of row `row`."""
        return Sealed(crypto.seal(key, epoch, self.where(row), self.to_text(value).encode()))

    def pre_save(self, model_instance, add):
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        kind, owner = self.owner_of(model_instance)
        sealed = self.seal_for(model_instance.id, *keys.sealing_key(kind, owner), value)
        model_instance.__dict__[self.attname] = sealed
        return sealed

    def get_prep_value(self, value):
        if value is None or isinstance(value, Sealed):
            return value
        raise FieldError(f"{self.label}.{self.attname} is sealed: save the record instead")

    def get_db_prep_value(self, value, connection, prepared=False):
        value = self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value.blob)

    def from_db_value(self, value, expression, connection):
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value):
        return value

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.label}.{self.attname} is sealed and cannot be searched")

    def get_transform(self, lookup_name):
        raise FieldError(f"{self.label}.{self.attname} is sealed and cannot be searched")

    def value_to_string(self, obj) -> str:
        raise FieldError(f"{self.label}.{self.attname} is sealed and is not serialised")

    def formfield(self, *args: Any, **kwargs: Any) -> None:
        return None  # plain forms take only what is shown


class EncryptedDateField(EncryptedTextField):
    """A date, sealed."""

    def to_text(self, value: datetime.date) -> str:
        return value.isoformat()

    def from_text(self, text: str) -> datetime.date:
        return datetime.date.fromisoformat(text)


class EncryptedJSONField(EncryptedTextField):
    """A list or mapping of plain values, sealed."""

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def from_text(self, text: str) -> Any:
        return json.loads(text)
