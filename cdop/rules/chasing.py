"""When an agency that was asked about a child is reminded, and when its lead is told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casereview.rules.working_days import working_days_between


class Chase(StrEnum):
    """What is done on a day about a report that has not come."""

    BEFORE_DUE = "report_due"
    OVERDUE = "report_overdue"
    ESCALATE = "report_escalated"


@dataclass(frozen=True)
class Pace:
    """How an area chases its reports, in working days.

    Source: no national limit for returning Form B was found; these are local settings.
    """

    before: int = 3  # reminded so many days before the due day
    every: int = 5  # once overdue, reminded again after so many days
    escalate_after: int = 10  # so long overdue, somebody senior is told


def chase_today(
    today: date,
    due_on: date | None,
    reminded_on: date | None,
    escalated_on: date | None,
    pace: Pace,
    extra: Collection[date] = (),
) -> Chase | None:
    """Return what is due today about an open request; None where nothing is.

    One reminder in the days before the due day, which counts among them; one on the first day
    after it and again at every interval; one escalation. `extra` are one-off holidays.
    """
    if due_on is None:
        return None
    late = working_days_between(due_on, today, extra)
    if escalated_on is None and today > due_on and late >= pace.escalate_after:
        return Chase.ESCALATE
    if today > due_on:
        if reminded_on is None or reminded_on <= due_on:
            return Chase.OVERDUE
        waited = working_days_between(reminded_on, today, extra)
        return Chase.OVERDUE if waited >= pace.every else None
    if -late <= pace.before:
        told = reminded_on is not None and (
            working_days_between(reminded_on, due_on, extra) <= pace.before
        )
        return None if told else Chase.BEFORE_DUE
    return None
