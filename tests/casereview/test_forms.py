"""Forms: one line a field, errors that say what to do and lead to the place to do it."""

import datetime

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from casereview import forms
from tests.html import Page


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


def test_one_of_a_list_is_drawn_as_radio_buttons_and_several_as_checkboxes():
    page = drawn(ExampleForm())

    kinds = {one["name"]: one["type"] for one in page.all("input") if "value" in one}

    assert (kinds["category"], kinds["agencies"]) == ("radio", "checkbox")
