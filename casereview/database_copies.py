"""Copies of the whole database: taken while people write, put back, and looked at as if live.

On SQLite a copy is a file made by VACUUM INTO, in which nothing that was deleted is left; on
PostgreSQL it is what pg_dump writes in its own format, of the same instant as the counts beside it.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import load_backend

DEFAULT = "default"
# Drops what belongs to us in the schema that is filled; an extension's own objects stay.
EMPTIED = """
DO $$
DECLARE
    kind record;
    names text;
BEGIN
    FOR kind IN SELECT * FROM (VALUES
        ('VIEW', 'v'), ('MATERIALIZED VIEW', 'm'), ('TABLE', 'rp'), ('SEQUENCE', 'S')
    ) AS kinds (word, letters) LOOP
        SELECT string_agg(oid::regclass::text, ', ')
        INTO names FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace
        AND position(relkind::text IN kind.letters) > 0
        AND pg_get_userbyid(relowner) = current_user
        AND NOT EXISTS (
            SELECT FROM pg_depend
            WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
        );
        IF names IS NOT NULL THEN
            EXECUTE format('DROP %s %s CASCADE', kind.word, names);
        END IF;
    END LOOP;
    SELECT string_agg(oid::regprocedure::text, ', ') INTO names FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
    AND pg_get_userbyid(proowner) = current_user
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e'
    );
    IF names IS NOT NULL THEN
        EXECUTE format('DROP ROUTINE %s CASCADE', names);
    END IF;
END
$$
"""
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


class CannotCopy(Exception):
    """The database cannot be copied or put back here; the words say what to do."""


def vendor() -> str:
    """Return which kind of database is configured."""
    return connections[DEFAULT].vendor


def take(folder: Path) -> tuple[Path, dict[str, dict[str, Any]]]:
    """Copy the database into `folder`; return the copy and what its tables hold.

    Raises:
        CannotCopy: pg_dump is not installed, or failed.
    """
    copy = folder / NAMES[vendor()]
    if vendor() == "sqlite":
        with closing(sqlite3.connect(connections[DEFAULT].settings_dict["NAME"])) as live:
            live.execute("VACUUM INTO ?", [str(copy)])
        with sqlite_in_place(copy):
            return copy, tables()
    connection = connections[DEFAULT]
    if connection.in_atomic_block:
        raise CannotCopy("A copy is taken outside any transaction")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (instant,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", f"--snapshot={instant}", f"--file={copy}")
        return copy, tables()


def empty() -> bool:
    """Say whether nothing was ever done in the configured database: it may be put back."""
    names = connections[DEFAULT].introspection.table_names()
    if "casereview_auditentry" not in names:
        return True
    with connections[DEFAULT].cursor() as cursor:
        # A new installation signs its boards and panels in; a person is what makes it used.
        cursor.execute("SELECT count(*) FROM casereview_user")
        return cursor.fetchone()[0] == 0


def put_back(copy: Path, *, aside: str) -> None:
    """Put a copy in the place of the configured database.

    A SQLite file that was there is kept beside it, `aside` being the end of its name.

    Raises:
        CannotCopy: the copy is of another kind of database, or pg_restore failed.
    """
    if copy.name != NAMES[vendor()]:
        raise CannotCopy(f"The archive is of another kind of database: this one is {vendor()}")
    connections[DEFAULT].close()
    if vendor() == "postgresql":
        _put_back_on_postgresql(copy)
        return
    place = Path(connections[DEFAULT].settings_dict["NAME"])
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f".{place.name}.restored")
    shutil.copyfile(copy, draft)
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    if place.exists():
        with closing(sqlite3.connect(place)) as old:
            # What is still in the journal belongs to the file that is put aside.
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.replace(place, place.with_name(f"{place.name}.{aside}"))
    for journal in ("-wal", "-shm"):
        place.with_name(place.name + journal).unlink(missing_ok=True)
    os.replace(draft, place)


def _put_back_on_postgresql(copy: Path) -> None:
    """Empty the database of all that is ours and fill it from a copy, in one transaction.

    A newer version's tables, of which the copy knows nothing, go with the rest. The whole script is
    written before any of it runs: a copy that ends early changes nothing.
    """
    script = copy.with_name("put-back.sql")
    try:
        script.touch(mode=0o600)
        _run(
            *("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"),
            *(f"--file={script}", copy),
            connected=False,
        )
        _run(
            *("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"),
            *("--command", EMPTIED, f"--file={script}"),
        )
    finally:
        script.unlink(missing_ok=True)


@contextmanager
def in_place(copy: Path) -> Iterator[None]:
    """Let everything that this thread asks of the database be answered by a copy."""
    if copy.suffix == ".sqlite3":
        with sqlite_in_place(copy):
            yield
        return
    if vendor() != "postgresql":
        raise CannotCopy("The archive is of a PostgreSQL database: this one is SQLite")
    name = f"casereview_drill_{os.getpid()}"
    live = connections[DEFAULT]
    with live.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", copy, database=name)
        with standing_in(DEFAULT, NAME=name):
            yield
    finally:
        with live.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")


@contextmanager
def sqlite_in_place(copy: Path, alias: str = DEFAULT) -> Iterator[None]:
    """Let a SQLite file answer for an alias in this thread."""
    options = {"init_command": "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;", "timeout": 30}
    with standing_in(alias, ENGINE="django.db.backends.sqlite3", NAME=str(copy), OPTIONS=options):
        yield


@contextmanager
def standing_in(alias: str, **changed: Any) -> Iterator[None]:
    """Let another database answer for an alias in this thread; the live one waits meanwhile."""
    live = connections[alias]
    settings = {**live.settings_dict, **changed, "CONN_MAX_AGE": 0}
    connections[alias] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, alias)
    try:
        yield
    finally:
        connections[alias].close()
        connections[alias] = live


def tables() -> dict[str, dict[str, Any]]:
    """Return how many rows each table holds, and a digest of them that no order changes."""
    connection = connections[DEFAULT]
    found = {}
    for table in sorted(connection.introspection.table_names()):
        rows, added = 0, 0
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            while part := cursor.fetchmany(2_000):
                for row in part:
                    rows += 1
                    added += int.from_bytes(hashlib.sha256(_said(row)).digest(), "big")
        found[table] = {"rows": rows, "digest": f"{added % 2**256:064x}"}
    return found


def faults() -> tuple[list[str], list[str]]:
    """Return what is wrong with the database itself, and the migrations that it still lacks.

    Wrong are damaged pages, links to nothing, and migrations of a later version than this one.
    """
    connection = connections[DEFAULT]
    found = []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            found += [line for (line,) in cursor.fetchall() if line != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            found += [f"a row of {row[0]} points to nothing" for row in cursor.fetchall()]
    executor = MigrationExecutor(connection)
    ours = {app for app, _ in executor.loader.graph.nodes}
    known = set(executor.loader.disk_migrations)
    for squashed in executor.loader.disk_migrations.values():
        known |= set(squashed.replaces)
    found += [
        f"{app} {name} is a migration that this version does not know"
        for app, name in sorted(executor.loader.applied_migrations)
        if app in ours and (app, name) not in known
    ]
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return found, [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def _said(row: Any) -> bytes:
    values = [bytes(value) if isinstance(value, memoryview) else value for value in row]
    return repr(values).encode("utf-8", "surrogatepass")


def _run(program: str, *arguments: Any, database: str = "", connected: bool = True) -> None:
    """Run a program of PostgreSQL's against the configured database, or apart from any.

    Raises:
        CannotCopy: it is not installed, or failed; what it said is not repeated, it may hold data.
    """
    path = shutil.which(program)
    if path is None:
        raise CannotCopy(f"Install {program} (Debian: postgresql-client), of the server's version")
    settings = connections[DEFAULT].settings_dict
    name = database or settings["NAME"]
    environment = {**os.environ, "PGPASSWORD": str(settings["PASSWORD"])}
    where = [f"--dbname={name}", "--no-password"] if connected else []
    if connected and settings["HOST"]:
        where.append(f"--host={settings['HOST']}")
    if connected and settings["PORT"]:
        where.append(f"--port={settings['PORT']}")
    if connected and settings["USER"]:
        where.append(f"--username={settings['USER']}")
    done = subprocess.run(  # noqa: S603
        [path, *where, *map(str, arguments)], env=environment, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        versions = [line for line in said if "version" in line]
        raise CannotCopy(f"{program} failed{': ' + versions[0] if versions else ''}")
