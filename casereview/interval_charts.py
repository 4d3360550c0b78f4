"""Shares with their limits as lines beside one another: a dot or a box, and its reach."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from casereview.charts import WIDTH

_LEFT, _RIGHT = 12, 468
_LABEL_LINE, _TRACK, _SPACE = 20, 16, 14
_LABEL_CHARACTERS = 54
_BOX = 8
_FOOT = 70


class Interval(NamedTuple):
    """A share from 0 to 1 that lies between two, and the limits around it.

    Both ends are the same where the share is known. `hollow` is drawn as a box, else a full dot.
    """

    label: str
    low: float
    high: float
    limit_low: float
    limit_high: float
    words: str
    hollow: bool = False


@dataclass(frozen=True)
class IntervalRow:
    """What is compared: its label, and the intervals that are drawn below it."""

    label: str
    intervals: Sequence[Interval]


class DrawnInterval(NamedTuple):
    """An interval in its place."""

    y: float
    left: float
    right: float
    box_left: float
    box_top: float
    box_width: float
    hollow: bool


class DrawnRow(NamedTuple):
    """A row in its place."""

    label_lines: list[tuple[int, str]]
    intervals: list[DrawnInterval]


@dataclass(frozen=True)
class IntervalChart:
    """Rows of shares on one scale, and the same figures as a table. `key` is unique on the page.

    `columns` name what is compared, the counts, the share and the limits.
    """

    key: str
    title: str
    description: str
    columns: tuple[str, str, str, str]
    rows: Sequence[IntervalRow]

    drawing: ClassVar[str] = "casereview/_chart_intervals.svg"
    width: ClassVar[int] = WIDTH
    left: ClassVar[int] = _LEFT
    right: ClassVar[int] = _RIGHT
    dot: ClassVar[int] = 5
    box: ClassVar[int] = _BOX

    @property
    def most(self) -> float:
        """Return the share at the end of the scale, a whole tenth."""
        highest = max((one.limit_high for row in self.rows for one in row.intervals), default=0.0)
        return next(
            tenths / 10 for tenths in range(1, 11) if tenths == 10 or highest <= tenths / 10
        )

    @property
    def most_words(self) -> str:
        """Return the end of the scale in words."""
        return f"{self.most:.0%}"

    @property
    def drawn(self) -> list[DrawnRow]:
        """Place each row below the one before."""
        found, top = [], 0
        for row in self.rows:
            lines = textwrap.wrap(row.label, _LABEL_CHARACTERS) or [""]
            labels = [(top + _LABEL_LINE * n - 4, line) for n, line in enumerate(lines, 1)]
            top += _LABEL_LINE * len(lines)
            placed = []
            for one in row.intervals:
                y = top + _TRACK / 2
                left, right = self._x(one.low), self._x(one.high)
                placed.append(
                    DrawnInterval(
                        y,
                        self._x(one.limit_low),
                        self._x(one.limit_high),
                        round(left - _BOX / 2, 1),
                        y - _BOX / 2,
                        round(right - left + _BOX, 1),
                        one.hollow,
                    )
                )
                top += _TRACK
            top += _SPACE
            found.append(DrawnRow(labels, placed))
        return found

    @property
    def axis(self) -> int:
        """Return the height of the scale below the rows."""
        return sum(
            _LABEL_LINE * len(textwrap.wrap(row.label, _LABEL_CHARACTERS) or [""])
            + _TRACK * len(row.intervals)
            + _SPACE
            for row in self.rows
        )

    @property
    def height(self) -> int:
        """Return the height of the drawing, in its own units."""
        return self.axis + _FOOT

    @property
    def legend(self) -> list[tuple[bool, str]]:
        """Return how the lines look and what they are, each once."""
        found: dict[str, bool] = {}
        for row in self.rows:
            for one in row.intervals:
                found.setdefault(one.label, one.hollow)
        return [(hollow, label) for label, hollow in found.items()]

    @property
    def table(self) -> dict:
        """Return the figures for `_table.html`."""
        return {
            "id": f"{self.key}-table",
            "caption": self.title,
            "columns": [
                {"label": self.columns[0]},
                {"label": "Whose"},
                *({"label": each, "numeric": True} for each in self.columns[1:]),
            ],
            "rows": [
                [
                    row.label,
                    one.label,
                    *(
                        {"text": text, "numeric": True}
                        for text in (
                            one.words,
                            _per_cent(one.low, one.high),
                            _per_cent(one.limit_low, one.limit_high),
                        )
                    ),
                ]
                for row in self.rows
                for one in row.intervals
            ],
        }

    def _x(self, share: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * share / self.most, 1)


def _per_cent(low: float, high: float) -> str:
    """Return a share, or the two it lies between, in whole per cent."""
    first, last = f"{low:.0%}", f"{high:.0%}"
    return first if first == last else f"{first} to {last}"
