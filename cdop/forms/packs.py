"""Forms of a pack: whether it leaves the partnership, and what to do with a place found."""

from typing import Any

from casereview import forms
from casereview.models import LeakHit

Answer = LeakHit.Answer


class PackForm(forms.Form):
    """Asking for a pack."""

    leaves_partnership = forms.TickField(
        label="It also goes to somebody outside the partnership",
        name="whether it leaves the partnership",
        help_text="A second person then agrees before it is issued.",
        required=False,
    )


class LeakForm(forms.Form):
    """What to do with a word that the leak test found, in its sentence."""

    answer = forms.CodeField(
        label="What is to be done?",
        name="what to do",
        choices=[
            (Answer.REPLACE, "Replace it here"),
            (Answer.REPLACE_ALL, "Replace it everywhere in these papers"),
        ],
    )
    reason = forms.LongTextField(
        label="Who or what is meant instead?",
        name="reason",
        help_text="For example: the month, a ward of the hospital. It is printed on the control "
        "sheet.",
        rows=2,
        required=False,
    )

    def __init__(self, *args: Any, hard: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if hard:
            del self.fields["reason"]
            return
        field: Any = self.fields["answer"]
        field.choices = [*field.choices, (Answer.NOT_THIS_PERSON, "Not a person of this case")]
        field.reveals = {Answer.NOT_THIS_PERSON.value: "reason"}

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where the word is to stay."""
        cleaned = super().clean()
        if cleaned.get("answer") == Answer.NOT_THIS_PERSON and not cleaned.get("reason"):
            self.add_error("reason", "Enter who or what is meant instead")
        return cleaned
