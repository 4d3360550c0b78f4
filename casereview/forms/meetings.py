"""Arranging a panel meeting, and putting a case on its agenda."""

import datetime
import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from casereview import forms
from casereview.forms.seen import SeenForm


class TimeField(forms.PlainTextField):
    """A time of day on the 24-hour clock, such as 14:00; empty where it is not fixed."""

    def clean(self, value: Any) -> datetime.time | None:
        """Return the time."""
        typed = super().clean(value)
        if not typed:
            return None
        found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", typed)
        if not found:
            raise ValidationError(f"Enter the {self.name} as hours and minutes, such as 14:00")
        return datetime.time(int(found[1]), int(found[2]))


class MeetingForm(forms.Form):
    """A meeting: whose, when, who is invited."""

    panel = forms.CodeField(label="Panel", choices=())
    held_on = forms.DatePartsField(label="Day of the meeting")
    starts_at = TimeField(label="Starts at", name="time", required=False, width="5")
    theme = forms.PlainTextField(
        label="Theme",
        required=False,
        max_length=100,
        help_text="Neonatal deaths, or another theme; leave it empty where there is none.",
    )
    place = forms.PlainTextField(label="Place", required=False)
    chair = forms.CodeField(label="Chair", choices=(), select=True, required=False)
    members = forms.CodesField(label="Members to invite", choices=(), required=False)

    def __init__(
        self,
        *args: Any,
        panels: Sequence[tuple[str, str]],
        chairs: Sequence[tuple[str, str]],
        members: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["panel"].choices = panels  # type: ignore[attr-defined]
        self.fields["chair"].choices = [("", "Nobody yet"), *chairs]  # type: ignore[attr-defined]
        self.fields["members"].choices = members  # type: ignore[attr-defined]


class ChangeMeetingForm(SeenForm):
    """When, where and about what a meeting that was arranged is to be."""

    held_on = forms.DatePartsField(label="Day of the meeting")
    starts_at = TimeField(label="Starts at", name="time", required=False, width="5")
    place = forms.PlainTextField(label="Place", required=False)
    theme = MeetingForm.base_fields["theme"]


class AgendaForm(forms.Form):
    """The meeting at which a case is to be considered."""

    meeting = forms.CodeField(label="At which meeting?", name="meeting", choices=())
    reason = forms.LongTextField(
        label="Why does it go to the panel although this is missing?",
        name="reason",
        rows=3,
        max_length=2_000,
        error_messages={"required": "Enter why it goes to the panel although this is missing"},
    )

    def __init__(
        self,
        *args: Any,
        meetings: Sequence[tuple[str, str]],
        missing: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].choices = meetings  # type: ignore[attr-defined]
        if not missing:
            del self.fields["reason"]


class CancelForm(forms.Form):
    """Why a meeting does not take place."""

    reason = forms.LongTextField(
        label="Why is the meeting cancelled?",
        name="reason",
        rows=3,
        max_length=2_000,
        help_text="Name no child: it is kept with every case that was on the agenda.",
    )


class OffAgendaForm(forms.Form):
    """Why a case is taken off an agenda."""

    reason = forms.LongTextField(label="Why is it taken off?", name="reason", rows=3)
