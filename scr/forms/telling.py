"""The forms of telling national bodies, and of letters."""

from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.models import NotificationDuty
from scr.forms.choosing import AgencyField
from scr.models import ScrLetter


class ToldForm(SeenForm):
    """Whether a national body was told."""

    state = forms.CodeField(
        label="Was it told?",
        choices=(
            (NotificationDuty.State.MADE.value, "Yes, it was told"),
            (NotificationDuty.State.NOT_NEEDED.value, "It need not be told"),
        ),
        reveals={NotificationDuty.State.NOT_NEEDED.value: "reason"},
        error_messages={"required": "Select whether it was told"},
    )
    made_on = forms.DatePartsField(
        label="Told on",
        name="day on which it was told",
        not_after=timezone.localdate,
        required=False,
    )
    reference = forms.PlainTextField(
        label="Their reference", name="their reference", required=False
    )
    reason = forms.LongTextField(label="Why not", name="reason why nobody is to be told", rows=3)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        told = cleaned.get("state") == NotificationDuty.State.MADE
        if told and not cleaned.get("made_on") and "made_on" not in self.errors:
            self.add_error("made_on", "Enter the day on which it was told")
        return cleaned


class NewLetterForm(forms.Form):
    """To whom a letter is drafted."""

    to = forms.CodeField(
        label="To whom?",
        choices=ScrLetter.To.choices,
        reveals={ScrLetter.To.AGENCY.value: "agency"},
        error_messages={"required": "Select to whom the letter goes"},
    )
    agency = AgencyField(label="Which agency?", name="agency the letter goes to")


class ScrLetterForm(SeenForm):
    """The text of a letter."""

    text = forms.LongTextField(
        label="The letter",
        name="text of the letter",
        rows=20,
        help_text="Plain words. Do not name the child, or anybody of the family.",
    )


class ReleaseLetterForm(SeenForm):
    """A person has read the letter and stands for it."""

    read = forms.TickField(label="I have read the letter and it may go out")


class LetterSentForm(SeenForm):
    """When a letter was sent."""

    sent_on = forms.DatePartsField(
        label="Sent on", name="day on which it was sent", not_after=timezone.localdate
    )
