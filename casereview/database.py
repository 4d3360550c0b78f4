"""Which database a table lives in, and the few statements that differ between them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections, models
from django.db.migrations.operations import CreateModel, DeleteModel, RunPython
from django.db.migrations.operations.base import Operation
from django.utils import timezone
from django.utils.dateparse import parse_datetime

KEYS = "keys"
KEY_STORE = "keystore"  # the app whose tables live there


class KeyStoreRouter:
    """Data keys live in the key store and nowhere else; everything else never does.

    No transaction spans the two: a key is committed before the rows it protects.
    """

    def db_for_read(self, model, **hints):
        return KEYS if model._meta.app_label == KEY_STORE else None

    db_for_write = db_for_read

    def allow_relation(self, one, other, **hints):
        return None

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return (db == KEYS) == (app_label == KEY_STORE)


def lock_for_append(using: str = "default") -> None:
    """Hold the audit chain for this transaction, so that entries follow one another.

    SQLite has one writer at a time already: its transactions begin IMMEDIATE.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7134501)")


def lock_ring(*, alone: bool = False) -> None:
    """Hold the key ring as it is for this transaction of the key store.

    Whoever commits a new key holds it together with others; whoever retires an epoch, `alone`:
    no key is ever committed under an epoch that has just gone. SQLite's IMMEDIATE transactions
    stand in line already.
    """
    connection = connections[KEYS]
    if connection.vendor == "postgresql":
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(7134502)")


def analyse() -> None:
    """Let each database count what its own tables hold, after many rows at once.

    Table by table: PostgreSQL's catalogues are shared, and two databases would wait for each other.
    """
    for using in connections:
        connection = connections[using]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def settle_journal(using: str) -> None:
    """Let nothing of what was deleted stay in a SQLite journal; elsewhere there is none to empty.

    Where somebody is reading just then, the next writer empties it.
    """
    connection = connections[using]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def replace_bytes(
    using: str, table: str, column: str, rows: Sequence[tuple[Any, bytes, bytes]]
) -> None:
    """Put new bytes in the place of old ones: `rows` are (key, old, new).

    A row that was removed or changed meanwhile is left as it is.
    """
    connection = connections[using]
    quote = connection.ops.quote_name
    statement = (
        f"UPDATE {quote(table)} SET {quote(column)} = %s "  # noqa: S608 - quoted
        f"WHERE id = %s AND {quote(column)} = %s"
    )
    native = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, [(new, key if native else key.hex, old) for key, old, new in rows]
        )


def value_for(field: models.Field, connection) -> Callable[[Any], Any] | None:
    """Return what turns a value of the field into the database's own; None: it goes as it is."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.UUIDField):
        if connection.features.has_native_uuid_field:
            return None
        return lambda value: value and value.hex
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return None if connection.vendor == "postgresql" else lambda day: day and day.isoformat()
    if isinstance(field, models.DateTimeField | models.TimeField):
        return lru_cache(256)(lambda value: field.get_db_prep_save(value, connection))
    if isinstance(field, models.JSONField | models.DurationField | models.DecimalField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


def insert_rows(using: str, table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Insert rows of values that are the database's own already; see `value_for`."""
    connection = connections[using]
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # COPY ends outside Django's cursor: its errors must become Django's here.
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        else:
            holes = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {quote(table)} ({names}) VALUES ({holes})",  # noqa: S608 - quoted
                list(rows),
            )


def fetched(rows: models.QuerySet) -> list[tuple]:
    """Return rows of values as the database gives them: a truth may be a number, a key text.

    For reading many rows of codes: Django's own way spends longer on the values than the database
    on finding them. Nothing is opened and nothing written.
    """
    return read(*rows.query.sql_with_params(), using=rows.db)


def read(statement: str, parameters: Sequence[Any], using: str = "default") -> list[tuple]:
    """Return the rows of a query that Django has put together."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def streamed(rows: models.QuerySet, at_once: int) -> Iterator[tuple]:
    """Yield rows of values as `fetched` gives them, with no more than `at_once` in memory."""
    statement, parameters = rows.query.sql_with_params()
    with connections[rows.db].chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while part := cursor.fetchmany(at_once):
            yield from part


REFUSAL = "this table is appended to, never changed"


def protect(schema_editor, tables: list[str], sequence: str | None = None) -> None:
    """Make the database refuse to change or delete rows of `tables`.

    `sequence` names a column that must grow by one with each row: on SQLite a REPLACE would
    otherwise slip past a trigger on deletion.
    """
    for table in tables:
        for statement in _triggers(schema_editor.connection.vendor, table, sequence):
            schema_editor.execute(statement, params=None)


def protect_once_set(
    schema_editor, table: str, column: str, identity: tuple[str, ...] = ()
) -> None:
    """Make the database refuse to change or delete the rows of a table whose `column` is filled.

    `identity` are the columns that together occur once: on SQLite a REPLACE would otherwise slip
    past the trigger on deletion.
    """
    for statement in _triggers_once_set(schema_editor.connection.vendor, table, column, identity):
        schema_editor.execute(statement, params=None)


def release(schema_editor, tables: list[str]) -> None:
    """Take the refusal away again, for a migration that is undone."""
    for table in tables:
        for name in ("update", "delete", "truncate", "insert"):
            where = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{where}", params=None)


def protected_still(
    *tables: str, numbered: Mapping[str, str] | None = None
) -> tuple[RunPython, RunPython]:
    """Return the first and the last operation of a migration that alters history tables.

    SQLite alters a table by making it anew, which loses its triggers: the last operation brings
    them back when the migration is done, the first when it is undone. `numbered` are tables with
    the column that grows by one with each row.
    """
    every: dict[str, str | None] = dict.fromkeys(tables) | dict(numbered or {})

    def again(apps, schema_editor):
        release(schema_editor, [*every])
        for table, sequence in every.items():
            protect(schema_editor, [table], sequence=sequence)

    return RunPython(RunPython.noop, again), RunPython(again, RunPython.noop)


# ruff: noqa: S608 - the names below are the project's own tables


def _triggers(vendor: str, table: str, sequence: str | None) -> list[str]:
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        statements = [
            f"CREATE TRIGGER {table}_{name} BEFORE {name.upper()} ON {table} {refuse}"
            for name in ("update", "delete")
        ]
        if sequence:
            statements.append(
                f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN NEW.{sequence} <> "
                f"(SELECT coalesce(max({sequence}), 0) + 1 FROM {table}) {refuse}"
            )
        return statements
    refuse = "EXECUTE FUNCTION casereview_refuse()"
    statements = [
        "CREATE OR REPLACE FUNCTION casereview_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        f"CREATE TRIGGER {table}_update BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    ]
    if sequence:
        statements += [
            f"CREATE OR REPLACE FUNCTION {table}_next() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF NEW.{sequence} <> (SELECT coalesce(max({sequence}), 0) + 1 "
            f"FROM {table}) THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_next()",
        ]
    return statements


def _triggers_once_set(
    vendor: str, table: str, column: str, identity: tuple[str, ...]
) -> list[str]:
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        same = " AND ".join(f"{name} = NEW.{name}" for name in identity)
        taken = f"(id = NEW.id{f' OR ({same})' if same else ''})"
        return [
            *(
                f"CREATE TRIGGER {table}_{name} BEFORE {name.upper()} ON {table} "
                f"WHEN OLD.{column} IS NOT NULL {refuse}"
                for name in ("update", "delete")
            ),
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM "
            f"{table} WHERE {column} IS NOT NULL AND {taken}) {refuse}",
        ]
    *function, _, truncate = _triggers(vendor, table, None)
    return [
        *function,
        f"CREATE TRIGGER {table}_update BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        f"WHEN (OLD.{column} IS NOT NULL) EXECUTE FUNCTION casereview_refuse()",
        truncate,
    ]


def history_tables(apps, app_label: str) -> list[str]:
    """Return the history tables of an app, for `protect`."""
    return sorted(
        model._meta.db_table
        for model in apps.get_app_config(app_label).get_models()
        if model.__name__.endswith("History")
    )


class CreateTogether(Operation):
    """Create many tables that point at one another, rendering their models once.

    Django's own operations render every related model anew at each step, which makes a first
    migration of a hundred tables take half a minute; all at once it takes two seconds.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def _models(self, app_label, state):
        names = [op.name for op in self.operations if isinstance(op, CreateModel)]
        return [state.apps.get_model(app_label, name) for name in names]

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self._models(app_label, to_state):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self._models(app_label, from_state)):
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self):
        return "Create tables that point at one another"


class DropTogether(Operation):
    """Drop tables that nothing has written to yet; a table with rows in it is refused."""

    reversible = False
    serialization_expand_args = ["names"]

    def __init__(self, names):
        self.names = names

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for name in self.names:
            DeleteModel(name).state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        connection = schema_editor.connection
        for name in self.names:
            model = from_state.apps.get_model(app_label, name)
            if not self.allow_migrate_model(connection.alias, model):
                continue
            if model.objects.using(connection.alias).exists():
                raise RuntimeError(f"{model._meta.db_table} holds rows: nothing was dropped")
            schema_editor.delete_model(model)

    def describe(self):
        return "Drop tables that nothing has written to"


def seconds_ahead() -> float:
    """Return by how many seconds the database's clock is ahead of this server's."""
    connection, before = connections["default"], timezone.now()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f+00:00', 'now')")
        else:
            cursor.execute("SELECT clock_timestamp()")
        told = cursor.fetchone()[0]
    there = parse_datetime(told) if isinstance(told, str) else told
    here = before + (timezone.now() - before) / 2
    return (there - here).total_seconds() if there else 0.0
