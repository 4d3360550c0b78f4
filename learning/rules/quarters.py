"""Quarters of the reporting year: 2015-Q1 is 1 April to 30 June 2014, named by the year's end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_SHAPE = re.compile(r"([12][0-9]{3})-Q([1-4])")


class BadQuarter(ValueError):
    """A text that is not a quarter."""


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of the year to 31 March `ends_in`; number 1 begins on 1 April."""

    ends_in: int
    number: int

    def __post_init__(self) -> None:
        if not (1901 <= self.ends_in <= 9998 and 1 <= self.number <= 4):
            raise BadQuarter("a quarter has a year of four digits and a number from 1 to 4")

    @classmethod
    def containing(cls, day: date) -> "Quarter":
        """Return the quarter in which a day lies."""
        months = (day.month - 4) % 12
        return cls(day.year + (day.month >= 4), months // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Return the quarter written as 2015-Q1.

        Raises:
            BadQuarter: it is not a quarter.
        """
        found = _SHAPE.fullmatch(text)
        if not found:
            raise BadQuarter("a quarter is written as 2015-Q1")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def last_closed(cls, on: date) -> "Quarter":
        """Return the latest quarter that had ended before a day."""
        return cls.containing(on) - 1

    @property
    def first_day(self) -> date:
        """The first day, inclusive."""
        month = 3 * self.number + 1
        return date(self.ends_in - 1, month, 1) if month < 12 else date(self.ends_in, 1, 1)

    @property
    def last_day(self) -> date:
        """The last day, inclusive."""
        return (self + 1).first_day - timedelta(days=1)

    @property
    def in_words(self) -> str:
        """The months, such as April to June 2014."""
        begins, ends = self.first_day, self.last_day
        return f"{begins:%B} to {ends:%B %Y}"

    def __add__(self, quarters: int) -> "Quarter":
        year, number = divmod(self.ends_in * 4 + self.number - 1 + quarters, 4)
        return Quarter(year, number + 1)

    def __sub__(self, quarters: int) -> "Quarter":
        return self + -quarters

    def until(self, other: "Quarter") -> int:
        """Return how many quarters later `other` begins; negative when it is earlier."""
        return (other.ends_in - self.ends_in) * 4 + other.number - self.number

    def __str__(self) -> str:
        return f"{self.ends_in}-Q{self.number}"


@dataclass(frozen=True)
class Period:
    """Quarters one after another: `first` and as many as `quarters`, of which there may be none."""

    first: Quarter
    quarters: int

    @property
    def last(self) -> Quarter:
        """The last quarter, inclusive; of an empty period, the one before its first."""
        return self.first + (self.quarters - 1)

    @property
    def first_day(self) -> date:
        """The first day, inclusive."""
        return self.first.first_day

    @property
    def last_day(self) -> date:
        """The last day, inclusive."""
        return self.last.last_day

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first_day <= day <= self.last_day

    def __iter__(self) -> Iterator[Quarter]:
        return (self.first + number for number in range(self.quarters))

    def cut_before(self, quarter: Quarter) -> "Period":
        """Return the part of the period that ends before a quarter begins."""
        return Period(self.first, max(0, min(self.quarters, self.first.until(quarter))))
