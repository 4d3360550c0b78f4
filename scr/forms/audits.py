"""The forms of the audit programme."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.rules.months import add_months
from casereview.rules.return_year import ReturnYear
from scr.audit_paper import grades

Choices = Sequence[tuple[str, str]]
NO_NAMES = "Name no child and no family."


def months(year: ReturnYear, how_many: int = 12) -> list[tuple[str, str]]:
    """Return so many months from the first of a year, each by its first day."""
    days = [add_months(year.first_day, number) for number in range(how_many)]
    return [(day.isoformat(), f"{day:%B %Y}") for day in days]


class _Plan(forms.Form):
    theme = forms.PlainTextField(
        label="Theme", max_length=200, help_text=f"Such as: neglect of under-fives. {NO_NAMES}"
    )
    month = forms.CodeField(label="Month it is planned for", name="month", choices=(), select=True)
    lead_auditors = forms.LongTextField(
        label="Lead auditors",
        name="lead auditors",
        rows=2,
        required=False,
        help_text="Their names and agencies. They stay in the programme and are never shared.",
    )
    practitioners_invited = forms.LongTextField(
        label="Practitioners to invite",
        name="practitioners to invite",
        rows=2,
        required=False,
        help_text="Those who know the children. They stay in the programme too.",
    )
    lines_of_enquiry = forms.LongTextField(
        label="Key lines of enquiry",
        name="key lines of enquiry",
        required=False,
        help_text=f"One on each line. {NO_NAMES}",
    )

    def facts(self) -> dict[str, Any]:
        """Return what was typed as an audit keeps it."""
        typed = dict(self.cleaned_data)
        typed["planned_on"] = date.fromisoformat(typed.pop("month"))
        typed.pop("board", None)
        return typed


class PlanAuditForm(_Plan):
    """A new audit in the programme of a year."""

    board = forms.CodeField(label="Board", choices=(), select=True)
    sections = (("", ["board", "theme", "month"]),)

    def __init__(self, *args: Any, boards: Choices, year: ReturnYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = boards  # type: ignore[attr-defined]
        if len(boards) == 1:
            del self.fields["board"]
        self.fields["month"].choices = [("", "Choose from the list"), *months(year)]  # type: ignore[attr-defined]


class ChangePlanForm(_Plan, SeenForm):
    """The plan of an audit; a postponed one may go into the next year."""

    def __init__(self, *args: Any, year: ReturnYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [("", "Choose from the list"), *months(year, 24)]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why an audit is put off, or an agreement taken back."""

    reason = forms.LongTextField(label="Reason", rows=3, help_text=NO_NAMES)


class HeldForm(forms.Form):
    """The day an audit was held."""

    held_on = forms.DatePartsField(
        label="When was it held?", name="day it was held", not_after=timezone.localdate
    )


class FindingsForm(SeenForm):
    """What an audit found, and who took part."""

    what_was_found = forms.LongTextField(
        label="What the audit found",
        name="findings of the audit",
        rows=10,
        required=False,
        help_text=f"This is shared with the board once it is agreed. {NO_NAMES}",
    )
    lines_of_enquiry = forms.LongTextField(
        label="Key lines of enquiry", name="key lines of enquiry", required=False
    )
    practitioners_invited = forms.LongTextField(
        label="Practitioners who were invited, and who came",
        name="practitioners",
        rows=3,
        required=False,
        help_text="This stays in the programme and is never shared.",
    )


class AuditedChildForm(SeenForm):
    """What the files of one child show, and what the child said."""

    child_voice = forms.LongTextField(
        label="The child’s voice",
        name="child’s voice",
        required=False,
        help_text="What the child said, wanted or showed, and whether anybody acted on it. For a "
        f"baby: how the files bring the child’s days to life. {NO_NAMES}",
    )
    summary = forms.LongTextField(
        label="What the files show", name="summary", required=False, help_text=NO_NAMES
    )
    grade = forms.CodeField(
        label="Grade",
        choices=grades,
        select=True,
        required=False,
        help_text="Reconstructed from the words of the inspectorate: check your board’s own.",
    )
    reference = forms.PlainTextField(
        label="Reference of the case, if it is kept here",
        name="reference of the case",
        max_length=20,
        width="10",
        required=False,
        help_text="Only who may open the case sees it. The leak test then searches what is shared "
        "for everybody named in the case.",
    )
    unlink = forms.TickField(label="Take the link to the case away", required=False)

    def __init__(self, *args: Any, links: bool, linked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not links:
            del self.fields["reference"]
        if not linked:
            del self.fields["unlink"]

    def facts(self) -> dict[str, Any]:
        """Return what was typed as the child's row keeps it."""
        return {
            name: value
            for name, value in self.answers().items()
            if name not in ("reference", "unlink")
        }


class ShareForm(SeenForm):
    """That what the leak test found was read, where it found something that may be shared."""

    read = forms.TickField(
        label="I have read each of these places, and none of them tells who a child is"
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["read"]
