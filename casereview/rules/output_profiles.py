"""For whom figures are made: what each kind of reader is told, and how it is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Audience(StrEnum):
    """Who reads figures, the narrowest circle first."""

    PANEL = "panel"
    BOARD = "board"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """Return what a person is told: for whom the figures are."""
        return _LABELS[self]

    def hears_of(self, other: "Audience") -> bool:
        """Tell whether these readers also have what was given to the other: a wider circle."""
        return _WIDTH[self] <= _WIDTH[other]


_WIDTH = {audience: width for width, audience in enumerate(Audience)}
_LABELS = {
    Audience.PANEL: "Panel",
    Audience.BOARD: "Board",
    Audience.PUBLIC: "Public",
}
MOST_THRESHOLD = 20
SYMBOLS = ("c", "*", "..", "–")


class NotASetting(ValueError):
    """Settings that would say something untrue, or hide too little; says what to do."""


@dataclass(frozen=True)
class OutputProfile:
    """How figures are given to an audience.

    A number from 1 to `threshold` less 1 is hidden; a threshold of 0 hides nothing. What is given
    is rounded to the nearest `rounding`; 1 is not rounded. A percentage of fewer than
    `percentage_base` is not given. `symbol` stands for every number that is not given.
    """

    audience: Audience
    threshold: int
    rounding: int = 1
    percentage_base: int = 1
    symbol: str = "c"

    @property
    def hides(self) -> bool:
        """Tell whether any number is hidden."""
        return self.threshold > 0

    def rounded(self, value: int) -> int:
        """Return a number as it is given; a half goes up."""
        return (value + self.rounding // 2) // self.rounding * self.rounding

    def range_of(self, given: int) -> tuple[int, int]:
        """Return the numbers that a given number may stand for, both inclusive."""
        if self.rounding == 1 or given == 0:
            return given, given
        low, high = given - self.rounding // 2, given + (self.rounding - 1) // 2
        return max(low, self.threshold, 1), high

    def share(self, part: int | None, whole: int | None) -> float | None:
        """Return a share from 0 to 1 of given numbers; None where either is not given, or too few.

        Of rounded numbers a part may be more than its whole: then all of it is said.
        """
        if part is None or whole is None or whole < max(1, self.percentage_base):
            return None
        return min(1.0, part / whole)

    @property
    def legend(self) -> str:
        """Return what stands below a table: what the symbol means, and rounding."""
        if not self.hides:
            return "Nothing is hidden. For the panel: not to be passed on."
        words = (
            f"{self.symbol}: not given, because it is below {self.threshold} or would give such "
            "a number away. A zero is a zero."
        )
        if self.rounding > 1:
            words += f" Other numbers are rounded to the nearest {self.rounding}."
        return words


@dataclass(frozen=True)
class Setting:
    """What was settled for an audience from a day on."""

    since: date
    profile: OutputProfile


def in_force(settings: Iterable[Setting], audience: Audience, on: date) -> OutputProfile:
    """Return what holds for an audience on a day: the latest that began; of one day the last.

    Raises:
        LookupError: nothing had been settled by then.
    """
    begun = [one for one in settings if one.profile.audience == audience and one.since <= on]
    if not begun:
        raise LookupError(f"nothing is settled for {audience} on {on}")
    latest = max(one.since for one in begun)
    return [one for one in begun if one.since == latest][-1].profile


def checked(profile: OutputProfile) -> OutputProfile:
    """Return settings that may be made.

    Raises:
        NotASetting: they may not; the message says what to do.
    """
    if profile.audience == Audience.PANEL and profile.threshold == 1:
        raise NotASetting("Enter a threshold of 0, which hides nothing, or of 2 or more")
    if profile.audience != Audience.PANEL and profile.threshold < 3:
        raise NotASetting("Enter a threshold of 3 or more: figures leave the panel here")
    if not 0 <= profile.threshold <= MOST_THRESHOLD:
        raise NotASetting(f"Enter a threshold of {MOST_THRESHOLD} or less")
    if not 1 <= profile.rounding <= max(1, 2 * profile.threshold):
        raise NotASetting(
            "Round to twice the threshold or less, or a number that is no zero would become one"
        )
    if profile.percentage_base < 1:
        raise NotASetting("Enter 1 or more as the least number a percentage is given of")
    if profile.symbol not in SYMBOLS:
        raise NotASetting("Choose one of the symbols")
    return profile
