"""The interface kit: what is committed is what was built, and templates keep to the rules."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

import casereview
from casereview.charts import Bar, BarChart, svg_for_pdf
from tests.html import Page

ROOT = Path(casereview.__file__).parent
STATIC = ROOT / "static" / "casereview"
MANIFEST = json.loads((ROOT / "interface" / "manifest.json").read_text())
TEMPLATES = sorted(
    path
    for app in ("casereview", "cdop", "scr", "learning")
    for path in (ROOT.parent / app / "templates").rglob("*")
    if path.suffix in {".html", ".svg"}
)
EVERY_TEMPLATE = pytest.mark.parametrize(
    "template", TEMPLATES, ids=[str(path.relative_to(ROOT.parent)) for path in TEMPLATES]
)


# --- What is committed ------------------------------------------------------------------------


def test_every_committed_file_is_the_one_that_was_built():
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in STATIC.iterdir()
        if path.is_file()
    }

    assert {name: found.get(name) for name in MANIFEST["sha256"]} == MANIFEST["sha256"]
    assert {"app.css", "app.js", "chart.css", "LICENCES.txt"} <= set(MANIFEST["sha256"])


def test_the_manifest_and_the_licences_name_the_versions_that_were_built():
    wanted = json.loads((ROOT / "interface" / "package.json").read_text())["devDependencies"]
    licences = (STATIC / "LICENCES.txt").read_text()

    assert MANIFEST["built_with"] == wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert f"GOV.UK Frontend {wanted['govuk-frontend']}" in licences
    assert f"MoJ Frontend {wanted['@ministryofjustice/frontend']}" in licences


def test_the_lock_names_no_download_address():
    lock = json.loads((ROOT / "interface" / "package-lock.json").read_text())

    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


@pytest.mark.parametrize("name", [name for name in MANIFEST["sha256"] if name != "LICENCES.txt"])
def test_nothing_is_fetched_from_elsewhere_and_no_brand_is_borrowed(name):
    content = (STATIC / name).read_text(encoding="utf-8")
    addresses = re.findall(r"https?://[a-z0-9][^\s\"')]*", content)

    assert [a for a in addresses if not a.startswith("http://www.w3.org/")] == []
    assert not re.search(r"@font-face|GDS Transport|crown|crest|sourceMappingURL", content, re.I)
    assert "url(" not in content.replace("url(#", "")


# --- Templates --------------------------------------------------------------------------------


@EVERY_TEMPLATE
def test_a_template_has_no_inline_style_script_or_handler(template):
    source = template.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=(?!=)|javascript:", source, re.I)
    assert not [
        tag for tag in re.findall(r"<script\b[^>]*>", source, re.I) if not re.search(r"\ssrc=", tag)
    ]


@EVERY_TEMPLATE
def test_a_template_escapes_everything(template):
    source = template.read_text(encoding="utf-8")

    assert not re.search(r"\|\s*safe\b|safeseq|autoescape|mark_safe", source)


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_an_error_page_is_the_same_bytes_whoever_reads_it(name):
    somebody = {"user": "Ada Example", "reader_name": "Ada", "demo": True, "exception": "CD-2015"}

    page = render_to_string(name, somebody, RequestFactory().get("/cases/CD-2015-0001/"))

    assert page == render_to_string(name)
    assert len(Page(page).all("h1")) == 1


def page_of(**context):
    source = (
        '{% extends "casereview/base.html" %}{% block title %}Cases{% endblock %}'
        "{% block content %}<h1>Cases</h1>{% endblock %}"
    )
    # Without a request no context processor runs: the page shows what the test gives it.
    return Page(engines["django"].from_string(source).render(context))


def test_the_base_page_shows_the_marking_and_says_when_the_data_is_fictional():
    real, demo = page_of(), page_of(demo=True)

    assert "OFFICIAL-SENSITIVE" in real.words
    assert "Fictional data" not in real.words
    assert "Fictional data" in demo.words


def test_the_base_page_marks_the_current_page_and_leaves_out_links_without_an_address():
    links = [
        {"label": "Your work", "url": "/", "current": False},
        {"label": "Cases", "url": "/cases/", "current": True},
    ]
    page = page_of(navigation=links, footer_links=[{"label": "Help", "url": ""}])

    assert page.all("a", href="/cases/")[0]["aria-current"] == "true"
    assert "aria-current" not in page.all("a", href="/")[-1]
    assert "Help" not in page.words


def test_the_printed_line_carries_reference_reader_and_time():
    page = page_of(case={"reference": "CD-2015-0007"}, reader_name="Ada Example")

    assert re.search(
        r"CD-2015-0007 – printed by Ada Example – \d+ \w+ \d{4}, \d\d:\d\d", page.words
    )


def test_the_case_header_shows_the_reference_and_never_a_name():
    case = {"reference": "CD-2015-0007", "child": "Ada Example"}

    html = render_to_string("casereview/_case_header.html", {"case": case, "stage": "Notified"})

    assert "CD-2015-0007" in html
    assert "Notified" in html
    assert "Ada" not in html


def test_the_due_list_leaves_out_a_group_without_items():
    item = {"reference": "CD-2015-0007", "url": "/x/", "task": "Chase", "when": "Due today"}
    groups = [
        {"key": "overdue", "title": "Overdue", "items": [item]},
        {"key": "later", "title": "Not due yet", "items": []},
    ]

    page = Page(render_to_string("casereview/_due_list.html", {"groups": groups}))

    assert page.ids() == ["due-overdue"]
    assert "Due today" in page.words


def test_page_links_keep_the_rest_of_the_query():
    page = Paginator(range(100), 10).page(3)
    request = RequestFactory().get("/cases/?stage=open&page=3")

    html = render_to_string("casereview/_pagination.html", {"page": page}, request)

    addresses = [attrs["href"] for attrs in Page(html).all("a")]
    assert "?stage=open&page=4" in addresses
    assert all("stage=open" in address for address in addresses)


# --- Charts -----------------------------------------------------------------------------------


def example_chart(*bars):
    return BarChart("chart", "Reviews by category", "Two bars.", ("Category", "Reviews"), bars)


def test_a_chart_has_its_labels_inside_and_its_figures_in_a_table():
    chart = example_chart(Bar("Perinatal/neonatal event", 23), Bar("<b>Trauma</b>", 5))

    html = render_to_string("casereview/_chart.html", {"chart": chart})

    page = Page(html)
    assert html.count("Perinatal/neonatal event") == 2
    assert page.all("svg")[0]["aria-labelledby"] == "chart-title chart-description"
    assert {"chart-title", "chart-description", "chart-table"} <= set(page.ids())
    assert page.all("b") == []


def test_a_hidden_figure_is_drawn_alike_whatever_stands_beside_it():
    small = example_chart(Bar("Hidden", None, "fewer than 5"), Bar("Shown", 6))
    large = example_chart(Bar("Hidden", None, "fewer than 5"), Bar("Shown", 600))

    assert small.drawn[0] == large.drawn[0]
    assert small.drawn[0].slants


def test_the_slanting_lines_of_a_hidden_figure_stay_inside_its_frame():
    placed = example_chart(Bar("Hidden", None)).drawn[0]

    for x1, y1, x2, y2 in placed.slants:
        assert 0 <= x1 <= x2 <= placed.width
        assert placed.top <= y2 <= y1 <= placed.top + placed.height


def test_a_chart_of_zeros_or_of_nothing_is_drawn():
    assert example_chart(Bar("None", 0)).drawn[0].width == 0
    assert example_chart().height == 0


def test_the_pdf_renderer_draws_the_same_chart(tmp_path):
    from reportlab.graphics import renderPDF, shapes
    from svglib.svglib import svg2rlg

    drawing_file = tmp_path / "chart.svg"
    drawing_file.write_text(svg_for_pdf(example_chart(Bar("Shown", 6), Bar("Hidden", None))))

    drawing = svg2rlg(str(drawing_file))

    def walk(node):
        yield node
        for child in getattr(node, "contents", []):
            yield from walk(child)

    nodes = list(walk(drawing))
    colours = {n.fillColor.hexval() for n in nodes if isinstance(n, shapes.Rect) and n.fillColor}
    assert "0x158187" in colours
    assert len([n for n in nodes if isinstance(n, shapes.Line)]) > 2
    assert {"Shown", "6", "Hidden"} <= {n.text for n in nodes if isinstance(n, shapes.String)}
    assert renderPDF.drawToString(drawing).startswith(b"%PDF")
