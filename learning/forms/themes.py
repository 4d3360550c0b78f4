"""What is said of a theme, how themes are merged and split, and what they are compared with."""

import re
from collections.abc import Callable
from typing import Any

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.models import Panel
from casereview.people_forms import RecordField
from learning.models import ReferencePeriod, Theme
from learning.rules.quarters import Quarter
from learning.rules.signals import REFERENCE, SHORTEST


class ThemeForm(SeenForm):
    """A theme's name, what it covers and does not, and its cue words."""

    sections = (
        ("What it is about", ("name", "covers", "does_not_cover", "cue_words")),
        ("Where it belongs, and when it is given", ("parent", "review_themes", "since", "until")),
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
    review_themes = forms.PlainTextField(
        label="Themes of serious case reviews it stands for",
        name="themes of reviews",
        required=False,
        help_text="Their codes, such as T01, T06.02. Each stands for one theme only.",
    )
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

    def clean_review_themes(self) -> list[str]:
        """Return the codes one by one, in capitals."""
        return list(split_codes(self.cleaned_data["review_themes"]))

    @staticmethod
    def shown(theme: Theme) -> dict[str, Any]:
        """Return what the form shows of a theme."""
        return {
            "name": theme.name,
            "covers": theme.covers,
            "does_not_cover": theme.does_not_cover,
            "cue_words": ", ".join(theme.cue_words),
            "review_themes": ", ".join(theme.review_themes),
            "parent": str(theme.parent_id) if theme.parent_id else "",
            "since": theme.since,
            "until": theme.until,
            "version": theme.version,
        }


def split_codes(text: str) -> tuple[str, ...]:
    """Return the codes of a text, each once, whatever stands between them."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,;]+", text.upper()) if part))


class MergeForm(SeenForm):
    """Into which theme another is merged, and why."""

    into = RecordField(label="Merge it into", name="theme to merge into", records=list)
    reason = forms.LongTextField(
        label="Why they are merged",
        name="reason",
        error_messages={"required": "Enter why the themes are merged"},
        rows=3,
        max_length=2_000,
    )

    def __init__(self, *args: Any, themes: Callable[[], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into: Any = RecordField(label="Merge it into", name="theme to merge into", records=themes)
        self.fields["into"] = into
        self.order_fields(["version", "into", "reason"])


class SplitForm(SeenForm):
    """The part of a theme that becomes one of its own, and the learning that belongs to it."""

    sections = (
        ("The new theme", ("name", "covers", "does_not_cover", "cue_words")),
        ("The learning that belongs to it", ("points", "reason")),
    )

    name = forms.PlainTextField(label="Name", name="name of the new theme")
    covers = ThemeForm.base_fields["covers"]  # type: ignore[attr-defined]
    does_not_cover = ThemeForm.base_fields["does_not_cover"]  # type: ignore[attr-defined]
    cue_words = ThemeForm.base_fields["cue_words"]  # type: ignore[attr-defined]
    points = forms.CodesField(
        label="Tick what belongs to the new theme", name="learning of the new theme", choices=()
    )
    reason = forms.LongTextField(
        label="Why it is split",
        name="reason",
        error_messages={"required": "Enter why the theme is split"},
        rows=3,
        max_length=2_000,
    )

    def __init__(self, *args: Any, points: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].choices = points  # type: ignore[attr-defined]


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

    def __init__(
        self, *args: Any, quarters: list[Quarter], panels: list[Panel], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if len(panels) > 1:
            panel: Any = RecordField(
                label="Panel",
                error_messages={"required": "Select the panel"},
                records=lambda: panels,
            )
            self.fields["panel"] = panel
        first: Any = forms.CodeField(
            label="First quarter",
            choices=[(str(one), f"{one} ({one.in_words})") for one in quarters],
            select=True,
        )
        self.fields["first"] = first
        self.order_fields(["panel", "first", "quarters", "exposure", "reason"])
