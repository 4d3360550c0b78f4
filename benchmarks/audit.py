"""How long `manage.py verify_audit` takes, and how much memory: the whole command, from its start.

Entries are made as a busy panel makes them: nine looks to one change of a record that has a code.
Their bytes and codes are the product's own; they are copied into the tables ten thousand at a time,
because a million real requests would take a day.

    python -m benchmarks.audit --entries 1000000 [--engine postgresql] [--json]
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.imports import databases

SECONDS_A_MILLION = 60
MEGABYTES = 100
AT_ONCE = 10_000
HERE = Path(__file__).resolve().parent.parent
PEOPLE = 2_000
LOOK = ("view_case", "allowed", "{}")
CHANGE = ("correct_record", "done", '{"fields":{"casereview.child":["given_names","postcode"]}}')
ROW_CODE = ("entry", "place", "table", "key", "row_version", "code")
# A process's peak counts from that of the one that started it, so a small one starts the command.
# It tells, after what the command said, what it took from its first instruction to its last.
MEASURED = """
import json, os, subprocess, sys, time
began = time.perf_counter()
command = subprocess.Popen([sys.executable, "manage.py", "verify_audit", "--json"])
_, status, used = os.wait4(command.pid, 0)
print(json.dumps({
    "status": os.waitstatus_to_exitcode(status),
    "seconds": round(time.perf_counter() - began, 1),
    "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
    "megabytes": used.ru_maxrss // 1024,
}))
"""


class Entry(NamedTuple):
    """An entry of the chain, in the order of its table's columns."""

    seq: int
    at: datetime.datetime
    actor: uuid.UUID
    acting_role: str
    session: str
    purpose: str
    case: uuid.UUID
    table: str
    key: None
    action: str
    outcome: str
    detail: str
    mac: bytes = b""


def copy(model: Any, names: Sequence[str], rows: list[Any]) -> None:
    """Copy rows into the table of a model, in the form that its database keeps."""
    from django.db import connection

    from casereview.database import insert_rows, value_for

    fields = [model._meta.get_field(name) for name in names]
    turn = [value_for(field, connection) for field in fields]
    kept = [[to(one) if to else one for to, one in zip(turn, row, strict=True)] for row in rows]
    insert_rows("default", model._meta.db_table, [field.column for field in fields], kept)


def fill(entries: int) -> None:
    """Append entries to the chain: looks at cases, and every tenth a change of a person's name."""
    from django.db import transaction

    from casereview import audit, keys
    from casereview.models import AuditEntry, AuditRowCode, User
    from casereview.records import change, row_code

    people = [User(email=f"person-{n}@example.org", name=f"Example {n}") for n in range(PEOPLE)]
    with change("add_person", by=None) as written:
        for person in people:
            written.save(person)
    codes = [row_code(person) for person in people]
    cases = [uuid.uuid4() for _ in range(200)]
    last = AuditEntry.objects.order_by("-seq").first()
    seq, previous, mac = last.seq, bytes(last.mac), keys.ring().mac
    for begin in range(0, entries, AT_ONCE):
        made, with_codes = [], []
        for number in range(begin, min(begin + AT_ONCE, entries)):
            seq += 1
            act = CHANGE if number % 10 == 0 else LOOK
            own = [codes[number // 10 % PEOPLE]] if act is CHANGE else []
            entry = Entry(
                *(
                    seq,
                    datetime.datetime.now(datetime.UTC),
                    people[number % PEOPLE].pk,
                    "cdr_manager",
                    "0" * 16,
                    "",
                ),
                *(cases[number % 200], "", None, *act),
            )
            previous = audit.chain(previous, entry, own, mac)
            made.append(entry._replace(mac=previous))
            with_codes += [(seq, 0, *code) for code in own]
        with transaction.atomic():
            copy(AuditEntry, Entry._fields, made)
            copy(AuditRowCode, ROW_CODE, with_codes)


def measure(entries: int) -> dict[str, Any]:
    """Fill the chain, check it in a process of its own, and return the figures."""
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    fill(entries)
    filled = time.perf_counter() - began
    connections.close_all()
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", MEASURED],
        cwd=HERE,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    verdict, measured = map(json.loads, told.stdout.splitlines())
    return {"seconds_to_fill": round(filled, 1), **verdict, **measured}


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
