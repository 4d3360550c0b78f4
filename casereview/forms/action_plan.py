"""The forms of actions: progress, evidence, its answer, and the effect."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.action_plan import strengths
from casereview.forms.seen import SeenForm
from casereview.models import ActionEvidence, EffectReview
from casereview.rules.effect import Counts

MONTHS = (("6", "After 6 months"), ("12", "After 12 months"))
COUNTED = (EffectReview.Link.NEAR_MISSES, EffectReview.Link.DEATHS)
Choices = Sequence[tuple[str, str]]


def past_day(label: str, name: str) -> forms.DatePartsField:
    return forms.DatePartsField(
        label=label, name=name, required=False, not_after=timezone.localdate
    )


class ProgressForm(SeenForm):
    """What the owner reports."""

    begun_on = past_day("Begun on", "day on which it was begun")
    blocked_by = forms.LongTextField(
        label="What stands in its way?",
        name="obstacle",
        rows=3,
        required=False,
        help_text="Leave empty where nothing does. Name nobody.",
    )
    done_on = past_day("Done on", "day on which it was done")
    done_note = forms.LongTextField(
        label="What was done?", name="note", rows=3, required=False, help_text="Name nobody."
    )


class EvidenceForm(forms.Form):
    """What shows that an action was done."""

    text = forms.LongTextField(
        label="What shows that it was done?",
        name="evidence",
        help_text="Say what there is and where it can be looked at, for example an audit and its "
        "day. Name nobody.",
    )


class AnswerForm(forms.Form):
    """Whether evidence is accepted, and when the effect is looked at."""

    answer = forms.CodeField(
        label="Does it show that the action was done?",
        name="answer",
        choices=[one for one in ActionEvidence.Answer.choices if one[0]],
        reveals={"accepted": "months", "not_enough": "reason"},
    )
    months = forms.CodeField(
        label="When is the effect looked at?", name="term", choices=MONTHS, required=False
    )
    reason = forms.LongTextField(label="What is missing?", rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the term, or for what is missing."""
        cleaned = super().clean()
        if cleaned.get("answer") == ActionEvidence.Answer.ACCEPTED and not cleaned.get("months"):
            self.add_error("months", "Select when the effect is looked at")
        if cleaned.get("answer") == ActionEvidence.Answer.NOT_ENOUGH and not cleaned.get("reason"):
            self.add_error("reason", "Enter what is missing")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return what was chosen as the action takes it."""
        months = self.cleaned_data.get("months")
        return {**self.cleaned_data, "months": int(months) if months else None}


class EffectForm(forms.Form):
    """The highest link of the chain that is evidenced."""

    reached = forms.CodeField(
        label="What is the highest link for which there is evidence?",
        name="highest link that is evidenced",
        choices=EffectReview.Link.choices,
        hints={
            EffectReview.Link.REACHED: "How many of those it was for, of how many",
            EffectReview.Link.PRACTICE: "Seen in an audit or an observation, not said",
            EffectReview.Link.DEATHS: "Never because there were none: few are expected by chance",
        },
    )
    seen = forms.LongTextField(label="What was seen, and where?", name="what was seen", rows=4)
    before = forms.WholeNumberField(label="Events before", least=0, most=100_000, required=False)
    before_months = forms.WholeNumberField(
        label="Months counted before", least=1, most=1200, required=False
    )
    after = forms.WholeNumberField(label="Events after", least=0, most=100_000, required=False)
    after_months = forms.WholeNumberField(
        label="Months counted after", least=1, most=1200, required=False
    )
    again_after = forms.CodeField(
        label="Is it looked at once more?",
        name="term",
        choices=[("none", "No"), *MONTHS],
        initial="none",
    )
    sections = (
        ("", ("reached", "seen")),
        (
            "Only where there were fewer near misses or fewer deaths",
            ("before", "before_months", "after", "after_months"),
        ),
        ("", ("again_after",)),
    )

    def facts(self) -> dict[str, Any]:
        """Return what was entered as the action takes it."""
        given = self.cleaned_data
        numbers = [given.get(name) for name in ("before", "before_months", "after", "after_months")]
        counts = None if any(one is None for one in numbers) else Counts(*numbers)  # type: ignore[arg-type]
        again = given["again_after"]
        return {
            "reached": given["reached"],
            "seen": given["seen"],
            "counts": counts,
            "again_after": None if again == "none" else int(again),
        }


class ActionForm(SeenForm):
    """What is to be done, by whom, by when, and how strong it is."""

    text = forms.LongTextField(
        label="What is to be done?",
        name="action",
        rows=3,
        help_text="One thing that can be seen to be done. Name no child and no family.",
    )
    strength = forms.CodeField(label="How strong is it?", name="strength", choices=())
    owner = forms.CodeField(
        label="Who does it?", name="person", choices=(), select=True, required=False
    )
    agency = forms.CodeField(
        label="For which agency?", name="agency", choices=(), select=True, required=False
    )
    due_on = forms.DatePartsField(label="Due on", name="due day")

    def __init__(self, *args: Any, people: Choices, agencies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = strengths()
        strength: Any = self.fields["strength"]
        strength.choices = known.choices()
        strength.hints = {one.code: one.definition for one in known.codes}
        owner: Any = self.fields["owner"]
        owner.choices = [("", "Nobody by name"), *people]
        agency: Any = self.fields["agency"]
        agency.choices = [("", "The agency of the person"), *agencies]

    def clean(self) -> dict[str, Any]:
        """Ask who does it."""
        cleaned = super().clean()
        if not cleaned.get("owner") and not cleaned.get("agency"):
            self.add_error("owner", "Choose who does it: a person, an agency, or both")
        return cleaned


class ChangeForm(ActionForm):
    """A change of an action, with its reason."""

    reason = forms.LongTextField(label="Why is it changed?", name="reason", rows=3)


class DropForm(SeenForm):
    """Why an action is no longer needed."""

    reason = forms.LongTextField(label="Why is it no longer needed?", name="reason", rows=3)
