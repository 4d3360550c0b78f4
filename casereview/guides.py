"""One page for each role, to print and keep: what it is for, the usual steps, what it sees."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casereview.rules.roles import Role

PATH = Path(__file__).resolve().parent / "data" / "guides.toml"


@dataclass(frozen=True)
class Guide:
    """What a role does here; `mistake` says what to do when something went wrong."""

    role: Role
    purpose: str
    steps: tuple[str, ...]
    sees: str
    mistake: str


@functools.cache
def all_guides() -> Mapping[str, Guide]:
    """Return the guide of each role by its code; raises `KeyError` where a role has none."""
    with PATH.open("rb") as file:
        rows = tomllib.load(file)
    return {
        role.value: Guide(
            role=role,
            purpose=rows[role]["purpose"],
            steps=tuple(rows[role]["steps"]),
            sees=rows[role]["sees"],
            mistake=rows[role]["mistake"],
        )
        for role in Role
    }
