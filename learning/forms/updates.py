"""The form of an agency's answer before a panel."""

from collections.abc import Sequence
from typing import Any

from casereview import forms
from casereview.forms.seen import SeenForm
from cdop.agency_learning import Learned
from learning.models import AgencyUpdate


class UpdateForm(SeenForm):
    """Nothing, or what was learned or done; what the agency's own reports say is confirmed."""

    answer = forms.CodeField(
        label="Since the last meeting, has your agency learned or done anything?",
        name="answer",
        error_messages={"required": "Select whether something was learned or done"},
        choices=[
            (AgencyUpdate.Answer.SOMETHING, "Yes"),
            (AgencyUpdate.Answer.NOTHING, "No, nothing"),
        ],
        hints={AgencyUpdate.Answer.NOTHING: "That is an answer too"},
    )
    text = forms.LongTextField(
        label="What was learned or done?",
        name="text",
        required=False,
        rows=6,
        max_length=4_000,
        help_text="In general words: every member of the panel reads it. Name nobody.",
    )

    def __init__(self, *args: Any, offered: Sequence[Learned], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {one.key: one for one in offered}
        if offered:
            self.fields["confirmed"] = forms.CodesField(
                label="From your agency’s own reports: which of these is learning?",
                name="learning",
                required=False,
                choices=[(one.key, one.text) for one in offered],
                help_text="What you confirm is proposed to the learning database, and reworded "
                "there until it names nobody.",
            )

    @property
    def confirmed(self) -> list[Learned]:
        """What was confirmed."""
        return [self.offered[key] for key in self.cleaned_data.get("confirmed", [])]
