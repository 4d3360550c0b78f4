"""What a member thinks of a case before the discussion."""

from casereview import forms
from cdop import codes
from cdop.actions.judging import CANNOT_SAY, Judgement


class FirstJudgementForm(forms.Form):
    """Category, modifiability, and the factors where there were some."""

    category = forms.CodeField(
        label="Which category of death would you choose?",
        name="category of death",
        choices=lambda: [
            *((code, f"{code}. {label}") for code, label in codes.categories_of_death()),
            (CANNOT_SAY, "I cannot say yet"),
        ],
    )
    outcome = forms.CodeField(
        label="Were there modifiable factors?",
        choices=codes.modifiable_outcomes,
        hints={each.code: each.definition for each in codes.code_list("modifiable_outcome").codes},
        reveals={"M": "factors"},
        error_messages={"required": "Select whether there were modifiable factors"},
    )
    factors = forms.CodesField(
        label="Which?",
        name="modifiable factors",
        choices=codes.modifiable_factors,
    )

    @property
    def said(self) -> Judgement:
        """What was typed, as the action takes it."""
        typed = self.cleaned_data
        return Judgement(typed["category"], typed["outcome"], typed.get("factors") or ())
