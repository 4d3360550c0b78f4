"""Settling how long papers are kept, holding them, and answering a proposal to dispose of them."""

from casereview import forms
from casereview.models.retention import events, kinds
from casereview.rules.retention import MOST_YEARS, Event, Kind


class RetentionRuleForm(forms.Form):
    """One rule of the local policy."""

    kind = forms.CodeField(label="Which papers", name="kind of papers", choices=kinds)
    event = forms.CodeField(
        label="The time runs from",
        name="event",
        choices=events,
        help_text="A case whose event has no date is kept until it has one.",
    )
    years = forms.WholeNumberField(
        label="For how many years", name="years", least=1, most=MOST_YEARS
    )
    since = forms.DatePartsField(label="From which day the rule holds", name="first day")
    until = forms.DatePartsField(
        label="Until which day, if that is known",
        name="last day",
        required=False,
        help_text="A later rule for the same papers takes over by itself.",
    )
    source = forms.PlainTextField(
        label="Who settled it, and where it is written",
        name="source",
        max_length=200,
        help_text="For example: Safeguarding board, minutes of 3 March 2016, item 7. Name nobody "
        "of a case.",
    )

    def answers(self):
        """Return the rule's parts."""
        said = self.cleaned_data
        return {**said, "kind": Kind(said["kind"]), "event": Event(said["event"])}


class HoldForm(forms.Form):
    """Why papers must be kept, and until when."""

    reason = forms.LongTextField(
        label="Why they must be kept, and who asks for it", name="reason", max_length=2_000
    )
    until = forms.DatePartsField(
        label="Until which day, if that is known",
        name="last day",
        required=False,
        help_text="Leave it empty where the hold lasts until it is lifted.",
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.LongTextField(label="Why", name="reason", max_length=2_000)


class AnswerForm(forms.Form):
    """Agreeing to dispose of a case, or declining it with a reason."""

    answer = forms.CodeField(
        label="Your answer",
        name="answer",
        choices=[("agree", "Agree: dispose of the case now"), ("decline", "Decline")],
    )
    note = forms.LongTextField(
        label="Why, where you decline", name="note", required=False, max_length=2_000
    )
