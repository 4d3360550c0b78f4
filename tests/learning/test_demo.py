"""`./run demo`: it answers, prints its links, and leaves no process behind however it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from casereview.management.base import Refused
from casereview.models import Case
from learning.demo import cast, serving
from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START, SECONDS_TO_END = 120, 40
LAST_LINE = "To begin anew"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """One data folder for all: the second demo finds the year already there."""
    return tmp_path_factory.mktemp("demo")


class Demo:
    """A demo that is running, and what it has said so far."""

    def __init__(self, folder: Path, port: int):
        kept = {"PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV"}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if name in kept},
                "CASEREVIEW_DATA": str(folder),
                "PORT": str(port),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def wait_until_ready(self) -> None:
        for line in self.process.stdout:
            self.said += line
            if LAST_LINE in line:
                return
        raise AssertionError(f"the demo ended: {self.said}")

    def descendants(self) -> set[int]:
        """Return the processes that the demo started, and those that they started."""
        listed = subprocess.run(
            ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
        ).stdout
        parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.splitlines())}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}


@pytest.fixture
def demo(folder) -> Iterator[Demo]:
    port = serving.free_port("")
    running = Demo(folder, port)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


def gone(processes: set[int]) -> bool:
    """Wait until none of the processes is alive; say whether that came true."""
    until = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < until:
        if not any(alive(pid) for pid in processes):
            return True
        time.sleep(0.1)
    return False


def alive(pid: int) -> bool:
    try:
        # A process that nobody has waited for yet is over.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=20) as response:  # noqa: S310 - our own server
        return response.status, response.read().decode()


def test_it_prints_a_link_for_each_persona_and_a_link_leads_to_its_person(demo):
    links = re.findall(r"(http://127\.0\.0\.1:\d+/demo/\S+)$", demo.said, re.MULTILINE)
    status, page = get(links[0])

    assert "Fictional data" in demo.said
    assert len(links) == len(set(links)) == sum(one.sign_in for one in cast.CAST)
    assert status == 200
    assert "Morag Ellery" in page
    assert "Fictional data" in page


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_it_ends_with_everything_it_started(demo, told):
    started = demo.descendants()
    # The server with two workers of its own, the worker, the tick.
    assert len(started) == 5

    demo.process.send_signal(told)
    demo.process.wait(SECONDS_TO_END)

    assert demo.process.returncode == 0
    assert gone(started)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of such an end")
def test_killed_outright_it_leaves_no_process_behind(demo):
    started = demo.descendants()

    demo.process.kill()

    assert gone(started)


def test_when_the_server_ends_by_itself_everything_does_and_it_says_so(demo):
    started = demo.descendants()
    server = next(pid for pid in sorted(started) if "gunicorn" in command_of(pid))

    os.kill(server, signal.SIGTERM)
    said, _ = demo.process.communicate(timeout=SECONDS_TO_END)

    assert demo.process.returncode == 1
    assert "The server ended by itself" in said
    assert gone(started)


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def test_a_port_in_use_is_said_and_nothing_is_started(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        refused = Demo(folder, taken.getsockname()[1])
        said, _ = refused.process.communicate(timeout=SECONDS_TO_START)

    assert refused.process.returncode == 1
    assert "is in use" in said


@pytest.mark.parametrize("wanted", ["0", "65536", "eighty", "-1"])
def test_a_port_that_is_none_is_refused(wanted):
    with pytest.raises(Refused):
        serving.free_port(wanted)


@pytest.mark.django_db
def test_a_database_with_other_cases_is_never_filled(settings):
    settings.DEMO = True
    factories.make_case()

    with pytest.raises(Refused):
        call_command("seed_demo")

    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_without_the_setting_of_a_demo_nothing_is_filled(settings):
    settings.DEMO = False

    with pytest.raises(Refused, match="CASEREVIEW_DEMO"):
        call_command("seed_demo")

    assert not Case.objects.exists()
