"""One row of the import file, version 1: is it complete and possible?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from re import compile as pattern
from typing import Any

from casereview.rules import nhs_numbers
from casereview.rules.ages import under_18
from cdop.rules.import_columns import (
    CODED,
    COLUMNS,
    NEVER_SHOWN,
    ImportProblem,
    name,
    normalised,
    shown,
    unseen,
)

REVIEW_COLUMNS = (
    "category_of_death",
    "modifiable_outcome",
    "modifiable_factors",
    "insufficient_reason",
    "learning",
)
DATES = ("notified_on", "died_on", "born_on", "review_completed_on")
_REQUIRED_CODES = CODED[:11]
_TEXT_LIMITS = {
    "source_reference": 60,
    "family_name": 200,
    "given_names": 200,
    "mother_family_name": 200,
    "residence_postcode": 12,
    "insufficient_reason": 5_000,
    "learning": 5_000,
}
_ISO_DATE = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EARLIEST = 1900
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class ImportedDeath:
    """A row that may be imported: dates as dates, codes known, a blank as "" or None."""

    source_reference: str
    notified_on: date
    died_on: date
    born_on: date = field(repr=False)
    family_name: str = field(repr=False)
    given_names: str = field(repr=False)
    mother_family_name: str = field(repr=False)
    sex: str
    nhs_number: str = field(repr=False)
    ethnicity: str
    residence_postcode: str = field(repr=False)
    residence_lscb: str
    place_of_death_lscb: str
    notified_by: str
    expectedness: str
    event: str
    location: str
    cp_plan: str
    statutory_order: str
    asylum_seeker: str
    review_completed_on: date | None
    category_of_death: str
    modifiable_outcome: str
    modifiable_factors: tuple[str, ...]
    insufficient_reason: str = field(repr=False)
    scr_status: str
    learning: str = field(repr=False)

    @property
    def completed(self) -> bool:
        """Whether the row is a completed review rather than an open case."""
        return self.review_completed_on is not None

    def cells(self) -> dict[str, str]:
        """Return the normalised row as text, column by column; the factors in order of code."""
        found: dict[str, Any] = {column: getattr(self, column) or "" for column in COLUMNS}
        for column in DATES:
            if found[column]:
                found[column] = found[column].isoformat()
        found["modifiable_factors"] = ";".join(sorted(self.modifiable_factors))
        return found

    def canonical(self) -> bytes:
        """Return the normalised row as bytes, the same for the same content, for a digest.

        A cell holds no control character, so none can run into the next.
        """
        return "\0".join(self.cells().values()).encode()


def checked_death(cells: Mapping[str, str]) -> ImportedDeath:
    """Return a row that `validate_row` has accepted before, without checking it again."""
    return _death({column: normalised(cells[column]) for column in COLUMNS})


def _death(cells: Mapping[str, str]) -> ImportedDeath:
    found: dict[str, Any] = dict(cells)
    for column in DATES:
        found[column] = date.fromisoformat(found[column]) if found[column] else None
    found["modifiable_factors"] = tuple(_factors(found["modifiable_factors"]))
    found["nhs_number"] = nhs_numbers.normalise(found["nhs_number"])
    return ImportedDeath(**found)


def validate_row(
    cells: Mapping[str, str],
    row: int,
    codes: Mapping[str, Collection[str]],
    today: date | None = None,
) -> ImportedDeath | list[ImportProblem]:
    """Return the row as it will be imported, or every problem it has, column by column.

    `cells` has every one of COLUMNS; `codes` the known codes of every one of CODED. Where
    `today` is given, no date may be after it.
    """
    return _Row(cells, row, codes, today).result()


class _Row:
    def __init__(
        self,
        cells: Mapping[str, str],
        row: int,
        codes: Mapping[str, Collection[str]],
        today: date | None,
    ) -> None:
        self.cells = {column: normalised(cells[column]) for column in COLUMNS}
        self.row, self.codes, self.today = row, codes, today
        self.problems: dict[str, ImportProblem] = {}
        self.dates: dict[str, date] = {}

    def result(self) -> ImportedDeath | list[ImportProblem]:
        self._text()
        self._dates()
        self._identity()
        self._codes()
        self._review()
        if self.problems:
            return [self.problems[column] for column in COLUMNS if column in self.problems]
        return _death(self.cells)

    def refuse(self, column: str, message: str) -> None:
        """Keep the first problem of a column; the ones after it would only repeat it."""
        if column not in self.problems:
            value = None if column in NEVER_SHOWN else shown(self.cells[column])
            self.problems[column] = ImportProblem(self.row, column, message, value)

    def _text(self) -> None:
        hidden = unseen("".join(self.cells.values()))
        for column, value in self.cells.items():
            if hidden and unseen(value):
                self.refuse(column, "Remove the control character or line break from this cell")
            elif value.startswith(_FORMULA):
                self.refuse(
                    column,
                    "Begin this cell with a letter or a digit: what starts with =, +, - or @ "
                    "can run as a formula",
                )
            elif len(value) > _TEXT_LIMITS.get(column, 400):
                limit = _TEXT_LIMITS.get(column, 400)
                self.refuse(column, f"Shorten this cell to {limit} characters or fewer")

    def _dates(self) -> None:
        for column in DATES:
            value = self.cells[column]
            if not value:
                if column != "review_completed_on":
                    self.refuse(column, f"Enter the {name(column)}")
                continue
            day = iso_date(value)
            if day is None:
                self.refuse(column, f"Enter the {name(column)} as a real date, like 2015-03-31")
            elif day.year < _EARLIEST:
                self.refuse(column, f"Enter a {name(column)} in {_EARLIEST} or after")
            elif self.today and day > self.today:
                self.refuse(column, f"Enter a {name(column)} that is not after today")
            else:
                self.dates[column] = day
        self._order()

    def _order(self) -> None:
        died = self.dates.get("died_on")
        if died is None:
            return
        born, notified = self.dates.get("born_on"), self.dates.get("notified_on")
        if born and born > died:
            self.refuse("born_on", "Enter a date of birth that is not after the date of death")
        elif born and not under_18(born, died):
            self.refuse(
                "born_on",
                "Remove this row or correct a date: the person was 18 or over at death",
            )
        if notified and notified < died:
            self.refuse(
                "notified_on", "Enter a date of notification that is not before the date of death"
            )
        completed = self.dates.get("review_completed_on")
        if completed and completed < died:
            self.refuse(
                "review_completed_on",
                "Enter a date of completion that is not before the date of death",
            )

    def _identity(self) -> None:
        if not self.cells["source_reference"]:
            self.refuse("source_reference", "Enter the source reference")
        if not self.cells["family_name"] and not self.cells["mother_family_name"]:
            self.refuse(
                "family_name", "Enter the child’s family name, or the mother’s for “Baby of”"
            )
        number = self.cells["nhs_number"]
        if number and not nhs_numbers.valid(number):
            self.refuse(
                "nhs_number",
                "Check the NHS number: it needs ten digits, the last of them the check digit; "
                "leave it blank if it is not known",
            )

    def _codes(self) -> None:
        for column in _REQUIRED_CODES:
            if not self.cells[column]:
                self.refuse(column, f"Enter a code for the {name(column)}; blank is not a code")
            else:
                self._known(column, self.cells[column])
        for column in ("category_of_death", "modifiable_outcome", "scr_status"):
            if self.cells[column]:
                self._known(column, self.cells[column])
        factors = _factors(self.cells["modifiable_factors"])
        for factor in factors:
            self._known("modifiable_factors", factor)
        if len(set(factors)) != len(factors):
            self.refuse("modifiable_factors", "Enter each modifiable factor once")

    def _known(self, column: str, code: str) -> None:
        if code not in self.codes[column]:
            self.refuse(column, f"Enter a code of the list: this {name(column)} is not in it")

    def _review(self) -> None:
        if not self.cells["review_completed_on"]:
            for column in REVIEW_COLUMNS:
                if self.cells[column]:
                    self.refuse(
                        column,
                        "Clear this cell or enter the date the review was completed: "
                        "the case is open",
                    )
            return
        for column in ("category_of_death", "modifiable_outcome", "scr_status"):
            if not self.cells[column]:
                self.refuse(
                    column,
                    f"Enter the {name(column)}, or clear the date of completion: "
                    "the review is completed",
                )
        outcome, factors = self.cells["modifiable_outcome"], self.cells["modifiable_factors"]
        if outcome == "M" and not factors:
            self.refuse("modifiable_factors", "Enter a modifiable factor: the outcome is M")
        if outcome in ("N", "I") and factors:
            self.refuse(
                "modifiable_factors", f"Clear the modifiable factors: the outcome is {outcome}"
            )
        reason = self.cells["insufficient_reason"]
        if outcome == "I" and not reason:
            self.refuse(
                "insufficient_reason",
                "Enter why the information was not sufficient: the outcome is I",
            )
        if outcome in ("M", "N") and reason:
            self.refuse(
                "insufficient_reason",
                f"Clear the reason: it belongs to outcome I, and this is {outcome}",
            )


def iso_date(value: str) -> date | None:
    """Return a date written YYYY-MM-DD in the digits 0 to 9, or None."""
    if not _ISO_DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _factors(value: str) -> list[str]:
    return [factor.strip() for factor in value.split(";")] if value else []
