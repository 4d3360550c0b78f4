"""Entering a year's real form: what it says of itself, a question with its codes, a check."""

from typing import Any

from django.core.exceptions import ValidationError

from casereview import forms
from cdop.rules.form_entry import COVERAGE, SEVERITIES, read_codes

STATUSES = (
    ("CONFIRMED", "Entered from the real form"),
    ("RECONSTRUCTED", "Still a reconstruction"),
)
_SEVERITY_WORDS = {
    "error": "Error: must be put right or explained",
    "warning": "Warning: to check",
    "off": "Not asked this year",
}


class AboutForm(forms.Form):
    """What the form of a year says of itself."""

    status = forms.CodeField(label="How sure is the form?", name="status", choices=STATUSES)
    source = forms.PlainTextField(
        label="Where it was read",
        name="source",
        max_length=300,
        help_text="Title and day of the document, such as “LSCB1 2014-15, DfE, 25 March 2015”.",
    )
    deadline = forms.DatePartsField(label="Day the return is due", name="deadline", required=False)
    coverage = forms.CodeField(
        label="Which reviews have a row in the child-level form?",
        name="coverage",
        choices=[(one.value, words.capitalize()) for one, words in COVERAGE.items()],
    )

    @property
    def content(self) -> dict[str, Any]:
        """What was typed, as plain values."""
        typed = self.cleaned_data
        deadline = typed["deadline"]
        return {
            "status": typed["status"],
            "source": typed["source"],
            "deadline": deadline.isoformat() if deadline else "",
            "coverage": typed["coverage"],
        }


class QuestionForm(forms.Form):
    """One question of the form: its wording, number, place and codes."""

    question = forms.LongTextField(label="Wording", name="wording", rows=3, max_length=500)
    number = forms.PlainTextField(
        label="Number on the form", name="number", required=False, max_length=20, width="10"
    )
    place = forms.WholeNumberField(
        label="Place on the form",
        name="place",
        least=1,
        most=9_999,
        help_text="Questions stand in the order of these numbers; gaps do no harm.",
    )
    confirmed = forms.TickField(
        label="This is the wording of the real form", name="wording", required=False
    )
    codes = forms.LongTextField(
        label="Codes, one a line, in the order of the form",
        name="codes",
        rows=12,
        required=False,
        max_length=8_000,
        help_text="Our code | code on the form | wording. Each of our codes has a line.",
    )
    left_out = forms.TickField(
        label="The form of this year does not ask this", name="question", required=False
    )

    def __init__(
        self, *args: Any, known: dict[str, str], may_be_left_out: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        if not known:
            del self.fields["codes"]
        if not may_be_left_out:
            del self.fields["left_out"]

    def clean_codes(self) -> list[tuple[str, str, str]]:
        """Read the codes line by line."""
        codes, problems = read_codes(self.cleaned_data["codes"], self.known)
        if problems:
            raise ValidationError([ValidationError(problem) for problem in problems[:10]])
        return codes

    @property
    def content(self) -> dict[str, Any]:
        """What was typed, as plain values."""
        typed = self.cleaned_data
        return {
            "question": typed["question"],
            "number": typed["number"],
            "place": typed["place"],
            "confirmed": typed["confirmed"],
            "left_out": bool(typed.get("left_out")),
            "codes": [list(code) for code in typed.get("codes") or ()],
        }


class CheckForm(forms.Form):
    """One check of the form: how severe it is, and what it asks."""

    severity = forms.CodeField(
        label="How severe is it?",
        name="severity",
        choices=[(one, _SEVERITY_WORDS[one]) for one in SEVERITIES],
    )
    words = forms.LongTextField(label="What the check asks", name="wording", rows=3, max_length=500)

    @property
    def content(self) -> dict[str, Any]:
        """What was typed, as plain values."""
        return {key: self.cleaned_data[key] for key in ("severity", "words")}
