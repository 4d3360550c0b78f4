"""By which power an agency is asked for what it knows of a child who died."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

BOARD, PARTNERS = "board", "partners"


@dataclass(frozen=True)
class Power:
    """One power: its code, from which day it was in force, and whose it is."""

    code: str
    since: date
    whose: str


def power_for(
    powers: Sequence[Power], died_on: date, partners_began_on: date | None = None
) -> Power | None:
    """Return the power in force on the day of the death; None before the first.

    An area's own day of changing to child death review partners goes before the list's: until
    then the board's power holds there, from then on the partners'. The day itself counts.
    """
    in_order = sorted(powers, key=lambda power: power.since)
    if partners_began_on is not None:
        whose = PARTNERS if died_on >= partners_began_on else BOARD
        in_order = [power for power in in_order if power.whose == whose]
        if whose == PARTNERS:
            return in_order[-1] if in_order else None
    held = [power for power in in_order if power.since <= died_on]
    return held[-1] if held else None
