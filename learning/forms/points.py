"""What is said of something learned."""

from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.models import LearningPoint
from casereview.people_forms import RecordField, boards, open_agencies
from learning import codes
from learning.models import LinkedLearning, Theme
from learning.rules.quarters import Quarter
from learning.theme_choices import themes_in_force

NOT_SAID = [("", "Not said")]
YEARS_BACK = 15


def themes_today() -> list[tuple[str, str]]:
    """Return the themes that may be given today."""
    return themes_in_force(timezone.localdate())


def agencies() -> list[tuple[str, str]]:
    """Return the agencies that are still there, by their key."""
    return [(str(one.pk), one.name) for one in open_agencies()]


def quarters() -> list[tuple[str, str]]:
    """Return the quarters of the last fifteen years, the latest first."""
    now = Quarter.containing(timezone.localdate())
    found = [now - number for number in range(4 * YEARS_BACK)]
    written = [(str(one), f"{one} ({one.in_words})") for one in found]
    return [("", "Not said, or no death"), *written]


class ToldForm(SeenForm):
    """The statement and what it is coded with; a theme is suggested, and a person chooses."""

    sections: Any = (
        ("What was learned", ("statement", "why_it_matters", "kind")),
        ("Theme", ("theme", "other_themes")),
        ("More about it", ("domain", "modifiable", "contributed", "evidence", "evidence_cases")),
        ("How far it reaches", ("scale", "able_to_act", "openness", "died_in")),
        ("The family’s or the child’s voice", ("family_asked", "family_said", "family_told")),
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
    kind = forms.CodeField(
        label="What kind of thing is it?",
        name="kind",
        choices=lambda: [*NOT_SAID, *LearningPoint.Kind.choices],
        required=False,
        select=True,
    )
    theme = forms.CodeField(label="Theme", choices=themes_today, select=True)
    other_themes = forms.CodesField(label="Other themes", choices=themes_today, required=False)
    domain = forms.CodeField(
        label="Domain",
        choices=lambda: [*NOT_SAID, *codes.domains()],
        required=False,
        select=True,
    )
    modifiable = forms.CodeField(
        label="Could it have been otherwise?",
        choices=lambda: [*NOT_SAID, *codes.modifiable()],
        required=False,
        name="answer: could it have been otherwise",
        select=True,
    )
    contributed = forms.CodeField(
        label="Did it have a part in the death?",
        choices=lambda: [*NOT_SAID, *codes.contributed()],
        required=False,
        name="answer: did it have a part in the death",
        help_text="A thing that had no part may still be worth acting on.",
        select=True,
    )
    evidence = forms.CodeField(
        label="How strong is the evidence?",
        name="strength of evidence",
        choices=lambda: [*NOT_SAID, *LearningPoint.Evidence.choices],
        required=False,
        select=True,
    )
    evidence_cases = forms.WholeNumberField(
        label="Of a pattern: in how many cases",
        name="number of cases",
        least=2,
        most=999,
        required=False,
    )
    scale = forms.CodeField(
        label="How far it reaches",
        choices=lambda: [*NOT_SAID, *LearningPoint.Scale.choices],
        required=False,
        name="scale",
        select=True,
    )
    able_to_act = forms.CodesField(
        label="Agencies that can act on it", name="agencies", choices=agencies, required=False
    )
    openness = forms.CodeField(
        label="Who may read it",
        choices=LearningPoint.Openness.choices,
        initial=LearningPoint.Openness.AGENCIES,
    )
    died_in = forms.CodeField(
        label="Quarter of the death",
        choices=quarters,
        select=True,
        required=False,
        help_text="Never the day. A case says its own.",
    )
    family_asked = forms.CodeField(
        label="Was the family or the child asked?",
        name="answer: was the family asked",
        choices=lambda: [*NOT_SAID, *codes.yes_no_not_known()],
        required=False,
        select=True,
    )
    family_said = forms.LongTextField(
        label="What they said, in general words",
        name="text of the family",
        required=False,
        rows=3,
        max_length=4_000,
    )
    family_told = forms.CodeField(
        label="Were they told what came of it?",
        name="answer: were they told",
        choices=lambda: [*NOT_SAID, *codes.yes_no_not_known()],
        required=False,
        select=True,
    )

    def __init__(self, *args: Any, point: LearningPoint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if point is None:
            return
        # A code that is no longer given stays what the point was coded with.
        gone = {point.theme, *point.other_themes} - dict(themes_today()).keys() - {""}
        names = Theme.objects.filter(code__in=gone).values_list("code", "name")
        kept = [(code, f"{name} (no longer given)") for code, name in names]
        for name in ("theme", "other_themes") if kept else ():
            field: Any = self.fields[name]
            field.choices = [*field.choices, *kept]

    def clean(self) -> dict[str, Any]:
        """Ask for the number of cases of a pattern, and keep none without one."""
        cleaned = super().clean()
        if cleaned.get("evidence") != LearningPoint.Evidence.PATTERN:
            cleaned["evidence_cases"] = None
        return cleaned


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


class LinkForm(forms.Form):
    """Another learning point that says the same, or belongs together with this one."""

    other = forms.PlainTextField(
        label="Reference of the other learning point",
        name="reference",
        width="20",
        help_text="Such as LP-2015-0012",
    )
    kind = forms.CodeField(
        label="How do they belong together?",
        name="link",
        choices=[*LinkedLearning.Kind.choices, ("", "They do not: take the link away")],
        required=False,
    )
