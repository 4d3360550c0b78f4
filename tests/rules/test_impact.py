"""The chain of evidence, the duty to inform, the pictures, and the simulation behind the flags."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.graphics import shapes
from svglib.svglib import svg2rlg

from benchmarks import theme_flags
from casereview.charts import svg_for_pdf
from casereview.heat_maps import HeatMap, HeatRow
from casereview.small_multiples import Small, SmallMultiples
from learning.rules import duty
from learning.rules.impact import CHAIN, chain, highest, seen_since


def test_the_highest_link_is_one_that_is_evidenced_and_none_is_above_it():
    for many in range(len(CHAIN) + 1):
        for evidenced in combinations(CHAIN, many):
            top = highest(evidenced)

            assert top == (evidenced[-1] if evidenced else "")
            assert [one.code for one in chain(evidenced) if one.highest] == ([top] if top else [])
            assert tuple(one.code for one in chain(evidenced) if one.evidenced) == evidenced


def test_a_link_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no such link"):
        chain({"prevented"})


@settings(deadline=None)  # the first time, a library is loaded
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20))
def test_no_number_of_cases_is_ever_called_an_improvement(cases, reference, quarters):
    said = seen_since(cases, reference, quarters)

    assert "improvement" not in said or "not shown as an improvement" in said
    assert "fewer deaths" not in said and "success" not in said
    assert ("3.7" in said and "upper bound" in said) or cases


@pytest.mark.parametrize(
    ("reference", "share"),
    [(10, "about 14 of 100"), (30, "fewer than 1 in 100"), (0, "100 of 100")],
)
def test_none_seen_is_set_against_how_likely_that_is_by_chance(reference, share):
    """With 2 a year before, a year of none is 14 in 100; with 6 a year it says something."""
    assert share in seen_since(0, reference, 20)


@given(st.dates(), st.integers(-900, 900))
def test_the_duty_binds_from_the_first_day_of_partners_and_never_where_that_is_not_known(
    began, days
):
    on = date(2019, 1, 1) + timedelta(days=days)

    assert duty.applies(began, on) == (on >= began)
    assert not duty.applies(None, on)
    assert duty.begins([None, began, began + timedelta(days=1)] if began < date.max else []) in (
        began,
        None,
    )


def heat():
    rows = [
        HeatRow("Safe sleeping arrangements of infants", (0, 3), "red"),
        HeatRow("Bees", (1, 0)),
    ]
    return HeatMap("heat", "Themes", "Two rows.", "Theme", ["2014-Q1", "2014-Q2"], rows)


def small():
    charts = [Small("Safe sleeping", (0, 3, 1), 0.5), Small("Bees", (1, 0, 0))]
    return SmallMultiples("small", "Themes", "Two.", "Theme", ["1", "2", "3"], charts)


def nodes(node):
    yield node
    for child in getattr(node, "contents", []):
        yield from nodes(child)


def drawn(chart, tmp_path):
    file = tmp_path / "chart.svg"
    file.write_text(svg_for_pdf(chart))
    return list(nodes(svg2rlg(str(file))))


def test_a_heat_map_prints_each_number_and_draws_more_darker(tmp_path):
    found = drawn(heat(), tmp_path)

    texts = [one.text for one in found if isinstance(one, shapes.String)]
    shades = [one.fillOpacity for one in found if isinstance(one, shapes.Rect)]
    assert {"2014", "Q1", "Q2", "Bees", "0", "1", "3"} <= set(texts)
    assert "Red: Safe sleeping" in texts
    assert texts.count("2014") == 1
    assert sorted(shades) == [0.12, 0.6]
    assert heat().table["rows"][0][0] == "Red: Safe sleeping arrangements of infants"
    assert [cell["text"] for cell in heat().table["rows"][1][1:]] == ["1", "0"]


def test_small_multiples_have_one_scale_and_lie_inside_the_drawing(tmp_path):
    found = drawn(small(), tmp_path)

    lines = [one for one in found if isinstance(one, shapes.PolyLine)]
    assert len(lines) == 2
    heights = [max(line.points[1::2]) - min(line.points[1::2]) for line in lines]
    assert heights[0] == pytest.approx(3 * heights[1], abs=0.3)
    for one in small().drawn:
        assert 0 <= one.x < small().width and 0 < one.last_y < small().height


@given(st.lists(st.lists(st.integers(0, 50), min_size=8, max_size=8), max_size=30))
def test_every_cell_of_a_heat_map_lies_inside_and_is_light_enough_to_be_read(values):
    rows = [HeatRow(f"Theme {place}", tuple(row)) for place, row in enumerate(values)]
    chart = HeatMap("heat", "Themes", "Rows.", "Theme", [str(n) for n in range(8)], rows)

    for row in chart.drawn:
        for cell in row.cells:
            assert cell.x + chart.cell_width <= chart.width
            assert cell.y + chart.cell_height <= chart.height
            assert cell.shade <= 0.6 and (cell.shade > 0) == (cell.value > 0)


def test_the_simulation_gives_the_false_alarms_and_detection_that_the_page_speaks_of():
    found = theme_flags.measured(runs=1000, rates=(3,))

    assert len(found) == 6
    assert [one.what for one in found if not one.agrees] == []


def test_the_simulation_would_notice_another_limit():
    mean, error = theme_flags.quarters_to_false(3, 0.25, 1000, seed=3)

    assert abs(mean - theme_flags.TO_FALSE["amber"][3]) > 6 * error
