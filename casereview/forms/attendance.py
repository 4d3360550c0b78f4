"""Forms for who comes to a meeting."""

from collections.abc import Iterable, Sequence
from typing import Any

from casereview import forms
from casereview.models import Attendance


class AttendanceForm(forms.Form):
    """One question for each person invited: did they come?"""

    def __init__(self, *args: Any, invited: Iterable[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"came_{one.pk.hex}": one for one in invited}
        for name, one in self.people.items():
            where = f", {one.agency.name}" if one.agency else ""
            self.fields[name] = forms.CodeField(
                label=f"{one.user.name}{where}{' (chair)' if one.as_chair else ''}",
                choices=Attendance.Attended.choices,
                inline=True,
                initial=one.attended,
                help_text=f"In the place of {one.deputy_for.name}" if one.deputy_for else "",
                error_messages={"required": f"Select whether {one.user.name} came"},
            )

    @property
    def answers(self) -> dict:
        """What was chosen, by the key of the invitation."""
        return {one.pk: self.cleaned_data[name] for name, one in self.people.items()}


class InviteForm(forms.Form):
    """One more person, perhaps in a member's place or as the deputy of the chair."""

    person = forms.CodeField(label="Person to invite", name="person", choices=(), select=True)
    place_of = forms.CodeField(
        label="In whose place?",
        name="member",
        choices=(),
        select=True,
        required=False,
        help_text="A deputy takes the member’s place and counts for the member’s agency. "
        "Leave it where it is for a member in their own right.",
    )
    as_chair = forms.TickField(label="Deputy of the chair at this meeting", required=False)

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[str, str]],
        members: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choose from the list"), *people]  # type: ignore[attr-defined]
        self.fields["place_of"].choices = [("", "Nobody’s"), *members]  # type: ignore[attr-defined]
