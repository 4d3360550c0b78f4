"""What the page of a case with the group gathers: its stages, what is next and whose turn it is.

Each part of the work adds its own in its `register()`; functions ask the door themselves and the
database a constant number of times.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

NOT_STARTED, UNDER_WAY, DONE, NOT_NEEDED = "Not started", "Under way", "Done", "Not needed"
COLOURS = {NOT_STARTED: "grey", UNDER_WAY: "teal", DONE: "green", NOT_NEEDED: "grey"}


@dataclass(frozen=True)
class Stage:
    """One stage of a referral: how far it is, in a line without a name, and where it is done."""

    label: str  # "Assessment"
    status: str = NOT_STARTED
    words: str = ""
    url: str = ""

    @property
    def colour(self) -> str:
        return COLOURS.get(self.status, "blue")


@dataclass(frozen=True)
class Turn:
    """Something that is to be done next, and for whom."""

    task: str
    who: str  # "SCR group member"
    due_on: date | None = None
    url: str = ""  # only where the reader may do it


@dataclass(frozen=True)
class Link:
    """A page or an act that belongs to a case with the group."""

    label: str
    url: str


# In the order of the work: referral 10, assessment 20, recommendation 30, decision 40, those who
# are told 50, review 60. Each is asked with the reader and the case.
stages: list[tuple[int, Callable[[Any, Any], Stage]]] = []
turns: list[Callable[[Any, Any], list[Turn]]] = []
links: list[Callable[[Any, Any], list[Link]]] = []


def stages_of(user, case) -> list[Stage]:
    """Return the stages of a case in their order."""
    return [tell(user, case) for _, tell in sorted(stages, key=lambda one: one[0])]


def turns_of(user, case) -> list[Turn]:
    """Return what is to be done next and for whom, what is due first at the top."""
    found = [turn for tell in turns for turn in tell(user, case)]
    return sorted(found, key=lambda turn: (turn.due_on is None, turn.due_on or date.max))


def links_of(user, case) -> list[Link]:
    """Return the pages and acts the reader may open from the case's page."""
    return [link for tell in links for link in tell(user, case)]
