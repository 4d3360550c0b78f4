"""The form for a token: which program it is for, and how long it is good."""

from casereview import forms
from casereview.actions.api_tokens import DAYS


def _days() -> list[tuple[str, str]]:
    return [(str(days), f"{days} days") for days in DAYS]


class TokenForm(forms.Form):
    """A name that tells tokens apart, and the days until it ends."""

    name = forms.PlainTextField(
        label="Which program is it for?",
        help_text="For example: spreadsheet of the safeguarding board. No child’s name.",
        max_length=60,
        error_messages={"required": "Enter which program it is for"},
    )
    days = forms.CodeField(
        label="How long is it good for?",
        choices=_days,
        initial="30",
        error_messages={"required": "Select how many days it is good for"},
    )
