"""Dots and funnels: drawn for a page and for a PDF, with the same figures as a table."""

import pytest
from django.template.loader import render_to_string

from casereview.charts import svg_for_pdf
from casereview.dot_charts import DotChart, DotRow
from casereview.funnel_charts import FunnelChart, FunnelPoint
from cdop.rules.funnel import poisson_limits
from tests.html import Page

DOTS = DotChart(
    "days",
    "Days",
    "One dot a review.",
    [
        DotRow("To <b>notification</b>", (1, 1, 3)),
        DotRow("To review", (200, 100)),
        DotRow("No", ()),
    ],
)
FUNNEL = FunnelChart(
    "funnel",
    "Against England",
    "One point a year.",
    0.22,
    "England, 22%",
    [FunnelPoint("A board", 23, 69, "outside", "A"), FunnelPoint("2013-14", 0, 0, "no review")],
    poisson_limits,
)


@pytest.mark.parametrize("chart", [DOTS, FUNNEL], ids=["dots", "funnel"])
def test_a_chart_is_drawn_for_a_page_and_the_same_for_a_pdf(chart, tmp_path):
    from reportlab.graphics import renderPDF, shapes
    from svglib.svglib import svg2rlg

    page = Page(render_to_string("casereview/_chart.html", {"chart": chart}))
    drawing_file = tmp_path / "chart.svg"
    drawing_file.write_text(svg_for_pdf(chart))
    drawing = svg2rlg(str(drawing_file))

    def walk(node):
        yield node
        for child in getattr(node, "contents", []):
            yield from walk(child)

    nodes = list(walk(drawing))
    assert page.all("b") == [] and not [one for _, one in page.elements if "style" in one]
    assert len([n for n in nodes if isinstance(n, shapes.Circle)]) == len(page.all("circle")) > 0
    assert f"{chart.key}-table" in page.ids()
    assert renderPDF.drawToString(drawing).startswith(b"%PDF")


def test_dots_stay_inside_and_the_median_stands_among_them():
    first, second, none = DOTS.drawn

    assert [dot.x for dot in first.dots[:2]] == [first.dots[0].x] * 2
    assert first.dots[0].y > first.dots[1].y
    assert second.median_at == (second.dots[0].x + second.dots[1].x) / 2
    assert none.median_at is None
    assert all(0 <= dot.x <= DOTS.width and 0 <= dot.y <= DOTS.height for dot in first.dots)


def test_a_funnel_has_its_limits_in_the_table_and_stays_inside():
    low, high = poisson_limits(0.22 * 69, 0.95)
    rows = FUNNEL.table["rows"]

    assert rows[0][5]["text"] == f"{low} to {high}"
    assert rows[0][0] == "A: A board" and FUNNEL.drawn[0].label == "A"
    assert rows[0][-1] == "outside" and rows[1][3]["text"] == "–"
    for _, line in FUNNEL.lines:
        for pair in line.split():
            x, y = map(float, pair.split(","))
            assert FUNNEL.left <= x <= FUNNEL.right and FUNNEL.top <= y <= FUNNEL.bottom
