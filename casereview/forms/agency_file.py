"""The file of agencies, read and checked row by row."""

import csv
import io
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError

from casereview import codes, forms
from casereview.models import Board
from casereview.rules.agency_file import AgencyRow, check_agencies

LARGEST_BYTES = 1_000_000
SHOWN = 20


class AgencyFileField(forms.NamedField, django_forms.FileField):
    """A CSV file of agencies; what is wrong with it is told row by row."""

    verb = "Choose"

    def clean(self, data: Any, initial: Any = None) -> tuple[AgencyRow, ...]:
        """Return the rows of the file.

        Raises:
            ValidationError: it is no such file; every row that is wrong is named.
        """
        file = super().clean(data, initial)
        if file.size > LARGEST_BYTES:
            raise ValidationError("Split the file: it is larger than 1 MB")
        rows, problems = check_agencies(_lines(file.read()), _kinds(), _boards())
        if problems:
            told = list(problems)
            if len(told) > SHOWN:
                told[SHOWN:] = [f"… and {len(told) - SHOWN} more"]
            raise ValidationError([ValidationError(line) for line in told])
        return rows


class AgencyFileForm(forms.Form):
    """The file."""

    rows = AgencyFileField(
        label="The file, as CSV",
        name="file",
        help_text="All rows are taken in, or none. What is there already is left as it is.",
    )


def _lines(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError:
        raise ValidationError("Save the file as CSV in UTF-8") from None
    except csv.Error:
        raise ValidationError("Save the file as CSV: a quotation mark is not closed") from None


def _kinds() -> dict[str, str]:
    return {
        written.casefold(): code
        for code, label in codes.agency_types()
        if code
        for written in (code, str(label))
    }


def _boards() -> dict[str, str]:
    return {
        written.casefold(): str(board.pk)
        for board in Board.objects.filter(retired_on=None)
        for written in (board.code, board.name)
    }
