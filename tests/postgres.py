"""A PostgreSQL of the tests' own: own data folder, a unix socket only, gone afterwards.

A server that somebody already runs is never used: there is no port to clash with, and the data
folder is compared before the first write.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests import machine

OWNER = "casereview"
DATABASES = {"DATABASE_URL": "casereview", "KEYS_DATABASE_URL": "casereview_keys"}
UNPRIVILEGED = ("postgres", "nobody")
DEBIAN_CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    # Emptying or restoring every table at once locks each of them with its indexes.
    "max_locks_per_transaction": "256",
}


class NotOurServer(RuntimeError):
    """The server that answered does not keep its data in our folder."""


@dataclass(frozen=True)
class Account:
    """The account that owns the server, which refuses to run as root; None: our own."""

    name: str | None = None

    def run(self, *command: str | Path) -> None:
        """Run one of the server's programs; its output is shown only when it fails."""
        who = pwd.getpwnam(self.name) if self.name else None
        as_them = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
        # pg_ctl's server keeps what it inherits, so output goes to a file: a pipe would never end.
        with tempfile.TemporaryFile() as output:
            result = subprocess.run(
                [str(part) for part in command],
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **as_them,
            )
            if result.returncode:
                output.seek(0)
                raise RuntimeError(f"{command[0]} failed: {output.read().decode(errors='replace')}")


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, the newest version first; None when absent."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name)
    )
    on_path = shutil.which("initdb")
    candidates = [*debian, *([Path(on_path).parent] if on_path else [])]
    return next(
        (path for path in candidates if (path / "initdb").exists() and (path / "pg_ctl").exists()),
        None,
    )


def install() -> bool:
    """Install PostgreSQL where that is allowed, without the server Debian would start."""
    if not machine.may_install():
        return False
    machine.install("postgresql-common")
    if DEBIAN_CLUSTERS.exists() and programs() is None:
        text = DEBIAN_CLUSTERS.read_text(encoding="utf-8")
        DEBIAN_CLUSTERS.write_text(
            text.replace("#create_main_cluster = true", "create_main_cluster = false"),
            encoding="utf-8",
        )
    return machine.install("postgresql") and programs() is not None


@dataclass(frozen=True)
class Cluster:
    """A server of our own: its folder holds its data, its socket and its log."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def addresses(self) -> dict[str, str]:
        return {name: address(self.folder, database) for name, database in DATABASES.items()}

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        options += f" -c unix_socket_directories={self.folder}"
        self._control("--log", self.folder / "log", "--options", options, "start")

    def stop(self) -> None:
        """End the server, if it runs."""
        if (self.data / "postmaster.pid").exists():
            self._control("--mode", "immediate", "stop")

    def processes(self, kind: str | None = None) -> list[int]:
        """Return the server's processes of a kind, such as "client backend"; the first one last.

        Raises:
            psycopg.Error: the server does not answer.
        """
        with self.connection() as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND (backend_type = %(kind)s OR %(kind)s::text IS NULL)",
                {"kind": kind},
            ).fetchall()
        first = [] if kind else [int((self.data / "postmaster.pid").read_text().split()[0])]
        return [pid for (pid,) in found] + first

    def connection(self) -> Any:
        """Connect to the server as its owner."""
        import psycopg

        return psycopg.connect(
            host=str(self.folder), dbname="postgres", user=OWNER, autocommit=True
        )

    def _control(self, *arguments: str | Path) -> None:
        binaries = programs()
        if binaries is None:
            raise FileNotFoundError("PostgreSQL is not installed")
        _account().run(binaries / "pg_ctl", "--pgdata", self.data, "--wait", *arguments)


@contextlib.contextmanager
def private_cluster() -> Iterator[dict[str, str]]:
    """Start a server of our own and yield its two addresses by environment variable.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
        NotOurServer: another server answered at our socket.
    """
    with cluster() as started:
        yield started.addresses


@contextlib.contextmanager
def cluster(**settings: str) -> Iterator[Cluster]:
    """Start a server of our own with such settings beside the usual ones; see `private_cluster`."""
    binaries = programs()
    if binaries is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    account = _account()
    # A short path: a unix socket's may not pass 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="casereview-pg-", dir="/tmp"))  # noqa: S108
    made = Cluster(folder, SETTINGS | settings)
    try:
        if account.name:
            shutil.chown(folder, account.name)
        account.run(
            *(binaries / "initdb", "--pgdata", made.data, "--username", OWNER),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )
        try:
            made.start()
            _create_databases(made)
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def address(folder: Path, database: str) -> str:
    """Return the address of a database behind the socket in `folder`."""
    return f"postgres://{OWNER}@/{database}?host={quote(str(folder), safe='')}"


def _account() -> Account:
    if os.geteuid() != 0:
        return Account()
    known = {entry.pw_name for entry in pwd.getpwall()}
    return Account(next(name for name in UNPRIVILEGED if name in known))


def _create_databases(made: Cluster) -> None:
    with made.connection() as connection:
        (served,) = connection.execute("SHOW data_directory").fetchone()
        if Path(served).resolve() != made.data.resolve():
            raise NotOurServer(served)
        for database in DATABASES.values():
            connection.execute(f'CREATE DATABASE "{database}"')
