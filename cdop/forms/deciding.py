"""What is asked about a death after it was notified."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from casereview import forms
from casereview.models import Board, Case
from cdop import codes
from cdop.actions.matching import LINK, MERGE, SET_APART
from cdop.actions.settling import REASONS
from cdop.forms.notification import known_boards
from cdop.models import Notification

REASON_HELP = "It is kept, sealed, with the case."


class ExpectednessForm(forms.Form):
    """The designated doctor's answer to the 24-hour question."""

    expectedness = forms.CodeField(
        label="Was the death expected?",
        choices=[
            ("EXPECTED", "Expected"),
            ("UNEXPECTED", "Unexpected"),
            ("UNSURE", "Not yet clear: treat as unexpected for now"),
        ],
        error_messages={"required": "Select whether the death was expected"},
        about="expected",
    )
    note = forms.LongTextField(
        label="Why",
        help_text="Needed where it differs from what was notified.",
        rows=3,
        required=False,
    )

    def __init__(self, *args: Any, notified: str = "", **kwargs: Any) -> None:
        self.notified = notified
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        answer = cleaned.get("expectedness")
        departs = self.notified in ("EXPECTED", "UNEXPECTED") and answer != self.notified
        if answer and departs and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", "Enter why this differs from what was notified")
        return cleaned


class SafetyForm(forms.Form):
    """Whether the other children are safe, and who was told."""

    other_children = forms.CodeField(
        label="Are there other children, and are they safe now?",
        name="safety of the other children",
        choices=[choice for choice in Notification.OtherChildren.choices if choice[0]],
        error_messages={"required": "Select whether the other children are safe now"},
    )
    social_care_told_on = forms.DatePartsField(
        label="Day on which you told children’s social care",
        name="day on which social care was told",
        help_text="It is recorded as told by you. Leave blank if somebody else did.",
        not_after=timezone.localdate,
        required=False,
    )
    told_about_children = forms.LongTextField(
        label="Whom you told, or who else told whom and when",
        name="who was told",
        rows=3,
        required=False,
    )


class DutyForm(forms.Form):
    """Whether a serious incident was notified."""

    state = forms.CodeField(
        label="Was the notification made?",
        choices=[("made", "Yes, it was made"), ("not_needed", "No, it is not needed")],
        reveals={"not_needed": "reason"},
        error_messages={"required": "Select whether the notification was made"},
    )
    reason = forms.LongTextField(
        label="Why it is not needed", name="reason why it is not needed", rows=3
    )
    made_on = forms.DatePartsField(
        label="Day on which it was made",
        name="day on which it was made",
        help_text="Leave blank if it is not needed.",
        not_after=timezone.localdate,
        required=False,
    )
    made_reference = forms.PlainTextField(
        label="Its reference, if there is one",
        name="reference of the notification",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("state") == "made" and not cleaned.get("made_on"):
            if "made_on" not in self.errors:
                self.add_error("made_on", "Enter the day on which the notification was made")
        return cleaned


class CloseForm(forms.Form):
    """Why a death is not for review."""

    out_of_scope_reason = forms.CodeField(
        label="Why is this death not for review?",
        choices=[(reason.value, words) for reason, words in REASONS.items()],
        error_messages={"required": "Select why the death is not for review"},
    )
    reason = forms.LongTextField(label="How do you know?", name="how you know", rows=3)


class PassOnForm(forms.Form):
    """To whom a case is passed on, and when."""

    board = forms.CodeField(
        label="Board whose panel reviews it",
        name="board whose panel reviews it",
        choices=known_boards,
        select=True,
    )
    passed_on_on = forms.DatePartsField(
        label="Day on which you passed it on",
        name="day on which you passed it on",
        not_after=timezone.localdate,
    )
    reason = forms.LongTextField(
        label="What was agreed, and with whom",
        name="what was agreed",
        help_text=REASON_HELP,
        rows=3,
        required=False,
    )

    def __init__(
        self, *args: Any, notified_on: datetime.date | None, own: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.notified_on, self.own = notified_on, own

    def clean_board(self) -> Board:
        board = Board.objects.filter(code=self.cleaned_data["board"]).first()
        if board is None or board.code in self.own:
            raise ValidationError("Select a board of another panel: yours reviews this one")
        return board

    def clean_passed_on_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["passed_on_on"]
        if self.notified_on and day < self.notified_on:
            raise ValidationError("Enter a day on or after the day of notification")
        return day


class MatchForm(forms.Form):
    """Whether two cases belong together."""

    decision = forms.CodeField(
        label="Do the two cases belong together?",
        choices=[],
        error_messages={"required": "Select whether the two cases belong together"},
    )
    reason = forms.LongTextField(
        label="Reason", name="reason for the decision", help_text=REASON_HELP, rows=3
    )

    def __init__(self, *args: Any, duplicate: bool, may_merge: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(SET_APART, "No: set them apart")]
        if duplicate and may_merge:
            choices.insert(0, (MERGE, "Yes, they are one death: merge them"))
        linked = "Yes, as cases of one family: link them"
        choices.insert(len(choices) - 1, (LINK, linked))
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]


def expectedness_source() -> tuple[str, str]:
    """Return the definition of an unexpected death and where it was read."""
    code = codes.code_list("expectedness").get("UNEXPECTED")
    if code is None:
        return "", ""
    return code.definition, code.source.split(" <")[0]


def suggested_reason(case: Case, notification: Notification | None) -> str:
    """Return why a death seems not to be for review, as far as the answers say; else nothing."""
    if notification is None:
        return ""
    if notification.lawful_termination == "Y":
        return "lawful_termination"
    if notification.born_alive == "N" or notification.stillbirth_or_late_loss == "Y":
        return "stillbirth"
    child = getattr(case, "child", None)
    if child is not None and child.age_days is not None and not child.age_band:
        return "adult"
    return ""
