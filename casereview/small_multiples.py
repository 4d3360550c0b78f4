"""Small multiples: many small run charts of one height and one scale, two beside each other."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from casereview.charts import WIDTH

_ACROSS, _GAP, _TALL = 2, 24, 130
_WIDE = (WIDTH - _GAP) // _ACROSS
_LINES_AT, _BASE = 52, 116
_CHARACTERS, _LINE = 24, 17


@dataclass(frozen=True)
class Small:
    """One of the charts: its name and its values; `expected` draws a broken line."""

    label: str
    values: tuple[int, ...]
    expected: float | None = None


class DrawnSmall(NamedTuple):
    """A small chart in its place."""

    x: float
    y: float
    names: list[tuple[float, str]]
    line: str
    expected_at: float | None
    last_x: float
    last_y: float
    last: int


@dataclass(frozen=True)
class SmallMultiples:
    """Whole numbers of the same periods for several things, and as a table.

    All have the scale of the greatest number of any. `key` is unique on the page.
    """

    key: str
    title: str
    description: str
    corner: str
    labels: Sequence[str]
    charts: Sequence[Small]

    drawing: ClassVar[str] = "casereview/_chart_multiples.svg"
    width: ClassVar[int] = WIDTH
    wide: ClassVar[int] = _WIDE
    base: ClassVar[int] = _BASE

    @property
    def height(self) -> int:
        """Return the height of the drawing, in its own units."""
        return _TALL * ((len(self.charts) + _ACROSS - 1) // _ACROSS) + 4

    @property
    def most(self) -> int:
        """Return the number at the top of every scale, at least 2."""
        return max(2, *(value for one in self.charts for value in one.values), 0)

    @property
    def drawn(self) -> list[DrawnSmall]:
        """Place each chart."""
        return [self._drawn(place, one) for place, one in enumerate(self.charts)]

    def _drawn(self, place: int, one: Small) -> DrawnSmall:
        left = (_WIDE + _GAP) * (place % _ACROSS)
        top = _TALL * (place // _ACROSS)
        dots = [
            (self._x(left, number), self._y(top, value)) for number, value in enumerate(one.values)
        ]
        last_x, last_y = dots[-1] if dots else (left, top + _BASE)
        return DrawnSmall(
            x=left,
            y=top,
            names=[
                (top + 16 + _LINE * number, words)
                for number, words in enumerate(
                    textwrap.wrap(one.label, _CHARACTERS, max_lines=2, placeholder="…")
                )
            ],
            line=" ".join(f"{x:g},{y:g}" for x, y in dots),
            expected_at=None if one.expected is None else self._y(top, one.expected),
            last_x=last_x,
            last_y=last_y,
            last=one.values[-1] if one.values else 0,
        )

    def _x(self, left: float, number: int) -> float:
        return round(left + (_WIDE - 8) * (number + 0.5) / max(1, len(self.labels)), 1)

    def _y(self, top: float, value: float) -> float:
        return round(top + _BASE - (_BASE - _LINES_AT) * min(value, self.most) / self.most, 1)

    @property
    def table(self) -> dict:
        """Return the figures for `_table.html`."""
        return {
            "id": f"{self.key}-table",
            "caption": self.title,
            "columns": [
                {"label": self.corner},
                *({"label": label, "numeric": True} for label in self.labels),
            ],
            "rows": [
                [one.label, *({"text": str(value), "numeric": True} for value in one.values)]
                for one in self.charts
            ],
        }
