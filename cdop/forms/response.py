"""The forms of the response to an unexpected death."""

from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.forms.seen import SeenForm
from cdop import codes
from cdop.models import ResponsePhase


class PhaseForm(SeenForm):
    """One phase: when it took place, who attended, and what was found."""

    held_on = forms.DatePartsField(
        label="Took place on", name="day on which it took place", not_after=timezone.localdate
    )
    visit = forms.CodeField(
        label="Did police and health visit together?",
        choices=[each for each in ResponsePhase.Visit.choices if each[0]],
        error_messages={"required": "Select whether police and health visited together"},
    )
    attended = forms.CodesField(
        label="Who attended", name="people who attended", choices=codes.responders, required=False
    )
    attended_by = forms.LongTextField(
        label="Names of those who attended", name="names", rows=3, required=False
    )
    findings = forms.LongTextField(label="What was found", name="findings", rows=6, required=False)

    def __init__(self, *args: Any, visit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not visit:
            del self.fields["visit"]


class TriggersForm(SeenForm):
    """Which triggers of a joint agency response are met."""

    met = forms.CodeField(
        label="Is any of the five triggers met?",
        choices=[("Y", "Yes"), ("N", "No, none of them")],
        reveals={"Y": "triggers"},
        error_messages={"required": "Select whether any of the triggers is met"},
    )
    triggers = forms.CodesField(
        label="Which triggers are met?",
        name="triggers that are met",
        choices=codes.joint_agency_triggers,
    )


class FormCDraftForm(forms.Form):
    """What the final case discussion hands to the panel."""

    cause_of_death = forms.LongTextField(
        label="Cause of death as presently understood",
        name="cause of death",
        rows=3,
        required=False,
    )
    summary = forms.LongTextField(
        label="Short summary of the case", name="summary", rows=8, required=False
    )
