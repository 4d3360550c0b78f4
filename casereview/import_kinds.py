"""What can be brought in from a spreadsheet: each kind says its columns, check and write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casereview.rules.import_sheets import Column, RowFate

Step = Callable[[int], None]


class ChangedMeanwhile(Exception):
    """What the check had found is no longer so; nothing was written, and the file is checked
    again."""


@dataclass(frozen=True)
class BroughtIn:
    """How many rows became what, and the references of what was made or changed."""

    created: int = 0
    changed: int = 0
    skipped: int = 0
    references: Sequence[str] = ()


@dataclass(frozen=True)
class ImportKind:
    """A kind of file: who may bring it in, what stands in it, how it is checked and written.

    `check` is given the file and its lines in the order of the columns, the header first, and
    says each row's fate; it calls `step` with how many rows it has done. `bring_in` writes all of
    it or nothing.
    """

    code: str
    action: str  # the row of the access table
    title: str  # "Bring in notifications"
    things: tuple[str, str]  # what a row is, one and many: "death", "deaths"
    columns: tuple[Column, ...]
    check: Callable[[Any, Sequence[Sequence[str]], Step], Sequence[RowFate]]
    bring_in: Callable[[Any, Sequence[Sequence[str]]], BroughtIn]
    # What a coded cell may hold: (column, code, what it means).
    codes: Callable[[], Sequence[tuple[str, str, str]]]
    example: Mapping[str, str]
    # Whether the person may still bring this very file in, where the row of the access table does
    # not say it alone.
    may: Callable[[Any], bool] | None = None
    most: int = 5_000


kinds: dict[str, ImportKind] = {}


def add(kind: ImportKind) -> None:
    """Make a kind known, once."""
    kinds.setdefault(kind.code, kind)
