"""The pages of a panel review (Form C) as they are filled in."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.http import QueryDict
from django.utils import timezone

from casereview import forms
from casereview.rules.identifying import tells_who
from cdop import codes
from cdop.actions.completing import WITHOUT_QUORUM
from cdop.agency_learning import Learned
from cdop.rules.factors import Outcome
from cdop.rules.review_checks import departs

YES_NO = (("Y", "Yes"), ("N", "No"))
TELLS_WHO = (
    "Take out what tells who the child is: a name, an address, a date of birth or a number. "
    "The panel reads this page without it"
)


class PageForm(forms.Form):
    """A page whose text the panel reads without knowing who the child is.

    `identifying` are the words that would tell; somebody who has checked may keep one that names
    nobody here, such as a common word.
    """

    def __init__(self, *args: Any, identifying: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.identifying = tuple(identifying)
        if self._checked:
            self._offer_to_keep()

    def clean(self) -> dict[str, Any]:
        """Refuse text that tells who the child is."""
        cleaned = super().clean()
        for name in list(self.fields):
            typed = cleaned.get(name)
            if isinstance(self.fields[name], forms.PlainTextField) and typed and not self._checked:
                if tells_who(typed, self.identifying):
                    self.add_error(name, TELLS_WHO)
                    self._offer_to_keep()
        return cleaned

    @property
    def _checked(self) -> bool:
        return bool(self.data.get(self.add_prefix("names_nobody")))

    def _offer_to_keep(self) -> None:
        self.fields["names_nobody"] = forms.TickField(
            label="I have checked: these words tell nobody who the child is", required=False
        )

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as the record keeps them; an empty text is none."""
        kept = {k: v for k, v in self.cleaned_data.items() if k != "names_nobody"}
        return {
            name: (value or None) if isinstance(self.fields[name], forms.LongTextField) else value
            for name, value in kept.items()
        }


class AboutForm(PageForm):
    """Who was at the table, what they read, and what is understood of the death."""

    agencies_represented = forms.CodesField(
        label="Agencies represented",
        choices=codes.agencies_at_panel,
        required=False,
        help_text="Tick each agency that was represented when the death was reviewed.",
    )
    documents_available = forms.LongTextField(
        label="Documents available to the panel", required=False, rows=4
    )
    cause_of_death = forms.LongTextField(
        label="Cause of death as presently understood", required=False, rows=3
    )
    summary = forms.LongTextField(
        label="Summary of the case",
        required=False,
        rows=10,
        help_text="A few paragraphs at most. No name, date of birth, address or NHS number.",
    )

    @property
    def answers(self) -> dict[str, Any]:
        """The answers, with every agency said to be there or not once one of them is."""
        kept = super().answers
        there = kept["agencies_represented"]
        kept["agencies_represented"] = {
            code: "Y" if code in there else "N" for code, _ in codes.agencies_at_panel() if there
        }
        return kept


class OutcomeForm(PageForm):
    """Whether modifiable factors were identified: what the grid points to, or a reason."""

    modifiable_outcome = forms.CodeField(
        label="What did the panel decide?",
        name="outcome",
        about="modifiable",
        choices=codes.modifiable_outcomes,
        hints={each.code: each.definition for each in codes.code_list("modifiable_outcome").codes},
    )
    outcome_reason = forms.LongTextField(
        label="Reason",
        required=False,
        rows=4,
        help_text="Needed where the panel decides otherwise than the grid points to, and where "
        "the information was not sufficient.",
    )

    def __init__(self, *args: Any, proposed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where one is needed."""
        cleaned = super().clean()
        outcome = cleaned.get("modifiable_outcome", "")
        if not cleaned.get("outcome_reason") and not self.has_error("outcome_reason"):
            if outcome == Outcome.INSUFFICIENT_INFORMATION:
                self.add_error("outcome_reason", "Enter why the information was not sufficient")
            elif departs(outcome, self.proposed):
                self.add_error(
                    "outcome_reason",
                    "Enter why the panel’s outcome is not the one the grid points to",
                )
        return cleaned


class LearningForm(PageForm):
    """What the case raised and what it taught."""

    issues = forms.LongTextField(label="Issues identified in the review", required=False)
    learning = forms.LongTextField(
        label="Learning points",
        required=False,
        rows=6,
        help_text="One a line. When the review is completed, each is proposed to the learning "
        "database, so write what was learned, not who it was about.",
    )
    offered = forms.CodesField(
        label="What agencies say they have learned or changed",
        name="learning of agencies",
        choices=(),
        required=False,
        help_text="What you tick is added to the learning points, where you can change its words.",
    )

    def __init__(self, *args: Any, offered: Sequence[Learned] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = {one.key: one.text for one in offered}
        self.fields["offered"].choices = [  # type: ignore[attr-defined]
            (one.key, f"{one.agency}: {one.text}") for one in offered
        ]
        if not offered:
            del self.fields["offered"]

    def clean(self) -> dict[str, Any]:
        """Add what was ticked to the box, so that it is checked for names and can be changed."""
        ticked = self.cleaned_data.pop("offered", [])
        if ticked and "learning" in self.cleaned_data:
            box = [self.cleaned_data["learning"], *(self.texts[key] for key in ticked)]
            self.cleaned_data["learning"] = "\n".join(filter(None, box))
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("learning")] = self.cleaned_data["learning"]
            data.setlist(self.add_prefix("offered"), [])
            self.data = data
        return super().clean()


class FollowUpForm(PageForm):
    """What happens for the family, and who else must look at the death."""

    ANSWERS = (("Y", "Yes"), ("N", "No"), ("DONE", "Already done"))

    family_follow_up = forms.LongTextField(label="Follow-up for the family", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = []
        for body in codes.code_list("onward_referral").codes:
            name = f"refer_{body.code.lower()}"
            self.fields[name] = forms.CodeField(
                label=f"Refer to: {body.label}",
                choices=self.ANSWERS,
                inline=True,
                required=False,
                help_text=body.definition,
            )
            self.bodies.append((body.code, name))

    @property
    def answers(self) -> dict[str, Any]:
        """The answers; a body that was not answered is left out."""
        referred = {code: self.cleaned_data[name] for code, name in self.bodies}
        return {
            "family_follow_up": self.cleaned_data["family_follow_up"] or None,
            "referrals": {code: answer for code, answer in referred.items() if answer},
        }


class ActionsForm(PageForm):
    """Whether the panel decided on action: that none is needed is an answer."""

    action_decision = forms.CodeField(
        label="What did the panel decide?",
        name="decision on action",
        choices=(("none", "No action is needed"), ("actions", "These actions were agreed")),
    )
    action_reason = forms.LongTextField(
        label="Reason", name="reason for the decision", required=False, rows=3
    )


class ActionRow(PageForm):
    """One action: what, who, by when. Empty rows are left out."""

    text = forms.LongTextField(label="Action", required=False, rows=2, max_length=2000)
    who = forms.CodeField(
        label="Who will do it", name="person or agency", choices=(), select=True, required=False
    )
    due_on = forms.DatePartsField(label="By when", name="date for the action", required=False)

    def __init__(self, *args: Any, doers: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("", "Choose from the list"), *doers]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask who and by when of every action, and for the action of every who and when."""
        cleaned = super().clean()
        text = cleaned.get("text")
        if text and not cleaned.get("who") and not self.has_error("who"):
            self.add_error("who", "Select who will do it")
        if text and not cleaned.get("due_on") and not self.has_error("due_on"):
            self.add_error("due_on", "Enter by when it will be done")
        if not text and not self.has_error("text") and cleaned.get("due_on"):
            self.add_error("text", "Enter what will be done, or clear the date")
        return cleaned


class CodingRow(forms.Form):
    """Which modifiable factor, and which theme, one line of the grid stands for."""

    code = forms.CodeField(label="Modifiable factor", choices=codes.modifiable_factors, select=True)
    theme = forms.CodeField(
        label="Theme of learning",
        choices=(),
        select=True,
        required=False,
        help_text="Leave this where the list already gives a theme for the factor.",
    )

    def __init__(self, *args: Any, themes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", "None of these yet"), *themes]  # type: ignore[attr-defined]


class CompleteForm(forms.Form):
    """When the panel agreed the review, and whether the chair's check is still to come."""

    ANOTHER_DAY = "another"

    meeting = forms.CodeField(
        label="When did the panel agree it?",
        name="meeting at which the panel agreed",
        choices=(),
        reveals={ANOTHER_DAY: "agreed_on"},
    )
    agreed_on = forms.DatePartsField(
        label="Day the panel agreed", name="day the panel agreed", not_after=timezone.localdate
    )
    how = forms.CodeField(
        label="How was it agreed?",
        name="way it was agreed",
        choices=(
            ("agreed", "Agreed as it stands"),
            ("checked", "Agreed subject to my check, which I have made"),
            ("check_later", "Agreed subject to my check, which I will make"),
        ),
        hints={
            "agreed": "It counts from the day of the meeting.",
            "checked": "It counts from the day of your check.",
            "check_later": "The review stays open; your check is on your list.",
        },
        reveals={"checked": "checked_on", "check_later": "check_by"},
    )
    checked_on = forms.DatePartsField(
        label="Day of your check", name="day of your check", not_after=timezone.localdate
    )
    check_by = forms.DatePartsField(label="Check by", name="day by which you will check")
    reason = forms.LongTextField(
        label="Why it is completed without a quorum",
        name="reason",
        rows=3,
        max_length=2_000,
        required=False,
        help_text="Needed where the meeting had no quorum for this case, and where it was agreed "
        "on another day. Leave it empty otherwise.",
    )

    def __init__(
        self,
        *args: Any,
        meetings: Sequence[tuple[str, str]],
        quorate: Iterable[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.quorate = frozenset(quorate)
        self.fields["meeting"].choices = [  # type: ignore[attr-defined]
            *meetings,
            (self.ANOTHER_DAY, "Another day"),
        ]

    def clean(self) -> dict[str, Any]:
        """A check still to be made belongs to a meeting; completing needs a quorum or a reason."""
        cleaned = super().clean()
        completing = cleaned.get("how") in ("agreed", "checked")
        meeting = cleaned.get("meeting")
        if completing and meeting and meeting not in self.quorate and not cleaned.get("reason"):
            if "reason" not in self.errors:
                self.add_error("reason", WITHOUT_QUORUM)
        if cleaned.get("how") == "check_later" and cleaned.get("meeting") == self.ANOTHER_DAY:
            self.add_error("meeting", "Select the meeting after which you will check")
        return cleaned


class ReopenForm(PageForm):
    """Why a completed review is opened again."""

    reason = forms.LongTextField(label="Why is the review reopened?", name="reason", rows=4)


def doer_code(owner: Any, agency: Any) -> str:
    """Return the code of who does an action: a person, an agency, or blank."""
    if owner is not None:
        return f"person:{owner.pk}"
    return f"agency:{agency.pk}" if agency is not None else ""


def in_words(day: datetime.date) -> str:
    """Return a day as people write it."""
    return f"{day.day} {day:%B %Y}"
