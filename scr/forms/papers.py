"""The forms of the papers of a review and of its publication."""

from collections.abc import Iterable, Sequence
from typing import Any

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.models import LeakHit
from scr.forms.reviews import past_day, reason
from scr.models import NationalPanelAdvice, PaperCheck, Publication

LONGEST = 400_000


class PaperForm(SeenForm):
    """A version of a paper."""

    kind = forms.CodeField(label="Which paper is it?", name="paper", choices=())
    title = forms.PlainTextField(label="Title", required=False)
    text = forms.LongTextField(
        label="Text",
        rows=24,
        max_length=LONGEST,
        help_text="Use pseudonyms. The leak test looks for every name, date, number and place of "
        "the case before the paper may be signed off.",
    )

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kinds is None:
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class HandInForm(SeenForm):
    """Handing a draft in."""

    sure = forms.TickField(label="This version is finished: it is checked as it stands")


class CheckForm(forms.Form):
    """A check of a paper and its result."""

    kind = forms.CodeField(label="What was checked?", name="check", choices=PaperCheck.Kind.choices)
    result = forms.CodeField(label="Result", choices=PaperCheck.Result.choices)
    note = forms.LongTextField(label="What is to be changed, and where", rows=4, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask what is to be changed."""
        cleaned = super().clean()
        if cleaned.get("result") == PaperCheck.Result.CHANGES and not cleaned.get("note"):
            self.add_error("note", "Enter what is to be changed")
        return cleaned


class LeakForm(forms.Form):
    """What is done with one word that the leak test found."""

    answer = forms.CodeField(label="What is done with it?", name="answer", choices=())
    reason = reason(
        "Why it means nobody of this case",
        required=False,
        help_text="Only where the word is to stand.",
    )

    def __init__(self, *args: Any, hard: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [one for one in LeakHit.Answer.choices if one[0]]
        if hard:
            kept = [one for one in kept if one[0] != LeakHit.Answer.NOT_THIS_PERSON]
        self.fields["answer"].choices = kept  # type: ignore[attr-defined]


class AdviceForm(forms.Form):
    """What the national panel advised on publishing."""

    asked_on = past_day("Asked on", "day on which it was asked", required=False)
    advised = forms.CodeField(
        label="What did the national panel advise?",
        name="advice",
        choices=NationalPanelAdvice.Advised.choices,
    )
    advised_on = past_day("Answered on", "day of the answer")
    advice = forms.LongTextField(label="In its words", rows=5, required=False)


class PublicationForm(forms.Form):
    """Whether and how a review is published."""

    choice = forms.CodeField(
        label="Is the review published?", name="choice", choices=Publication.Choice.choices
    )
    reason = reason("Reasons")
    advice = forms.CodeField(
        label="The national panel’s answer", choices=(), select=True, required=False
    )

    def __init__(self, *args: Any, advice: Iterable[NationalPanelAdvice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(one.pk): one for one in advice}
        self.fields["advice"].choices = [("", "It was not asked")] + [  # type: ignore[attr-defined]
            (key, f"{one.get_advised_display()}, {one.advised_on.day} {one.advised_on:%B %Y}")
            for key, one in self.by_key.items()
        ]

    def clean_advice(self) -> NationalPanelAdvice | None:
        """Return the advice; None where the panel was not asked."""
        return self.by_key.get(self.cleaned_data["advice"])


class PlanForm(forms.Form):
    """The day that is planned, and the national panel's copy."""

    planned_on = forms.DatePartsField(label="Planned for", name="day of publication")
    copy_sent_on = past_day(
        "Copy sent to the national panel on", "day on which the copy was sent", required=False
    )


class PublishedForm(forms.Form):
    """When and where it was published."""

    published_on = past_day("Published on", "day of publication")
    address = forms.PlainTextField(
        label="Where", name="place of publication", help_text="The address of the page."
    )
    why_nobody_told = reason(
        "Why nobody of the family could be told before",
        required=False,
        help_text="Only where nobody can be told.",
    )


class TakenDownForm(forms.Form):
    """When a published report was taken down, and why."""

    taken_down_on = past_day("Taken down on", "day on which it was taken down")
    reason = reason("Why, where it is before its time", required=False)
