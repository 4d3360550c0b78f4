"""A heat map: rows of small numbers, each printed in its cell, the darker the more there were."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from casereview.charts import WIDTH

_NAMES, _TOP, _ROW, _CELL = 190, 48, 42, 34
_CHARACTERS, _LINES, _LINE = 21, 2, 17
# A darker cell would no longer carry dark letters that can be read.
_DARKEST, _LIGHTEST = 0.6, 0.12


@dataclass(frozen=True)
class HeatRow:
    """One row: its name with a word before it, if there is one, and a number for each column."""

    label: str
    values: tuple[int, ...]
    mark: str = ""

    @property
    def named(self) -> str:
        """Return the name with the word before it: a name too long for the drawing keeps it."""
        return f"{self.mark.capitalize()}: {self.label}" if self.mark else self.label


class Cell(NamedTuple):
    """One number in its place; nothing is drawn behind a nought."""

    x: float
    y: float
    middle: float
    base: float
    value: int
    shade: float


class DrawnRow(NamedTuple):
    """A row's name on one or two lines, and its cells."""

    lines: list[tuple[float, str]]
    cells: list[Cell]


@dataclass(frozen=True)
class HeatMap:
    """Whole numbers by row and column, and the same as a table. `key` is unique on the page.

    There is room for eight columns. Of labels like 2025-Q3 the first part is drawn once, above
    the first of its columns.
    """

    key: str
    title: str
    description: str
    corner: str
    columns: Sequence[str]
    rows: Sequence[HeatRow]

    drawing: ClassVar[str] = "casereview/_chart_heat.svg"
    width: ClassVar[int] = WIDTH
    cell_width: ClassVar[int] = _CELL - 2
    cell_height: ClassVar[int] = _ROW - 6

    @property
    def height(self) -> int:
        """Return the height of the drawing, in its own units."""
        return _TOP + _ROW * len(self.rows) + 4

    @property
    def heads(self) -> list[tuple[float, str]]:
        """Return the middle of each column with the last part of its label."""
        return [
            (self._x(place) + _CELL / 2 - 1, label.rpartition("-")[2])
            for place, label in enumerate(self.columns)
        ]

    @property
    def groups(self) -> list[tuple[float, str]]:
        """Return where columns begin whose labels have another first part, with that part."""
        parts = [label.rpartition("-")[0] for label in self.columns]
        return [
            (self._x(place), part)
            for place, part in enumerate(parts)
            if part and (place == 0 or part != parts[place - 1])
        ]

    @property
    def drawn(self) -> list[DrawnRow]:
        """Place each row; the greatest number of all is the darkest."""
        most = max((value for row in self.rows for value in row.values), default=0)
        return [self._row(place, row, most) for place, row in enumerate(self.rows)]

    def _row(self, place: int, row: HeatRow, most: int) -> DrawnRow:
        top = _TOP + _ROW * place
        lines = textwrap.wrap(row.named, _CHARACTERS, max_lines=_LINES, placeholder="…") or [""]
        first = top + (23 if len(lines) == 1 else 15)
        cells = [
            Cell(
                x=self._x(column),
                y=top,
                middle=self._x(column) + _CELL / 2 - 1,
                base=top + 24,
                value=value,
                shade=_shade(value, most),
            )
            for column, value in enumerate(row.values)
        ]
        return DrawnRow([(first + _LINE * n, line) for n, line in enumerate(lines)], cells)

    @staticmethod
    def _x(column: int) -> float:
        return _NAMES + 10 + _CELL * column

    @property
    def table(self) -> dict:
        """Return the figures for `_table.html`."""
        return {
            "id": f"{self.key}-table",
            "caption": self.title,
            "columns": [
                {"label": self.corner},
                *({"label": label, "numeric": True} for label in self.columns),
            ],
            "rows": [
                [
                    row.named,
                    *({"text": str(value), "numeric": True} for value in row.values),
                ]
                for row in self.rows
            ],
        }


def _shade(value: int, most: int) -> float:
    if not value:
        return 0
    return round(_LIGHTEST + (_DARKEST - _LIGHTEST) * (value - 1) / max(1, most - 1), 2)
