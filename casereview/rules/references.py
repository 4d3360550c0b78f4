"""The references people write on paper: CD-2015-0007, SC-2015-0003, LP-2015-0012, RV-2015-0001."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a reference stands for."""

    DEATH = "CD"
    SERIOUS_HARM = "SC"
    LEARNING_POINT = "LP"
    REVIEW = "RV"
    COMPOSITE = "CR"
    FINDING = "FI"
    AUDIT = "AU"
    INCIDENT = "IN"
    NEAR_MISS = "NM"


class BadReference(ValueError):
    """A text that is not a reference."""


@dataclass(frozen=True, order=True)
class Reference:
    """A kind, the calendar year the case was opened in, and the number within both."""

    kind: Kind
    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9999 and 1 <= self.number <= 999_999):
            raise BadReference("a reference has a year of four digits and a number from 1")

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}-{self.number:04d}"


_SHAPE = re.compile(r"(CD|SC|LP|RV|CR|FI|AU|IN|NM)-([0-9]{4})-([0-9]{4}|[1-9][0-9]{4,5})")


def parse(text: str) -> Reference:
    """Return the reference written here, exactly as the office writes it.

    Raises:
        BadReference: it is not a reference.
    """
    found = _SHAPE.fullmatch(text)
    if not found:
        raise BadReference("not a reference")
    return Reference(Kind(found[1]), int(found[2]), int(found[3]))
