"""The year of the returns: 1 April to 31 March, named by the year it ends in."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, order=True)
class ReturnYear:
    """The year from 1 April to 31 March, both inclusive; ReturnYear(2015) ends in 2015."""

    ends_in: int

    def __post_init__(self) -> None:
        if not 1900 < self.ends_in < 9999:
            raise ValueError("a return year is named by a year of four digits")

    @classmethod
    def containing(cls, day: date) -> "ReturnYear":
        """Return the year in which a day lies."""
        return cls(day.year + 1 if (day.month, day.day) >= (4, 1) else day.year)

    @property
    def first_day(self) -> date:
        """1 April, inclusive."""
        return date(self.ends_in - 1, 4, 1)

    @property
    def last_day(self) -> date:
        """31 March, inclusive."""
        return date(self.ends_in, 3, 31)

    @property
    def slug(self) -> str:
        """The two years as they are written, such as 2014-15."""
        return f"{self.ends_in - 1}-{self.ends_in % 100:02d}"

    @property
    def previous(self) -> "ReturnYear":
        """The year before."""
        return ReturnYear(self.ends_in - 1)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return self.slug
