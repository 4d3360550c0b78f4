"""A run chart: a small number of each period as a line, with what was expected beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from casereview.charts import WIDTH

_LEFT, _RIGHT = 34, 470
_TOP, _BOTTOM = 34, 164
_DOT = 4


class Dot(NamedTuple):
    """One value in its place."""

    x: float
    y: float


@dataclass(frozen=True)
class RunChart:
    """Whole numbers of periods one after another, never smoothed, and as a table.

    `expected` is drawn as a broken line over all periods; None draws none. The last `marked`
    periods are set off by a line with `marked_as` above them. `key` is unique on the page.
    """

    key: str
    title: str
    description: str
    columns: tuple[str, str]
    labels: Sequence[str]
    values: Sequence[int]
    expected: float | None = None
    expected_as: str = ""
    marked: int = 0
    marked_as: str = ""

    drawing: ClassVar[str] = "casereview/_chart_run.svg"
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = 216
    left: ClassVar[int] = _LEFT
    right: ClassVar[int] = _RIGHT
    top: ClassVar[int] = _TOP
    bottom: ClassVar[int] = _BOTTOM
    dot: ClassVar[int] = _DOT

    @property
    def most(self) -> int:
        """Return the number at the top of the scale, at least 2."""
        return max(2, *self.values, round(self.expected or 0) + 1) if self.values else 2

    @property
    def dots(self) -> list[Dot]:
        """Place each value."""
        return [Dot(self._x(place), self._y(value)) for place, value in enumerate(self.values)]

    @property
    def line(self) -> str:
        """Return the points of the line through the values."""
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in self.dots)

    @property
    def expected_at(self) -> float | None:
        """Return the height of the broken line; None where nothing is expected."""
        return None if self.expected is None else self._y(self.expected)

    @property
    def marked_from(self) -> float | None:
        """Return where the marked periods begin; None where none are marked."""
        if not self.marked or self.marked >= len(self.values):
            return None
        return round(self._x(len(self.values) - self.marked) - self._step / 2, 1)

    @property
    def first(self) -> str:
        """Return the name of the first period."""
        return self.labels[0] if self.labels else ""

    @property
    def last(self) -> str:
        """Return the name of the last period, where it is another than the first."""
        return self.labels[-1] if len(self.labels) > 1 else ""

    @property
    def table(self) -> dict:
        """Return the figures for `_table.html`."""
        return {
            "id": f"{self.key}-table",
            "caption": self.title,
            "columns": [
                {"label": self.columns[0]},
                {"label": self.columns[1], "numeric": True},
            ],
            "rows": [
                [label, {"text": str(value), "numeric": True}]
                for label, value in zip(self.labels, self.values, strict=True)
            ],
        }

    @property
    def _step(self) -> float:
        return (_RIGHT - _LEFT) / max(1, len(self.values))

    def _x(self, place: int) -> float:
        return round(_LEFT + self._step * (place + 0.5), 1)

    def _y(self, value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * value / self.most, 1)
