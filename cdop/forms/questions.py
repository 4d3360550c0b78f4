"""Answering what was not known when a death was notified."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from casereview import forms
from casereview.models import Board, Case
from cdop.actions.said import at
from cdop.forms.child import ChildForm
from cdop.forms.death import SAME_PLACE, DeathForm
from cdop.forms.family import AgenciesForm, FamilyForm
from cdop.forms.notification import LegalStatusForm, ReferralForm, ScopeForm, known_boards
from cdop.rules.categorisation import Answer
from cdop.rules.notification_checks import QUESTIONS, Dates, contradictions

_FORMS = (ScopeForm, ReferralForm, ChildForm, DeathForm, LegalStatusForm)
_CHILD = (
    "born_on",
    "nhs_number",
    "sex",
    "ethnicity",
    "address",
    "postcode",
    "gestation_weeks",
    "birth_weight_grams",
)
_CASE = ("residence_board", "place_of_death_board")
# Answered elsewhere, or by another answer.
_NOT_HERE = ("other_children", "under_18")
_PARTS = {"learned_at": ("learned_on", "learned_time")}
_MOTHER = ("given_names", "family_name", "born_on", "nhs_number")
# With an answer comes what belongs to it.
_WITH = {
    "location": ("location_other",),
    "event": ("event_other",),
    "coroner_informed": ("coroner_informed_on",),
    "looked_after": ("looked_after_by",),
    "statutory_order": ("statutory_order_type",),
    "born_alive": ("stillbirth_or_late_loss",),
}


class QuestionsForm(forms.Form):
    """The questions of a notification that are still open; any may stay so."""

    def __init__(
        self,
        *args: Any,
        case: Case,
        to_chase: Sequence[str],
        died_in: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.died_in = died_in
        self.case, self.asked = case, [one for one in QUESTIONS if one in to_chase]
        known: dict[str, Any] = {}
        for form in _FORMS:
            known |= form.base_fields
        for question in self.asked:
            if question in _NOT_HERE:
                continue
            if question == "mother":
                self._ask_for_mother()
                continue
            if question == "agency_contacts":
                row = AgenciesForm(own={}).row_fields(0)
                for name, field in row.items():
                    field.label = f"Professional who knew the child: {str(field.label).lower()}"
                    self.fields[f"professional_{name}"] = field
                continue
            for name in (*_PARTS.get(question, (question,)), *_WITH.get(question, ())):
                field = deepcopy(known[name])
                field.required = False
                self.fields[name] = field
        for name in _CASE:
            if name in self.fields:
                self.fields[name].choices = [  # type: ignore[attr-defined]
                    ("", "Not known yet"),
                    *known_boards(),
                ]

    def _ask_for_mother(self) -> None:
        row = FamilyForm(own={}).row_fields(0)
        labels = {
            "given_names": "Mother’s first and middle names",
            "family_name": "Mother’s family name",
            "born_on": "Mother’s date of birth",
            "nhs_number": "Mother’s NHS number",
        }
        for name in _MOTHER:
            field = row[name]
            field.label = labels[name]
            field.name = labels[name].replace("Mother’s", "mother’s")  # type: ignore[attr-defined]
            self.fields[f"mother_{name}"] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        dates = Dates(
            born_on=cleaned.get("born_on"),
            died_on=self.case.died_on,
            notified_on=self.case.notified_on,
            learned_on=cleaned.get("learned_on"),
            coroner_informed_on=cleaned.get("coroner_informed_on"),
        )
        for found in contradictions(dates, Answer.NOT_KNOWN):
            if found.field in self.fields and found.field not in self.errors:
                self.add_error(found.field, found.message)
        said = any(value for name, value in cleaned.items() if name.startswith("professional_"))
        if said and not cleaned.get("professional_agency"):
            self.add_error("professional_agency", "Select the agency of this professional")
        if not self.errors and not self.answered:
            self.add_error(None, "Answer at least one question, or go back")
        return cleaned

    @property
    def answered(self) -> list[str]:
        """The questions that have an answer now; *not known* is none."""
        given = self.cleaned_data
        answered = []
        for question in self.asked:
            if question == "mother":
                names = ("mother_family_name", "mother_nhs_number")
                has = any(given.get(name) for name in names)
            elif question == "agency_contacts":
                has = bool(given.get("professional_agency"))
            else:
                has = given.get(_PARTS.get(question, (question,))[0]) not in (
                    None,
                    "",
                    "NK",
                    "UNKNOWN",
                    "UNKN",
                    "UNSURE",
                )
            if has:
                answered.append(question)
        if "born_on" in answered and "under_18" in self.asked:
            answered.append("under_18")
        return answered

    def _given(self, names: Sequence[str]) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in names
            if self.cleaned_data.get(name) not in (None, "")
        }

    @property
    def child_facts(self) -> dict[str, Any]:
        return self._given(_CHILD)

    @property
    def case_facts(self) -> dict[str, Any]:
        codes = self._given(_CASE)
        return {name: Board.objects.get(code=code) for name, code in codes.items()}

    @property
    def mother(self) -> dict[str, Any]:
        given = self._given([f"mother_{name}" for name in _MOTHER])
        return {name.removeprefix("mother_"): value for name, value in given.items()}

    @property
    def notification_facts(self) -> dict[str, Any]:
        others = (*_CHILD, *_CASE, "learned_on", "learned_time", "looked_after_by")
        names = [name for name in self.fields if name not in others]
        names = [name for name in names if not name.startswith(("mother_", "professional_"))]
        facts = self._given(names)
        if self.cleaned_data.get("professional_agency"):
            parts = ("agency", "name", "organisation", "contact")
            facts["agency_contacts"] = [
                {part: self.cleaned_data.get(f"professional_{part}") or "" for part in parts}
            ]
        if self.cleaned_data.get("learned_on"):
            facts["learned_at"] = at(
                self.cleaned_data["learned_on"], self.cleaned_data.get("learned_time")
            )
        if board := self.cleaned_data.get("looked_after_by"):
            facts["looked_after_by"] = Board.objects.get(code=board)
        if facts.get("location") == SAME_PLACE:
            facts["location"] = facts.get("location_of_death") or self.died_in
        return facts
