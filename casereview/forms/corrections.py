"""The form by which a child's identity and a case's facts are corrected."""

from typing import Any

from django import forms as django_forms
from django.utils import timezone

from casereview import codes
from casereview.forms.choices import CodeField
from casereview.forms.dates import DatePartsField
from casereview.forms.deprivation import deprivation_problems
from casereview.forms.page import Form
from casereview.forms.words import LongTextField, NhsNumberField, PlainTextField
from casereview.models import Board, Case
from casereview.rules import ages


def boards() -> list[tuple[str, str]]:
    """Return every board by its code, those that have ended included."""
    return list(Board.objects.values_list("code", "name"))


def _board(label: str) -> CodeField:
    return CodeField(label=label, choices=boards, select=True, required=False)


class CorrectionForm(Form):
    """What is on record about the child and the case, to be put right with a reason."""

    sections = (
        (
            "The child",
            [
                "given_names",
                "family_name",
                "other_names",
                "born_on",
                "nhs_number",
                "address",
                "postcode",
                "sex",
                "ethnicity",
                "deprivation_decile",
                "deprivation_edition",
            ],
        ),
        ("The death and its notification", ["died_on", "notified_on"]),
        (
            "Areas",
            ["residence_board", "place_of_death_board", "notifying_board", "reviewing_board"],
        ),
        ("Why", ["reason"]),
    )

    given_names = PlainTextField(label="Given names", width="20", required=False)
    family_name = PlainTextField(label="Family name", width="20", required=False)
    other_names = PlainTextField(label="Other names", width="20", required=False)
    born_on = DatePartsField(label="Date of birth", required=False, not_after=timezone.localdate)
    nhs_number = NhsNumberField(required=False)
    address = LongTextField(label="Address", rows=3, max_length=1_000, required=False)
    postcode = PlainTextField(label="Postcode", width="10", max_length=10, required=False)
    sex = CodeField(label="Sex", choices=codes.genders, required=False)
    ethnicity = CodeField(
        label="Ethnic group", choices=codes.ethnicities, select=True, required=False
    )
    deprivation_decile = CodeField(
        label="Deprivation of the area, in tenths",
        name="tenth of deprivation",
        choices=codes.deprivation_deciles,
        select=True,
        help_text="Index of multiple deprivation, looked up for the postcode. For figures only.",
        required=False,
    )
    deprivation_edition = CodeField(
        label="Edition of the index",
        name="edition of the index of deprivation",
        choices=codes.deprivation_editions,
        select=True,
        required=False,
    )
    died_on = DatePartsField(label="Date of death", not_after=timezone.localdate)
    notified_on = DatePartsField(
        label="Notified on", name="date of notification", not_after=timezone.localdate
    )
    residence_board = _board("Board of residence")
    place_of_death_board = _board("Board of the place of death")
    notifying_board = _board("Notifying board")
    reviewing_board = _board("Reviewing board")
    reason = LongTextField(
        label="Reason for the correction",
        name="reason for the correction",
        help_text="How you know, for example from the death certificate. It is kept with the "
        "change.",
        rows=3,
        max_length=2_000,
    )
    case_version = django_forms.IntegerField(widget=django_forms.HiddenInput)
    child_version = django_forms.IntegerField(widget=django_forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        if case.kind != Case.Kind.DEATH:
            del self.fields["died_on"]

    def clean(self) -> dict[str, Any]:
        """Refuse dates that contradict each other or make the person an adult at death."""
        cleaned = super().clean()
        for field, message in deprivation_problems(cleaned).items():
            self.add_error(field, message)
        born, died = cleaned.get("born_on"), cleaned.get("died_on")
        notified = cleaned.get("notified_on")
        if born and died and born > died:
            self.add_error("born_on", "Enter a date of birth on or before the date of death")
        elif born and died and not ages.under_18(born, died):
            self.add_error(
                "born_on",
                "Check the dates: the person was 18 or over, which is closed as not for review",
            )
        if died and notified and notified < died:
            self.add_error(
                "notified_on", "Enter a date of notification on or after the date of death"
            )
        return cleaned
