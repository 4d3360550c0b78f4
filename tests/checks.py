"""Run every check and test, whatever fails on the way, and say at the end how each went."""

import argparse
import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import browser, machine, postgres

PYTHON = sys.executable
SHORT_BENCH = ("--cases", "300", "--rounds", "5", "--margin", "1.6")
PYTEST = (PYTHON, "-m", "pytest", "-q", "--durations=5", "--durations-min=2")
# The script of that name holds the folder it was installed in and does not survive a move.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
MANAGE = (PYTHON, "manage.py")
DATABASE_ONLY = ("-p", "tests.database_only", "-m", "not browser and not long")
OURS = ("CASEREVIEW_", "DATABASE_URL", "KEYS_DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")


@dataclass
class Outcome:
    """How one step ended, and in how many seconds."""

    step: str
    result: str
    seconds: float
    note: str = ""


@dataclass(frozen=True)
class Step:
    """One check: its name, its command, what it needs, and when it is run.

    `--fast` leaves out what is slow; what is long is run with `--long` only, or by its name.
    """

    name: str
    command: tuple[str, ...]
    surroundings: Callable[[], contextlib.AbstractContextManager[dict[str, str]]]
    slow: bool = False
    long: bool = False
    missing: Callable[[], str] = field(default=lambda: "")


@contextlib.contextmanager
def plain() -> Iterator[dict[str, str]]:
    """Give a step a data folder of its own and none of the caller's settings."""
    with tempfile.TemporaryDirectory(prefix="casereview-check-") as folder:
        # A process that is killed leaves its temporary files; they go with the folder.
        yield {"CASEREVIEW_DATA": folder, "TMPDIR": folder}


@contextlib.contextmanager
def production() -> Iterator[dict[str, str]]:
    """Give a step the settings of a server in use."""
    with plain() as environment:
        yield environment | {
            "CASEREVIEW_PRODUCTION": "true",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "casereview.example",
            "SITE_ADDRESS": "https://casereview.example",
            "DATABASE_URL": "postgres://casereview@/casereview",
            "KEYS_DATABASE_URL": "postgres://casereview@/casereview_keys",
            "CASEREVIEW_KEY_RING": str(Path(environment["CASEREVIEW_DATA"]) / "ring.json"),
        }


@contextlib.contextmanager
def on_postgres() -> Iterator[dict[str, str]]:
    """Give a step two databases on a PostgreSQL of its own."""
    with plain() as environment, postgres.private_cluster() as addresses:
        yield environment | addresses


def no_postgres() -> str:
    """Say that PostgreSQL is missing and cannot be installed; blank when it is there."""
    return "" if postgres.programs() or postgres.install() else "PostgreSQL is not installed"


def no_chromium() -> str:
    """Say that Chromium is missing and cannot be installed; blank when it is there."""
    return "" if browser.chromium() or browser.install() else "Chromium is not installed"


STEPS = (
    Step("style", (PYTHON, "-m", "ruff", "check"), plain),
    Step("format", (PYTHON, "-m", "ruff", "format", "--check"), plain),
    Step("imports", (PYTHON, "-c", LINT_IMPORTS, "--no-logo"), plain),
    Step("types", (PYTHON, "-m", "mypy"), plain),
    Step("packages", (PYTHON, "-m", "tests.dependencies"), plain),
    Step("deploy", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), production),
    Step("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run"), plain),
    Step("tests", (*PYTEST, "-n", "2", "-m", "not browser and not postgres and not long"), plain),
    Step(
        "postgresql",
        (*PYTEST, "-n", "2", *DATABASE_ONLY),
        on_postgres,
        slow=True,
        missing=no_postgres,
    ),
    Step("browser", (*PYTEST, "-m", "browser and not long"), plain, slow=True, missing=no_chromium),
    # Counts of queries, and ratios with room to spare: a country of a thousandth of the full size.
    Step("bench", (PYTHON, "-m", "benchmarks.bench", *SHORT_BENCH), plain),
    # The whole of what the steps above take samples of: hours, on a quiet machine.
    Step("whole", (*PYTEST, "-m", "long and not browser"), plain, long=True),
    Step(
        "whole-browser",
        (*PYTEST, "-m", "long and browser"),
        plain,
        long=True,
        missing=no_chromium,
    ),
    Step("crashes", (PYTHON, "-m", "benchmarks.crashes"), plain, long=True),
    Step(
        "crashes-pg",
        (PYTHON, "-m", "benchmarks.crashes", "--engine", "postgresql"),
        plain,
        long=True,
        missing=no_postgres,
    ),
    Step("audit", (PYTHON, "-m", "benchmarks.audit"), plain, long=True),
    Step("rotation", (PYTHON, "-m", "benchmarks.key_rotation"), plain, long=True),
    Step("mutants", (PYTHON, "-m", "benchmarks.mutants"), plain, long=True),
)


def main() -> int:
    """Run the steps asked for (none named: all of them); 0 when each passed."""
    parser = argparse.ArgumentParser(prog="./run test", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=" ".join(s.name for s in STEPS))
    parser.add_argument("--fast", action="store_true", help="leave out PostgreSQL and the browser")
    parser.add_argument("--long", action="store_true", help="and whole goals, for hours")
    options = parser.parse_args()
    if unknown := set(options.steps) - {step.name for step in STEPS}:
        parser.error(f"there is no step {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    chosen = [
        step
        for step in STEPS
        if (
            step.name in options.steps
            if options.steps
            else not (options.fast and step.slow) and (options.long or not step.long)
        )
    ]
    outcomes = []
    try:
        for step in chosen:
            outcomes.append(run(step))
    except KeyboardInterrupt:
        print("\nstopped", flush=True)
        return 128 + signal.SIGINT
    finally:
        summarise(outcomes)
    return 1 if any(outcome.result == "FAILED" for outcome in outcomes) else 0


def run(step: Step) -> Outcome:
    """Run one step and show what it says as it says it."""
    print(f"\n=== {step.name}", flush=True)
    began = time.monotonic()
    if missing := step.missing():
        result = "FAILED" if machine.in_ci() else "SKIPPED"
        note = f"{missing}: {tests_of(step)} not run"
        print(f"{result}: {note}", flush=True)
        return Outcome(step.name, result, time.monotonic() - began, note)
    with step.surroundings() as environment:
        status, last_line = show(step.command, environment)
    note = last_line if step.command[: len(PYTEST)] == PYTEST else ""
    result = "passed" if status == 0 else "FAILED"
    return Outcome(step.name, result, time.monotonic() - began, note)


def show(command: tuple[str, ...], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command, pass its output on, and return its status and its last line."""
    last_line = ""
    with subprocess.Popen(
        command,
        env=clean(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                last_line = line.strip() or last_line
        except BaseException:
            process.terminate()
            raise
    return process.returncode, last_line


def tests_of(step: Step) -> str:
    """Count the tests that a step would have run, in pytest's words."""
    command = (*(part for part in step.command if part not in {"-n", "2"}), "--collect-only")
    with plain() as environment:
        listing = subprocess.run(
            command, env=clean(environment), capture_output=True, text=True, check=False
        ).stdout
    counted = re.search(r"^(\d+)(?:/\d+)? tests? collected", listing, re.MULTILINE)
    return f"{counted[1]} tests" if counted else "its tests"


def clean(environment: dict[str, str]) -> dict[str, str]:
    """Return the surroundings of a step: ours, and the caller's without the product's settings."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return theirs | environment


def summarise(outcomes: list[Outcome]) -> None:
    """Print one line a step, and what was left out once more."""
    print("\n=== summary")
    for outcome in outcomes:
        line = f"{outcome.result:8} {outcome.step:11} {outcome.seconds:6.1f} s  {outcome.note}"
        print(line.rstrip())
    skipped = [outcome for outcome in outcomes if outcome.result == "SKIPPED"]
    if skipped:
        print(f"!!! {len(skipped)} of {len(outcomes)} steps SKIPPED: the result is not complete")
    print(f"{sum(outcome.seconds for outcome in outcomes):.0f} s in all", flush=True)


if __name__ == "__main__":
    sys.exit(main())
