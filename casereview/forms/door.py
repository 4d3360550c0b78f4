"""Forms about access itself: emergencies and their review, seals, and what a second person says."""

from typing import Any

from casereview.forms.choices import CodeField, CodesField
from casereview.forms.page import Form
from casereview.forms.words import LongTextField, PlainTextField
from casereview.models import BreakGlass
from casereview.rules.break_glass import REASON_AT_LEAST, Purpose


class BreakGlassForm(Form):
    """Which case is opened in an emergency, what for and why."""

    reference = PlainTextField(
        label="Reference of the case",
        help_text="For example CD-2015-0007. One case is opened, and only by its reference.",
        width="20",
        max_length=20,
    )
    purpose = CodeField(
        label="What is it for?",
        choices=Purpose.choices(),
        error_messages={"required": "Select what it is for"},
    )
    reason = LongTextField(
        label="Why do you need this case now?",
        name="reason why you need this case now",
        help_text=f"At least {REASON_AT_LEAST} letters. It is read by whoever reviews this.",
        rows=3,
        max_length=2_000,
    )


class BreakGlassReviewForm(Form):
    """Whether an emergency access was justified, and what was found."""

    outcome = CodeField(
        label="Was it justified?",
        choices=BreakGlass.Outcome.choices,
        error_messages={"required": "Select whether it was justified"},
    )
    note = LongTextField(
        label="What did you find?",
        name="what you found",
        help_text="What was read, whether it was needed, and what happens next",
        rows=4,
        max_length=4_000,
    )


class SealForm(Form):
    """Why a case is sealed, who goes on seeing it, and what is sealed with it."""

    reason = LongTextField(
        label="Why is the case sealed?",
        name="reason why the case is sealed",
        rows=3,
        max_length=2_000,
    )
    keeps = CodesField(
        label="Who goes on seeing it?",
        choices=list,
        help_text="You do. Everybody who is not selected loses sight of the case at once.",
        required=False,
    )
    also = CodesField(
        label="Cases of the same family",
        choices=list,
        help_text="Select those that are sealed too. Cases merged with this one always are.",
        required=False,
    )

    def __init__(self, *args: Any, people: list, linked: list, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("keeps", people), ("also", linked)):
            field: Any = self.fields[name]
            field.choices = choices
            if not choices:
                del self.fields[name]


class UnsealForm(Form):
    """Why a seal is taken off."""

    reason = LongTextField(
        label="Why is the seal taken off?",
        name="reason why the seal is taken off",
        rows=3,
        max_length=2_000,
    )


class AnswerForm(Form):
    """What a second person says to a proposal."""

    answer = CodeField(
        label="Do you agree?",
        choices=[("agree", "I agree"), ("decline", "I decline")],
        error_messages={"required": "Select whether you agree"},
    )
    note = LongTextField(
        label="Note",
        help_text="How you know that it is right; or why you decline",
        required=False,
        rows=3,
        max_length=2_000,
    )
