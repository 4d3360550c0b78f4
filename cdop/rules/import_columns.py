"""The columns of the import file, version 1, and how a problem in one is told."""

import unicodedata
from dataclasses import dataclass

COLUMNS = (
    "source_reference",
    "notified_on",
    "died_on",
    "born_on",
    "family_name",
    "given_names",
    "mother_family_name",
    "sex",
    "nhs_number",
    "ethnicity",
    "residence_postcode",
    "residence_lscb",
    "place_of_death_lscb",
    "notified_by",
    "expectedness",
    "event",
    "location",
    "cp_plan",
    "statutory_order",
    "asylum_seeker",
    "review_completed_on",
    "category_of_death",
    "modifiable_outcome",
    "modifiable_factors",
    "insufficient_reason",
    "scr_status",
    "learning",
)
# The value of these is never repeated in a message: it names a person or tells their story.
NEVER_SHOWN = frozenset(
    {
        "born_on",
        "family_name",
        "given_names",
        "mother_family_name",
        "nhs_number",
        "residence_postcode",
        "insufficient_reason",
        "learning",
    }
)
CODED = (
    "sex",
    "ethnicity",
    "residence_lscb",
    "place_of_death_lscb",
    "notified_by",
    "expectedness",
    "event",
    "location",
    "cp_plan",
    "statutory_order",
    "asylum_seeker",
    "category_of_death",
    "modifiable_outcome",
    "modifiable_factors",
    "scr_status",
)
_NAMES = {
    "source_reference": "source reference",
    "notified_on": "date of notification",
    "died_on": "date of death",
    "born_on": "date of birth",
    "review_completed_on": "date the review was completed",
    "residence_lscb": "board of residence",
    "place_of_death_lscb": "board of the place of death",
    "notified_by": "type of agency that notified",
    "cp_plan": "child protection plan",
    "asylum_seeker": "asylum seeker status",
    "scr_status": "serious case review status",
    "nhs_number": "NHS number",
}
_UNSEEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class ImportProblem:
    """What is wrong in one cell, in words that begin with what to do.

    `row` is the line a spreadsheet shows, the header being 1. `value` is None where the column
    identifies a person or holds narrative.
    """

    row: int
    column: str
    message: str
    value: str | None = None

    def as_json(self) -> dict[str, str | int]:
        """Return the problem as the import command prints it."""
        found: dict[str, str | int] = {
            "row": self.row,
            "column": self.column,
            "message": self.message,
        }
        if self.value is not None:
            found["value"] = self.value
        return found


def unseen(value: str) -> bool:
    """Tell whether a text holds a control, a line break or a mark that turns its direction."""
    if value.isascii() and value.isprintable():
        return False
    return any(each in _DIRECTION or unicodedata.category(each) in _UNSEEN for each in value)


def name(column: str) -> str:
    """Return a column's name in words."""
    return _NAMES.get(column, column.replace("_", " "))


def normalised(value: str) -> str:
    """Return a cell in Unicode form NFC without spaces around it."""
    if value.isascii():
        return value.strip(" ")
    return unicodedata.normalize("NFC", value).strip(" \N{NO-BREAK SPACE}")


def shown(value: str) -> str:
    """Return a value short and printable, to be repeated in a message."""
    printable = "".join(each if not unseen(each) else "�" for each in value[:60])
    return printable if len(value) <= 60 else f"{printable}…"
