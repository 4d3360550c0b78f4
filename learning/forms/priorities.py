"""Forms of flags, priorities, plans of work, notices and the quarterly review."""

from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.codelists import load_named
from casereview.forms.action_plan import ActionForm
from casereview.forms.seen import SeenForm
from casereview.models import Recommendation
from casereview.people_forms import RecordField
from learning.models import PriorityDecision

LONG = 2_000
SEEN = forms.LongTextField(
    label="What would be seen if the work made a difference?",
    name="text",
    error_messages={"required": "Enter what would be seen if the work made a difference"},
    help_text="Something that can be looked for before deaths can tell: who is reached, what is "
    "done differently, what children meet. Name nobody.",
    rows=3,
    max_length=LONG,
)


def _why(label: str, missing: str, **more: Any) -> forms.LongTextField:
    return forms.LongTextField(
        label=label,
        name="reason",
        error_messages={"required": missing},
        rows=3,
        max_length=LONG,
        **more,
    )


class CloseFlagForm(forms.Form):
    """Why a flag is closed."""

    reason = _why(
        "Why is it closed?",
        "Enter why the flag is closed",
        help_text="For example that the cases were looked at and have nothing in common.",
    )


class PriorityForm(forms.Form):
    """Why a theme is a priority of a panel, and what would be seen."""

    panel = RecordField(label="Panel", records=list)
    reason = _why("Why is it a priority?", "Enter why it is a priority")
    would_be_seen = SEEN

    def __init__(self, *args: Any, panels: list, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(panels) == 1:
            del self.fields["panel"]
        else:
            panel: Any = RecordField(
                label="Panel",
                error_messages={"required": "Select the panel"},
                records=lambda: panels,
            )
            self.fields["panel"] = panel


class SeenFormOfPriority(SeenForm):
    """What would be seen, said anew."""

    would_be_seen = SEEN


class PlanForm(forms.Form):
    """A plan of work, such as a campaign."""

    title = forms.PlainTextField(
        label="What is the plan for?",
        name="plan",
        error_messages={"required": "Enter what the plan is for"},
        help_text="For example: a campaign on button batteries for parents of toddlers",
    )
    test = forms.LongTextField(
        label="What would be seen if it worked?",
        name="text",
        error_messages={"required": "Enter what would be seen if it worked"},
        rows=3,
        max_length=LONG,
    )
    level = forms.CodeField(
        label="How far does it reach?",
        name="reach",
        error_messages={"required": "Select how far it reaches"},
        choices=Recommendation.Level.choices,
        initial=Recommendation.Level.LOCAL,
    )


class PlannedActionForm(ActionForm):
    """One action of a plan of work."""


class NoticeForm(forms.Form):
    """Who is told what, and by when an answer is asked for."""

    body = forms.CodeField(
        label="Who is told?",
        name="body",
        error_messages={"required": "Select who is told"},
        choices=lambda: load_named("learning", "bodies").choices(timezone.localdate()),
        select=True,
    )
    body_name = forms.PlainTextField(
        label="Name of the body",
        required=False,
        help_text="Only for a national body or another one",
    )
    text = forms.LongTextField(
        label="What are they told, and what might they do?",
        name="text",
        error_messages={"required": "Enter what they are told, and what they might do"},
        help_text="In general words. It leaves this system: name nobody, no day and no place.",
        rows=8,
        max_length=8_000,
    )
    duty = forms.TickField(label="They are told under the duty to inform", required=False)
    reply_due_on = forms.DatePartsField(
        label="Answer asked for by", name="day of the answer", required=False
    )

    def __init__(self, *args: Any, duty: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not duty:
            del self.fields["duty"]


class SentForm(SeenForm):
    """On which day a notice was sent."""

    sent_on = forms.DatePartsField(
        label="Sent on", name="day on which it was sent", not_after=timezone.localdate
    )


class ReplyForm(SeenForm):
    """What a body answered."""

    replied_on = forms.DatePartsField(
        label="Answered on", name="day of the answer", not_after=timezone.localdate
    )
    reply = forms.LongTextField(
        label="What did they answer, and what will they do?",
        name="answer",
        error_messages={"required": "Enter what they answered, or that they will do nothing"},
        rows=5,
        max_length=8_000,
    )


class DecisionForm(forms.Form):
    """What a quarterly review decides of one theme."""

    theme = forms.CodeField(label="Theme", choices=list, select=True)
    decision = forms.CodeField(
        label="What is decided?",
        name="decision",
        error_messages={"required": "Select what is decided"},
        choices=PriorityDecision.Decision.choices,
        reveals={PriorityDecision.Decision.ADDED: "would_be_seen"},
    )
    would_be_seen = forms.LongTextField(
        label="What would be seen if the work made a difference?",
        name="text",
        required=False,
        rows=3,
        max_length=LONG,
    )
    why = _why("Why?", "Enter why")

    def __init__(self, *args: Any, themes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme: Any = forms.CodeField(
            label="Theme",
            error_messages={"required": "Select the theme"},
            choices=themes,
            select=True,
        )
        self.fields["theme"] = theme
        self.order_fields(["theme", "decision", "would_be_seen", "why"])


class CloseQuarterForm(SeenForm):
    """The chair's signature under a quarter's review."""

    agreed = forms.TickField(
        label="I have read the papers and agree the decisions as they stand",
        name="agreement",
        error_messages={"required": "Confirm that you have read the papers"},
    )
