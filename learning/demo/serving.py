"""Server, worker and tick of the demo: started together, and ended together whatever happens."""

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from casereview.management.base import Refused

HOST = "127.0.0.1"
FIRST_PORT, LAST_PORT = 8000, 8099
ENDED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_SERVE, SECONDS_TO_END = 60, 10
TICK_SECONDS = 60


class Child:
    """One process of the demo, in a group of its own so that all it started ends with it."""

    def __init__(self, name: str, arguments: list[str], surroundings: dict[str, str]):
        self.name = name
        # The arguments are the project's own, below.
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def ended(self) -> bool:
        """Say whether the process is over."""
        return self.process.poll() is not None

    def ask_to_end(self) -> None:
        """Tell the process to end after what it has in hand."""
        if not self.ended():
            self.process.terminate()

    def end(self, by: float) -> None:
        """Wait until `by` on the monotonic clock, then end the whole group for good."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, by - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _end_with_parent() -> None:
    # Where the system offers it: a child is told to end even when its parent was killed outright.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def free_port(wanted: str) -> int:
    """Return the port asked for, or the first free one from 8000.

    Raises:
        Refused: it is not a port, or in use.
    """
    if wanted:
        if not wanted.isdigit() or not 0 < int(wanted) < 65536:
            raise Refused("Set PORT to a number from 1 to 65535")
        if not _free(int(wanted)):
            raise Refused(f"Port {wanted} is in use: set PORT to another")
        return int(wanted)
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if _free(port):
            return port
    raise Refused(f"Set PORT: every port from {FIRST_PORT} to {LAST_PORT} is in use")


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def together(port: int, site: str) -> Iterator[list[Child]]:
    """Start the server, and end it and whatever joined it on the way out."""
    server = ["-m", "gunicorn", "--pythonpath", str(settings.BASE_DIR)]
    server += ["--bind", f"{HOST}:{port}", "--workers", "2", "--worker-class", "gthread"]
    server += ["--threads", "4", "--graceful-timeout", "3", "--log-level", "error"]
    server += ["--preload", "--no-control-socket", "config.wsgi:application"]
    children: list[Child] = []
    before = {number: signal.getsignal(number) for number in ENDED_BY}
    for number in ENDED_BY:
        signal.signal(number, _told)
    try:
        children.append(Child("server", server, _surroundings(site)))
        yield children
    except Told:
        pass
    finally:
        # From here on a second signal changes nothing: everything is ending already.
        for number in ENDED_BY:
            signal.signal(number, signal.SIG_IGN)
        by = time.monotonic() + SECONDS_TO_END
        for child in children:
            child.ask_to_end()
        for child in children:
            child.end(by)
        for number, handler in before.items():
            signal.signal(number, handler)


def add_worker_and_tick(port: int, site: str, children: list[Child]) -> None:
    """Wait until the server answers, then start worker and tick beside it.

    Raises:
        Refused: the server ended, or did not answer within a minute.
    """
    _wait_until_served(port, children)
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    for name, *arguments in (["worker"], ["tick", "--loop", str(TICK_SECONDS)]):
        children.append(Child(name, [manage, name, *arguments], _surroundings(site)))


def _surroundings(site: str) -> dict[str, str]:
    return {
        **os.environ,
        "SITE_ADDRESS": site,
        # Nobody is written to from a demo.
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


class Told(BaseException):
    """Somebody told the demo to end."""


def _told(number, frame) -> None:
    raise Told


def _wait_until_served(port: int, children: list[Child]) -> None:
    until = time.monotonic() + SECONDS_TO_SERVE
    while time.monotonic() < until:
        _none_ended(children)
        asking = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            asking.request("GET", "/health/")
            if asking.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            asking.close()
    raise Refused("The server did not answer within a minute")


def serve_until_told(children: list[Child]) -> None:
    """Stay until told to end, or until one of the children ends by itself.

    Raises:
        Refused: one ended by itself.
    """
    waiting = threading.Event()
    while not waiting.wait(0.5):
        _none_ended(children)


def _none_ended(children: list[Child]) -> None:
    for child in children:
        if child.ended():
            raise Refused(f"The {child.name} ended by itself; see the messages above")
