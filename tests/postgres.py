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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
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


@contextlib.contextmanager
def private_cluster() -> Iterator[dict[str, str]]:
    """Start a server of our own and yield its two addresses by environment variable.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
        NotOurServer: another server answered at our socket.
    """
    binaries = programs()
    if binaries is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    account = _account()
    # A short path: a unix socket's may not pass 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="casereview-pg-", dir="/tmp"))  # noqa: S108
    data = folder / "data"
    try:
        if account.name:
            shutil.chown(folder, account.name)
        account.run(
            *(binaries / "initdb", "--pgdata", data, "--username", OWNER),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        options += f" -c unix_socket_directories={folder}"
        pg_ctl = (binaries / "pg_ctl", "--pgdata", data)
        try:
            account.run(*pg_ctl, "--wait", "--log", folder / "log", "--options", options, "start")
            _create_databases(folder, data)
            yield {name: address(folder, database) for name, database in DATABASES.items()}
        finally:
            if (data / "postmaster.pid").exists():
                account.run(*pg_ctl, "--wait", "--mode", "immediate", "stop")
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


def _create_databases(folder: Path, data: Path) -> None:
    import psycopg

    with psycopg.connect(
        host=str(folder), dbname="postgres", user=OWNER, autocommit=True
    ) as connection:
        (served,) = connection.execute("SHOW data_directory").fetchone()
        if Path(served).resolve() != data.resolve():
            raise NotOurServer(served)
        for database in DATABASES.values():
            connection.execute(f'CREATE DATABASE "{database}"')
