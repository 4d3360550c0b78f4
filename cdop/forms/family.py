"""The sections of a notification with as many people as there are: family and agencies."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms as django_forms
from django.utils import timezone

from casereview import codes, forms
from casereview.models import FamilyLink
from cdop.forms.fields import FIRST_DAY, PostcodeField, yes_no_not_known
from cdop.forms.notification import SectionForm
from cdop.models import Notification

MOST_ROWS = 20


class RowsForm(SectionForm):
    """A section with numbered rows of the same fields; a row left blank is no row."""

    row_title = ""
    first_rows = 1
    rows_before: Sequence[tuple[str, Sequence[str]]] = ()
    rows_after: Sequence[tuple[str, Sequence[str]]] = ()

    def __init__(self, *args: Any, rows: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rows"] = django_forms.CharField(
            widget=django_forms.HiddenInput, required=False
        )
        typed = str(self.data.get("rows", "")) if self.is_bound else ""
        asked = int(typed) if re.fullmatch("[0-9]{1,3}", typed) and typed.isascii() else rows
        self.count = min(max(asked, self.first_rows), MOST_ROWS)
        self.initial["rows"] = str(self.count)
        drawn = []
        for number in range(self.count):
            fields = self.row_fields(number)
            names = [f"row{number}_{name}" for name in fields]
            self.fields.update(zip(names, fields.values(), strict=True))
            drawn.append((f"{self.row_title} {number + 1}", names))
        self.sections = (*self.rows_before, *drawn, *self.rows_after)

    def row_fields(self, number: int) -> dict[str, django_forms.Field]:
        """Return the fields of one row, by name."""
        raise NotImplementedError

    def rows(self) -> list[dict[str, Any]]:
        """Return what was answered, row by row, without the rows that say nothing."""
        found = []
        for number in range(self.count):
            start = f"row{number}_"
            row = {
                name.removeprefix(start): self.cleaned_data.get(name)
                for name in self.fields
                if name.startswith(start)
            }
            if self.says_something(number):
                found.append(row | {"number": number})
        return found

    def says_something(self, number: int) -> bool:
        """Tell whether a row holds more than what it is of."""
        start = f"row{number}_"
        return any(
            self.cleaned_data.get(name)
            for name in self.fields
            if name.startswith(start) and name not in self.what_it_is(number)
        )

    def what_it_is(self, number: int) -> tuple[str, ...]:
        """Return the names of the fields that say what a row is of."""
        return ()


class FamilyForm(RowsForm):
    """The family, and whether other children are safe."""

    row_title = "Person"
    rows_before = (
        (
            "Other children",
            ("other_children", "told_about_children", "nobody_told"),
        ),
    )
    rows_after = (("The family now", ("carer_at_death", "follow_up_arranged")),)

    other_children = forms.CodeField(
        label="Are there other children at home or with the same carer, and are they safe now?",
        name="safety of the other children",
        choices=[choice for choice in Notification.OtherChildren.choices if choice[0]],
        required=False,
    )
    told_about_children = forms.LongTextField(
        label="Who has been told about the other children, and when?",
        name="who has been told about the other children",
        rows=2,
        required=False,
    )
    nobody_told = forms.TickField(label="Nobody has been told yet", required=False)
    carer_at_death = forms.PlainTextField(
        label="Who was caring for the child at the time of death?",
        name="carer at the time of death",
        required=False,
    )
    follow_up_arranged = yes_no_not_known(
        "Has a follow-up for the family been arranged?", reveals={"Y": "follow_up_with"}
    )
    follow_up_with = forms.PlainTextField(
        label="With whom", name="person who follows up", required=False
    )

    def row_fields(self, number: int) -> dict[str, django_forms.Field]:
        return {
            "relation": forms.CodeField(
                label="Relation to the child",
                choices=FamilyLink.Relation.choices,
                select=True,
                initial="mother" if number == 0 else "",
                required=False,
            ),
            "given_names": forms.PlainTextField(label="First and middle names", required=False),
            "family_name": forms.PlainTextField(label="Family name", required=False),
            "born_on": forms.DatePartsField(
                label="Date of birth",
                not_before=FIRST_DAY,
                not_after=timezone.localdate,
                required=False,
            ),
            "nhs_number": forms.NhsNumberField(required=False),
            "address": forms.PlainTextField(
                label="Address, if it is another", name="address", required=False
            ),
            "postcode": PostcodeField(
                label="Postcode, if it is another", name="postcode", required=False
            ),
            "contact": forms.PlainTextField(label="Telephone or e-mail", required=False),
        }

    def what_it_is(self, number: int) -> tuple[str, ...]:
        return (f"row{number}_relation",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        numbers: dict[str, int] = {}
        for number in range(self.count):
            relation = f"row{number}_relation"
            if self.says_something(number) and not cleaned.get(relation):
                self.add_error(relation, "Select how this person is related to the child")
            nhs = cleaned.get(f"row{number}_nhs_number")
            if nhs and nhs in numbers:
                self.add_error(
                    f"row{number}_nhs_number",
                    f"Check the NHS number: person {numbers[nhs] + 1} has the same",
                )
            elif nhs:
                numbers[nhs] = number
        if cleaned.get("nobody_told") and cleaned.get("told_about_children"):
            self.add_error("nobody_told", "Untick this box, or clear who has been told")
        return cleaned


class AgenciesForm(RowsForm):
    """Professionals who knew the child: who will be asked for a report."""

    row_title = "Professional"
    first_rows = 2

    def row_fields(self, number: int) -> dict[str, django_forms.Field]:
        return {
            "agency": forms.CodeField(
                label="Agency", choices=codes.agency_types, select=True, required=False
            ),
            "name": forms.PlainTextField(label="Name", required=False),
            "organisation": forms.PlainTextField(
                label="Practice, school or team", name="practice, school or team", required=False
            ),
            "contact": forms.PlainTextField(label="Telephone or e-mail", required=False),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for number in range(self.count):
            agency = f"row{number}_agency"
            if self.says_something(number) and not cleaned.get(agency):
                self.add_error(agency, "Select the agency of this professional")
        return cleaned
