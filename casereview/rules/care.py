"""What a reader is told before a distressing part, and whether it waits until they open it.

Which notices a case calls for follows from its codes, never from its text. Whoever reads chooses
how they are told; no choice changes what is on record.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

# The looks that show narrative, by row of the access table; for counting how much was read.
READS_NARRATIVE = frozenset(
    {
        "open_room",
        "read_document",
        "view_death_review",
        "view_evidence",
        "view_notification",
        "view_panel_review",
        "view_request",
        "view_response",
        "view_review",
        "view_scr",
    }
)


class Choice(StrEnum):
    """How a reader is told of what may distress."""

    EVERY = "every"
    NOTICED = "noticed"
    CASE = "case"
    LINE = "line"


# In the order in which they are offered; the first is what everybody begins with.
CHOICES = (
    (Choice.NOTICED, "Keep a part closed where there is a notice, until I open it"),
    (Choice.EVERY, "Keep every part closed that tells what happened, until I open it"),
    (Choice.CASE, "Keep it closed once a case: when I open one part, the others open too"),
    (Choice.LINE, "Show it at once, with a line that says what it holds"),
)


@dataclass(frozen=True)
class Notice:
    """What stands before a part: what it describes, and whether the part is still closed."""

    part: str
    closed: bool
    describes: tuple[str, ...] = ()


def called_for(kinds: Mapping[str, Collection[str]], facts: Collection[str]) -> list[str]:
    """Return the notices that the facts of a case call for, in the order of their list."""
    return [code for code, when in kinds.items() if not set(facts).isdisjoint(when)]


def notice(
    part: str, describes: Collection[str], choice: Choice, opened: Collection[str]
) -> Notice | None:
    """Return what stands before a part; None where nothing does.

    `describes` is what the case's notices say, `opened` the parts of the case that the reader
    opened in this sitting.
    """
    if not describes and choice != Choice.EVERY:
        return None
    if part in opened or (choice == Choice.CASE and opened):
        return None
    return Notice(part, choice != Choice.LINE, tuple(describes))
