"""Whether anything that was acknowledged is ever lost: processes that write, and are killed.

Trials, each with real processes on real files, as the product is set up:

kills    processes open cases and correct them through the product's own actions, and say outside
         the database what was acknowledged; SIGKILL ends each at a random moment of a write. Then
         everything acknowledged must be there – row, version, history, audit entry – and the
         chain hold.
servers  on PostgreSQL: while they write, SIGKILL ends one of the server's processes, or all of
         them at once, and the server is started again. The same must be there.
races    processes correct the same few cases, each over the version it read. Every success adds
         one to a number in the record: what was lost would be missing from the sum.
imports  an import is killed at a random moment and run again: the database is as it was before, or
         holds the whole file, and a run after that changes nothing.

    python -m benchmarks.crashes [kills] [servers] [races] [imports] [--engine postgresql]
        [--kills 1000] [--acknowledged 5000] [--edits 500] [--json]

What a kill does not try: power that fails, and disks that say they have written and have not.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.imports import databases
from benchmarks.writers import WRITERS, Writers, correct, fork, open_a_case, wait_for, warm_up

RACERS = 8
CASES = 20
TRIALS = ("kills", "servers", "races", "imports")
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def note(where: int, *words: Any) -> None:
    """Note outside the database what happened: one write, which outlives the process."""
    os.write(where, (" ".join(map(str, words)) + "\n").encode())


def kills(
    wanted_kills: int, wanted_notes: int, seconds: float, together: int = WRITERS
) -> dict[str, Any]:
    """Kill writers until there were enough kills and acknowledgements; look for what is lost."""
    writers, began = Writers(warm_up(), together), time.monotonic()
    at_most = 2 * wanted_notes // max(wanted_kills, 1) + 1
    while time.monotonic() - began < seconds:
        if writers.killed >= wanted_kills and len(writers.acknowledged) >= wanted_notes:
            break
        writers.start(at_most)
        writers.listen()
    took = time.monotonic() - began
    writers.kill_all()
    return {
        "kills": writers.killed,
        "failed": writers.failed,
        "seconds": round(took),
        **lost(writers.acknowledged),
        **whole(),
    }


def servers(cluster: Any, times: int) -> dict[str, Any]:
    """Kill processes of the server under writers; every fourth time all of them at once."""
    usual = warm_up()
    told: list[list[str]] = []
    found = {"one_killed": 0, "all_killed": 0, "failed": 0}
    for number in range(times):
        writers = Writers(usual)
        writers.start(at_most=0)
        for one in writers.running:
            one.wanted = sys.maxsize  # it ends when its server does
        enough = random.randint(3, 12)  # noqa: S311 - not a secret
        while sum(one.acknowledged for one in writers.running) < enough and writers.running:
            writers.listen()
        time.sleep(random.uniform(0, writers.usual))  # noqa: S311
        if number % 4:
            os.kill(random.choice(cluster.processes("client backend")), signal.SIGKILL)  # noqa: S311
            found["one_killed"] += 1
        else:
            for pid in cluster.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            found["all_killed"] += 1
        while writers.running:  # the server is gone, or starts anew: each of them ends
            writers.listen()
        told += writers.acknowledged
        # Each writer fails when its server does; none may end in any other way.
        found["failed"] += sum(status != 1 for status in writers.ended)
        answering(cluster)
    return {**found, **lost(told), **whole()}


def answering(cluster: Any) -> None:
    """Start the server again if all of it is gone, and wait until it answers."""
    import psycopg

    deadline = time.monotonic() + 60
    while True:
        try:
            cluster.connection().close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            first = int((cluster.data / "postmaster.pid").read_text().split()[0])
            if not Path(f"/proc/{first}").exists():
                cluster.start()
            time.sleep(0.2)
        else:
            return


def lost(told: Iterable[list[str]]) -> dict[str, int]:
    """Count what was acknowledged, and how much of it is not there."""
    from casereview import keys
    from casereview.models import AuditRowCode, Child

    count = missing = 0
    with keys.held():
        for key, version, name in told:
            kept = Child.history.filter(id=key, version=version).first()
            coded = AuditRowCode.objects.filter(key=key, row_version=version).exists()
            word = kept and f"{kept.family_name} {kept.given_names}"
            live = Child.objects.filter(pk=key, version__gte=version).exists()
            count += 1
            missing += not (kept and coded and live and name in word)
    return {"acknowledged": count, "lost": missing}


def whole() -> dict[str, Any]:
    """Say whether the chain and every row hold, and the file of the database with them."""
    from django.db import connection

    from casereview.verification import verify

    verdict = verify()
    sound = "ok"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            sound = cursor.fetchone()[0]
    return {"entries": verdict.entries, "broken": verdict.reason, "integrity": sound}


def edit(cases: list[uuid.UUID], edits: int, noted: Path) -> None:
    """Correct the cases, each over the version that was read; note successes and conflicts."""
    from casereview import keys
    from casereview.models import Child
    from casereview.records import Conflict

    where = os.open(noted, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for _ in range(edits):
        with keys.held():
            child = Child.objects.select_related("case").get(pk=random.choice(cases))  # noqa: S311
            more = str(int(child.other_names) + 1)
            time.sleep(random.uniform(0, 0.004))  # noqa: S311 - somebody reads the page
            try:
                correct(child, other_names=more)
            except Conflict:
                note(where, "conflict", child.pk)
            else:
                note(where, "saved", child.pk)


def races(folder: Path, edits: int) -> dict[str, Any]:
    """Let processes correct the same cases at once, and count what was lost."""
    from casereview import keys
    from casereview.models import Child

    noted = folder / "edits"
    noted.touch()
    warm_up()
    with keys.held():
        cases = [open_a_case(f"Example {number}").pk for number in range(CASES)]
    statuses = wait_for([fork(lambda: edit(cases, edits, noted)) for _ in range(RACERS)])
    lines = noted.read_text().split("\n")
    saved = sum(line.startswith("saved") for line in lines)
    with keys.held():
        total = sum(int(child.other_names) for child in Child.objects.filter(pk__in=cases))
    return {
        "processes": RACERS,
        "saved": saved,
        "conflicts": sum(line.startswith("conflict") for line in lines),
        "lost_updates": saved - total,
        "failed": sum(status != 0 for status in statuses),
        **whole(),
    }


def imports(folder: Path, deaths: int, times: int) -> dict[str, Any]:
    """Kill an import at a random moment and run it again, several times over."""
    from benchmarks.fictional import write_deaths
    from casereview import keys
    from casereview.models import AuditEntry, Case
    from cdop.actions.importing import import_cases

    def bring_in() -> None:
        with keys.held():
            import_cases(path=path)

    found: dict[str, Any] = {"killed": 0, "half": 0, "changed_again": 0, "incomplete": 0}
    for name in ("first", "second"):  # the first loads what is needed, the second tells how long
        path = folder / f"{name}.csv"
        write_deaths(path, deaths, seed=len(name), prefix=name)
        began = time.monotonic()
        bring_in()
        usual = time.monotonic() - began
    for number in range(times):
        path = folder / f"deaths-{number}.csv"
        write_deaths(path, deaths, seed=number, prefix=f"K{number}")
        before = (Case.objects.count(), AuditEntry.objects.count())
        child = fork(bring_in)
        time.sleep(random.uniform(0, usual))  # noqa: S311 - not a secret
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        found["killed"] += wait_for([child]) == [-signal.SIGKILL]
        after = (Case.objects.count(), AuditEntry.objects.count())
        complete = (before[0] + deaths, before[1] + deaths)
        found["half"] += after != before and after[0] != complete[0]
        wait_for([fork(bring_in)])
        again = Case.objects.count()
        found["incomplete"] += again != complete[0]
        dumped = contents()
        wait_for([fork(bring_in)])
        found["changed_again"] += contents() != dumped
    return {**found, **whole()}


def contents() -> dict[str, str]:
    """Return a digest of every row of every record."""
    import hashlib

    from casereview import row_codes
    from casereview.row_coverage import covered_models

    found: dict[str, str] = {}
    for model in covered_models():
        names = [column.name for column in row_codes.columns(model)]
        digest = hashlib.sha256()
        for row in model._base_manager.order_by("pk").values("id", "version", *names).iterator():
            digest.update(row_codes.whole(model, row["id"], row["version"], row).code)
        found[model._meta.label] = digest.hexdigest()
    return found


@contextlib.contextmanager
def surroundings(options: argparse.Namespace) -> Iterator[tuple[Path, Any]]:
    """Give a folder, databases of our own, and their server where there is one.

    With --here, databases are those that the settings name.
    """
    with contextlib.ExitStack() as stack:
        if options.here is not None:
            import django

            django.setup()
            yield options.here, None
            return
        cluster = None
        if options.engine == "postgresql":
            from tests import postgres

            cluster = stack.enter_context(postgres.cluster(**DURABLE))
        folder = stack.enter_context(databases(options.engine, cluster and cluster.addresses))
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield folder, cluster


def main() -> int:
    """Print what was found and return 1 when anything was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help=" ".join(TRIALS))
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument(
        "--here", type=Path, help="try the databases of the settings; notes go here"
    )
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--acknowledged", type=int, default=5_000)
    parser.add_argument("--writers", type=int, default=WRITERS, help="at once, for the kills")
    parser.add_argument("--seconds", type=float, default=1_800, help="at most, for the kills")
    parser.add_argument("--servers", type=int, default=20, help="how often the server is killed")
    parser.add_argument("--edits", type=int, default=500, help="of each of eight processes")
    parser.add_argument("--deaths", type=int, default=500, help="in a file that is imported")
    parser.add_argument("--imports", type=int, default=10, help="how many are killed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.trials) - set(TRIALS):
        parser.error(f"there is no trial {', '.join(sorted(unknown))}")
    found: dict[str, dict[str, Any]] = {}
    with surroundings(options) as (folder, cluster):
        for trial in options.trials or TRIALS:
            match trial:
                case "kills":
                    found[trial] = kills(
                        *(options.kills, options.acknowledged, options.seconds, options.writers)
                    )
                case "servers":
                    if cluster:
                        found[trial] = servers(cluster, options.servers)
                case "races":
                    found[trial] = races(folder, options.edits)
                case _:
                    found[trial] = imports(folder, options.deaths, options.imports)
    wrong = ("lost", "lost_updates", "failed", "half", "changed_again", "incomplete")
    failed = [
        f"{trial}: {name} {told[name]}"
        for trial, told in found.items()
        for name in (*wrong, "broken")
        if told.get(name)
    ]
    failed += [trial for trial, told in found.items() if told["integrity"] != "ok"]
    if options.json:
        print(json.dumps({**found, "wrong": failed}))
    else:
        for trial, told in found.items():
            print(trial, ", ".join(f"{name}: {value}" for name, value in told.items()))
        print("wrong:", failed or "nothing")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
