"""The forms of other processes, of the review's clock, and of a case passed to another panel."""

from typing import Any

from django.utils import timezone

from casereview import codes
from casereview.forms.choices import CodeField, TickField
from casereview.forms.dates import DatePartsField
from casereview.forms.page import Form
from casereview.forms.seen import SeenForm
from casereview.forms.words import LongTextField, PlainTextField
from casereview.models import Board, Case, CasePassing, ParallelProcess


def past_day(label: str, name: str, **options: Any) -> DatePartsField:
    """Return a day that is not in the future."""
    return DatePartsField(label=label, name=name, not_after=timezone.localdate, **options)


class ProcessForm(SeenForm):
    """A process that runs beside the panel's own."""

    sections = (
        ("The process", ["kind", "status", "body", "their_reference"]),
        ("Dates", ["began_on", "expected_on", "ended_on", "replied_on"]),
        (
            "What may not be done meanwhile",
            [
                "restriction",
                "hold_family_contact",
                "hold_review",
                "hold_publication",
                "hold_witness_contact",
            ],
        ),
        ("Its result", ["conclusion"]),
    )

    kind = CodeField(
        label="Process",
        choices=codes.parallel_processes,
        select=True,
        error_messages={"required": "Select the process"},
    )
    status = CodeField(
        label="How far is it?",
        choices=ParallelProcess.Status.choices,
        error_messages={"required": "Select how far the process is"},
    )
    body = PlainTextField(label="Who runs it", name="name of who runs it", required=False)
    their_reference = PlainTextField(
        label="Their reference", name="reference", width="20", required=False
    )
    began_on = past_day(
        "Began on",
        "day it began",
        required=False,
        help_text="Of a report to prevent future deaths: the day of the report.",
    )
    expected_on = DatePartsField(
        label="Expected to end on", name="day it is expected to end", required=False
    )
    ended_on = past_day("Ended on", "day it ended", required=False)
    replied_on = past_day(
        "We replied on",
        "day of the reply",
        required=False,
        help_text="Only for a report to prevent future deaths that is addressed to us.",
    )
    restriction = LongTextField(
        label="What may not be done, and who asks for it",
        name="restriction",
        rows=3,
        required=False,
    )
    hold_family_contact = TickField(
        label="Hold: nothing is drafted for or said to the family meanwhile", required=False
    )
    hold_review = TickField(label="Hold: the panel waits, and its clock is paused", required=False)
    hold_publication = TickField(
        label="Hold: no report of a learning review is published meanwhile", required=False
    )
    hold_witness_contact = TickField(
        label="Hold: those who may be witnesses are not brought together or spoken to meanwhile",
        required=False,
    )
    conclusion = LongTextField(label="Conclusion", rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for what a hold and a report to us need."""
        cleaned = super().clean()
        holds = any(cleaned.get(name) for name in self.fields if name.startswith("hold_"))
        if holds and not cleaned.get("restriction") and "restriction" not in self.errors:
            self.add_error("restriction", "Enter what may not be done meanwhile, and who asks")
        began, ended = cleaned.get("began_on"), cleaned.get("ended_on")
        if began and ended and ended < began:
            self.add_error("ended_on", "Enter a day of the end on or after the beginning")
        return cleaned


class PauseForm(Form):
    """From when the review rightly waits, and for what."""

    since = past_day("First day that does not count", "first day")
    reason = LongTextField(label="What the review waits for", name="reason", rows=3)


class ResumeForm(Form):
    """When the review waits no longer."""

    until = past_day("Last day that does not count", "last day")


class ScrStateForm(SeenForm):
    """How far the serious case review group is: states and days, nothing of its papers."""

    state = CodeField(
        label="How far is the group?",
        choices=[(state.value or "none", state.label) for state in Case.ScrState],
        error_messages={"required": "Select how far the group is"},
    )
    referred_on = past_day("Referred on", "day of the referral", required=False)
    decided_on = past_day("Decided on", "day of the decision", required=False)
    published_on = past_day("Published on", "day of publication", required=False)

    def clean_state(self) -> str:
        """Return the state as the case keeps it: not referred is empty."""
        state = self.cleaned_data["state"]
        return "" if state == "none" else str(state)


class PassingAnswerForm(SeenForm):
    """Which of two panels reviews the death."""

    answer = CodeField(
        label="Which panel reviews the death?",
        choices=[
            (CasePassing.Answer.THEY_REVIEW, "The panel it was sent to"),
            (CasePassing.Answer.WE_REVIEW, "The panel that sent it"),
        ],
        reveals={CasePassing.Answer.WE_REVIEW.value: "board"},
        error_messages={"required": "Select which panel reviews the death"},
    )
    board = CodeField(
        label="For which board does it review?",
        name="board that reviews it",
        choices=[],
        select=True,
    )
    answered_on = past_day("Agreed on", "day on which it was agreed")
    agreed_with = PlainTextField(
        label="Agreed with",
        name="name of whom it was agreed with",
        help_text="Name and post of the other panel’s manager or chair.",
    )

    def __init__(self, *args: Any, boards: list[Board], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.boards = {board.code: board for board in boards}
        self.fields["board"].choices = [  # type: ignore[attr-defined]
            ("", "Choose from the list"),
            *[(board.code, board.name) for board in boards],
        ]

    @property
    def chosen(self) -> Board | None:
        """The board for which the sending panel reviews; None where it does not."""
        return self.boards.get(self.cleaned_data.get("board") or "")
