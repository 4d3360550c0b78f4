"""Two versions of a record on one page: field by field, and each may stand. No database."""

import datetime

from django.http import QueryDict
from django.template.loader import render_to_string

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.forms.theirs import TAKE

SAVED = {
    "words": "Saved by a colleague",
    "on": datetime.date(2016, 3, 2),
    "kinds": ["a", "b"],
    "sure": True,
    "kind": "b",
}
KINDS = [("a", "Apples"), ("b", "Brambles"), ("c", "Cherries")]


class Both(SeenForm):
    words = forms.LongTextField(label="In words")
    on = forms.DatePartsField(label="Day")
    kinds = forms.CodesField(label="Kinds", choices=KINDS, required=False)
    sure = forms.TickField(label="Sure", required=False)
    kind = forms.CodeField(label="Kind", choices=KINDS)


def posted(*, prefix: str = "", take: tuple[str, ...] = ()) -> Both:
    start = f"{prefix}-" if prefix else ""
    typed = QueryDict(mutable=True)
    typed.update({f"{start}words": "Typed by me", f"{start}kind": "c", f"{start}kinds": "c"})
    typed.update({f"{start}on_day": "1", f"{start}on_month": "1", f"{start}on_year": "2015"})
    typed.setlist(TAKE, [f"{start}{name}" for name in take])
    return Both(typed, initial=dict(SAVED), prefix=prefix or None)


def test_each_field_that_differs_stands_beside_what_is_saved_now_and_can_be_chosen():
    form = posted()
    assert form.is_valid()

    form.show_theirs()

    assert {one.name: (one.typed, one.saved) for one in form.theirs} == {
        "words": ("Typed by me", "Saved by a colleague"),
        "on": ("1 January 2015", "2 March 2016"),
        "kinds": ("Cherries", "Apples, Brambles"),
        "sure": ("No", "Yes"),
        "kind": ("Cherries", "Brambles"),
    }
    page = str(form)
    assert page.count(f'name="{TAKE}"') == 5 and "Typed by me" in page
    assert "Saved by a colleague" in render_to_string("casereview/_errors.html", {"form": form})


def test_what_is_chosen_of_theirs_stands_and_the_rest_is_as_typed():
    form = posted(take=("words", "on", "kinds", "sure"))

    assert form.is_valid()
    assert form.cleaned_data | {"version": None} == {**SAVED, "kind": "c", "version": None}


def test_a_form_with_a_prefix_takes_only_what_is_its_own():
    form = posted(prefix="p", take=("words", "version", "nothing"))

    assert form.is_valid()
    assert form.cleaned_data["words"] == "Saved by a colleague"
    assert form.cleaned_data["on"] == datetime.date(2015, 1, 1)


def test_what_the_reader_was_not_shown_is_never_put_in():
    typed = QueryDict(f"words=Mine&kind=c&on_day=1&on_month=1&on_year=2015&{TAKE}=words")

    form = Both(typed, initial={"kind": "a"})

    assert form.is_valid() and form.cleaned_data["words"] == "Mine"
    form.show_theirs()
    assert [one.name for one in form.theirs] == ["kind"]
