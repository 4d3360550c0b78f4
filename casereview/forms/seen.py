"""A form that remembers which version of a record it was shown over."""

from typing import Any, cast

from django import forms as django_forms
from django.http import QueryDict

from casereview.forms.page import Form
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
        """Let the next save be made knowingly, over what is there now."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("version")] = str(record.version) if record else ""
        self.data = data
