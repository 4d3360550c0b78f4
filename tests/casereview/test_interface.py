"""The interface kit: what is committed is what was built, and every form says what to do."""

import datetime
import hashlib
import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

import casereview
from casereview import forms
from casereview.charts import Bar, BarChart, svg_for_pdf
from casereview.rules.text import UnacceptableText, normalise_line, normalise_text

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


class Page(HTMLParser):
    """What a test asks of a page: its elements with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]

    def by_id(self, key):
        return next(attrs for _, attrs in self.elements if attrs.get("id") == key)

    def all(self, tag, **wanted):
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]


def categories():
    return [("01", "Deliberately inflicted injury"), ("08", "Perinatal/neonatal event")]


class ExampleForm(forms.Form):
    sections = (("The child", ["name", "nhs_number", "born_on"]), ("The death", ["died_on"]))

    name = forms.PlainTextField(label="First name", max_length=40)
    nhs_number = forms.NhsNumberField(help_text="10 digits & spaces")
    born_on = forms.DatePartsField(label="Date of birth", help_text="For example, 27 3 2015")
    died_on = forms.DatePartsField(
        label="Date of death", not_after=lambda: datetime.date(2015, 3, 31)
    )
    category = forms.CodeField(
        label="Category of death", choices=categories, hints={"01": "Includes shaking injury"}
    )
    ethnicity = forms.CodeField(label="Ethnic group", choices=categories, select=True)
    on_plan = forms.YesNoNotKnownField(label="Was there a child protection plan?")
    place = forms.CodeField(
        label="Place of death",
        choices=[("H", "Hospital"), ("OT", "Somewhere else")],
        reveals={"OT": "other_place"},
    )
    other_place = forms.PlainTextField(label="Where the child died", name="other place")
    agencies = forms.CodesField(label="Agencies", name="agencies", choices=categories)
    summary = forms.LongTextField(label="Summary")
    checked = forms.TickField(label="I have checked the answers")


def valid_answers(**changes):
    return {
        "name": "Ada",
        "nhs_number": "999 000 0018",
        "born_on_day": "1",
        "born_on_month": "2",
        "born_on_year": "2014",
        "died_on_day": "31",
        "died_on_month": "March",
        "died_on_year": "2015",
        "category": "08",
        "ethnicity": "01",
        "on_plan": "not_known",
        "place": "H",
        "agencies": ["01", "08"],
        "summary": "One.\r\nTwo.",
        "checked": "on",
        **changes,
    }


def drawn(form):
    return Page(render_to_string("casereview/_errors.html", {"form": form}) + str(form))


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

    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", source, re.I)
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


# --- Forms ------------------------------------------------------------------------------------


def test_a_complete_form_gives_clean_answers():
    form = ExampleForm(valid_answers())

    assert form.is_valid(), form.errors
    assert form.cleaned_data["nhs_number"] == "9990000018"
    assert form.cleaned_data["died_on"] == datetime.date(2015, 3, 31)
    assert form.cleaned_data["summary"] == "One.\nTwo."
    assert form.cleaned_data["agencies"] == ["01", "08"]
    assert form.error_prefix == ""


def test_every_field_is_drawn_once_and_every_id_is_unique():
    page = drawn(ExampleForm())
    ids = page.ids()

    assert len(ids) == len(set(ids))
    for name in ExampleForm.base_fields:
        assert [i for i in ids if i.startswith(f"id_{name}")], name


@pytest.mark.parametrize("prefix", [None, "child"])
def test_every_error_link_resolves_to_an_element_to_correct(prefix):
    form = ExampleForm({f"{prefix}-place" if prefix else "place": "OT"}, prefix=prefix)

    page = drawn(form)

    targets = [attrs["href"][1:] for attrs in page.all("a")]
    assert len(targets) == len(ExampleForm.base_fields) - 1  # the place is answered
    for target in targets:
        tag = next(tag for tag, attrs in page.elements if attrs.get("id") == target)
        assert tag in {"input", "select", "textarea"}
    assert form.error_prefix == "Error: "


def test_error_links_come_in_the_order_of_the_page():
    form = ExampleForm({"place": "OT"})

    page = drawn(form)

    ids = page.ids()
    targets = [link.target for link in form.error_links()]
    assert targets == sorted(targets, key=ids.index)
    assert "id_other_place" in targets


def test_every_message_begins_with_what_to_do():
    messages = [link.text for link in ExampleForm({"place": "OT"}).error_links()]

    assert "Enter the date of death" in messages
    assert "Enter the NHS number" in messages
    assert "Select the category of death" in messages
    assert "Select yes, no or not known: was there a child protection plan" in messages
    assert {message.split()[0] for message in messages} == {"Enter", "Select", "Tick"}


def test_an_error_of_the_whole_form_is_listed_without_a_link():
    form = ExampleForm(valid_answers())
    form.add_error(None, "Check the dates: the death is before the birth")

    page = drawn(form)

    assert "Check the dates: the death is before the birth" in page.words
    assert page.all("a") == []


def test_hints_and_errors_are_wired_to_their_elements():
    page = drawn(ExampleForm({}))

    nhs = page.by_id("id_nhs_number")
    assert nhs["aria-describedby"] == "id_nhs_number_helptext id_nhs_number_error"
    assert nhs["aria-invalid"] == "true"
    groups = [attrs.get("aria-describedby", "") for attrs in page.all("fieldset")]
    assert "id_born_on_helptext id_born_on_error" in groups
    assert page.by_id("id_category_0")["aria-describedby"] == "id_category_0_hint"
    for _, attrs in page.elements:
        for reference in attrs.get("aria-describedby", "").split():
            assert reference in page.ids()


def test_every_box_has_a_label():
    page = drawn(ExampleForm({}))
    labelled = {attrs["for"] for attrs in page.all("label")}

    for tag, attrs in page.elements:
        if tag in {"input", "select", "textarea"}:
            assert attrs["id"] in labelled


def test_what_was_typed_is_escaped():
    html = str(ExampleForm(valid_answers(name='"><script>x</script>', summary="</textarea><b>")))

    assert "<script>" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("typed", "message", "wrong"),
    [
        (("31", "2", "2015"), "Enter a real date for the date of death", "day month year"),
        (("", "2", "2015"), "Add the day to the date of death", "day"),
        (("31", "", ""), "Add the month and year to the date of death", "month year"),
        (("1", "2", "15"), "Enter the year of the date of death as 4 digits", "year"),
        (
            ("1", "13", "2015"),
            "Enter the month of the date of death as a number from 1 to 12",
            "month",
        ),
        (("first", "2", "2015"), "Enter the day of the date of death as a number", "day"),
        (("1", "1", "0000"), "Enter a real date for the date of death", "day month year"),
        (("٣", "2", "2015"), "Enter the day of the date of death as a number", "day"),
        (("1", "4", "2015"), "Enter a date of death on or before 31 March 2015", "day month year"),
    ],
)
def test_a_wrong_date_keeps_what_was_typed_and_marks_the_boxes_to_correct(typed, message, wrong):
    parts = dict(zip(["died_on_day", "died_on_month", "died_on_year"], typed, strict=True))
    form = ExampleForm(valid_answers(**parts))

    page = drawn(form)

    assert form.errors == {"died_on": [message]}
    boxes = {part: page.by_id(f"id_died_on_{i}") for i, part in enumerate(("day", "month", "year"))}
    assert tuple(box.get("value", "") for box in boxes.values()) == typed
    assert [part for part, box in boxes.items() if "aria-invalid" in box] == wrong.split()
    first = ("day", "month", "year").index(wrong.split()[0])
    assert form.error_links() == [forms.ErrorLink(message, f"id_died_on_{first}")]


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_a_date_is_read_back_as_it_was_shown(day):
    field = forms.DatePartsField(label="Date of death")

    shown = field.widget.decompress(day)

    assert field.clean([str(part) for part in shown]) == day
    assert not field.has_changed(day, [str(part) for part in shown])


def test_an_optional_date_may_be_left_empty():
    assert forms.DatePartsField(label="Date", required=False).clean(["", " ", None]) is None


@pytest.mark.parametrize("typed", ["9990000018", "999 000 0018", " 999-000-0018 "])
def test_an_nhs_number_is_returned_as_ten_digits(typed):
    assert forms.NhsNumberField().clean(typed) == "9990000018"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("999000001", "Enter the NHS number as 10 digits"),
        ("٩٩٩٠٠٠٠٠١٨", "Enter the NHS number as 10 digits"),
        ("999 000 0019", "Check the NHS number: one of its digits is wrong or two are swapped"),
    ],
)
def test_a_wrong_nhs_number_is_refused_without_repeating_it(typed, message):
    form = ExampleForm(valid_answers(nhs_number=typed))

    assert form.errors == {"nhs_number": [message]}


def test_a_code_outside_the_list_is_refused_without_repeating_it():
    form = ExampleForm(valid_answers(category="99", agencies=["98"]))

    assert form.errors == {
        "category": ["Select the category of death in the list"],
        "agencies": ["Select the agencies in the list"],
    }


def test_a_revealed_field_counts_only_when_its_answer_is_chosen():
    chosen = ExampleForm(valid_answers(place="OT", other_place=""))
    not_chosen = ExampleForm(valid_answers(place="H", other_place="Left over"))

    assert chosen.errors == {"other_place": ["Enter the other place"]}
    assert not_chosen.is_valid()
    assert not_chosen.cleaned_data["other_place"] == ""


def test_a_revealed_field_is_drawn_inside_its_answer():
    page = drawn(ExampleForm(valid_answers(place="OT", other_place="A park")))

    ids = page.ids()
    assert ids.index("id_place_1") < ids.index("id_place_1_reveals") < ids.index("id_other_place")
    assert page.by_id("id_other_place")["value"] == "A park"


def test_a_text_that_is_too_long_says_how_long_it_may_be():
    form = ExampleForm(valid_answers(name="a" * 41))

    assert form.errors == {"name": ["Shorten the first name to 40 characters or fewer"]}


def test_a_hidden_character_is_refused_by_its_place():
    form = ExampleForm(valid_answers(name="Ad\u202ea", summary="One\nT\x00wo"))

    assert form.errors == {
        "name": ["Remove the hidden text direction mark at character 3 in the first name"],
        "summary": ["Remove the hidden control character at character 2 of line 2 in the summary"],
    }


@given(st.dictionaries(st.sampled_from(sorted(valid_answers())), st.text(), max_size=15))
def test_no_answer_whatever_breaks_the_form(answers):
    page = drawn(ExampleForm(answers))

    ids = page.ids()
    assert all(attrs["href"][1:] in ids for attrs in page.all("a"))


# --- Text -------------------------------------------------------------------------------------


def test_text_is_composed_and_its_line_ends_are_line_feeds():
    assert normalise_text(" Zoe\u0308\r\nand\rAnn\u2028 ") == "Zoë\nand\nAnn"


@pytest.mark.parametrize(
    "hidden", ["\x00", "\x0b", "\x1b", "\x85", "\u202e", "\u2066", "\u200f", "\ud800", "\ufffe"]
)
def test_a_character_that_cannot_be_seen_is_refused(hidden):
    with pytest.raises(UnacceptableText):
        normalise_text(f"Ada{hidden} Example")


@given(st.text(st.characters(codec=None)))
def test_normalised_text_stays_as_it_is_and_can_be_stored(value):
    try:
        text = normalise_text(value)
    except UnacceptableText:
        return

    assert normalise_text(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert text.encode("utf-8").decode("utf-8") == text
    assert not [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"]


@given(st.text(min_size=1), st.sampled_from("\x00\x07\u202a\ud800"))
def test_a_refusal_never_repeats_the_text(value, hidden):
    secret = f"Quetzalcoatl{value}"

    with pytest.raises(UnacceptableText) as refusal:
        normalise_text(secret + hidden)

    assert "Quetzalcoatl" not in str(refusal.value) + repr(refusal.value)


@pytest.mark.parametrize("value", ["Ada\nExample", "Ada\tExample"])
def test_a_line_holds_no_line_end_and_no_tab(value):
    with pytest.raises(UnacceptableText):
        normalise_line(value)


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
