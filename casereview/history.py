"""History of case records: every version is a copy of the row, made by the database itself."""

from django.db import connections, router
from django.utils import timezone
from simple_history.models import HistoricalRecords


class History(HistoricalRecords):
    """django-simple-history, written by INSERT … SELECT.

    Copying attributes would open and seal anew every encrypted value; the database's own copy
    holds the bytes of the live row, which the audit log's row code describes.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("custom_model_name", lambda name: f"{name}History")
        super().__init__(*args, **kwargs)

    def copy_fields(self, model):
        fields = super().copy_fields(model)
        owner = getattr(model, "sealed_by", None)
        kept = {"id", "case", "user", owner[1].removesuffix("_id") if owner else ""}
        for name, field in fields.items():
            # An index for each foreign key would triple the cost of an import.
            if name not in kept and not field.primary_key:
                field.db_index = False
            if hasattr(field, "_unique"):
                field._unique = False
        return fields

    def post_save(self, instance, created, using=None, **kwargs):
        """Keep a version, unless only columns were saved that no version holds: a sign-in."""
        saved = kwargs.get("update_fields")
        if saved and set(saved) <= set(self.excluded_fields):
            return
        super().post_save(instance, created, using, **kwargs)

    def create_historical_record(self, instance, history_type, using=None):
        if history_type == "-":
            return super().create_historical_record(instance, history_type, using)
        model = getattr(type(instance), self.manager_name).model
        using = using or router.db_for_write(model)
        columns = [field.column for field in self.fields_included(type(instance))]
        copy_rows(
            connections[using],
            type(instance),
            model,
            columns,
            [instance.pk],
            history_type,
            self.get_history_user(instance),
            getattr(instance, "_history_date", None) or timezone.now(),
        )
        return None


def copy_rows(connection, live, model, columns, keys, history_type, user, when) -> None:
    """Copy the live rows with the given keys into the history table of `live`."""
    quote, primary = connection.ops.quote_name, live._meta.pk
    statement, values = _copy(connection, live, model, columns, history_type, user, when)
    for start in range(0, len(keys), 500):
        part = [primary.get_db_prep_value(key, connection) for key in keys[start : start + 500]]
        holes = ", ".join(["%s"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"{statement} WHERE {quote(primary.column)} IN ({holes})", [*values, *part]
            )


def last_row(connection, live) -> int:
    """Return the number SQLite gave to the last row of a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(max(rowid), 0) FROM {connection.ops.quote_name(live._meta.db_table)}"  # noqa: S608
        )
        return cursor.fetchone()[0]


def copy_rows_after(connection, live, model, columns, after, history_type, user, when) -> None:
    """Copy the live rows that this transaction added after the given one; SQLite only.

    It has one writer at a time and numbers new rows upwards.
    """
    statement, values = _copy(connection, live, model, columns, history_type, user, when)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} WHERE rowid > %s ORDER BY rowid", [*values, after])


def _copy(connection, live, model, columns, history_type, user, when) -> tuple[str, list]:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    meta = model._meta
    extra = ["history_date", "history_type", "history_change_reason", "history_user_id"]
    values = [
        connection.ops.adapt_datetimefield_value(when),
        history_type,
        None,
        meta.get_field("history_user").get_db_prep_value(user and user.pk, connection),
    ]
    return (
        f"INSERT INTO {quote(meta.db_table)} ({names}, "  # noqa: S608 - names are quoted
        f"{', '.join(quote(name) for name in extra)}) "
        f"SELECT {names}, %s, %s, %s, %s FROM {quote(live._meta.db_table)}",
        values,
    )
