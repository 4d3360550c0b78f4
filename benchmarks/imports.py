"""How fast deaths are imported: whole cases a second, and against the bare rows.

The floor is `executemany` of the very rows that the import wrote – live rows, history, audit and
keys, encrypted already – into a copy of the same tables. Both arms take turns in one process;
memory is that of the command in a process of its own.

    python -m benchmarks.imports --cases 5000 [--engine postgresql] [--json]
"""

import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CASES_A_SECOND = 1_000  # on SQLite
OF_THE_FLOOR = 0.4
MEGABYTES = 300
# SQLite works inside the process: its time is that of the process, whoever else uses the machine.
CLOCKS = {"sqlite": time.process_time, "postgresql": time.perf_counter}
HERE = Path(__file__).resolve().parent.parent


def measure(cases: int, rounds: int, folder: Path, engine: str) -> dict[str, Any]:
    """Import `cases` deaths in each round, beside the floor, and return the figures."""
    from django.core.management import call_command
    from django.db import connections

    from benchmarks.fictional import write_deaths
    from casereview import keys
    from cdop.actions.importing import import_cases

    call_command("migrate", verbosity=0)
    clock = CLOCKS[engine]
    floor = _SQLiteFloor(folder) if engine == "sqlite" else _PostgresFloor()
    imports, floors, rows = [], [], 0
    for number in range(rounds + 1):  # the first warms both arms and is not counted
        path = folder / "deaths.csv"
        write_deaths(path, cases, seed=number, prefix=f"R{number}")
        floor.mark()
        began = clock()
        with keys.held():
            import_cases(path=path)
        took = clock() - began
        for alias in connections:
            connections[alias].close()
        bare, rows = floor.write_again()
        if number:
            imports.append(took)
            floors.append(bare)
    ratios = [bare / took for took, bare in zip(imports, floors, strict=True)]
    return {
        "engine": engine,
        "clock": CLOCKS[engine].__name__,
        "cases": cases,
        "rows_written": rows,
        "cases_a_second": round(cases / statistics.median(imports)),
        "cases_a_second_each_round": [round(cases / took) for took in imports],
        "floor_cases_a_second": round(cases / statistics.median(floors)),
        "of_the_floor": round(statistics.median(ratios), 2),
        "of_the_floor_each_round": [round(ratio, 2) for ratio in ratios],
        "peak_megabytes": {str(n): _peak(folder, n) for n in (max(cases // 4, 1), cases)},
    }


class _SQLiteFloor:
    """Copies of both files, to which the rows of each import are written again."""

    def __init__(self, folder: Path):
        from django.db import connections

        self.pairs = []
        for alias in connections:
            source = Path(connections[alias].settings_dict["NAME"])
            connections[alias].close()
            copy = folder / f"floor-{alias}.sqlite3"
            with (
                contextlib.closing(sqlite3.connect(source)) as of,
                contextlib.closing(sqlite3.connect(copy)) as to,
            ):
                of.backup(to)
            self.pairs.append((source, copy))

    def mark(self) -> None:
        """Remember what the tables hold, before an import."""
        self.last = []
        for source, _ in self.pairs:
            with contextlib.closing(sqlite3.connect(source)) as of:
                self.last.append({table: self._top(of, table) for table in self._tables(of)})

    def _tables(self, of: sqlite3.Connection) -> list[str]:
        found = of.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in found if name.startswith(("casereview_", "cdop_", "keystore_"))]

    def _top(self, of: sqlite3.Connection, table: str) -> int:
        return of.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0]  # noqa: S608

    def write_again(self) -> tuple[float, int]:
        """Return how long the bare rows took, and how many they were."""
        from config.env import SQLITE

        took, rows = 0.0, 0
        for (source, copy), last in zip(self.pairs, self.last, strict=True):
            with contextlib.closing(sqlite3.connect(source)) as of:
                new = {
                    table: of.execute(
                        f"SELECT * FROM {table} WHERE rowid > ? ORDER BY rowid",  # noqa: S608
                        [top],
                    ).fetchall()
                    for table, top in last.items()
                }
            with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as to:
                to.executescript(str(SQLITE["init_command"]))
                began = time.process_time()
                to.execute("BEGIN IMMEDIATE")
                # Links are checked when the transaction ends, as in the product.
                for table, found in new.items():
                    if found:
                        holes = ", ".join("?" * len(found[0]))
                        to.executemany(f"INSERT INTO {table} VALUES ({holes})", found)  # noqa: S608
                        rows += len(found)
                to.execute("COMMIT")
                took += time.process_time() - began
        return took, rows


class _PostgresFloor:
    """A copy of each database, to which the rows of each import are written again."""

    def __init__(self) -> None:
        import psycopg
        from django.db import connections

        self.pairs = []
        for alias in connections:
            settings = connections[alias].settings_dict
            connections[alias].close()
            where = {"host": settings["HOST"], "user": settings["USER"]}
            copy = f"{settings['NAME']}_floor"
            with psycopg.connect(**where, dbname="postgres", autocommit=True) as server:
                server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{settings["NAME"]}"')
            self.pairs.append(({**where, "dbname": settings["NAME"]}, {**where, "dbname": copy}))

    def mark(self) -> None:
        """Remember which transactions came before an import."""
        import psycopg

        self.before = []
        for source, _ in self.pairs:
            with psycopg.connect(**source, autocommit=True) as of:
                found = of.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
                self.before.append(found[0] if found else 0)

    def write_again(self) -> tuple[float, int]:
        """Return how long the bare rows took, and how many they were."""
        import psycopg

        took, rows = 0.0, 0
        for (source, copy), before in zip(self.pairs, self.before, strict=True):
            with psycopg.connect(**source) as of:
                tables = of.execute(
                    "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'p'"
                ).fetchall()
                new = {}
                for (table,) in sorted(tables, key=self._order):
                    if not table.startswith(("casereview_", "cdop_", "keystore_")):
                        continue
                    cursor = of.execute(
                        f"SELECT * FROM {table} WHERE xmin::text::bigint > %s",  # noqa: S608
                        [before],
                    )
                    if table == "casereview_referencecounter":
                        continue
                    if table == "casereview_auditentry":
                        new[table] = sorted(cursor.fetchall())
                    else:
                        new[table] = cursor.fetchall()
                    kinds = [column.type_code for column in cursor.description or ()]
                    new[table] = [_jsonb(row, kinds) for row in new[table]]
            with psycopg.connect(**copy) as to:
                began = time.perf_counter()
                with to.cursor() as cursor:
                    for table, found in new.items():
                        if found:
                            holes = ", ".join(["%s"] * len(found[0]))
                            cursor.executemany(
                                f"INSERT INTO {table} VALUES ({holes})",  # noqa: S608
                                found,
                            )
                            rows += len(found)
                to.commit()
                took += time.perf_counter() - began
        return took, rows

    def _order(self, table: tuple[str]) -> tuple[bool, str]:
        return table[0] == "casereview_auditrowcode", table[0]


def _jsonb(row: tuple, kinds: list[int]) -> list[Any]:
    from psycopg.types.json import Jsonb

    json_kind = 3802
    return [
        Jsonb(value) if kind == json_kind and value is not None else value
        for value, kind in zip(row, kinds, strict=True)
    ]


def _peak(folder: Path, cases: int) -> int:
    """Return the peak memory of one import command, in megabytes."""
    from benchmarks.fictional import write_deaths

    path = folder / "memory.csv"
    write_deaths(path, cases, seed=cases, prefix=f"M{cases}")
    command = [sys.executable, str(HERE / "manage.py"), "import_cases", str(path), "--json"]
    process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the import command failed")
    return usage.ru_maxrss // 1024


@contextlib.contextmanager
def databases(engine: str, addresses: dict[str, str] | None = None) -> Iterator[Path]:
    """Give a folder and databases of our own; `addresses` are those of a server that runs."""
    folder = Path(tempfile.mkdtemp(prefix="casereview-bench-"))
    os.environ["CASEREVIEW_DATA"] = str(folder / "data")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for name in ("DATABASE_URL", "KEYS_DATABASE_URL", "CASEREVIEW_KEY_RING"):
        os.environ.pop(name, None)
    try:
        with contextlib.ExitStack() as stack:
            if engine == "postgresql" and addresses is None:
                from tests.postgres import private_cluster

                addresses = stack.enter_context(private_cluster())
            os.environ.update(addresses or {})
            import django

            django.setup()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Print the figures and return 1 past a target."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with databases(options.engine) as folder:
        found = measure(options.cases, options.rounds, folder, options.engine)
    past = []
    if options.engine == "sqlite" and found["cases_a_second"] < CASES_A_SECOND:
        past.append(f"fewer than {CASES_A_SECOND} cases a second")
    if found["of_the_floor"] < OF_THE_FLOOR:
        past.append(f"less than {OF_THE_FLOOR} of the floor")
    if max(found["peak_megabytes"].values()) > MEGABYTES:
        past.append(f"more than {MEGABYTES} MB")
    found["past_target"] = past
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name.replace('_', ' ')}: {value}")
    return 1 if past else 0


if __name__ == "__main__":
    sys.exit(main())
