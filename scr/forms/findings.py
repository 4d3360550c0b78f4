"""The forms of findings, recommendations and actions, and of composite reviews."""

from collections.abc import Sequence
from typing import Any

from casereview import forms
from casereview.forms.action_plan import ActionForm
from casereview.forms.seen import SeenForm
from casereview.models import Recommendation
from scr.forms.reviews import past_day, reason
from scr.models import NationalPanelAdvice
from scr.review_codes import code_list

Pairs = Sequence[tuple[str, str]]


def sure() -> forms.TickField:
    """Return the box that says that ordinary words mean nobody."""
    return forms.TickField(
        label="A word is like a name, and nobody of the cases is meant", required=False
    )


class FindingForm(SeenForm):
    """What was found, in words that name nobody."""

    statement = forms.LongTextField(
        label="What was found?",
        name="finding",
        rows=4,
        help_text="One thing about how the system works. Name nobody, no place and no date.",
    )
    why_it_matters = forms.LongTextField(
        label="Why does it matter?", name="reason why it matters", rows=3, required=False
    )
    theme = forms.CodeField(label="Theme", name="theme", choices=(), select=True, required=False)

    def __init__(self, *args: Any, themes: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme: Any = self.fields["theme"]
        theme.choices = [("", "Not chosen yet"), *themes]


class NewFindingForm(FindingForm):
    """A finding of one review, and how it showed there."""

    in_this_case = forms.LongTextField(
        label="How did it show in this case?",
        name="text",
        rows=4,
        required=False,
        help_text="It stays with this case alone.",
    )


class InCaseForm(SeenForm):
    """How a finding showed in one case."""

    text = forms.LongTextField(
        label="How did it show in this case?",
        name="text",
        rows=6,
        required=False,
        help_text="It stays with this case alone: no other case of the finding shows it.",
    )


class CompositeFindingForm(FindingForm):
    """A finding that rests on one or several cases of a composite."""

    reviews = forms.CodesField(label="On which cases does it rest?", name="cases", choices=())

    def __init__(self, *args: Any, reviews: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reviews"]
        field.choices = reviews


class AgreeForm(SeenForm):
    """Agreeing a finding."""

    agreed = forms.TickField(label="I have read it: it names nobody, and the group agrees")


class ReasonForm(SeenForm):
    """A reason."""

    reason = reason("Why?")


class RecommendForm(forms.Form):
    """What is recommended, and how one would see that it worked."""

    text = forms.LongTextField(label="What is recommended?", name="recommendation", rows=3)
    test = forms.LongTextField(
        label="What would be seen if it worked?",
        name="test",
        rows=3,
        help_text="Something that can be counted or observed, and where.",
    )
    kind = forms.CodeField(
        label="What kind of change does it ask for?",
        name="kind of change",
        choices=lambda: code_list("recommendation_kinds").choices(),
    )
    level = forms.CodeField(
        label="For whom?",
        name="level",
        choices=Recommendation.Level.choices,
        initial=Recommendation.Level.LOCAL,
    )
    reason = reason(
        "Why one more is needed",
        required=False,
        help_text="Only where there are eight already: few are done where there are many.",
    )
    sure = sure()


class AddActionForm(ActionForm):
    """An action for a recommendation."""

    sure = sure()


class FeaturesForm(forms.Form):
    """Injuries, setting and factors of a case under review."""

    sections = (("", ("injury", "setting", "factor")),)
    injury = forms.CodesField(label="Injuries", choices=(), required=False)
    setting = forms.CodesField(label="Setting", choices=(), required=False)
    factor = forms.CodesField(label="Factors", choices=(), required=False)

    def __init__(self, *args: Any, chosen: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("injury", "setting", "factor"):
            rows = [one for one in code_list("case_features").codes if one.extra["group"] == name]
            field: Any = self.fields[name]
            field.choices = [(one.code, one.label) for one in rows]
            self.initial[name] = [one.code for one in rows if one.code in chosen]

    def features(self) -> list[str]:
        """Return everything that was ticked."""
        return [
            code for name in ("injury", "setting", "factor") for code in self.cleaned_data[name]
        ]


class ProposeForm(forms.Form):
    """Which reviews are told as one with this one, and why."""

    reviews = forms.CodesField(label="Which cases are looked at together with it?", choices=())
    title = forms.PlainTextField(label="Title", help_text="It names nobody and no place.")
    grounds = forms.LongTextField(
        label="Why together?", name="reason", rows=4, help_text="Name nobody."
    )
    sure = sure()

    def __init__(self, *args: Any, reviews: Pairs, why: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reviews"]
        field.choices, field.hints = reviews, why


class CompositeAnswerForm(forms.Form):
    """What the national panel said of one review of the cases."""

    asked_on = past_day("Asked on", "day on which it was asked", required=False)
    advised = forms.CodeField(
        label="What did the national panel say?",
        name="answer",
        choices=NationalPanelAdvice.Advised.choices,
    )
    advised_on = past_day("Answered on", "day of the answer")
    advice = forms.LongTextField(
        label="In its words", name="answer", rows=4, required=False, help_text="Name nobody."
    )
    sure = sure()


class SureForm(forms.Form):
    """Going on, knowingly."""

    sure = forms.TickField(label="The national panel agreed, and each family was told")
