"""Case records and the one way to change them: row, history and audit entry together."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.db.models.functions import Coalesce

from casereview import audit, keys, row_codes
from casereview.fields import EncryptedTextField, Sealed


def link(to, **options) -> models.ForeignKey:
    """Return a foreign key that protects what it points to; nothing reaches back through it."""
    options.setdefault("related_name", "+")
    return models.ForeignKey(to, on_delete=models.PROTECT, **options)


def user_link(**options) -> models.ForeignKey:
    """Return a link to the user who did something; blank until they have."""
    return link(settings.AUTH_USER_MODEL, null=True, blank=True, **options)


def together(name: str, *fields: str) -> models.CheckConstraint:
    """Return the constraint that the fields are all filled or all empty."""
    empty, filled = models.Q(), models.Q()
    for field in fields:
        empty &= models.Q(**{f"{field}__isnull": True})
        filled &= models.Q(**{f"{field}__isnull": False})
    return models.CheckConstraint(name=name, condition=empty | filled)


def once(
    name: str, *fields: str, blank: tuple[str, ...] = (), condition: models.Q | None = None
) -> models.UniqueConstraint:
    """Return the constraint that a combination occurs once, two blanks of a link being the same.

    `nulls_distinct` would say it shorter, and is silently left out on SQLite.
    """
    nobody = models.Value(uuid.UUID(int=0), output_field=models.UUIDField())
    expressions = [models.F(field) for field in fields]
    return models.UniqueConstraint(
        *expressions,
        *[Coalesce(models.F(field), nobody) for field in blank],
        name=name,
        condition=condition,
    )


class Conflict(Exception):
    """Somebody else saved the record since it was read."""


class Record(models.Model):
    """A row of a case, a person or the work around them.

    Each model says of every field what it is: `identifying` (names a child or family),
    `narrative` (free text about them), `coded` (a code, date or number that counting needs) or
    `operational` (keeps the work going). The first two are encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    identifying: ClassVar[tuple[str, ...]] = ()
    narrative: ClassVar[tuple[str, ...]] = ()
    coded: ClassVar[tuple[str, ...]] = ()
    operational: ClassVar[tuple[str, ...]] = ()
    sealed_by: ClassVar[tuple[str, str] | None] = None
    owns_key: ClassVar[str | None] = None
    # Columns that no version holds: saved alone, they make no new one.
    unversioned: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True
        default_permissions = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.pk}>"

    __str__ = __repr__

    @classmethod
    def from_db(cls, db, field_names, values):
        record = super().from_db(db, field_names, values)
        record.__dict__["_loaded"] = dict(zip(field_names, values, strict=False))
        return record

    def changed_fields(self) -> list[str]:
        """Return the names of fields whose value differs from the row that was read."""
        loaded = self.__dict__.get("_loaded", {})
        changed = []
        for field in self._meta.concrete_fields:
            name = field.attname
            if name not in self.__dict__ or name == "version":
                continue
            old, new = loaded.get(name), self.__dict__[name]
            if (
                isinstance(field, EncryptedTextField)
                and isinstance(old, Sealed)
                and not (new is None or isinstance(new, Sealed))
            ):
                # Typed again unchanged: keep the very bytes.
                if field.to_text(field.open(self, old)) == field.to_text(new):
                    self.__dict__[name] = old
                    continue
            if old != new:
                changed.append(name)
        return changed

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to save outside a Change: history and audit would not be written.

        Columns that no version holds may be saved alone, by `update_fields`.
        """
        if (alone := frozenset(kwargs.get("update_fields") or ())) and alone <= self.unversioned:
            self.save_base(update_fields=alone)
            return
        if not self.__dict__.pop("_in_change", False):
            raise RuntimeError(f"{type(self).__name__} is saved through records.change()")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any):
        """Refuse to delete outside a Change; case papers are disposed of, never deleted."""
        if not self.__dict__.pop("_in_change", False):
            raise RuntimeError(f"{type(self).__name__} is removed through records.change()")
        return super().delete(*args, **kwargs)

    def _do_update(self, base_qs, using, pk_val, values, update_fields, forced_update):
        # The row is written only if it still is the version that was read.
        if not update_fields or not self.unversioned.issuperset(update_fields):
            base_qs = base_qs.filter(version=self.version - 1)
        return super()._do_update(
            base_qs,
            using,
            pk_val,
            values,
            update_fields,
            forced_update,
        )


def sealed_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    """Return the encrypted fields of a model, in the order of its columns."""
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


def row_code(record: Record) -> audit.RowCode:
    """Return the code of all columns of a row just written."""
    model = type(record)
    deferred = [one.name for one in row_codes.columns(model) if one.name not in record.__dict__]
    if deferred:
        record.refresh_from_db(fields=deferred)
    return row_codes.whole(model, record.pk, record.version, record.__dict__)


class Change:
    """One named change: what it saves, and the audit entry that says so."""

    def __init__(self, action: str, by, case):
        self.action, self.by, self.case = action, by, case
        self.codes: list[audit.RowCode] = []
        self.detail: dict[str, Any] = {}
        self.subject: Record | None = None

    def save(self, record: Record, *, subject: bool = False) -> None:
        """Save a record as its next version, with history.

        `subject` marks the record that the audit entry is about; without it the first is.

        Raises:
            Conflict: the row changed since it was read.
        """
        adding = record._state.adding
        changed = [] if adding else record.changed_fields()
        if not adding and not changed:
            return
        if adding and record.owns_key:
            keys.make(record.owns_key, record.pk)
        record.version += 1
        record.__dict__["_history_user"] = self.by
        record.__dict__["_in_change"] = True
        try:
            record.save(force_insert=adding, force_update=not adding)
        except DatabaseError as error:
            record.version -= 1
            if "did not affect any rows" in str(error):
                raise Conflict(f"{type(record).__name__} {record.pk}") from None
            raise
        record.__dict__["_loaded"] = {
            field.attname: record.__dict__.get(field.attname)
            for field in record._meta.concrete_fields
        }
        self.note(record, changed)
        if subject or self.subject is None:
            self.subject = record

    def remove(self, record: Record) -> None:
        """Remove a row that may be removed, such as an admission; its history stays."""
        key, table = record.pk, record._meta.db_table
        version = record.version + 1
        record.__dict__["_history_user"] = self.by
        record.__dict__["_in_change"] = True
        record.delete()
        record.pk = key
        # An empty code says: from here on there is no such row.
        self.codes.append(audit.RowCode(table, key, version, b""))
        if self.subject is None:
            self.subject = record

    def note(self, record: Record, changed: list[str]) -> None:
        """Add the row's code, and the names of the fields that changed, to the entry."""
        self.codes.append(row_code(record))
        if changed:
            names = self.detail.setdefault("fields", {})
            names.setdefault(record._meta.label_lower, []).extend(sorted(changed))


@contextmanager
def change(
    action: str, *, by, case=None, reason: str = "", detail: dict[str, Any] | None = None
) -> Iterator[Change]:
    """Open one transaction for a named change; its audit entry is the last thing written.

    A reason is kept, sealed, beside the entry; the entry itself holds field names, never values.

    Raises:
        Conflict: a record was saved by somebody else meanwhile.
    """
    with transaction.atomic():
        written = Change(action, by, case)
        if detail:
            written.detail.update(detail)
        yield written
        if reason:
            from casereview.models import Reason

            owner = ("case", written.case.pk) if written.case else ("user", by.pk)
            written.save(
                Reason(
                    case=written.case,
                    key_kind=owner[0],
                    key_id=owner[1],
                    action=action,
                    given_by=by,
                    text=reason,
                )
            )
            written.detail["reason_given"] = True
        subject = written.subject
        audit.append(
            action,
            actor=by,
            case=written.case,
            table=subject._meta.db_table if subject else "",
            key=subject.pk if subject else None,
            outcome=audit.DONE,
            detail=written.detail,
            row_codes=written.codes,
        )
