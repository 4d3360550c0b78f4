"""Commands that only compute: they start with neither database, nor keys, nor a data folder."""

import secrets
from collections.abc import MutableMapping

COMPUTING = {"assess_criteria", "due_on", "suppress_table"}


def without_data(arguments: list[str], environment: MutableMapping[str, str]) -> None:
    """Point a computing command's settings at nothing on disk; leave every other as it is."""
    if len(arguments) < 2 or arguments[1] not in COMPUTING:
        return
    # A database in memory has no table: whoever asks it anything fails.
    environment["DATABASE_URL"] = environment["KEYS_DATABASE_URL"] = "sqlite:///:memory:"
    environment["SECRET_KEY"] = secrets.token_urlsafe(64)
