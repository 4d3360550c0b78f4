"""Forms of the annual report: a part of its text, opening it again, giving it out."""

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.releases import Audience
from learning.actions.annual_reports import LONGEST
from learning.models import ReportVersion


class PartForm(SeenForm):
    """What is written in one part of the report."""

    text = forms.LongTextField(
        label="Text",
        name="text",
        help_text="Name nobody, and tell nothing by which a child or family could be known: no "
        "dates, places or rare circumstances.",
        rows=14,
        max_length=LONGEST,
    )


class ReopenForm(forms.Form):
    """Why an agreed report or briefing is opened again."""

    reason = forms.LongTextField(
        label="Why is it opened again?",
        name="reason",
        error_messages={"required": "Enter why it is opened again"},
        rows=3,
        max_length=2_000,
    )


class PreviewForm(forms.Form):
    """Which document is looked at before it is given out, and as whom."""

    document = forms.CodeField(
        label="Which document?", name="document", choices=ReportVersion.Document.choices
    )
    audience = forms.CodeField(
        label="As who would read it?",
        name="readers",
        choices=[(one.value, one.label) for one in (Audience.BOARD, Audience.PUBLIC)],
    )


class GiveOutForm(forms.Form):
    """Which document is made, and for whom."""

    document = forms.CodeField(
        label="What is made?", name="document", choices=ReportVersion.Document.choices
    )
    audience = forms.CodeField(
        label="For whom?",
        name="readers",
        choices=[(one.value, one.label) for one in Audience],
        help_text="Small numbers are hidden for a board and for everybody, with all that would "
        "give them away, checked together with every figure given out before.",
    )
