"""The forms of recommending and deciding."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.models import Board
from scr.forms.choosing import BoardField
from scr.models import MemberPosition, NationalPanelAdvice
from scr.options import methodologies
from scr.rules.frameworks import Framework
from scr.rules.options import Option

JUDGEMENTS = (("met", "Met"), ("not_met", "Not met"), ("not_known", "Not known"))
NOT_CONFIRMED = "Reconstructed: check the guidance."
# Which code shows which further field.
REVEALS = {"defer": "defer_until", "refer": "refer_to"}


class _OptionForm(SeenForm):
    """One of the options of an edition, with what it asks for."""

    chosen = "recommended"

    defer_until = forms.DatePartsField(
        label="Until which day?", name="day by which the information is here"
    )
    refer_to = BoardField(label="To which board?", name="board it is referred to")

    def offer(self, options: Sequence[Option]) -> None:
        """Offer these options, each with what it means."""
        field = self.fields[self.chosen]
        field.choices = [(each.code, each.label) for each in options]  # type: ignore[attr-defined]
        field.hints = {  # type: ignore[attr-defined]
            each.code: " ".join(
                filter(None, [each.meaning, "" if each.confirmed else NOT_CONFIRMED])
            )
            for each in options
        }

    def answers(self) -> dict[str, Any]:
        """Return what was typed, the board as a record."""
        found = super().answers()
        code = found.get("refer_to")
        found["refer_to"] = Board.objects.filter(code=code).first() if code else None
        return found


class RecommendationForm(_OptionForm):
    """What the group is to recommend to whoever decides."""

    sections = (
        ("", ["meeting", "recommended", "reason", "departure_reason"]),
        ("", ["immediate_actions", "methodology"]),
    )

    meeting = forms.CodeField(
        label="At which meeting?",
        name="meeting",
        choices=(),
        select=True,
        required=False,
        help_text="The quorum is counted from who came to it.",
    )
    recommended = forms.CodeField(
        label="What does the group recommend?",
        choices=(),
        reveals=REVEALS,
        error_messages={"required": "Select what the group recommends"},
    )
    reason = forms.LongTextField(label="The reasons of the group", name="reasons of the group")
    departure_reason = forms.LongTextField(
        label="If this departs from what the decision tool says: why?",
        name="reason for departing",
        rows=3,
        required=False,
    )
    immediate_actions = forms.LongTextField(
        label="What is to be done at once, for this child, brothers and sisters or others",
        name="immediate actions",
        rows=3,
        required=False,
    )
    methodology = forms.CodeField(
        label="Methodology the group proposes",
        name="methodology",
        choices=lambda: [("", "None"), *methodologies()],
        select=True,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        options: Sequence[Option],
        meetings: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer(options)
        self.fields["meeting"].choices = [("", "Not at a meeting yet"), *meetings]  # type: ignore[attr-defined]


class PositionForm(SeenForm):
    """One's own position on the drafted recommendation."""

    position = forms.CodeField(
        label="Do you agree?",
        choices=(("agree", "I agree"), ("dissent", "I dissent"), ("abstain", "I abstain")),
        error_messages={"required": "Select whether you agree, dissent or abstain"},
    )
    reason = forms.LongTextField(
        label="Your reason",
        name="reason",
        rows=4,
        required=False,
        help_text="Needed when you dissent or abstain. Whoever decides reads it, with your name.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        position = cleaned.get("position")
        spoken = position and position != MemberPosition.Position.AGREE
        if spoken and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Enter your reason: whoever decides reads it")
        return cleaned


class MakeForm(SeenForm):
    """The group's chair makes the recommendation; it does not change any more."""

    not_quorate_reason = forms.LongTextField(
        label="Why is it made although there is no quorum?",
        name="reason why it is made without a quorum",
        rows=3,
        error_messages={"required": "Enter why it is made although there is no quorum"},
    )
    read = forms.TickField(label="The group has spoken: this is its recommendation")

    def __init__(self, *args: Any, quorate: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if quorate:
            del self.fields["not_quorate_reason"]


class DecisionForm(_OptionForm):
    """The decision, with one's own judgement of each criterion."""

    chosen = "decided"

    decided = forms.CodeField(
        label="What do you decide?",
        choices=(),
        reveals=REVEALS,
        error_messages={"required": "Select what you decide"},
    )
    departs = forms.CodeField(
        label="Does this depart from what the group recommended?",
        choices=((forms.YES, "Yes"), (forms.NO, "No")),
        inline=True,
        error_messages={"required": "Select whether this departs from the recommendation"},
    )
    reason = forms.LongTextField(
        label="The reasons for your decision",
        name="reasons for your decision",
        rows=8,
        help_text="Where you depart from the recommendation, say why. Do not name the child.",
    )
    decided_on = forms.DatePartsField(
        label="Decided on", name="day of the decision", not_after=timezone.localdate
    )
    sign = forms.TickField(
        label="I sign this decision. I know that it cannot be changed, by me or anybody else"
    )

    def __init__(
        self,
        *args: Any,
        options: Sequence[Option],
        framework: Framework,
        tool: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer(options)
        self.judging = {f"criterion_{each.id}": each for each in framework.criteria}
        for name, criterion in self.judging.items():
            said = tool.get(criterion.id, "not known")
            doubt = "" if criterion.confirmed else f" {NOT_CONFIRMED}"
            self.fields[name] = forms.CodeField(
                label=criterion.label,
                choices=JUDGEMENTS,
                inline=True,
                help_text=f"The tool says: {said}. {criterion.paragraph}.{doubt}",
                error_messages={"required": f"Select met, not met or not known: {criterion.label}"},
            )
        self.sections = (
            ("Each criterion, in your own judgement", list(self.judging)),
            ("Your decision", ["decided", "departs", "reason", "decided_on"]),
        )

    def answers(self) -> dict[str, Any]:
        """Return the decision as the action takes it."""
        typed = super().answers()
        return {
            "decided": typed["decided"],
            "reason": typed["reason"],
            "criteria": {each.id: typed[name] for name, each in self.judging.items()},
            "departs": typed["departs"] == forms.YES,
            "decided_on": typed["decided_on"],
            "defer_until": typed["defer_until"],
            "refer_to": typed["refer_to"],
        }


class AdviceForm(forms.Form):
    """What the national panel said."""

    about = forms.CodeField(
        label="What is the advice about?",
        name="subject of the advice",
        choices=NationalPanelAdvice.About.choices,
        error_messages={"required": "Select what the advice is about"},
    )
    asked_on = forms.DatePartsField(
        label="Asked on",
        name="day of the question",
        not_after=timezone.localdate,
        required=False,
    )
    advised_on = forms.DatePartsField(
        label="Answered on", name="day of the answer", not_after=timezone.localdate
    )
    advised = forms.CodeField(
        label="What did the national panel say?",
        choices=NationalPanelAdvice.Advised.choices,
        error_messages={"required": "Select what the national panel said"},
    )
    advice = forms.LongTextField(
        label="In its words", name="advice of the national panel", required=False
    )


class ChallengeForm(forms.Form):
    """Another area's chair is asked about the decision."""

    challenger = forms.PlainTextField(label="Who is asked", name="name of who is asked")
    challenger_board = BoardField(label="Of which board", name="board", required=False)
    asked_on = forms.DatePartsField(
        label="Asked on", name="day of the question", not_after=timezone.localdate
    )


class ChallengeAnswerForm(SeenForm):
    """What the other chair thought, and what followed."""

    answered_on = forms.DatePartsField(
        label="Answered on", name="day of the answer", not_after=timezone.localdate
    )
    view = forms.LongTextField(label="What they thought", name="view of the other chair")
    what_followed = forms.LongTextField(
        label="What followed from it", name="what followed", rows=3, required=False
    )
