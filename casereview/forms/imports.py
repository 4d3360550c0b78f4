"""A spreadsheet to be imported, and which of its headings is which column."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError

from casereview import forms
from casereview.import_reading import LARGEST_BYTES, Unreadable, lines_of
from casereview.rules.import_sheets import Chosen, Column, wrong_choice

# A heading is repeated so far; one that is a person's name was no heading.
SHOWN = 40


class SheetField(forms.NamedField, django_forms.FileField):
    """A spreadsheet, CSV or Excel, read as lines."""

    verb = "Choose"

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the lines of the file, its header first."""
        file = super().clean(data, initial)
        if file.size > LARGEST_BYTES:
            raise ValidationError("Split the file: it is larger than 5 MB")
        try:
            return lines_of(file.read(), self.most)
        except Unreadable as refusal:
            raise ValidationError(str(refusal)) from None


class SheetForm(forms.Form):
    """The file, and what is asked beside it."""

    def __init__(
        self, *args: Any, most: int, asked: Mapping[str, django_forms.Field], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(asked)
        self.asked = tuple(asked)
        field: Any = SheetField(
            label="The file, as CSV or as an Excel workbook (.xlsx)",
            name="file",
            most=most,
            help_text=f"Up to {most:,} rows and 5 MB; of a workbook the first sheet is read. It "
            "is kept sealed for you alone, and destroyed when it is in or after 24 hours.",
        )
        self.fields["file"] = field

    @property
    def said(self) -> dict[str, str]:
        """Return what was said beside the file: a key, a code, or blank."""
        answers = {name: self.cleaned_data.get(name) for name in self.asked}
        return {name: str(getattr(one, "pk", one) or "") for name, one in answers.items()}


class HeadingsForm(forms.Form):
    """For each expected column one of the file's headings, or none."""

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Column],
        headings: Sequence[str],
        likely: Mapping[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        choices = [
            (str(place), f"{_letter(place)}: {heading[:SHOWN] or 'no heading'}")
            for place, heading in enumerate(headings)
        ]
        for column in columns:
            missing = "Choose a heading" if column.needed else "Not in my file: leave it blank"
            field: Any = django_forms.ChoiceField(
                label=column.label,
                choices=[("", missing), *choices],
                required=False,
                initial=str(likely.get(column.name, "")),
                error_messages={"invalid_choice": f"Select the heading that holds: {column.label}"},
            )
            self.fields[column.name] = field

    @property
    def chosen(self) -> Chosen:
        """Return the place of each column that was chosen."""
        return {
            column.name: int(place)
            for column in self.columns
            if (place := self.cleaned_data.get(column.name))
        }

    def clean(self) -> dict[str, Any]:
        """Return the choice, in which no heading serves twice."""
        cleaned = super().clean()
        for column, message in wrong_choice(self.columns, self.chosen):
            if column not in self.errors:
                self.add_error(column, message)
        return cleaned


def _letter(place: int) -> str:
    """Return what a spreadsheet calls a column, from 0: A, B … Z, AA."""
    first, second = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)
