"""Whether anything that was acknowledged is ever lost: processes that write, and are killed.

Three trials, each with real processes on real files, as the product is set up:

kills    processes open cases and correct them through the product's own actions, and note outside
         the database what was acknowledged; SIGKILL ends them at random, again and again. Then
         everything noted must be there – row, version, history, audit entry – and the chain hold.
races    processes correct the same few cases, each over the version it read. Every success adds
         one to a number in the record: what was lost would be missing from the sum.
imports  an import is killed at a random moment and run again: the database is as it was before, or
         holds the whole file, and a run after that changes nothing.

    python -m benchmarks.crashes [kills] [races] [imports] [--engine postgresql] [--kills 1000]
        [--acknowledged 5000] [--edits 500] [--json]

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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.imports import databases

WRITERS = 3
RACERS = 8
CASES = 20
TRIALS = ("kills", "races", "imports")
REASON = "As certified"


def fork(work: Callable[[], None]) -> int:
    """Start a process that does the work and ends; no connection crosses over."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        random.seed(os.urandom(8))
        work()
        status = 0
    finally:
        connections.close_all()
        os._exit(status)


def wait_for(children: list[int]) -> list[int]:
    """Wait until every process has ended; return their statuses, a signal as minus its number."""
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def note(where: int, *words: Any) -> None:
    """Note outside the database what was acknowledged: one write, which outlives the process."""
    os.write(where, (" ".join(map(str, words)) + "\n").encode())


def open_a_case(name: str):
    """Open a fictional case through the product's own action; return its child."""
    import datetime

    from casereview import actions
    from casereview.models import Board, Child

    board = Board.objects.get(code="LEICESTER")
    day = datetime.date(2014, 5, 12)
    child = Child(family_name=name, given_names="Ada", other_names="0", sex="F")
    actions.open_case(
        by=None,
        child=child,
        residence_board=board,
        place_of_death_board=board,
        notifying_board=board,
        died_on=day,
        notified_on=day,
    )
    return child


def write_until_killed(noted: Path) -> None:
    """Open cases and correct them, noting each once its action has returned."""
    from casereview import actions, keys
    from casereview.models import Child

    where = os.open(noted, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    mine: list[uuid.UUID] = []
    while True:
        with keys.held():
            if len(mine) < 2 or random.random() < 0.3:  # noqa: S311 - not a secret
                name = f"Example {uuid.uuid4().hex[:8]}"
                child = open_a_case(name)
                mine.append(child.pk)
            else:
                child = Child.objects.select_related("case").get(pk=random.choice(mine))  # noqa: S311
                name = f"Example {uuid.uuid4().hex[:8]}"
                actions.correct_record(
                    record=child, by=None, reason=REASON, case=child.case, given_names=name
                )
            note(where, child.pk, child.version, name.split()[1])


def kills(folder: Path, wanted_kills: int, wanted_notes: int, seconds: float) -> dict[str, Any]:
    """Kill writers until there were enough kills and notes, and look for what is lost."""
    noted = folder / "acknowledged"
    noted.touch()
    killed, began = 0, time.monotonic()
    while True:
        lines = noted.read_bytes().count(b"\n")
        if killed >= wanted_kills and lines >= wanted_notes:
            break
        if time.monotonic() - began > seconds:
            break
        children = [fork(lambda: write_until_killed(noted)) for _ in range(WRITERS)]
        time.sleep(random.uniform(0.1, 0.6))  # noqa: S311 - not a secret
        for child in children:
            os.kill(child, signal.SIGKILL)
        killed += sum(status == -signal.SIGKILL for status in wait_for(children))
    return {"kills": killed, **lost(noted), **whole()}


def lost(noted: Path) -> dict[str, int]:
    """Count what was acknowledged, and how much of it is not there."""
    from casereview import keys
    from casereview.models import AuditRowCode, Child

    lines = [line.split() for line in noted.read_text().splitlines()]
    missing = 0
    with keys.held():
        for key, version, name in lines:
            kept = Child.history.filter(id=key, version=version).first()
            told = AuditRowCode.objects.filter(key=key, row_version=version).exists()
            word = kept and f"{kept.family_name} {kept.given_names}"
            live = Child.objects.filter(pk=key, version__gte=version).exists()
            missing += not (kept and told and live and name in word)
    return {"acknowledged": len(lines), "lost": missing}


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
    from casereview import actions, keys
    from casereview.models import Child
    from casereview.records import Conflict

    where = os.open(noted, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for _ in range(edits):
        with keys.held():
            child = Child.objects.select_related("case").get(pk=random.choice(cases))  # noqa: S311
            more = str(int(child.other_names) + 1)
            time.sleep(random.uniform(0, 0.004))  # noqa: S311 - somebody reads the page
            try:
                actions.correct_record(
                    record=child, by=None, reason=REASON, case=child.case, other_names=more
                )
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
    for number in range(times):
        path = folder / f"deaths-{number}.csv"
        write_deaths(path, deaths, seed=number, prefix=f"K{number}")
        before = (Case.objects.count(), AuditEntry.objects.count())
        child = fork(bring_in)
        time.sleep(random.uniform(0.05, deaths / 900))  # noqa: S311 - not a secret
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
def surroundings(options: argparse.Namespace) -> Iterator[Path]:
    """Give databases of our own, or with --here those that the settings name."""
    if options.here is None:
        with databases(options.engine) as folder:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield folder
    else:
        import django

        django.setup()
        yield options.here


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
    parser.add_argument("--seconds", type=float, default=1_800, help="at most, for the kills")
    parser.add_argument("--edits", type=int, default=500, help="of each of eight processes")
    parser.add_argument("--deaths", type=int, default=500, help="in a file that is imported")
    parser.add_argument("--imports", type=int, default=10, help="how many are killed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.trials) - set(TRIALS):
        parser.error(f"there is no trial {', '.join(sorted(unknown))}")
    found: dict[str, dict[str, Any]] = {}
    with surroundings(options) as folder:
        for trial in options.trials or TRIALS:
            match trial:
                case "kills":
                    found[trial] = kills(
                        folder, options.kills, options.acknowledged, options.seconds
                    )
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
