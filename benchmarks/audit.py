"""How long the audit chain takes to check, and how much memory: in a process of its own.

Entries are made as a busy panel makes them: nine looks to one change of a record that has a code.
They are written past the product, in the tables' own form, because a million real requests would
take a day.

    python -m benchmarks.audit --entries 1000000 [--engine postgresql] [--json]
"""

import argparse
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from benchmarks.imports import databases

SECONDS_A_MILLION = 60
MEGABYTES = 100
AT_ONCE = 10_000
HERE = Path(__file__).resolve().parent.parent
CHECK = """
import json, time
import django
django.setup()
from casereview.verification import verify
began, used = time.perf_counter(), time.process_time()
verdict = verify()
# Of this program alone: what the kernel counts for the process goes back to its parent's.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if "VmHWM" in line)
print(json.dumps({
    "ok": verdict.ok, "reason": verdict.reason, "entries": verdict.entries,
    "seconds": round(time.perf_counter() - began, 1),
    "cpu_seconds": round(time.process_time() - used, 1),
    "megabytes": peak // 1024,
}))
"""


def fill(entries: int) -> None:
    """Append entries to the chain: looks at cases, and every tenth a change of a person's name."""
    from django.db import transaction

    from casereview import audit
    from casereview.models import User
    from casereview.records import change, row_code

    people = []
    with change("add_person", by=None) as written:
        for number in range(50):
            person = User(email=f"person-{number}@example.org", name=f"Example {number}")
            written.save(person)
            people.append(person)
    cases = [uuid.uuid4() for _ in range(200)]
    codes = [row_code(person) for person in people]
    detail = {"fields": {"casereview.child": ["given_names", "postcode"]}}
    with audit.acting(audit.Context("cdr_manager", "0" * 16)):
        for begin in range(0, entries, AT_ONCE):
            part = []
            for number in range(begin, min(begin + AT_ONCE, entries)):
                by, case = people[number % 50], cases[number % 200]
                if number % 10:
                    part.append(
                        (audit.draft("view_case", actor=by, case=case, outcome="allowed"), ())
                    )
                else:
                    said = audit.draft("correct_record", actor=by, case=case, detail=detail)
                    part.append((said, [codes[number % 50]]))
            with transaction.atomic():
                audit.append_all(part)


def measure(entries: int) -> dict[str, Any]:
    """Fill the chain, check it in a process of its own, and return the figures."""
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    fill(entries)
    filled = time.perf_counter() - began
    connections.close_all()
    checked = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", CHECK],
        cwd=HERE,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    return {"seconds_to_fill": round(filled, 1), **json.loads(checked.stdout)}


def main() -> int:
    """Print the figures and return 1 past a target."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with databases(options.engine):
        found = measure(options.entries)
    past = []
    if found["cpu_seconds"] > SECONDS_A_MILLION * max(options.entries / 1e6, 0.1):
        past.append(f"more than {SECONDS_A_MILLION} s a million entries")
    if found["megabytes"] > MEGABYTES:
        past.append(f"more than {MEGABYTES} MB")
    if not found["ok"]:
        past.append(found["reason"])
    found["past_target"] = past
    print(json.dumps(found) if options.json else "\n".join(f"{k}: {v}" for k, v in found.items()))
    return 1 if past else 0


if __name__ == "__main__":
    sys.exit(main())
