"""The forms of agencies' own parts, of the chronology, and of those who take part in a review."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from casereview import forms
from casereview.codes import yes_no_not_known
from casereview.forms.seen import SeenForm
from casereview.models import Agency, FamilyLink, User
from scr.forms.reviews import past_day
from scr.models import FamilyInvolvement, ReviewRequest
from scr.review_codes import events
from scr.rules.chronology import GAP_DAYS
from scr.rules.chronology_file import Row


class AskForm(forms.Form):
    """Whom the board asks for their agency's part, for what, and by when."""

    kind = forms.CodeField(label="What do you ask for?", choices=ReviewRequest.Kind.choices)
    people = forms.CodesField(
        label="Whom do you ask?",
        name="people",
        choices=(),
        help_text="One person answers for an agency.",
    )
    due_on = forms.DatePartsField(label="By when?", name="due date", not_before=timezone.localdate)
    question = forms.LongTextField(
        label="What you ask in particular",
        rows=3,
        required=False,
        help_text="Name nobody: the child is shown to those asked on a page of its own.",
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(one.pk): one for one in people}
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.agency.name if one.agency else ''}: {one.name}")
            for key, one in self.by_key.items()
        ]

    def clean_people(self) -> list[User]:
        """Return the people."""
        return [self.by_key[key] for key in self.cleaned_data["people"]]


class AskAgainForm(forms.Form):
    """Until when an agency may add to what it handed in."""

    due_on = forms.DatePartsField(label="By when?", name="due date", not_before=timezone.localdate)


class EntryForm(forms.Form):
    """One event as the agency's own record has it."""

    sections = (
        ("When", ["on", "about", "at", "until"]),
        ("What", ["source", "what", "response", "child_seen", "comment"]),
    )

    on = past_day("Date", "date")
    about = forms.TickField(label="The date is only about right", required=False)
    at = forms.PlainTextField(
        label="Time",
        width="5",
        required=False,
        help_text="On the 24-hour clock, such as 16:05. Leave it empty where it is not recorded.",
    )
    until = past_day("Until", "last day", required=False, help_text="Only for more than a day.")
    source = forms.PlainTextField(
        label="Which record is this from?",
        name="record this is from",
        help_text="Such as GP record, or health visitor’s notes.",
    )
    what = forms.LongTextField(label="What happened", name="what happened", rows=5, max_length=4000)
    response = forms.LongTextField(
        label="What your agency did", rows=3, required=False, max_length=4000
    )
    child_seen = forms.CodeField(
        label="Was the child seen?", choices=yes_no_not_known, initial="NK", inline=True
    )
    comment = forms.LongTextField(
        label="Your comment",
        rows=3,
        required=False,
        max_length=4000,
        help_text="What you think of it now, apart from what was recorded then.",
    )

    def clean_at(self) -> datetime.time | None:
        """Return the time."""
        typed = self.cleaned_data["at"].replace(".", ":")
        if not typed:
            return None
        try:
            return datetime.datetime.strptime(typed, "%H:%M").time()  # noqa: DTZ007 - a time alone
        except ValueError:
            raise ValidationError("Enter the time on the 24-hour clock, such as 16:05") from None

    def clean(self) -> dict[str, Any]:
        """Check that days and time go together."""
        cleaned = super().clean()
        on, until = cleaned.get("on"), cleaned.get("until")
        if on and until and until < on:
            self.add_error("until", "Enter a last day on or after the date")
        if cleaned.get("about") and cleaned.get("at"):
            self.add_error("at", "Leave the time empty: the date is only about right")
        return cleaned

    @property
    def row(self) -> Row:
        """The event that was typed."""
        cleaned = self.cleaned_data
        until = cleaned["until"] if cleaned["until"] != cleaned["on"] else None
        return Row(
            on=cleaned["on"],
            at=cleaned["at"],
            until=until,
            about=cleaned["about"],
            source=cleaned["source"],
            what=cleaned["what"],
            response=cleaned["response"],
            comment=cleaned["comment"],
            child_seen=cleaned["child_seen"],
        )


class ReportForm(forms.Form):
    """An agency's own report."""

    text = forms.LongTextField(
        label="Your agency’s report",
        name="report",
        rows=20,
        max_length=200_000,
        help_text="What your agency did and why, and what it learned. Name nobody of the family.",
    )


class GapForm(forms.Form):
    """Which agencies the chronology shows, and from how many days a gap is shown."""

    agency = forms.CodeField(
        label="Whose entries", name="agency", choices=(), select=True, required=False
    )
    gap = django_forms.IntegerField(
        label="Show gaps longer than this many days",
        min_value=1,
        max_value=3660,
        required=False,
        initial=GAP_DAYS,
        error_messages={
            "invalid": "Enter the number of days as a number",
            "min_value": "Enter a number of days from 1",
            "max_value": "Enter a number of days up to 3660",
        },
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gap"].width = "4"  # type: ignore[attr-defined]
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            ("", "All agencies"),
            *[(str(one.pk), one.name) for one in agencies],
        ]


class EventForm(forms.Form):
    """How practitioners took part."""

    kind = forms.CodeField(
        label="How do practitioners take part?", name="way of taking part", choices=events
    )
    held_on = forms.DatePartsField(label="Day", help_text="It may be planned.")
    present = forms.LongTextField(label="Who takes part", rows=3)
    agencies = forms.CodesField(label="Of which agencies?", choices=(), required=False)
    notes = forms.LongTextField(
        label="What was said",
        rows=5,
        required=False,
        help_text="It never goes into a paper that is published by itself.",
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), one.name) for one in agencies
        ]


class InvolvementForm(SeenForm):
    """Somebody of the family, what they were asked, and what they answered."""

    sections = (
        ("Who", ["family", "who", "relation"]),
        ("Taking part", ["asked_on", "answer", "said"]),
        ("What they were shown and told", ["draft_seen_on", "told_of_publication_on"]),
    )

    family = forms.CodeField(label="Who in the family?", choices=(), select=True, required=False)
    who = forms.PlainTextField(label="Somebody else: who is it?", name="person", required=False)
    relation = forms.CodeField(
        label="Relation to the child",
        choices=FamilyLink.Relation.choices,
        select=True,
        required=False,
        help_text="Only for somebody else.",
    )
    asked_on = past_day("Asked on", "day on which they were asked", required=False)
    answer = forms.CodeField(
        label="Answer",
        choices=[(one.value or "waiting", one.label) for one in FamilyInvolvement.Answer],
        initial="waiting",
    )
    said = forms.LongTextField(label="What they said", rows=5, required=False)
    draft_seen_on = past_day("Draft shown to them on", "day of the draft", required=False)
    told_of_publication_on = past_day(
        "Told of the publication on", "day on which they were told", required=False
    )

    def __init__(
        self, *args: Any, family: Sequence[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if family is None:
            for name in ("family", "who", "relation"):
                del self.fields[name]
        else:
            self.fields["family"].choices = [("", "Somebody else"), *family]  # type: ignore[attr-defined]

    def clean_answer(self) -> str:
        """Return the answer as it is kept: waiting is empty."""
        answer = self.cleaned_data["answer"]
        return "" if answer == "waiting" else str(answer)
