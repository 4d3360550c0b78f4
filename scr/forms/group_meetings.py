"""The forms of a group's meetings."""

from collections.abc import Iterable, Sequence
from typing import Any

from casereview import forms
from scr.models import GroupAttendance

Choices = Sequence[tuple[str, str]]


class GroupMeetingForm(forms.Form):
    """A meeting of the group of one board."""

    board = forms.CodeField(label="Board", choices=(), select=True)
    held_on = forms.DatePartsField(label="Day of the meeting", name="day of the meeting")
    chair = forms.CodeField(label="Chair", choices=(), select=True, required=False)
    minute_taker = forms.CodeField(
        label="Who takes the minutes",
        name="minute-taker",
        choices=(),
        select=True,
        required=False,
    )
    members = forms.CodesField(label="Members to invite", choices=(), required=False)

    def __init__(
        self,
        *args: Any,
        boards: Choices,
        chairs: Choices,
        members: Choices,
        writers: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = boards  # type: ignore[attr-defined]
        self.fields["chair"].choices = [("", "Nobody yet"), *chairs]  # type: ignore[attr-defined]
        self.fields["minute_taker"].choices = [("", "Nobody yet"), *writers]  # type: ignore[attr-defined]
        self.fields["members"].choices = members  # type: ignore[attr-defined]


class GroupAttendanceForm(forms.Form):
    """Whether each person invited came, and who took the minutes."""

    minute_taker = forms.CodeField(
        label="Who took the minutes?", name="minute-taker", choices=(), select=True, required=False
    )

    def __init__(
        self, *args: Any, invited: Iterable[GroupAttendance], writers: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minute_taker"].choices = [("", "Nobody named"), *writers]  # type: ignore[attr-defined]
        self.people = {f"came_{one.pk.hex}": one for one in invited}
        for name, one in self.people.items():
            where = f", {one.agency.name}" if one.agency else ""
            self.fields[name] = forms.CodeField(
                label=f"{one.user.name}{where}",
                choices=GroupAttendance.Attended.choices,
                inline=True,
                initial=one.attended,
                help_text=f"In the place of {one.deputy_for.name}" if one.deputy_for else "",
                error_messages={"required": f"Select whether {one.user.name} came"},
            )
        self.sections = (("", list(self.people)),)

    @property
    def came(self) -> dict:
        """What was chosen, by the key of the invitation."""
        return {one.pk: self.cleaned_data[name] for name, one in self.people.items()}


class GroupInviteForm(forms.Form):
    """One more person, perhaps in a member's place."""

    person = forms.CodeField(
        label="Person to invite",
        name="person",
        choices=(),
        select=True,
        help_text="A deputy who is not in the list is given the role of an SCR group member first.",
    )
    place_of = forms.CodeField(
        label="In whose place?",
        name="member",
        choices=(),
        select=True,
        required=False,
        help_text="A deputy takes the member’s place and counts for the member’s agency.",
    )

    def __init__(self, *args: Any, people: Choices, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choose from the list"), *people]  # type: ignore[attr-defined]
        self.fields["place_of"].choices = [("", "Nobody’s"), *members]  # type: ignore[attr-defined]
