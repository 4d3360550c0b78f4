"""How long a rotation of the keys takes, and whether it survives being killed at any moment.

The first figure is processor time of one rotation of as many case keys as are asked for, beside
what one bare pass of unwrapping and wrapping them in memory costs. Then rotations are killed
(SIGKILL) at random moments, each followed by opening every key with whatever ring is there, while
another process goes on reading and making keys; the last rotation is let through.

    python -m benchmarks.key_rotation --cases 10000 --kills 25 [--engine postgresql] [--json]
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from benchmarks.imports import databases

SECONDS = 15  # of processor time for 10,000 cases
HERE = Path(__file__).resolve().parent.parent
READER = """
import os, sys, uuid
import django
django.setup()
from casereview import keys
owners = [uuid.UUID(line) for line in open(sys.argv[1]).read().split()]
print("ready", flush=True)
made = read = 0
while os.getppid() == int(sys.argv[2]):
    with keys.held():
        keys.prefetch("case", owners[read % 7 :: 50])
        for owner in owners[read % 7 :: 50]:
            keys.opening_key("case", owner, 1)
    read += 1
    if not read % 20:
        keys.make("case", uuid.uuid4())
        made += 1
    print(read, made, flush=True)
"""


def measure(cases: int, kills: int, folder: Path) -> dict[str, Any]:
    """Rotate, then kill rotations, and return the figures.

    Raises:
        SystemExit: a key did not open, or the reader failed.
    """
    from django.core.management import call_command

    from casereview import key_rotation, keys

    call_command("migrate", verbosity=0)
    made = keys.make_many("case", [uuid.uuid4() for _ in range(cases)], hold=False)
    bare = _bare(cases)
    began, wall = time.process_time(), time.perf_counter()
    key_rotation.rotate()
    took, wall = time.process_time() - began, time.perf_counter() - wall
    figures = {
        "cases": cases,
        "cpu_seconds": round(took, 2),
        "wall_seconds": round(wall, 2),
        "keys_a_second": round(cases / took),
        "times_bare_rewrapping": round(took / bare, 1),
        "cpu_seconds_for_10000": round(took / cases * 10_000, 2),
    }
    if kills:
        figures |= _killed(made, kills, folder)
    return figures


def _bare(cases: int) -> float:
    from casereview import crypto

    ring = crypto.KeyRing({1: crypto.new_key(), 2: crypto.new_key()}, crypto.new_key())
    owner, key = uuid.uuid4(), crypto.new_key()
    wrapped = ring.wrap("case", owner, 1, key)
    began = time.process_time()
    for _ in range(cases):
        ring.wrap("case", owner, 1, ring.unwrap("case", owner, 1, wrapped))
    return time.process_time() - began


def _killed(made: dict[uuid.UUID, bytes], kills: int, folder: Path) -> dict[str, Any]:
    from casereview import key_rotation, keys

    listed = folder / "owners"
    listed.write_text("\n".join(map(str, made)), encoding="ascii")
    reader = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", READER, str(listed), str(os.getpid())],
        cwd=HERE,
        stdout=subprocess.PIPE,
        text=True,
    )
    heard: Any = reader.stdout
    heard.readline()
    chance, interrupted, states = random.Random(4), 0, set()  # noqa: S311
    began = time.perf_counter()
    whole = _one_rotation(None)
    for _ in range(kills):
        # Most of it is the start of Python: from there to a little after its usual end.
        interrupted += _one_rotation(chance.uniform(0.7, 1.1) * whole) < 0
        ring = keys.ring()
        states.add((len(ring.epochs), ring.current == max(ring.epochs)))
        _all_open(made)
    key_rotation.rotate()
    _all_open(made)
    if reader.poll() is not None:
        sys.exit("the reader failed")
    reader.kill()
    reads, keys_made = (heard.read().strip().splitlines() or ["0 0"])[-1].split()
    ring = keys.ring()
    if len(ring.epochs) > 1 or set(key_rotation.keys_under()) != {ring.current}:
        sys.exit("the last rotation left something behind")
    return {
        "kills": kills,
        "interrupted": interrupted,
        "states_met": len(states),
        "epoch_at_the_end": ring.current,
        "reads_meanwhile": int(reads),
        "keys_made_meanwhile": int(keys_made),
        "lost": 0,
        "kill_seconds": round(time.perf_counter() - began),
    }


def _one_rotation(kill_after: float | None) -> float:
    """Run the command; return its seconds, or -1 where it was killed before its end."""
    command = [sys.executable, str(HERE / "manage.py"), "rotate_keys", "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        process.wait(kill_after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return -1
    if process.returncode:
        sys.exit("a rotation failed")
    return time.perf_counter() - began


def _all_open(made: dict[uuid.UUID, bytes]) -> None:
    from casereview import keys

    with keys.held():
        keys.prefetch("case", made)
        for owner, key in made.items():
            if keys.opening_key("case", owner, 1) != key:
                sys.exit(f"the key of {owner} is another")


def main() -> int:
    """Measure, print, and fail where a figure is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with databases(options.engine) as folder:
        figures = {"engine": options.engine} | measure(options.cases, options.kills, folder)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, figure in figures.items():
            print(f"{name.replace('_', ' ')}: {figure}")
    return int(figures["cpu_seconds_for_10000"] > SECONDS)


if __name__ == "__main__":
    sys.exit(main())
