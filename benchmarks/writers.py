"""Processes that write as the product does, and say over a pipe what was acknowledged.

The parent has loaded the program and written once, so that a process is at work as soon as it is
forked: what a kill meets is a write, not a start.
"""

import contextlib
import gc
import os
import random
import selectors
import signal
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

WRITERS = 8
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
    except Exception as error:  # the parent counts it; whoever watches wants to know what it was
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def wait_for(children: list[int]) -> list[int]:
    """Wait until every process has ended; return their statuses, a signal as minus its number."""
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


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


def correct(child: Any, **values: str) -> None:
    """Correct a child's record through the product's own action."""
    from casereview import actions

    actions.correct_record(record=child, by=None, reason=REASON, case=child.case, **values)


def warm_up() -> float:
    """Write twice, so that everything is loaded; return how long the second write took."""
    from casereview import keys

    with keys.held():
        child = open_a_case("Example first")
        began = time.monotonic()
        correct(child, given_names="second")
    gc.collect()
    gc.freeze()  # what was loaded stays where it is in the processes to come
    return time.monotonic() - began


def write_for_ever(where: int) -> None:
    """Open cases and correct them, saying of each write that its action has returned."""
    from casereview import keys
    from casereview.models import Child

    mine: list[uuid.UUID] = []
    while True:
        name = f"Example {uuid.uuid4().hex[:8]}"
        with keys.held():
            if len(mine) < 2 or random.random() < 0.3:  # noqa: S311 - not a secret
                child = open_a_case(name)
                mine.append(child.pk)
            else:
                child = Child.objects.select_related("case").get(pk=random.choice(mine))  # noqa: S311
                correct(child, given_names=name)
        # One write, which the pipe keeps when the process is gone.
        os.write(where, f"{child.pk} {child.version} {name.split()[1]}\n".encode())


@dataclass
class Writer:
    """One process, and what it has acknowledged so far."""

    pid: int
    pipe: int
    wanted: int  # so many acknowledgements, before it is killed
    told: bytes = b""
    kill_at: float | None = None
    last: float = field(default_factory=time.monotonic)

    @classmethod
    def start(cls, wanted: int) -> "Writer":
        """Fork a writer."""
        reading, writing = os.pipe()
        pid = fork(lambda: write_for_ever(writing))
        os.close(writing)
        return cls(pid, reading, wanted)

    def listen(self) -> bool:
        """Take in what it said; False: it has ended."""
        said = os.read(self.pipe, 65_536)
        self.told += said
        return bool(said)

    @property
    def acknowledged(self) -> int:
        return self.told.count(b"\n")

    def end(self) -> int:
        """Take in the rest of what it said, and return how it ended."""
        while self.listen():
            pass
        os.close(self.pipe)
        return wait_for([self.pid])[0]


class Writers:
    """Some writers at once, each killed at a moment of its own within a write."""

    def __init__(self, usual: float, together: int = WRITERS):
        self.usual = usual  # how long a write takes, of late
        self.together = together
        self.listening = selectors.DefaultSelector()
        self.acknowledged: list[list[str]] = []
        self.ended: list[int] = []

    @property
    def running(self) -> list[Writer]:
        return [key.data for key in self.listening.get_map().values()]

    def start(self, at_most: int) -> None:
        """Let as many write as shall, each until it has acknowledged a number of its own."""
        while len(self.running) < self.together:
            one = Writer.start(random.randint(0, at_most))  # noqa: S311 - not a secret
            self.listening.register(one.pipe, selectors.EVENT_READ, one)

    def listen(self) -> None:
        """Hear what is said until somebody is to be killed; whoever is due is killed."""
        now = time.monotonic()
        due = [one.kill_at for one in self.running if one.kill_at is not None]
        for key, _ in self.listening.select(max(min(due, default=now + 1) - now, 0)):
            one = key.data
            if not one.listen():
                self.bury(one)
                continue
            now = time.monotonic()
            self.usual += ((now - one.last) - self.usual) / 20
            one.last = now
        for one in self.running:
            if one.kill_at is None and one.acknowledged >= one.wanted:
                one.kill_at = time.monotonic() + random.uniform(0, self.usual)  # noqa: S311
            elif one.kill_at is not None and one.kill_at <= time.monotonic():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one.pid, signal.SIGKILL)
                self.bury(one)

    def bury(self, one: Writer) -> None:
        """Keep what a process that has ended had acknowledged."""
        self.listening.unregister(one.pipe)
        self.ended.append(one.end())
        # Half a line was never said: the write to the pipe is one.
        self.acknowledged += [line.split() for line in one.told.decode().splitlines()]

    def kill_all(self) -> None:
        """End whoever still writes, at whatever moment it is."""
        for one in self.running:
            one.wanted, one.kill_at = 0, 0.0
        while self.running:
            self.listen()

    @property
    def killed(self) -> int:
        return self.ended.count(-signal.SIGKILL)

    @property
    def failed(self) -> int:
        return len(self.ended) - self.killed
