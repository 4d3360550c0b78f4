"""Read one setting from the environment, or stop with its name."""

import os
import secrets
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from casereview.rules.quiet_hours import hours_of

BASE = Path(__file__).resolve().parent.parent


class SettingMissing(RuntimeError):
    """A variable that production needs is not set."""


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding space; unset is `default`."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable.

    Raises:
        SettingMissing: the variable holds something other than true or false.
    """
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise SettingMissing(f"{name} must be true or false")


def night(name: str, default: str) -> tuple[int, int] | None:
    """Return the hours of a night such as `20-7`; `none` is none.

    Raises:
        SettingMissing: the variable holds something else.
    """
    try:
        return hours_of(text(name) or default)
    except ValueError as error:
        raise SettingMissing(f"{name} must be two hours, such as 20-7, or none: {error}") from None


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list; unset is an empty list."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def days(name: str) -> list[date]:
    """Return a comma-separated variable as days; unset is an empty list.

    Raises:
        SettingMissing: one of them is no day.
    """
    try:
        return [date.fromisoformat(word) for word in words(name)]
    except ValueError:
        raise SettingMissing(f"{name} must be days such as 2030-06-03") from None


def origin(url: str) -> list[str]:
    """Return the origin of an address, as a list of one; no address, no origin."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def required(name: str) -> str:
    """Return the variable.

    Raises:
        SettingMissing: it is unset or blank.
    """
    value = text(name)
    if not value:
        raise SettingMissing(f"Set {name}: production starts with no default for it")
    return value


def data_folder() -> Path:
    """Return the folder of the embedded database, keys and files (`CASEREVIEW_DATA`)."""
    return Path(text("CASEREVIEW_DATA") or BASE / "var").expanduser().resolve()


def secret(name: str, path: Path, production: bool) -> str:
    """Return a secret from variable `name`, `name`_FILE, or the file at `path`.

    Outside production the file is made when it is missing, readable by its owner only.

    Raises:
        SettingMissing: in production, when neither variable is set.
    """
    if value := text(name):
        return value
    if file := text(f"{name}_FILE"):
        return Path(file).read_text(encoding="ascii").strip()
    if production:
        raise SettingMissing(f"Set {name} or {name}_FILE: production starts with no default for it")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    value = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(value)
    return value


SQLITE = {
    # FULL loses no acknowledged commit on power loss; secure_delete leaves no key on the disk;
    # IMMEDIATE makes writers queue where a deferred transaction would fail half-way.
    # trusted_schema stays as it is: switched off, it breaks every JSON check constraint.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
    ),
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
}


def database(name: str, default: Path) -> dict:
    """Return Django's settings for the database that variable `name` points to.

    `postgres://user:password@host:port/name?host=/socket/folder` or `sqlite:////path`; unset is
    the SQLite file `default`.

    Raises:
        SettingMissing: another kind of address.
    """
    url = text(name)
    if not url:
        default.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return sqlite(default)
    parts = urlsplit(url)
    if parts.scheme in {"sqlite", "sqlite3"}:
        return sqlite(Path(unquote(parts.path)[1:]))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingMissing(f"{name} must begin with postgres:// or sqlite://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def sqlite(path: Path) -> dict:
    """Return Django's settings for the SQLite file at `path`."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": dict(SQLITE)}
