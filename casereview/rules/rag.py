"""How an action stands, from its dates and its evidence alone; nobody chooses the colour.

Source: our own. Boards report actions as blue, green, amber, red and grey, each in its own way;
this is one truth table, with its limits as data (`action_rag` list).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from casereview.rules.months import add_months


class Rag(StrEnum):
    """How an action stands; in the order in which a report shows them."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    GREY = "grey"
    BLUE = "blue"


class Evidence(StrEnum):
    """What became of the latest evidence that an action was done."""

    NONE = "none"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True)
class Limits:
    """From when an action is amber before its due day, and red after it.

    It is amber from `soon_days` before the due day, that day included, and red from the day that
    lies `late_months` calendar months after it.
    """

    soon_days: int
    late_months: int


@dataclass(frozen=True)
class Dates:
    """What of an action is counted; no day is not known or not yet."""

    due_on: date | None = None
    begun_on: date | None = None
    done_on: date | None = None
    dropped: bool = False
    blocked: bool = False
    evidence: Evidence = Evidence.NONE


@dataclass(frozen=True)
class Standing:
    """A colour, and in words what gives it."""

    rag: Rag
    why: str


_NOT_ACCEPTED = {
    Evidence.NONE: "Said to be done; evidence is missing",
    Evidence.WAITING: "Said to be done; the evidence waits to be accepted",
}


def standing(of: Dates, today: date, limits: Limits) -> Standing:
    """Return how an action stands on a day: the first line of the table that holds.

    Evidence that was not enough leaves the action as not done: its due day counts again.
    """
    if of.dropped:
        return Standing(Rag.GREY, "No longer needed")
    done = of.done_on is not None and of.done_on <= today
    if done and of.evidence == Evidence.ACCEPTED:
        return Standing(Rag.BLUE, "Done, with accepted evidence")
    if done and of.evidence in _NOT_ACCEPTED:
        return Standing(Rag.AMBER, _NOT_ACCEPTED[of.evidence])
    if of.blocked:
        return Standing(Rag.RED, "Something stands in its way")
    if of.due_on is not None and of.due_on < today:
        if today >= add_months(of.due_on, limits.late_months):
            return Standing(Rag.RED, f"Overdue by {_months(limits.late_months)} or more")
        return Standing(Rag.AMBER, f"Overdue by less than {_months(limits.late_months)}")
    if done:
        return Standing(Rag.AMBER, "The evidence was not enough")
    if of.due_on is not None and of.due_on - today <= timedelta(days=limits.soon_days):
        return Standing(Rag.AMBER, f"Due within {limits.soon_days} days")
    if of.begun_on is None or of.begun_on > today:
        return Standing(Rag.GREY, "Not begun")
    if of.due_on is None:
        return Standing(Rag.AMBER, "Begun, but nobody said by when")
    return Standing(Rag.GREEN, "On track")


def _months(number: int) -> str:
    return "a month" if number == 1 else f"{number} months"
