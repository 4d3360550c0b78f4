"""Taking sentences out of minutes, in one copy of them or for good."""

import uuid
from collections.abc import Sequence
from typing import Any

from casereview import forms
from cdop.minutes_redaction import Ground
from cdop.rules.taken_out import TAKEN_OUT

Pairs = Sequence[tuple[str, str]]


def _numbered(sentences: Sequence[str]) -> Pairs:
    return [
        (str(number), sentence)
        for number, sentence in enumerate(sentences, 1)
        if sentence != TAKEN_OUT
    ]


class _SentencesForm(forms.Form):
    """Sentences of the part of minutes about no one case, and one case or several."""

    def __init__(self, *args: Any, items: Pairs, sentences: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one = "item" if "item" in self.fields else "items"
        self.fields[one].choices = items  # type: ignore[attr-defined]
        self.fields["taken"].choices = _numbered(sentences)  # type: ignore[attr-defined]

    @property
    def numbers(self) -> set[int]:
        """The sentences chosen, counted from 1."""
        return {int(number) for number in self.cleaned_data["taken"]}


class RedactForm(_SentencesForm):
    """Which sentences go for good, about which case, and why."""

    item = forms.CodeField(label="Which case do they tell of?", name="case", choices=())
    taken = forms.CodesField(
        label="Which sentences are taken out?",
        name="sentences that are taken out",
        choices=(),
        error_messages={"required": "Select the sentences that are taken out"},
    )
    ground = forms.CodeField(label="Why?", name="why they are taken out", choices=Ground.choices)
    reason = forms.LongTextField(
        label="Who asks for it, and on what it rests",
        name="who asks for it, and on what it rests",
        max_length=2_000,
        help_text="The auditor reads this. Name no child and no family.",
    )


class PartOfMinutesForm(_SentencesForm):
    """Of which cases a copy tells, and which sentences about no one case it leaves out."""

    items = forms.CodesField(
        label="Which cases does the copy tell of?",
        name="cases that the copy tells of",
        choices=(),
        required=False,
        help_text="Every other case has a line that its part was left out.",
    )
    taken = forms.CodesField(
        label="Which sentences about no one case does it leave out?",
        name="sentences that it leaves out",
        choices=(),
        required=False,
    )

    @property
    def told(self) -> set[uuid.UUID]:
        """The keys of the agenda items of which the copy tells."""
        return {uuid.UUID(key) for key in self.cleaned_data["items"]}
