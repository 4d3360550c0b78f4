"""Dates as people write them in English: every day, or month of a year, that a text names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
    "twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
    "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_YEAR = r"(?P<year>[12][0-9]{3}|'?[0-9]{2})(?![0-9])"
_DAY = r"(?<![0-9])(?P<day>[0-3]?[0-9])(?:\s?(?:st|nd|rd|th))?"
_SPELLED = "|".join(one.replace("-", r"[\s-]?") for one in sorted(_ORDINALS, key=len, reverse=True))
_BETWEEN = r"[\s.,/-]{0,3}"
_OF = r"(?:\s+(?:day\s+)?of\s+|[\s.,/-]{0,3})"

_DAY_MONTH = re.compile(rf"{_DAY}{_OF}{_MONTH}(?:{_BETWEEN}{_YEAR})?")
_MONTH_DAY = re.compile(
    rf"(?<![a-z]){_MONTH}[\s./-]{{0,2}}(?:the\s+)?(?P<day>[0-3]?[0-9])(?:\s?(?:st|nd|rd|th))?"
    rf"(?![0-9])(?:[\s,./-]{{1,3}}{_YEAR})?"
)
_WORDS_MONTH = re.compile(
    rf"(?<![a-z])(?P<spelled>{_SPELLED})(?:\s+day)?\s+(?:of\s+)?{_MONTH}(?:{_BETWEEN}{_YEAR})?"
)
_MONTH_WORDS = re.compile(
    rf"(?<![a-z]){_MONTH}\s+(?:the\s+)?(?P<spelled>{_SPELLED})(?![a-z])(?:{_BETWEEN}{_YEAR})?"
)
_NUMBERS = re.compile(
    r"(?<![0-9])(?P<one>[0-9]{1,2})\s?[./\\-]?\s?(?<=[\s./\\-])(?P<two>[0-9]{1,2})"
    r"\s?[./\\-]?\s?(?<=[\s./\\-])'?(?P<year>[12][0-9]{3}|[0-9]{2})(?![0-9])"
)
_YEAR_FIRST = re.compile(
    r"(?<![0-9])(?P<year>[12][0-9]{3})\s?[./\\-]?\s?(?<=[\s./\\-])(?P<month>[0-9]{1,2})"
    r"\s?[./\\-]?\s?(?<=[\s./\\-])(?P<day>[0-9]{1,2})(?![0-9])"
)
_RUN = re.compile(r"(?<![0-9])(?:[0-9]{8}|[0-9]{6})(?![0-9])")
_MONTH_YEAR = re.compile(
    rf"(?<![a-z]){_MONTH}[\s,./-]{{0,3}}(?P<year>[12][0-9]{{3}}|'[0-9]{{2}})(?![0-9])"
)
_NUMBER_YEAR = re.compile(r"(?<![0-9/.])(?P<month>[01]?[0-9])/(?P<year>[12][0-9]{3})(?![0-9])")


@dataclass(frozen=True)
class Written:
    """A date found between two places, the end exclusive, with each way of reading it.

    A reading is (day, month, year); a day of 0 is a whole month, a year of 0 was not written, a
    year under 100 has two digits.
    """

    start: int
    end: int
    readings: tuple[tuple[int, int, int], ...]

    def may_be(self, day: date) -> bool:
        """Say whether one way of reading this is that very day, the year written or not."""
        return any(
            (d, m) == (day.day, day.month) and y in (0, day.year, day.year % 100)
            for d, m, y in self.readings
            if d and (y or self._named)
        )

    def in_month_of(self, day: date) -> bool:
        """Say whether one way of reading this is the month of that day, with its year."""
        return any(
            m == day.month and y and y in (day.year, day.year % 100) for _, m, y in self.readings
        )

    @property
    def _named(self) -> bool:
        return len(self.readings) == 1

    def as_day(self) -> date | None:
        """Return the day this is to a British reader; None without a day or a year.

        A year of two digits is of this century up to 49, else of the last.
        """
        for d, m, y in self.readings:
            if not d or not y:
                continue
            year = y if y >= 100 else 2000 + y if y < 50 else 1900 + y
            try:
                return date(year, m, d)
            except ValueError:
                continue
        return None


def written_dates(text: str) -> list[Written]:
    """Return the dates of a folded text in order; where two overlap, the longer one only."""
    found = sorted(_all(text), key=lambda one: (one.start, one.start - one.end))
    kept: list[Written] = []
    for one in sorted(found, key=lambda each: (each.start - each.end, each.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _all(text: str) -> Iterator[Written]:
    for shape in (_DAY_MONTH, _MONTH_DAY):
        for found in shape.finditer(text):
            yield from _one(found, int(found["day"]), _month(found["month"]), found["year"])
    for shape in (_WORDS_MONTH, _MONTH_WORDS):
        for found in shape.finditer(text):
            spelled = "-".join(found["spelled"].replace("-", " ").split())
            if spelled not in _ORDINALS:  # "twentyfirst"
                spelled = next(one for one in _ORDINALS if one.replace("-", "") == spelled)
            yield from _one(
                found, _ORDINALS.index(spelled) + 1, _month(found["month"]), found["year"]
            )
    for found in _NUMBERS.finditer(text):
        one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
        # The year may come first with two digits; the month first is how others write it.
        readings = [(one, two, year), (two, one, year)]
        if year <= 31:
            readings.append((year, two, one))
        yield from _readings(found, readings)
    for found in _YEAR_FIRST.finditer(text):
        day, month = int(found["day"]), int(found["month"])
        yield from _readings(found, [(day, month, int(found["year"]))])
    for found in _RUN.finditer(text):
        yield from _readings(found, _of_run(found[0]))
    for found in _MONTH_YEAR.finditer(text):
        yield from _one(found, 0, _month(found["month"]), found["year"])
    for found in _NUMBER_YEAR.finditer(text):
        yield from _one(found, 0, int(found["month"]), found["year"])


def _of_run(digits: str) -> list[tuple[int, int, int]]:
    def number(start: int, end: int) -> int:
        return int(digits[start:end])

    if len(digits) == 8:
        return [
            (number(0, 2), number(2, 4), number(4, 8)),
            (number(6, 8), number(4, 6), number(0, 4)),
        ]
    return [
        (number(0, 2), number(2, 4), number(4, 6)),
        (number(4, 6), number(2, 4), number(0, 2)),
    ]


def _one(found: re.Match, day: int, month: int, year: str | None) -> Iterator[Written]:
    yield from _readings(found, [(day, month, int((year or "0").lstrip("'")))])


def _readings(found: re.Match, readings: list[tuple[int, int, int]]) -> Iterator[Written]:
    possible = tuple(one for one in readings if one[0] <= 31 and 1 <= one[1] <= 12)
    if possible:
        yield Written(found.start(), found.end(), possible)


def _month(word: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, start=1) if month.startswith(word[:3]))
