"""What is said of a theme, and of what themes are compared with."""

from typing import Any

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.people_forms import RecordField
from learning.models import ReferencePeriod, Theme
from learning.rules.quarters import Quarter
from learning.rules.signals import REFERENCE, SHORTEST


class ThemeForm(SeenForm):
    """A theme's name, what it covers and does not, and its cue words."""

    sections = (
        ("What it is about", ("name", "covers", "does_not_cover", "cue_words")),
        ("Where it belongs, and when it is given", ("parent", "since", "until")),
    )

    name = forms.PlainTextField(label="Name", name="name of the theme")
    covers = forms.LongTextField(
        label="What it covers",
        name="text",
        error_messages={"required": "Enter what the theme covers"},
        rows=3,
        max_length=2_000,
    )
    does_not_cover = forms.LongTextField(
        label="What it does not cover", name="text", required=False, rows=3, max_length=2_000
    )
    cue_words = forms.LongTextField(
        label="Cue words",
        required=False,
        rows=6,
        max_length=6_000,
        help_text="Words and short phrases that people use when they write of it, separated by "
        "commas. Suggestions are made from them.",
    )
    parent = RecordField(label="Belongs to", records=Theme.objects.none, required=False)
    since = forms.DatePartsField(label="First day", required=False)
    until = forms.DatePartsField(
        label="The day from which it is no longer given",
        name="day on which it ends",
        required=False,
    )

    def __init__(self, *args: Any, theme: Theme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Theme.objects.exclude(pk=theme.pk) if theme else Theme.objects.all()
        parent: Any = RecordField(
            label="Belongs to", records=lambda: others.order_by("name"), required=False
        )
        self.fields["parent"] = parent

    @staticmethod
    def shown(theme: Theme) -> dict[str, Any]:
        """Return what the form shows of a theme."""
        return {
            "name": theme.name,
            "covers": theme.covers,
            "does_not_cover": theme.does_not_cover,
            "cue_words": ", ".join(theme.cue_words),
            "parent": str(theme.parent_id) if theme.parent_id else "",
            "since": theme.since,
            "until": theme.until,
            "version": theme.version,
        }


class ReferenceForm(forms.Form):
    """The quarters that themes are compared with, and why these."""

    first = forms.CodeField(label="First quarter", choices=list, select=True)
    quarters = forms.WholeNumberField(
        label="Number of quarters", least=SHORTEST, most=REFERENCE, initial=REFERENCE
    )
    exposure = forms.CodeField(
        label="What is compared",
        name="comparison",
        error_messages={"required": "Select what is compared"},
        choices=ReferencePeriod.Exposure.choices,
        initial=ReferencePeriod.Exposure.QUARTERS,
    )
    reason = forms.LongTextField(
        label="Why these quarters",
        name="reason",
        error_messages={"required": "Enter why these quarters"},
        rows=3,
        max_length=2_000,
    )

    def __init__(self, *args: Any, quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first: Any = forms.CodeField(
            label="First quarter",
            choices=[(str(one), f"{one} ({one.in_words})") for one in quarters],
            select=True,
        )
        self.fields["first"] = first
        self.order_fields(["first", "quarters", "exposure", "reason"])
