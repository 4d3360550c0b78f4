"""A form that remembers which version of a record it was shown over."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms as django_forms
from django.http import QueryDict

from casereview.forms.page import Form, Theirs
from casereview.records import Record


class SeenForm(Form):
    """A form over a record that somebody else may change meanwhile."""

    version = django_forms.IntegerField(
        widget=django_forms.HiddenInput, required=False, min_value=0, max_value=10**8
    )

    def answers(self) -> dict[str, Any]:
        """Return what was typed, an empty text or code as it was typed, with the version seen."""
        return dict(self.cleaned_data)

    def take(self, record: Record | None) -> None:
        """Let the next save be made knowingly: what is there now stands beside what was typed."""
        if record is not None:
            there = {field.name for field in record._meta.concrete_fields}
            now = {name: getattr(record, name) for name in self.initial if name in there}
            self.theirs = beside(self, {**self.initial, **now})
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("version")] = str(record.version) if record else ""
        self.data = data


def beside(form: Form, now: Mapping[str, Any]) -> list[Theirs]:
    """Return where what was typed differs from what is there now, field by field.

    Only of fields that the page showed to begin with: what was kept from the reader stays kept.
    """
    found = []
    for name in form.fields:
        if name not in now or name not in form.initial or form[name].is_hidden:
            continue
        typed, there = (_shown(form, name, one) for one in (form.cleaned_data.get(name), now[name]))
        if typed != there:
            found.append(Theirs(str(form.fields[name].label or name), typed, there))
    return found


def _shown(form: Form, name: str, value: Any) -> str:
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
