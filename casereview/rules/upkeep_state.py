"""Whether an installation is looked after: from what was last done, what is good and what is not.

Nothing here knows a case: moments, counts and sizes go in; lines with what to do come out.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
GIGABYTE = 1_000_000_000


class State(StrEnum):
    """How something is; whatever was never done is bad, not unknown."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True)
class Done:
    """When something was last done well, and whether the newest try failed."""

    at: datetime.datetime | None = None
    failed_since: bool = False
    # The last entry of the audit log that it speaks of, where it speaks of one.
    entry: int | None = None


@dataclass(frozen=True)
class Epoch:
    """One epoch of the key ring, and how many data keys are wrapped under it."""

    number: int
    keys: int
    seals: bool = False
    in_ring: bool = True


@dataclass(frozen=True)
class Queue:
    """What waits: how many are due, since when, and how many were given up."""

    due: int = 0
    oldest: datetime.datetime | None = None
    given_up: int = 0


@dataclass(frozen=True)
class Facts:
    """What was found of an installation at one moment."""

    now: datetime.datetime
    last_entry: int
    last_entry_at: datetime.datetime | None
    verified: Done = Done()
    backup: Done = Done()
    key_backup: Done = Done()
    drill: Done = Done()
    checkpoint: Done = Done()
    epochs: tuple[Epoch, ...] = ()
    messages: Queue = Queue()
    jobs: Queue = Queue()
    disk_free: int = 0
    disk_size: int = 0
    database_ahead_seconds: float = 0.0
    lists: int = 0
    reconstructed: int = 0
    newest_list: str = ""


@dataclass(frozen=True)
class Line:
    """One thing that is looked at: how it is, in words, and what to do when it is not good."""

    name: str
    title: str
    state: State
    said: str
    do: str = ""


@dataclass(frozen=True)
class _Limit:
    watch: datetime.timedelta
    bad: datetime.timedelta


DAILY = _Limit(26 * HOUR, 50 * HOUR)
WEEKLY = _Limit(8 * DAY, 31 * DAY)
QUARTERLY = _Limit(100 * DAY, 190 * DAY)
CLOCK_WATCH, CLOCK_BAD = 5, 60


def lines(facts: Facts) -> list[Line]:
    """Return every line, in the order in which somebody would look."""
    return [
        _verified(facts),
        _done(
            "backup",
            "Last backup",
            facts.backup,
            facts.now,
            DAILY,
            "Take a backup now, and see why the daily one did not run.",
        ),
        _done(
            "key_backup",
            "Last backup of the keys",
            facts.key_backup,
            facts.now,
            DAILY,
            "Back the key store and the key ring up, apart from the backups of the database.",
        ),
        _done(
            "drill",
            "Last restore drill",
            facts.drill,
            facts.now,
            QUARTERLY,
            "Restore a backup as a drill: a backup that was never restored is a hope.",
        ),
        _checkpoint(facts),
        _epochs(facts),
        _queue(
            "messages",
            "Messages",
            facts.messages,
            facts.now,
            _Limit(HOUR / 2, 4 * HOUR),
            "See that the worker runs and that the mail relay takes messages.",
        ),
        _queue(
            "jobs",
            "Jobs",
            facts.jobs,
            facts.now,
            _Limit(HOUR / 4, 2 * HOUR),
            "Start the worker (manage.py worker), and see in its log why jobs fail.",
        ),
        _disk(facts),
        _clock(facts),
        _lists(facts),
    ]


def worst(found: list[Line]) -> State:
    """Return the worst state among lines."""
    for state in (State.BAD, State.WATCH):
        if any(line.state == state for line in found):
            return state
    return State.GOOD


def _ago(span: datetime.timedelta) -> str:
    if span < datetime.timedelta(minutes=2):
        return "just now"
    if span < 2 * HOUR:
        return f"{span // datetime.timedelta(minutes=1)} minutes ago"
    if span < 2 * DAY:
        return f"{span // HOUR} hours ago"
    return f"{span // DAY} days ago"


def _aged(span: datetime.timedelta, limit: _Limit) -> State:
    return State.BAD if span > limit.bad else State.WATCH if span > limit.watch else State.GOOD


def _done(
    name: str, title: str, done: Done, now: datetime.datetime, limit: _Limit, do: str
) -> Line:
    if done.at is None:
        return Line(
            name, title, State.BAD, "Tried and failed" if done.failed_since else "Never", do
        )
    said, state = _ago(now - done.at), _aged(now - done.at, limit)
    if done.failed_since:
        said, state = f"{said}; the newest try failed", State.BAD
    return Line(name, title, state, said[:1].upper() + said[1:], "" if state == State.GOOD else do)


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"


def _verified(facts: Facts) -> Line:
    title, done = "Audit log checked", facts.verified
    if done.failed_since:
        do = "Let nobody change anything on the server; call whoever investigates incidents."
        return Line("verified", title, State.BAD, "The newest check found the log broken", do)
    do = "Verify the log: the button on the audit log, or manage.py verify_audit each week."
    line = _done("verified", title, done, facts.now, WEEKLY, do)
    if done.at is None or done.entry is None:
        return line
    since = _entries(max(0, facts.last_entry - done.entry))
    said = f"{line.said}: it held up to entry {done.entry:,}; {since} since"
    return Line(line.name, title, line.state, said, line.do)


def _checkpoint(facts: Facts) -> Line:
    title, done = "Checkpoint of the audit log, kept elsewhere", facts.checkpoint
    do = (
        "Have checkpoints delivered out of reach of this server: without one nobody can tell "
        "that the end of the log was cut off."
    )
    limit = _Limit(26 * HOUR, 74 * HOUR)
    line = _done("checkpoint", title, done, facts.now, limit, do)
    if done.at is None:
        return Line(line.name, title, line.state, "Not yet delivered", do)
    upto = f" of entry {done.entry:,}" if done.entry is not None else ""
    return Line(line.name, title, line.state, f"Delivered {line.said.lower()}{upto}", line.do)


def _epochs(facts: Facts) -> Line:
    title = "Keys"
    lost = [epoch for epoch in facts.epochs if epoch.keys and not epoch.in_ring]
    held = [epoch for epoch in facts.epochs if epoch.in_ring]
    said = "; ".join(
        f"epoch {one.number}: {one.keys:,} key{'' if one.keys == 1 else 's'}"
        + ("" if one.in_ring else ", not in the ring")
        for one in facts.epochs
    )
    if lost or not held:
        do = "Put the key ring back from its backup: what is sealed under that epoch cannot be read"
        return Line("keys", title, State.BAD, said or "There is no key ring", do)
    if len(held) > 1:
        do = "Finish changing the wrapping key: run the rotation again."
        return Line("keys", title, State.WATCH, f"{said}; a change is not finished", do)
    return Line("keys", title, State.GOOD, said)


def _queue(
    name: str, title: str, queue: Queue, now: datetime.datetime, limit: _Limit, do: str
) -> Line:
    state, parts = State.GOOD, ["None waits"]
    if queue.due:
        parts = [f"{queue.due:,} due"]
        if queue.oldest is not None:
            state = _aged(now - queue.oldest, limit)
            parts.append(f"the oldest since {_ago(now - queue.oldest).removesuffix(' ago')}")
    if queue.given_up:
        parts.append(f"{queue.given_up:,} given up in the last seven days")
        state = max(state, State.WATCH, key=list(State).index)
    said = ", ".join(parts).replace("since just now", "just now")
    return Line(name, title, state, said, "" if state == State.GOOD else do)


def _disk(facts: Facts) -> Line:
    title = "Room on the disk"
    share = facts.disk_free / facts.disk_size if facts.disk_size else 0.0
    said = f"{facts.disk_free / GIGABYTE:,.1f} GB free, {share:.0%}"
    do = "Make room on the disk of the data folder: without it nothing more can be recorded."
    if share < 0.03 or facts.disk_free < GIGABYTE / 2:
        return Line("disk", title, State.BAD, said, do)
    if share < 0.1 or facts.disk_free < 2 * GIGABYTE:
        return Line("disk", title, State.WATCH, said, do)
    return Line("disk", title, State.GOOD, said)


def _clock(facts: Facts) -> Line:
    title, off = "Clocks", abs(facts.database_ahead_seconds)
    do = "Set both clocks by a time service: codes, deadlines and the order of the log hang on it."
    said = f"The database’s clock and this server’s differ by {off:.0f} seconds"
    if off < 1:
        said = "The database’s clock and this server’s agree"
    ahead = 0.0
    if facts.last_entry_at is not None:
        ahead = (facts.last_entry_at - facts.now).total_seconds()
    if ahead > CLOCK_BAD:
        said += f"; the last entry of the log is {ahead:.0f} seconds in the future"
    if off > CLOCK_BAD or ahead > CLOCK_BAD:
        return Line("clock", title, State.BAD, said, do)
    if off > CLOCK_WATCH:
        return Line("clock", title, State.WATCH, said, do)
    return Line("clock", title, State.GOOD, said)


def _lists(facts: Facts) -> Line:
    said = f"{facts.lists} lists, the newest of {facts.newest_list}"
    if facts.reconstructed:
        said += f"; {facts.reconstructed} are reconstructed, not read in their source"
    return Line("lists", "Versions of the lists", State.GOOD, said)


def each(epochs: tuple[Epoch, ...]) -> Iterator[dict]:
    """Yield epochs as plain values, for a document."""
    for one in epochs:
        yield {"epoch": one.number, "keys": one.keys, "seals": one.seals, "in_ring": one.in_ring}
