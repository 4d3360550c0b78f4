"""What the officer writes beside a return, and what freezes it."""

from collections.abc import Mapping, Sequence
from typing import Any

from casereview import forms
from cdop.actions.returning import Said


class CommentsForm(forms.Form):
    """Comments, who signs, and an explanation for each figure that is far from last year's."""

    comments = forms.LongTextField(
        label="Comments on data quality and changes",
        name="comments",
        required=False,
        max_length=8_000,
        help_text="They go with the return. Name no child, and nobody of a family.",
    )
    contact = forms.PlainTextField(
        label="Whom to ask about the return", name="contact", required=False, max_length=200
    )
    signed_off_by = forms.PlainTextField(
        label="Signed off by",
        name="sign-off",
        required=False,
        max_length=200,
        help_text="Name and office of whoever signs for the panel.",
    )
    local_total = forms.WholeNumberField(
        label="Reviews completed, as the local annual report has it",
        name="number of reviews",
        least=0,
        most=20_000,
        required=False,
        help_text="Leave it blank where there is no local report yet. The two are compared.",
    )

    def __init__(self, *args: Any, changes: Sequence[Mapping[str, Any]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.changes = {f"change_{number}": one["key"] for number, one in enumerate(changes, 1)}
        for name, one in zip(self.changes, changes, strict=True):
            self.fields[name] = forms.LongTextField(
                label=f"{one['words']}: {one['now']}, and {one['before']} last year. Why?",
                name="explanation",
                required=False,
                rows=2,
                max_length=2_000,
            )

    @property
    def said(self) -> Said:
        """What was typed, as the action takes it."""
        typed = self.cleaned_data
        return Said(
            comments=typed["comments"],
            contact=typed["contact"],
            signed_off_by=typed["signed_off_by"],
            local_total=typed["local_total"],
            changes={key: typed[name] for name, key in self.changes.items() if typed[name]},
        )

    @staticmethod
    def initial_of(said: Said, changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return what was written before, by field."""
        return {
            "comments": said.comments,
            "contact": said.contact,
            "signed_off_by": said.signed_off_by,
            "local_total": said.local_total,
            **{
                f"change_{number}": said.changes.get(one["key"], "")
                for number, one in enumerate(changes, 1)
            },
        }


class FreezeForm(forms.Form):
    """The reason of a revision, why an error stands, and that the figures were looked at."""

    def __init__(self, *args: Any, errors_found: int, revision: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if revision:
            self.fields["reason"] = forms.LongTextField(
                label="Why is the return revised?",
                name="reason",
                rows=3,
                max_length=2_000,
                error_messages={"required": "Enter why the return is revised"},
            )
        if errors_found:
            self.fields["errors_explained"] = forms.LongTextField(
                label="Why does the return go with what the checks found?",
                name="explanation",
                rows=3,
                max_length=2_000,
                error_messages={
                    "required": "Put right what the checks found, or say why the return "
                    "goes as it is"
                },
            )
        self.fields["looked"] = forms.TickField(
            label="I have looked at the figures, and this is what is sent",
            name="that you have looked",
            error_messages={"required": "Tick that you have looked at the figures"},
        )
