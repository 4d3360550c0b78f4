"""A near miss that an agency reports."""

from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.models import Agency
from casereview.people_forms import RecordField
from learning.actions.points import MOST_EVENTS
from learning.forms.points import themes_today


class NearMissForm(forms.Form):
    """What nearly happened, in words that name nobody."""

    sections = (
        ("What nearly happened", ("statement", "why_it_matters", "happened_on", "events")),
        ("Where it belongs", ("agency", "theme")),
    )

    statement = forms.LongTextField(
        label="What happened, in general words",
        name="text",
        error_messages={"required": "Enter what nearly happened"},
        max_length=4_000,
        help_text="Name nobody: no names, ages in days, dates or places.",
    )
    why_it_matters = forms.LongTextField(
        label="What stopped it, and what would stop it next time",
        name="text on what stopped it",
        required=False,
        rows=3,
        max_length=4_000,
    )
    happened_on = forms.DatePartsField(
        label="When it happened, or the last day of the time you count over",
        name="day it happened",
        not_after=timezone.localdate,
    )
    events = forms.WholeNumberField(
        label="How many there were",
        name="number of events",
        least=1,
        most=MOST_EVENTS,
        initial=1,
        width="5",
        help_text="More than one where you count, such as a quarter’s calls to a helpline.",
    )
    theme = forms.CodeField(
        label="Theme, if you can say",
        name="theme",
        choices=lambda: [("", "Cannot say"), *themes_today()],
        select=True,
        required=False,
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = str(agencies[0].pk) if agencies else ""
        agency: Any = RecordField(label="Agency", records=lambda: agencies, initial=first)
        self.fields["agency"] = agency
