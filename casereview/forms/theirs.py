"""Two versions of a record side by side: what was typed, and what somebody saved meanwhile."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

# What a form posts for each question where the saved version is to stand.
TAKE = "_take_theirs"


class Theirs(NamedTuple):
    """One field that somebody else saved meanwhile: what was typed, and what is there now."""

    name: str
    label: str
    typed: str
    saved: str


def beside(form: Any, now: Mapping[str, Any]) -> list[Theirs]:
    """Return where what was typed differs from what is there now, field by field.

    Only of fields that the page showed to begin with: what was kept from the reader stays kept.
    """
    found = []
    for name in form.fields:
        if name not in now or name not in opened_on(form) or form[name].is_hidden:
            continue
        typed, there = (_shown(form, name, one) for one in (form.cleaned_data.get(name), now[name]))
        if typed != there:
            label = str(form.fields[name].label or name)
            found.append(Theirs(name, label, typed, there))
    return found


def opened_on(form: Any) -> dict[str, Any]:
    """Return what a form was opened on, by field; a field that was given nothing has none."""
    return {
        name: form.get_initial_for_field(field, name)
        for name, field in form.fields.items()
        if name in form.initial or field.initial is not None
    }


def with_theirs(form: Any) -> QueryDict | None:
    """Return what was posted with the saved version put in where it was chosen; None for nowhere.

    The saved version is what the form was opened on just now, so it is what the page showed, or
    the save is refused as every save over a later version is.
    """
    if not isinstance(form.data, QueryDict) or TAKE not in form.data:
        return None
    data = form.data.copy()
    chosen = data.pop(TAKE)
    for name, field in form.fields.items():
        posted = form.add_prefix(name)
        if posted not in chosen or name not in opened_on(form):
            continue
        for part in ("", *getattr(field.widget, "widgets_names", ())):
            data.pop(posted + part, None)
        for part, values in _as_posted(posted, field, form.get_initial_for_field(field, name)):
            data.setlist(part, values)
    return data


def _as_posted(name: str, field: forms.Field, value: Any) -> Iterable[tuple[str, list[str]]]:
    """Yield the names and values by which a browser would post a value."""
    widget = field.widget
    if isinstance(widget, forms.MultiWidget):
        parts = widget.decompress(value) or []
        named = zip(widget.widgets_names, parts, strict=True)  # type: ignore[attr-defined]
        yield from ((name + part, [_text(one)]) for part, one in named)
    elif isinstance(widget, forms.CheckboxInput):
        yield from [(name, ["on"])] if value else []
    elif isinstance(value, list | tuple | set):
        yield name, [_text(one) for one in value]
    else:
        yield name, [_text(field.prepare_value(value))]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(getattr(value, "pk", value))


def _shown(form: Any, name: str, value: Any) -> str:
    """Return a value in words: the label of a code, a day with its month."""
    choices = {str(code): str(label) for code, label in getattr(form.fields[name], "choices", [])}
    match value:
        case None | "" | [] | ():
            return "Nothing"
        case bool():
            return "Yes" if value else "No"
        case date():
            return f"{value.day} {value:%B %Y}"
        case list() | tuple():
            return ", ".join(choices.get(str(one), str(one)) for one in value)
    key = str(getattr(value, "pk", value))
    return choices.get(key) or choices.get(str(getattr(value, "code", key))) or str(value).strip()
