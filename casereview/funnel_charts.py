"""A funnel: shares against how many they are of, with exact limits around what was published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from casereview.charts import WIDTH

_LEFT, _RIGHT = 48, 470
_TOP, _BOTTOM = 14, 214
_STEPS = 60


class FunnelPoint(NamedTuple):
    """One share: its label, how many had it, of how many, and how it stands to the limits.

    `mark` stands beside the point in the drawing, and before the label in the table.
    """

    label: str
    seen: int
    of: int
    words: str
    mark: str = ""


class DrawnPoint(NamedTuple):
    """A point in its place."""

    x: float
    y: float
    label_x: float
    anchor: str
    label: str


@dataclass(frozen=True)
class FunnelChart:
    """Points and two pairs of limits around a published share, and the same as a table.

    `limits(expected, level)` returns the lowest and highest count that chance explains. A point
    whose numbers are not given is not here. `key` is unique on the page.
    """

    key: str
    title: str
    description: str
    share: float
    share_words: str
    points: Sequence[FunnelPoint]
    limits: Callable[[float, float], tuple[int, int]]
    levels: tuple[float, float] = (0.95, 0.998)

    drawing: ClassVar[str] = "casereview/_chart_funnel.svg"
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = 288
    left: ClassVar[int] = _LEFT
    right: ClassVar[int] = _RIGHT
    top: ClassVar[int] = _TOP
    bottom: ClassVar[int] = _BOTTOM

    @property
    def most(self) -> int:
        """Return how many are at the end of the scale."""
        return max([20, *(point.of for point in self.points)])

    @property
    def highest(self) -> float:
        """Return the share at the top of the scale."""
        seen = [point.seen / point.of for point in self.points if point.of]
        return min(1.0, max([0.5, *seen]))

    @property
    def highest_words(self) -> str:
        """Return the share at the top, in words."""
        return f"{self.highest:.0%}"

    @property
    def target(self) -> float:
        """Return the height of the published share."""
        return self._y(self.share)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Return the limits as a class and the points of a line; stepped, for counts are whole."""
        first = max(1, self.most // 20)
        numbers = sorted({first + (self.most - first) * n // _STEPS for n in range(_STEPS + 1)})
        found = []
        for level, look in zip(self.levels, ("chart-median", "chart-axis"), strict=True):
            pairs = [(n, self.limits(self.share * n, level)) for n in numbers]
            for end in (0, 1):
                line = " ".join(
                    f"{self._x(n):g},{self._y(min(self.highest, limits[end] / n)):g}"
                    for n, limits in pairs
                )
                found.append((look, line))
        return found

    @property
    def drawn(self) -> list[DrawnPoint]:
        """Place each point with its label."""
        found = []
        for point in self.points:
            if point.of:
                x, y = self._x(point.of), self._y(point.seen / point.of)
                right = x < (_LEFT + _RIGHT) / 2
                found.append(
                    DrawnPoint(
                        x,
                        y,
                        x + 8 if right else x - 8,
                        "start" if right else "end",
                        point.mark or point.label,
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
                {"label": "Reviews of"},
                *(
                    {"label": each, "numeric": True}
                    for each in ("Modifiable", "Reviews", "Share", "Expected", "95%", "99.8%")
                ),
                {"label": "So it is"},
            ],
            "rows": [self._row(point) for point in self.points],
        }

    def _row(self, point: FunnelPoint) -> list:
        expected = self.share * point.of
        between = [self.limits(expected, level) for level in self.levels]
        texts = [
            str(point.seen),
            str(point.of),
            f"{point.seen / point.of:.0%}" if point.of else "–",
            f"{expected:.1f}",
            *(f"{low} to {high}" for low, high in between),
        ]
        label = f"{point.mark}: {point.label}" if point.mark else point.label
        return [label, *({"text": one, "numeric": True} for one in texts), point.words]

    def _x(self, number: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * number / self.most, 1)

    def _y(self, share: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * share / self.highest, 1)
