"""A form that remembers which version of a record it was shown over."""

from typing import Any, cast

from django import forms as django_forms
from django.http import QueryDict

from casereview.forms.page import Form
from casereview.forms.theirs import beside
from casereview.records import Record

__all__ = ["SeenForm", "beside"]


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
