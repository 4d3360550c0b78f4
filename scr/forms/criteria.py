"""The forms of the decision tool: one question, an edition, a lock."""

from typing import Any

from django import forms as django_forms
from django.utils import timezone

from casereview.forms import (
    CodeField,
    DatePartsField,
    Form,
    LongTextField,
    PlainTextField,
    TickField,
)
from scr.forms.choosing import AgencyField
from scr.rules.answers import NOT_KNOWN
from scr.rules.frameworks import Framework, Question
from scr.rules.reasons import in_words

KNOWN = ("evidence", "source", "agency", "as_at")
OPEN = ("who_will_answer", "answer_by")


class AnswerForm(Form):
    """The answer to one question, with what it rests on, or who will answer it."""

    sections = (
        ("", ["value"]),
        ("What the answer rests on", [*KNOWN]),
        ("If it is not known", [*OPEN]),
    )

    value = CodeField(label="Answer", choices=[])
    evidence = LongTextField(label="Evidence", rows=5, required=False)
    source = PlainTextField(
        label="Where it comes from",
        name="source",
        required=False,
        help_text="Such as the police log of 3 May, or the hospital’s report.",
    )
    agency = AgencyField(label="Agency", name="agency it comes from", required=False)
    as_at = DatePartsField(label="The evidence is of", name="day of the evidence", required=False)
    who_will_answer = PlainTextField(
        label="Who will answer", name="name of who will answer", required=False
    )
    answer_by = DatePartsField(label="By when", name="day by which they answer", required=False)
    seen = django_forms.CharField(widget=django_forms.HiddenInput, required=False, max_length=36)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        value = self.fields["value"]
        value.label, value.help_text = question.text, question.help
        value.error_messages["required"] = "Select an answer; not known is one"
        answers = [*question.answers, NOT_KNOWN]
        words = [(code, in_words(code).capitalize()) for code in answers]
        value.choices = words  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what a known answer, or one not known, needs."""
        cleaned = super().clean()
        value = cleaned.get("value")
        today = timezone.localdate()
        if value == NOT_KNOWN:
            self._need("who_will_answer", "Enter who will answer")
            self._need("answer_by", "Enter by when they will answer")
        elif value:
            self._need("evidence", "Enter the evidence for the answer")
            self._need("source", "Enter where the evidence comes from")
            self._need("agency", "Select the agency it comes from")
            self._need("as_at", "Enter the day the evidence is of")
            if (day := cleaned.get("as_at")) and day > today:
                self.add_error("as_at", "Enter a day of the evidence that is not in the future")
        return cleaned

    def _need(self, name: str, words: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, words)


class BeginForm(Form):
    """The edition by which a referral is assessed."""

    framework = CodeField(
        label="Edition of the guidance",
        choices=[],
        error_messages={"required": "Select the edition of the guidance"},
    )

    def __init__(self, *args: Any, editions: list[Framework], own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editions = {edition.id: edition for edition in editions}
        field = self.fields["framework"]
        field.choices = [(one.id, one.title) for one in editions]  # type: ignore[attr-defined]
        field.hints = {own: "In force on the day of the referral."}  # type: ignore[attr-defined]
        field.initial = own

    @property
    def chosen(self) -> Framework:
        return self.editions[self.cleaned_data["framework"]]


class LockForm(Form):
    """That the result was read before the assessment is locked."""

    read = TickField(label="We have read the result and the evidence of each answer")
