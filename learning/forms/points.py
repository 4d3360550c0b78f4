"""What is said of something learned."""

from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.models import LearningPoint
from casereview.people_forms import RecordField, boards, open_agencies
from learning import codes
from learning.theme_choices import themes_in_force

NOT_SAID = [("", "Not said")]


def themes_today() -> list[tuple[str, str]]:
    """Return the themes that may be given today."""
    return themes_in_force(timezone.localdate())


class ToldForm(SeenForm):
    """The statement and what it is coded with; a theme is suggested, and a person chooses."""

    sections: Any = (
        ("What was learned", ("statement", "why_it_matters")),
        ("Theme", ("theme", "other_themes")),
        ("More about it", ("domain", "modifiable", "contributed", "scale")),
    )

    statement = forms.LongTextField(
        label="What happened, in general words",
        name="text",
        error_messages={"required": "Enter what was learned"},
        max_length=4_000,
        help_text="Name nobody: no names, dates or places. It is compared with what is known of "
        "the case before it is taken in.",
    )
    why_it_matters = forms.LongTextField(
        label="Why it matters", required=False, rows=3, max_length=4_000
    )
    theme = forms.CodeField(label="Theme", choices=themes_today, select=True)
    other_themes = forms.CodesField(label="Other themes", choices=themes_today, required=False)
    domain = forms.CodeField(
        label="Domain",
        choices=lambda: [*NOT_SAID, *codes.domains()],
        required=False,
    )
    modifiable = forms.CodeField(
        label="Could it have been otherwise?",
        choices=lambda: [*NOT_SAID, *codes.modifiable()],
        required=False,
        name="answer: could it have been otherwise",
    )
    contributed = forms.CodeField(
        label="Did it have a part in the death?",
        choices=lambda: [*NOT_SAID, *codes.contributed()],
        required=False,
        name="answer: did it have a part in the death",
    )
    scale = forms.CodeField(
        label="How far it reaches",
        choices=lambda: [*NOT_SAID, *LearningPoint.Scale.choices],
        required=False,
        name="scale",
    )


class RecordForm(ToldForm):
    """Something learned without a case: where and when, then the same."""

    sections = (
        (
            "Where it was learned",
            ("source", "learned_on", "raised_by_agency", "board", "back_captured"),
        ),
        *ToldForm.sections,
    )

    source = forms.CodeField(
        label="Source",
        choices=LearningPoint.Source.choices,
        select=True,
        name="source",
    )
    learned_on = forms.DatePartsField(label="Date learned", not_after=timezone.localdate)
    raised_by_agency = RecordField(
        label="Agency that raised it", records=open_agencies, required=False
    )
    board = RecordField(label="Board", records=boards, required=False)
    back_captured = forms.TickField(label="Captured back from an earlier year", required=False)


class SetAsideForm(SeenForm):
    """Why a point is set aside."""

    reason = forms.LongTextField(
        label="Why it is set aside",
        name="reason",
        error_messages={"required": "Enter why it is set aside"},
        rows=3,
        max_length=2_000,
    )
