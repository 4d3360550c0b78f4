"""The section of a notification about the child."""

from typing import Any

from django.utils import timezone

from casereview import codes, forms
from casereview.forms.deprivation import deprivation_problems
from cdop.forms.fields import FIRST_DAY, PostcodeField, yes_no_not_known
from cdop.forms.notification import SectionForm
from cdop.rules.stated_age import Unit, limits


class ChildForm(SectionForm):
    """Who the child was."""

    needed = ("family_name", "given_names", "born_on")
    sections = (
        ("Name", ("given_names", "unnamed", "family_name", "mother_family_name", "other_names")),
        ("Birth", ("born_on", "age_number", "age_unit", "sex", "nhs_number", "ethnicity")),
        (
            "Home and school",
            ("address", "postcode", "deprivation_decile", "deprivation_edition", "school"),
        ),
        (
            "If under one year old",
            (
                "never_left_hospital",
                "gestation_weeks",
                "birth_weight_grams",
                "births",
                "birth_order",
                "maternity_unit",
            ),
        ),
    )

    given_names = forms.PlainTextField(label="First and middle names", required=False)
    unnamed = forms.TickField(label="The child has no first name yet (“Baby of …”)", required=False)
    family_name = forms.PlainTextField(label="Family name", required=False)
    mother_family_name = forms.PlainTextField(
        label="Mother’s family name", help_text="If it is another.", required=False
    )
    other_names = forms.PlainTextField(label="Other names used", required=False)
    born_on = forms.DatePartsField(
        label="Date of birth",
        not_before=FIRST_DAY,
        not_after=timezone.localdate,
        required=False,
    )
    age_number = forms.WholeNumberField(
        label="Or the age, if the date of birth is not known",
        name="age",
        least=0,
        most=999,
        required=False,
    )
    age_unit = forms.CodeField(
        label="Age in",
        name="unit of the age",
        choices=[(unit.value, unit.value.capitalize()) for unit in Unit],
        inline=True,
        required=False,
    )
    sex = forms.CodeField(label="Sex", choices=codes.genders, inline=True, required=False)
    nhs_number = forms.NhsNumberField(
        help_text="10 digits. Leave it blank if you do not have it.", required=False
    )
    ethnicity = forms.CodeField(
        label="Ethnic group", choices=codes.ethnicities, select=True, required=False
    )
    address = forms.LongTextField(label="Home address", rows=3, max_length=500, required=False)
    postcode = PostcodeField(label="Home postcode", required=False)
    deprivation_decile = forms.CodeField(
        label="Deprivation of the area, in tenths",
        name="tenth of deprivation",
        choices=codes.deprivation_deciles,
        select=True,
        help_text="If somebody looked it up for the postcode (index of multiple deprivation). For "
        "figures only; it is no question of the national form.",
        required=False,
    )
    deprivation_edition = forms.CodeField(
        label="Edition of the index",
        name="edition of the index of deprivation",
        choices=codes.deprivation_editions,
        select=True,
        required=False,
    )
    school = forms.PlainTextField(label="School or nursery", required=False)
    never_left_hospital = yes_no_not_known("Had the child never left hospital after birth?")
    gestation_weeks = forms.WholeNumberField(
        label="Completed weeks of pregnancy at birth",
        name="completed weeks of pregnancy",
        least=1,
        most=45,
        required=False,
    )
    birth_weight_grams = forms.WholeNumberField(
        label="Birth weight in grams",
        name="birth weight in grams",
        least=1,
        most=9999,
        required=False,
    )
    births = forms.WholeNumberField(
        label="How many children were born",
        name="number of children born",
        least=1,
        most=9,
        help_text="For example 2 for twins.",
        required=False,
    )
    birth_order = forms.WholeNumberField(
        label="Which of them this child was",
        name="place in the order of birth",
        least=1,
        most=9,
        help_text="For example 1 for the first twin.",
        required=False,
    )
    maternity_unit = forms.PlainTextField(label="Maternity unit", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._name(cleaned)
        self._age(cleaned)
        for field, message in deprivation_problems(cleaned).items():
            self.add_error(field, message)
        births, order = cleaned.get("births"), cleaned.get("birth_order")
        if births and order and order > births:
            self.add_error(
                "birth_order", "Check which child this was: there were fewer children born"
            )
        return cleaned

    def _name(self, cleaned: dict[str, Any]) -> None:
        family = cleaned.get("family_name") or cleaned.get("mother_family_name")
        if not family and not {"family_name", "mother_family_name"} & set(self.errors):
            self.add_error("family_name", "Enter the family name, or the mother’s")
        named = cleaned.get("given_names") or cleaned.get("unnamed")
        if not named and "given_names" not in self.errors:
            self.add_error(
                "given_names", "Enter the first name, or tick that the child has none yet"
            )

    def _age(self, cleaned: dict[str, Any]) -> None:
        if {"born_on", "age_number", "age_unit"} & set(self.errors):
            return
        number, unit = cleaned.get("age_number"), cleaned.get("age_unit")
        if cleaned.get("born_on"):
            return
        if number is None:
            self.add_error("born_on", "Enter the date of birth or the age")
        elif not unit:
            self.add_error("age_unit", "Select what the age is counted in")
        else:
            least, most = limits(Unit(unit))
            if not least <= number <= most:
                self.add_error(
                    "age_number",
                    f"Enter an age from {least} to {most} {unit}, or choose another unit",
                )
