"""What the manager types when agencies are asked, taken back, and where they contradict."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from casereview import forms
from cdop.gathering import Choice
from cdop.rules.report_forms import FormSection

HOW_SURE = {
    "CONFIRMED": "The national form exists; what it asks was not read: questions reconstructed.",
    "RECONSTRUCTED": "It is not confirmed that the national form exists: all reconstructed.",
}


class AskForm(forms.Form):
    """Which agencies are asked, who there, by when, and what in particular."""

    def __init__(
        self,
        *args: Any,
        choices: Sequence[Choice],
        supplements: Sequence[FormSection] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {str(one.agency.pk): one for one in choices}
        self.fields["agencies"] = forms.CodesField(
            label="Agencies",
            choices=[(key, one.agency.name) for key, one in self.choices.items()],
            hints={key: _hint(one) for key, one in self.choices.items()},
            reveals={key: f"to_{key}" for key, one in self.choices.items() if _several(one)},
            initial=[key for key, one in self.choices.items() if one.proposed],
            error_messages={"required": "Select the agencies that are asked"},
        )
        for key, one in self.choices.items():
            if _several(one):
                self.fields[f"to_{key}"] = forms.CodeField(
                    label=f"Who is asked at {one.agency.name}",
                    name=f"person who is asked at {one.agency.name}",
                    choices=[(who.code, who.label) for who in one.recipients],
                    initial=one.recipients[0].code,
                    select=True,
                )
        if supplements:
            self.fields["supplements"] = forms.CodesField(
                label="Supplementary forms that hang on no event",
                name="supplementary forms",
                choices=[(one.code, one.title) for one in supplements],
                hints={one.code: HOW_SURE[one.status] for one in supplements},
                help_text="Tick what belongs to how the child died. The health agencies you ask "
                "get these questions beside the others.",
                required=False,
            )
        self.fields["due_on"] = forms.DatePartsField(
            label="Due by", name="due date", not_before=timezone.localdate
        )
        self.fields["question"] = forms.LongTextField(
            label="What you ask in particular",
            name="question",
            help_text="Everybody who is asked reads it, with the form’s own questions. Leave it "
            "empty when those are enough. Do not write the child’s name.",
            rows=4,
            max_length=2_000,
            required=False,
        )

    def chosen(self) -> list[tuple[Choice, str, uuid.UUID]]:
        """Return each chosen agency with how and whom to ask: the lead or a contact, by key."""
        found = []
        for key in self.cleaned_data["agencies"]:
            choice = self.choices[key]
            code = self.cleaned_data.get(f"to_{key}") or choice.recipients[0].code
            kind, _, person = code.partition(":")
            found.append((choice, kind, uuid.UUID(person)))
        return found


def _several(choice: Choice) -> bool:
    return len(choice.recipients) > 1


def _hint(choice: Choice) -> str:
    parts = ["; ".join(choice.why)] if choice.why else []
    if choice.before:
        parts.append(f"Asked before: {choice.before[:1].lower()}{choice.before[1:]}")
    if not _several(choice):
        parts.append(f"Goes to {choice.recipients[0].label}")
    return ". ".join(parts)


class WithdrawForm(forms.Form):
    """Why a request is taken back."""

    reason = forms.LongTextField(
        label="Why the request is taken back",
        name="reason why the request is taken back",
        rows=3,
        max_length=2_000,
    )


class SettleForm(forms.Form):
    """Which answer stands for the review, and why."""

    def __init__(self, *args: Any, answers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CodeField(
            label="What stands for the review?",
            choices=answers,
            error_messages={"required": "Select what stands for the review"},
        )
        self.fields["text"] = forms.LongTextField(
            label="In words, where a code is not enough",
            name="words",
            rows=3,
            max_length=2_000,
            required=False,
        )
        self.fields["reason"] = forms.LongTextField(
            label="Why it is settled so",
            name="reason why it is settled so",
            help_text="The panel reads this. Do not write a name.",
            rows=3,
            max_length=2_000,
        )


class RemindForm(forms.Form):
    """Which requests are reminded of at once."""

    def __init__(self, *args: Any, requests: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requests"] = forms.CodesField(
            label="Requests",
            choices=requests,
            error_messages={"required": "Select the requests to remind of"},
        )
