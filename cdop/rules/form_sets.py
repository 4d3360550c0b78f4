"""Which forms a death is reviewed on, by the days on which an area's duties changed hands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casereview.rules.working_days import written

# The first day of national collection, for an area that names no day of its own.
NATIONAL_DATABASE_BEGAN_ON = date(2019, 4, 1)


class FormSet(StrEnum):
    """The forms of one time."""

    ABC = "abc"
    CDR = "cdr"


@dataclass(frozen=True)
class AreaDays:
    """The three days on which an area's duties changed hands; None is not recorded."""

    safeguarding_partners: date | None = None
    child_death_partners: date | None = None
    national_database: date | None = None

    @property
    def database(self) -> date:
        """The day from which the national database collects from this area."""
        return self.national_database or NATIONAL_DATABASE_BEGAN_ON

    @property
    def forms(self) -> date:
        """The first day of death that is reviewed on the notification, reporting and analysis form.

        Whichever came first: the area's own partners or the national database.
        """
        return min(filter(None, (self.child_death_partners, self.database)))


@dataclass(frozen=True)
class Chosen:
    """Which forms a death is on. `moves`: it was still open when the database began."""

    forms: FormSet
    analysis: FormSet
    why: str

    @property
    def moves(self) -> bool:
        """Whether what was entered on Form C is to be carried over to the analysis form."""
        return self.forms is FormSet.ABC and self.analysis is FormSet.CDR


def chosen_for(died_on: date, agreed_on: date | None, days: AreaDays) -> Chosen:
    """Return the forms for a death; `agreed_on` is None while its review is open.

    A death still open on the day the national database began moves to the analysis form; its
    notification and its agencies' reports stay on the forms they were made on.

    Source: NCMD, data security: deaths on or after 1 April 2019 and reviews still open on that
    date; that the area's own partners decide before that day is reconstructed.
    """
    if died_on >= days.forms:
        own = days.child_death_partners
        if own is not None and died_on >= own:
            began = f"The area’s child death review partners began on {written(own)}"
        else:
            began = f"The national database began on {written(days.database)}"
        return Chosen(
            FormSet.CDR, FormSet.CDR, f"{began}, and the child died on or after that day."
        )
    if agreed_on is not None and agreed_on < days.database:
        return Chosen(
            FormSet.ABC,
            FormSet.ABC,
            "The child died before the forms of 2018, and the review was completed before the "
            f"national database began on {written(days.database)}.",
        )
    return Chosen(
        FormSet.ABC,
        FormSet.CDR,
        "The child died before the forms of 2018, and the review was still open when the "
        f"national database began on {written(days.database)}.",
    )
