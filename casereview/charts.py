"""Charts as the product's own SVG: geometry here, drawing in a template, colours in chart.css."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from django.template.loader import render_to_string

# Units of the drawing. At 360 px, the narrowest page, 16 units are 12 px.
WIDTH = 480
_BAR_SPACE = 380
_BAR_HEIGHT = 22
_LINE_HEIGHT = 20
_LABEL_CHARACTERS = 54
_HIDDEN_WIDTH = 66

_STYLESHEET = Path(__file__).parent / "static" / "casereview" / "chart.css"


@dataclass(frozen=True)
class Bar:
    """One figure of a chart.

    A value of None is a hidden figure: it is drawn at one width whatever it was, as slanting
    lines, with `words` ("fewer than 5") beside it.
    """

    label: str
    value: int | None
    words: str = ""
    late: bool = False

    @property
    def shown(self) -> str:
        """Return what stands beside the bar and in the table."""
        return self.words or ("hidden" if self.value is None else f"{self.value:,}")


@dataclass(frozen=True)
class DrawnBar:
    """A bar with its place in the drawing."""

    bar: Bar
    label_lines: list[tuple[int, str]]
    top: int
    height: int
    width: float
    words_left: float
    words_base: int
    slants: list[tuple[float, float, float, float]]


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars with their labels above them, and the same figures as a table.

    `key` is unique on the page: the ids in the drawing begin with it.
    """

    key: str
    title: str
    description: str
    columns: tuple[str, str]
    bars: Sequence[Bar]

    drawing: ClassVar[str] = "casereview/_chart_bars.svg"

    @property
    def width(self) -> int:
        """Return the width of the drawing, in its own units."""
        return WIDTH

    @property
    def height(self) -> int:
        """Return the height of the drawing, in its own units."""
        drawn = self.drawn
        return drawn[-1].top + _BAR_HEIGHT + 8 if drawn else 0

    @property
    def drawn(self) -> list[DrawnBar]:
        """Place each bar; the longest shown value fills the space, and zero has no length."""
        longest = max((bar.value for bar in self.bars if bar.value is not None), default=0)
        placed, top = [], 0
        for bar in self.bars:
            lines = textwrap.wrap(bar.label, _LABEL_CHARACTERS) or [""]
            label_lines = [
                (top + _LINE_HEIGHT * number, line) for number, line in enumerate(lines, 1)
            ]
            top += _LINE_HEIGHT * len(lines) + 6
            if bar.value is None:
                width: float = _HIDDEN_WIDTH
            else:
                width = round(_BAR_SPACE * bar.value / longest, 1) if longest else 0
            placed.append(
                DrawnBar(
                    bar=bar,
                    label_lines=label_lines,
                    top=top,
                    height=_BAR_HEIGHT,
                    width=width,
                    words_left=width + 8 if width else 0,
                    words_base=top + _BAR_HEIGHT - 5,
                    slants=_slants(top) if bar.value is None else [],
                )
            )
            top += _BAR_HEIGHT + 10
        return placed

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
            "rows": [[bar.label, {"text": bar.shown, "numeric": True}] for bar in self.bars],
        }


class Chart(Protocol):
    """Whatever is drawn by a template of its own from what it says of itself."""

    @property
    def drawing(self) -> str:
        """Return the template of the drawing."""
        ...


def svg_for_pdf(chart: Chart) -> str:
    """Return the drawing with the stylesheet inside it, as the PDF renderer needs it."""
    drawing = render_to_string(chart.drawing, {"chart": chart}).strip()
    head, end, rest = drawing.partition(">")
    return f"{head}{end}<style>{_STYLESHEET.read_text(encoding='utf-8')}</style>{rest}"


def _slants(top: int) -> list[tuple[float, float, float, float]]:
    """Return slanting lines that end at the frame, so that nothing needs clipping.

    A pattern fill would be simpler, but is lost in a PDF.
    """
    step = _BAR_HEIGHT / 2
    count = int((_HIDDEN_WIDTH - _BAR_HEIGHT) / step)
    return [
        (number * step, top + _BAR_HEIGHT, number * step + _BAR_HEIGHT, top)
        for number in range(count + 1)
    ]
