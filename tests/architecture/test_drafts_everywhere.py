"""No long text is lost: every form with a box for it keeps a draft, or says why it does not."""

import importlib
import inspect
import re

import pytest
from django import forms as django_forms

from casereview import forms
from tests.architecture import project
from tests.architecture.addresses import ours

# Who fills these in has no account to keep a draft under, or types no text of several lines.
WITHOUT = {
    "account/": "signing in: lines only",
    "mfa/": "signing in: lines only",
    "casereview/find_case.html": "one line, found anew each time",
    "casereview/cases.html": "one line: the name of a view",
    "cdop/intake/notify.html": "the public page: whoever writes has no account",
}
FORM = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL)
DRAWS = re.compile(r"\{\{ *[a-z_.]*form *\}\}|\{\{ *[a-z_.]+\.as_field_group|forms/cell\.html")
TEMPLATES = sorted(path for path in project.files() if re.search(r"/templates/.+\.html$", path))


def name_of(path: str) -> str:
    return path.split("/templates/")[1]


def forms_drawn(path: str) -> list[str]:
    return [block for block in FORM.findall(project.text(path)) if DRAWS.search(block)]


def every_form() -> list[type]:
    found = set()
    for path in project.files():
        if re.match(r"(casereview|cdop|scr|learning)/(.*/)?(forms/\w+|people_forms)\.py$", path):
            module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
            found |= {
                one
                for _, one in inspect.getmembers(module, inspect.isclass)
                if issubclass(one, django_forms.BaseForm) and one.__module__ == module.__name__
            }
    return sorted(found, key=lambda one: (one.__module__, one.__qualname__))


def long_text(form: type) -> bool:
    fields = getattr(form, "base_fields", {}).values()
    return any(isinstance(one.widget, django_forms.Textarea) for one in fields)


def test_every_form_that_is_drawn_can_be_kept_as_a_draft_or_says_why_not():
    drawn = {path: forms_drawn(path) for path in TEMPLATES}
    missing = [
        name_of(path)
        for path, blocks in drawn.items()
        for block in blocks
        if not re.search(r"\{% save_draft( [a-z_]+)?( by_hand=False)? %\}</form>$", block)
        and not name_of(path).startswith(tuple(WITHOUT))
    ]

    assert sum(map(len, drawn.values())) > 90
    assert missing == []


def test_a_page_that_keeps_drafts_offers_them_above_its_form():
    silent = [
        name_of(path)
        for path in TEMPLATES
        if "{% save_draft" in (text := project.text(path))
        and not re.search(r"casereview/_errors\.html|drafts_kept|review/_links\.html", text)
    ]

    assert silent == []


def test_no_template_draws_a_box_for_text_of_its_own():
    own = [
        name_of(path)
        for path in TEMPLATES
        for box in re.findall(r"<textarea\b[^>]*>", project.text(path))
        if not re.search(r"\breadonly\b", box)
    ]

    assert own == []


@pytest.mark.parametrize("form", [one for one in every_form() if long_text(one)], ids=str)
def test_a_form_with_long_text_is_of_the_house_and_states_any_reason_in_words(form):
    assert issubclass(form, forms.Form)
    assert form.without_draft == "" or len(form.without_draft) > 20


def test_every_reason_left_is_still_one():
    names = [name_of(path) for path in TEMPLATES if forms_drawn(path)]

    assert [start for start in WITHOUT if not any(one.startswith(start) for one in names)] == []


def test_every_door_keeps_drafts():
    guarded = [one for one in ours() if one.guarded_by and not one.guarded_by.startswith("open: ")]

    assert len(guarded) > 300
    assert [str(one) for one in guarded if not getattr(one.view, "keeps_drafts", False)] == []
