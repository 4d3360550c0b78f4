"""Uploading a registrar's or coroner's list, and deciding on its deaths."""

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from casereview import forms
from cdop.models import ListUpload
from cdop.rules.list_file import check_list

ANOTHER, CLOSE = "another", "close"
LARGEST_BYTES = 2_000_000
MOST_ROWS = 2_000
SHOWN = 20


class ListFileField(forms.NamedField, django_forms.FileField):
    """A list as a CSV file; what is wrong with it is told row by row."""

    verb = "Choose"

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the deaths of the list."""
        file = super().clean(data, initial)
        if file.size > LARGEST_BYTES:
            raise ValidationError("Split the list: it is larger than 2 MB")
        checked = check_list(file.read())
        if checked.problems:
            lines = [f"Row {one.row}, {one.column}: {one.message}" for one in checked.problems]
            if len(lines) > SHOWN:
                lines[SHOWN:] = [f"… and {len(lines) - SHOWN} more"]
            raise ValidationError([ValidationError(line) for line in lines])
        if len(checked.deaths) > MOST_ROWS:
            raise ValidationError(f"Split the list: it has more than {MOST_ROWS:,} rows")
        if not checked.deaths:
            raise ValidationError("Choose a list with a death on it: this one has none")
        return checked.deaths


class UploadForm(forms.Form):
    """A list: whose, where, which days, and the file."""

    panel = forms.CodeField(label="Panel", choices=())
    kind = forms.CodeField(label="Whose list is it?", name="kind", choices=ListUpload.Kind.choices)
    sub_district = forms.CodeField(
        label="Where did the deaths on it happen?",
        name="place",
        choices=(),
        select=True,
        required=False,
        help_text="A death that was notified is expected on it only if it happened there.",
    )
    covers_from = forms.DatePartsField(label="First day it covers", not_after=timezone.localdate)
    covers_until = forms.DatePartsField(label="Last day it covers", not_after=timezone.localdate)
    deaths = ListFileField(
        label="The list, as a CSV file",
        name="file",
        help_text="Columns: entry, given_names, family_name, sex, born_on, died_on, postcode. "
        "Any cell may be blank.",
    )

    def __init__(
        self,
        *args: Any,
        panels: Sequence[tuple[str, str]],
        places: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["panel"].choices = panels  # type: ignore[attr-defined]
        self.fields["sub_district"].choices = [  # type: ignore[attr-defined]
            ("", "The whole area of the panel"),
            *places,
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("covers_from"), cleaned.get("covers_until")
        if first and last and last < first:
            self.add_error("covers_until", "Enter a last day on or after the first day")
        return cleaned


class ConfirmForm(forms.Form):
    """Which of the certain matches a person confirms."""

    entries = forms.CodesField(
        label="Tick each match that is right",
        name="matches that are right",
        choices=(),
    )

    def __init__(self, *args: Any, matches: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entries"].choices = matches  # type: ignore[attr-defined]


class EntryForm(forms.Form):
    """What a listed death is: one of the proposals, another case, or none."""

    decision = forms.CodeField(
        label="What is this death?",
        choices=(),
        reveals={ANOTHER: "reference", CLOSE: "reason"},
        error_messages={"required": "Select what this death is"},
    )
    reference = forms.PlainTextField(
        label="Reference of the case",
        required=False,
        width="20",
        help_text="Such as CD-2015-0007; notify the death first if nobody has.",
    )
    reason = forms.LongTextField(
        label="Why is it closed without a notification?", name="reason", rows=3, required=False
    )

    def __init__(
        self,
        *args: Any,
        proposals: Sequence[tuple[str, str]],
        hints: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["decision"]
        field.hints = hints
        field.choices = [
            *proposals,
            (ANOTHER, "Another case"),
            (CLOSE, "None: close it with a reason"),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("decision") == ANOTHER and not cleaned.get("reference"):
            self.add_error("reference", "Enter the reference of the case")
        if cleaned.get("decision") == CLOSE and not cleaned.get("reason"):
            self.add_error("reason", "Enter why it is closed without a notification")
        return cleaned
