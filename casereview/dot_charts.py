"""Days as dots on a line, one a review, with a mark at the median: for readers of whole figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import ClassVar, NamedTuple

from casereview.charts import WIDTH

_LEFT, _RIGHT = 12, 468
_ROW, _HEAD, _DOT = 92, 34, 4
_MOST_HIGH = 9


class Place(NamedTuple):
    """Where a dot stands."""

    x: float
    y: float


@dataclass(frozen=True)
class DotRow:
    """A line of dots: its label and the days, one for each review."""

    label: str
    days: Sequence[int]

    @property
    def median_words(self) -> str:
        """Return the median in words."""
        if not self.days:
            return "none"
        middle = median(self.days)
        return f"median {middle:g} day{'' if middle == 1 else 's'}"


@dataclass(frozen=True)
class DrawnRow:
    """A line in its place."""

    label: str
    label_base: int
    axis: int
    dots: list[Place]
    median_at: float | None
    median_top: int


@dataclass(frozen=True)
class DotChart:
    """Lines of dots on one scale of days, and the medians as a table.

    A dot is one review: only for readers who are told whole figures. `key` is unique on the page.
    """

    key: str
    title: str
    description: str
    rows: Sequence[DotRow]

    drawing: ClassVar[str] = "casereview/_chart_dots.svg"
    width: ClassVar[int] = WIDTH
    left: ClassVar[int] = _LEFT
    right: ClassVar[int] = _RIGHT
    dot: ClassVar[int] = _DOT

    @property
    def height(self) -> int:
        """Return the height of the drawing, in its own units."""
        return _ROW * len(self.rows) + 28

    @property
    def most(self) -> int:
        """Return the days at the end of the scale."""
        return max([1, *(day for row in self.rows for day in row.days)])

    @property
    def drawn(self) -> list[DrawnRow]:
        """Place each dot; those of about the same days stand above one another."""
        found = []
        for number, row in enumerate(self.rows):
            axis = number * _ROW + _ROW - 8
            piled: dict[int, int] = {}
            dots = []
            for day in sorted(row.days):
                x = self._x(day)
                column = round(x / (2 * _DOT))
                high = piled.get(column, 0)
                piled[column] = high + 1
                dots.append(Place(x, axis - 6 - min(high, _MOST_HIGH) * (_DOT + 1)))
            found.append(
                DrawnRow(
                    label=f"{row.label}: {row.median_words}",
                    label_base=number * _ROW + 20,
                    axis=axis,
                    dots=dots,
                    median_at=self._x(median(row.days)) if row.days else None,
                    median_top=axis - _ROW + _HEAD,
                )
            )
        return found

    @property
    def table(self) -> dict:
        """Return the figures for `_table.html`."""
        return {
            "id": f"{self.key}-table",
            "caption": self.title,
            "columns": [
                {"label": "Days"},
                *({"label": each, "numeric": True} for each in ("Reviews", "Median", "Longest")),
            ],
            "rows": [
                [
                    row.label,
                    *(
                        {"text": text, "numeric": True}
                        for text in (
                            str(len(row.days)),
                            f"{median(row.days):g}" if row.days else "–",
                            str(max(row.days)) if row.days else "–",
                        )
                    ),
                ]
                for row in self.rows
            ],
        }

    def _x(self, day: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * day / self.most, 1)
