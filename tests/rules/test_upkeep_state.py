"""What is good, what to look at and what is bad: by moments and counts, at their edges."""

import datetime
from dataclasses import replace

import pytest

from casereview.rules.upkeep_state import (
    DAY,
    GIGABYTE,
    HOUR,
    Done,
    Epoch,
    Facts,
    Queue,
    State,
    lines,
    worst,
)

NOW = datetime.datetime(2015, 6, 1, 12, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)


def ago(span: datetime.timedelta, **facts) -> Done:
    return Done(NOW - span, **facts)


GOOD = Facts(
    now=NOW,
    last_entry=120,
    last_entry_at=NOW - HOUR,
    verified=ago(DAY, entry=100),
    backup=ago(HOUR),
    key_backup=ago(HOUR),
    drill=ago(30 * DAY),
    checkpoint=ago(HOUR, entry=110),
    epochs=(Epoch(1, 40, seals=True),),
    disk_free=50 * GIGABYTE,
    disk_size=100 * GIGABYTE,
    lists=30,
    newest_list="2015-01-01",
)


def line(name: str, **changed):
    return next(one for one in lines(replace(GOOD, **changed)) if one.name == name)


def test_an_installation_that_is_looked_after_is_good_and_asks_for_nothing():
    assert worst(lines(GOOD)) == State.GOOD
    assert [one.do for one in lines(GOOD) if one.do] == []
    assert line("verified").said == "24 hours ago: it held up to entry 100; 20 entries since"
    assert line("checkpoint").said == "Delivered 60 minutes ago of entry 110"


def test_a_new_installation_says_what_was_never_done():
    new = Facts(now=NOW, last_entry=0, last_entry_at=None, epochs=(Epoch(1, 0, seals=True),))
    bad = {one.name for one in lines(new) if one.state == State.BAD}

    assert bad == {"verified", "backup", "key_backup", "drill", "checkpoint", "disk"}
    assert all(one.do for one in lines(new) if one.state != State.GOOD)
    assert worst(lines(new)) == State.BAD


@pytest.mark.parametrize(
    ("name", "watch", "bad"),
    [
        ("verified", 8 * DAY, 31 * DAY),
        ("backup", 26 * HOUR, 50 * HOUR),
        ("key_backup", 26 * HOUR, 50 * HOUR),
        ("drill", 100 * DAY, 190 * DAY),
        ("checkpoint", 26 * HOUR, 74 * HOUR),
    ],
)
def test_each_grows_old_at_its_own_pace(name, watch, bad):
    def state(span):
        return line(name, **{name: ago(span)}).state

    assert state(watch) == State.GOOD
    assert state(watch + SECOND) == state(bad) == State.WATCH
    assert state(bad + SECOND) == State.BAD
    assert line(name, **{name: ago(HOUR, failed_since=True)}).state == State.BAD
    assert line(name, **{name: Done(failed_since=True)}).state == State.BAD


QUEUES = [("messages", HOUR / 2, 4 * HOUR), ("jobs", HOUR / 4, 2 * HOUR)]


@pytest.mark.parametrize(("name", "watch", "bad"), QUEUES)
def test_a_queue_is_told_by_its_oldest_and_by_what_was_given_up(name, watch, bad):
    def found(span, **facts):
        return line(name, **{name: Queue(3, NOW - span, **facts)})

    assert found(watch).state == State.GOOD
    assert found(watch + SECOND).state == State.WATCH
    assert found(bad + SECOND).state == State.BAD
    assert found(bad + SECOND, given_up=1).state == State.BAD
    assert found(SECOND).said == "3 due, the oldest just now"
    assert line(name, **{name: Queue(given_up=2)}).state == State.WATCH
    assert line(name).said == "None waits"


@pytest.mark.parametrize(
    ("epochs", "state"),
    [
        ((Epoch(2, 5, seals=True),), State.GOOD),
        ((Epoch(1, 5), Epoch(2, 0, seals=True)), State.WATCH),
        ((Epoch(1, 1, in_ring=False), Epoch(2, 5, seals=True)), State.BAD),
        ((Epoch(1, 0, in_ring=False), Epoch(2, 5, seals=True)), State.GOOD),
        ((), State.BAD),
    ],
)
def test_keys_that_no_ring_opens_are_bad_and_an_unfinished_change_is_watched(epochs, state):
    assert line("keys", epochs=epochs).state == state


@pytest.mark.parametrize(
    ("free", "size", "state"),
    [(10, 100, State.GOOD), (9.9, 100, State.WATCH), (2.9, 100, State.BAD), (1.9, 4, State.WATCH)]
    + [(0.49, 1, State.BAD)],
)
def test_room_on_the_disk_is_a_share_and_an_amount(free, size, state):
    found = line("disk", disk_free=int(free * GIGABYTE), disk_size=size * GIGABYTE)

    assert found.state == state


@pytest.mark.parametrize(
    ("ahead", "state"), [(5, State.GOOD), (-6, State.WATCH), (60, State.WATCH), (-61, State.BAD)]
)
def test_clocks_may_differ_by_seconds(ahead, state):
    assert line("clock", database_ahead_seconds=ahead).state == state


def test_an_entry_of_the_future_is_bad():
    assert line("clock", last_entry_at=NOW + 60 * SECOND).state == State.GOOD
    assert line("clock", last_entry_at=NOW + 61 * SECOND).state == State.BAD
