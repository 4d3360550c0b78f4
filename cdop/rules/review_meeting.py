"""The child death review meeting: who may chair it, what counts as one, and the days of its time.

One is held for each death. A meeting of the perinatal mortality review counts for a neonate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casereview.rules.ages import NEONATAL_DAYS
from casereview.rules.months import add_months

MEETING, PERINATAL = "cdrm", "pmrt"
YES, NO, NOT_KNOWN = "Y", "N", "NK"


@dataclass(frozen=True)
class Held:
    """What is said of a meeting that took place, as far as it must be consistent."""

    kind: str
    held_on: date | None
    chair: str
    chair_treated: str
    parents_asked: str
    parents_not_asked_why: str = ""


@dataclass(frozen=True)
class Day:
    """One day by which something is to be done; `due_on` is None while it cannot be said yet."""

    code: str
    due_on: date | None
    worked_out: str


def perinatal_counts(age_days: int | None, never_left_hospital: str = "") -> str:
    """Say whether a perinatal mortality review meeting counts for this death: Y, N or NK.

    Source: NPEU PMRT: neonatal deaths to 28 days, and later deaths after neonatal care; that such
    a meeting counts as the child death review meeting is general knowledge.
    """
    if age_days is not None and age_days < NEONATAL_DAYS:
        return YES
    if never_left_hospital == YES:
        return YES
    if age_days is None or never_left_hospital in ("", NOT_KNOWN):
        return NOT_KNOWN
    return NO


def problems(
    said: Held, died_on: date, today: date, age_days: int | None, never_left_hospital: str = ""
) -> dict[str, str]:
    """Return what is wrong with a meeting as it was typed: field and what to do.

    Source: child death review guidance of 2018, from general knowledge: the chair did not treat
    the child, parents do not attend and are asked for their questions beforehand.
    """
    found: dict[str, str] = {}
    if said.held_on is None:
        return found
    if said.held_on > today:
        found["held_on"] = "Enter a day that is not in the future, or enter it as planned"
    elif said.held_on < died_on:
        found["held_on"] = "Enter a day on or after the death"
    if not said.chair.strip():
        found["chair"] = "Enter who chaired the meeting"
    if said.chair_treated == YES:
        found["chair_treated"] = (
            "Name a chair who did not treat the child: a meeting chaired by the treating clinician "
            "does not count"
        )
    elif said.chair_treated != NO:
        found["chair_treated"] = "Find out whether the chair treated the child, then record it"
    if not said.parents_asked:
        found["parents_asked"] = "Select whether the parents were asked for their questions"
    if said.parents_asked == NO and not said.parents_not_asked_why.strip():
        found["parents_not_asked_why"] = "Enter why the parents were not asked"
    if said.kind == PERINATAL:
        counts = perinatal_counts(age_days, never_left_hospital)
        if counts == NO:
            found["kind"] = (
                "Select child death review meeting: a perinatal meeting counts only for a newborn "
                "child or one who never left hospital"
            )
        elif counts == NOT_KNOWN:
            found["kind"] = (
                "Record the date of birth, or whether the child ever left hospital, first: only "
                "then is it known whether a perinatal meeting counts"
            )
    return found


def day_for(
    code: str,
    limit: Mapping[str, Any],
    *,
    died_on: date,
    known_on: date | None = None,
    met_on: date | None = None,
) -> Day:
    """Return the last day of one limit, itself still in time, and how it was worked out.

    `known_on` is when the death was known here; `met_on` when the meeting was held. A limit whose
    first day has not come has no day.

    Source: cdr_clock list.
    """
    begins = limit.get("since_what", "death")
    start: date | None
    if begins == "meeting":
        start, words = met_on, "the meeting"
    elif begins == "known":
        start, words = max(died_on, known_on or died_on), "the death, or the day it was known"
    else:
        start, words = died_on, "the death"
    if start is None:
        return Day(code, None, "Counted from the meeting, which has not been held.")
    for unit in ("days", "weeks", "months"):
        if number := limit.get(unit):
            one = unit[:-1]
            counted = f"{number} {one if number == 1 else unit} after {words}."
            if unit == "months":
                return Day(code, add_months(start, int(number)), counted)
            times = 7 if unit == "weeks" else 1
            return Day(code, start + timedelta(days=int(number) * times), counted)
    raise ValueError(f"{code} has no limit")
