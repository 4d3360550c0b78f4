"""The response to an unexpected death: whether one is needed, its phases, and their days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from casereview.rules.months import add_months
from casereview.rules.working_days import add_working_days

JOINT_AGENCY_RESPONSE_BEGAN_ON = date(2018, 1, 1)


class Edition(StrEnum):
    """Under which guidance agencies respond together."""

    RAPID_RESPONSE = "rapid_response"
    JOINT_AGENCY_RESPONSE = "joint_agency_response"


class Needed(StrEnum):
    """Whether the agencies respond together to a death."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True)
class Due:
    """The last day of a phase, itself still in time, and how it was worked out."""

    on: date
    worked_out: str


def edition_of(died_on: date, began_on: date | None = None) -> Edition:
    """Return the edition for a death; `began_on` is the area's own first day, where it has one.

    Source: Working Together 2018; the day where the area names none is our own reading.
    """
    first = began_on or JOINT_AGENCY_RESPONSE_BEGAN_ON
    return Edition.JOINT_AGENCY_RESPONSE if died_on >= first else Edition.RAPID_RESPONSE


def needed_rapid_response(expectedness: str, confirmed: bool) -> Needed:
    """Tell whether a death before 2018 has a rapid response: one treated as unexpected has.

    Source: BSCB 8.4 Rapid Response Procedure covers unclear deaths too; that a death is treated as
    unexpected until the designated doctor has confirmed otherwise is reconstructed.
    """
    if expectedness == "EXPECTED" and confirmed:
        return Needed.NO
    return Needed.YES if expectedness == "UNEXPECTED" else Needed.NOT_KNOWN


def needed_joint_agency_response(triggers: Collection[str] | None) -> Needed:
    """Tell whether a death has a joint agency response: any trigger is enough.

    None is not yet asked, which is never taken for no trigger.

    Source: Nottinghamshire SCP, Child Death Review Procedures: five triggers.
    """
    if triggers is None:
        return Needed.NOT_KNOWN
    return Needed.YES if triggers else Needed.NO


def phase_due(died_on: date, limit: Mapping[str, Any]) -> Due | None:
    """Return the last day of a phase by its limit; a phase without one has no day.

    Source: timescales T07 to T10, T20 and T24.
    """
    if days := limit.get("working_days"):
        unit = "working day" if days == 1 else "working days"
        return Due(add_working_days(died_on, int(days)), f"{days} {unit} after the death.")
    if days := limit.get("days"):
        unit = "day" if days == 1 else "days"
        return Due(died_on + timedelta(days=int(days)), f"{days} {unit} after the death.")
    if months := limit.get("months"):
        return Due(add_months(died_on, int(months)), f"{months} months after the death.")
    return None
