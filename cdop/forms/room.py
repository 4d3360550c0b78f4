"""Forms for the room of a meeting, and for what follows from it."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.keys import Owner
from casereview.models import AgendaItem
from casereview.rules.identifying import tells_who
from cdop.actions.meeting_items import Asked
from cdop.models import DeferralQuestion

TELLS_WHO = "Take out the name, date or number that tells who the child is"
ROWS = (1, 2, 3)
QUESTION = ("question", "to", "agency", "to_whom", "due_on")
Pairs = Sequence[tuple[str, str]]


def _without_names(form: forms.Form, names: Sequence[str], identifying: Sequence[str]) -> None:
    for name in names:
        text = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else ""
        if text and tells_who(text, identifying):
            form.add_error(name, ValidationError(TELLS_WHO))


class OutcomeForm(forms.Form):
    """How a case leaves the meeting. Rows of questions that are left empty are not asked."""

    note = forms.LongTextField(
        label="Note for the minutes",
        name="note",
        help_text="What the panel decided and why. No names: it may be read aloud.",
        rows=6,
        required=False,
    )
    outcome = forms.CodeField(
        label="How does the case leave the meeting?",
        name="outcome",
        choices=[("", "It is still being considered"), *AgendaItem.Outcome.choices[1:]],
        required=False,
    )
    points = forms.LongTextField(
        label="Points for the chair to check",
        name="points",
        help_text="One point a line.",
        rows=3,
        required=False,
    )
    check_by = forms.DatePartsField(
        label="Day by which the chair checks", name="day of the check", required=False
    )
    returns_to = forms.CodeField(
        label="Meeting to which it returns",
        name="meeting",
        help_text="It is put on that agenda.",
        choices=(),
        select=True,
        required=False,
    )
    process = forms.CodeField(
        label="Process it waits for",
        name="process",
        help_text="Say in the note what is waited for.",
        choices=(),
        select=True,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        meetings: Pairs,
        processes: Pairs,
        agencies: Pairs,
        identifying: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.identifying = identifying
        self.fields["returns_to"].choices = [("", "Not yet known"), *meetings]  # type: ignore[attr-defined]
        self.fields["process"].choices = [("", "None of those recorded"), *processes]  # type: ignore[attr-defined]
        for row in ROWS:
            self.fields[f"question_{row}"] = forms.LongTextField(
                label=f"Question {row}",
                name=f"question {row}",
                rows=2,
                required=False,
            )
            self.fields[f"to_{row}"] = forms.CodeField(
                label=f"Who is asked question {row}?",
                name=f"who is asked question {row}",
                choices=DeferralQuestion.To.choices,
                select=True,
                required=False,
            )
            self.fields[f"agency_{row}"] = forms.CodeField(
                label=f"Which agency is asked question {row}?",
                name=f"agency of question {row}",
                choices=[("", "None"), *agencies],
                select=True,
                required=False,
            )
            self.fields[f"to_whom_{row}"] = forms.PlainTextField(
                label=f"Which panel, court or team is asked question {row}?",
                name=f"panel, court or team of question {row}",
                required=False,
                max_length=200,
            )
            self.fields[f"due_on_{row}"] = forms.DatePartsField(
                label=f"Answer to question {row} due on",
                name=f"day for the answer to question {row}",
                required=False,
            )
        self.sections = (
            ("", ["note", "outcome"]),
            ("If it is completed subject to the chair’s check", ["points", "check_by"]),
            ("If it is held for another process", ["process"]),
            (
                "If it is deferred",
                [
                    "returns_to",
                    *(f"{name}_{row}" for row in ROWS for name in QUESTION),
                ],
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        deferred = cleaned.get("outcome") == AgendaItem.Outcome.DEFERRED
        for row in ROWS:
            if not (deferred and cleaned.get(f"question_{row}")):
                continue
            if not cleaned.get(f"to_{row}"):
                self.add_error(f"to_{row}", f"Select who is asked question {row}")
            if cleaned.get(f"to_{row}") == "agency" and not cleaned.get(f"agency_{row}"):
                self.add_error(f"agency_{row}", f"Select the agency that is asked question {row}")
            if cleaned.get(f"to_{row}") == "panel" and not cleaned.get(f"to_whom_{row}"):
                self.add_error(f"to_whom_{row}", f"Enter which panel is asked question {row}")
            if not cleaned.get(f"due_on_{row}") and f"due_on_{row}" not in self.errors:
                self.add_error(f"due_on_{row}", f"Enter the day for the answer to question {row}")
        asked = [f"{name}_{row}" for row in ROWS for name in ("question", "to_whom")]
        written = ["note", "points", *asked]
        _without_names(self, written, self.identifying)
        return cleaned

    def questions(self, agencies: dict[str, Any]) -> list[Asked]:
        """Return the questions that were filled in; `agencies` by their keys."""
        cleaned = self.cleaned_data
        return [
            Asked(
                question=cleaned[f"question_{row}"],
                to=cleaned[f"to_{row}"],
                due_on=cleaned[f"due_on_{row}"],
                agency=agencies.get(cleaned[f"agency_{row}"])
                if cleaned[f"to_{row}"] == DeferralQuestion.To.AGENCY
                else None,
                to_whom=cleaned[f"to_whom_{row}"],
            )
            for row in ROWS
            if cleaned.get(f"question_{row}")
        ]


class ActionForm(forms.Form):
    """An action the panel agrees on a case."""

    text = forms.LongTextField(label="What will be done?", name="action", rows=3, max_length=2_000)
    owner = forms.CodeField(
        label="Person who does it", name="person", choices=(), select=True, required=False
    )
    agency = forms.CodeField(
        label="Agency that does it", name="agency", choices=(), select=True, required=False
    )
    due_on = forms.DatePartsField(label="Done by", name="day by which it is done")

    def __init__(
        self,
        *args: Any,
        people: Pairs,
        agencies: Pairs,
        identifying: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.identifying = identifying
        self.fields["owner"].choices = [("", "Nobody by name"), *people]  # type: ignore[attr-defined]
        self.fields["agency"].choices = [("", "No agency"), *agencies]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _without_names(self, ["text"], self.identifying)
        return cleaned


class AnswerForm(SeenForm):
    """The answer to a question that the panel asked."""

    answer = forms.LongTextField(label="What is the answer?", name="answer", rows=6)
    answered_on = forms.DatePartsField(
        label="Day of the answer", not_after=timezone.localdate, name="day of the answer"
    )

    def __init__(self, *args: Any, identifying: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.identifying = identifying

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _without_names(self, ["answer"], self.identifying)
        return cleaned


class PointsForm(forms.Form):
    """Which of the named points the chair has checked."""

    points = forms.CodesField(
        label="Which points have you checked?",
        name="points you have checked",
        choices=(),
        error_messages={"required": "Select the points you have checked"},
    )

    def __init__(self, *args: Any, points: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].choices = points  # type: ignore[attr-defined]


class MinutesForm(forms.Form):
    """The minutes: a part about no one case, and a part for each case its writer sees."""

    text = forms.LongTextField(label="The meeting", name="minutes of the meeting", rows=12)

    def __init__(
        self, *args: Any, items: Sequence[AgendaItem], notes: dict, identifying: dict, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.identifying = identifying
        self.items = {f"note_{item.pk.hex}": item for item in items}
        for name, item in self.items.items():
            self.fields[name] = forms.LongTextField(
                label=f"Case {item.case.reference}",
                name=f"minutes of case {item.case.reference}",
                rows=6,
                required=False,
                initial=notes[item.pk],
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, item in self.items.items():
            _without_names(self, [name], self.identifying[item.pk])
        everybody = [word for words in self.identifying.values() for word in words]
        _without_names(self, ["text"], everybody)
        return cleaned

    @property
    def draft_owners(self) -> dict[str, Owner]:
        """Each part goes with what it tells of: the meeting, or a case."""
        owners: dict[str, Owner] = {}
        for name, item in self.items.items():
            owners["text"], owners[name] = ("meeting", item.meeting_id), ("case", item.case_id)
        return owners

    @property
    def notes(self) -> dict:
        """What was typed for each case, by the key of its agenda item."""
        return {item.pk: self.cleaned_data[name] for name, item in self.items.items()}


def in_words(day: datetime.date) -> str:
    """Return a day as it is read aloud."""
    return f"{day.day} {day:%B %Y}"
