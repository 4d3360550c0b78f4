"""The forms of a family's page: who keeps in touch, contact, support, questions, letters."""

import calendar
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from casereview import codes
from casereview.forms.choices import CodeField, TickField
from casereview.forms.dates import DatePartsField
from casereview.forms.page import Form
from casereview.forms.seen import SeenForm
from casereview.forms.words import LongTextField, PlainTextField
from casereview.models import ContactPreference, FamilyContact, SupportOffer

People = list[tuple[str, str]]
_MONTHS = [name.lower() for name in calendar.month_name]
MOST_DAYS = 10


def past_day(label: str, name: str, **options: Any) -> DatePartsField:
    """Return a day that is not in the future."""
    return DatePartsField(label=label, name=name, not_after=timezone.localdate, **options)


class FamilyWorkForm(SeenForm):
    """Who keeps in touch with the family, and what the family has been told."""

    sections = (
        (
            "Key worker",
            ["key_worker", "key_worker_contact", "key_worker_since", "key_worker_cover"],
        ),
        (
            "What the family has been told",
            ["told_of_review_on", "told_of_review_by", "leaflet_given_on", "wants_result"],
        ),
        ("Language", ["interpreter_needed"]),
        ("Before anything is published", ["told_of_publication_on"]),
    )

    key_worker = PlainTextField(label="Key worker", required=False)
    key_worker_contact = PlainTextField(
        label="How the family reaches the key worker",
        name="key worker’s contact",
        required=False,
    )
    key_worker_since = past_day("Key worker since", "day since when", required=False)
    key_worker_cover = PlainTextField(
        label="Cover when the key worker is away", name="cover", required=False
    )
    told_of_review_on = past_day(
        "Told of the review on", "day on which the family was told", required=False
    )
    told_of_review_by = PlainTextField(
        label="Told of the review by", name="name of who told the family", required=False
    )
    leaflet_given_on = past_day("Leaflet given on", "day of the leaflet", required=False)
    wants_result = CodeField(
        label="Does the family want to hear the result?",
        choices=codes.yes_no_not_known,
        inline=True,
        required=False,
    )
    interpreter_needed = CodeField(
        label="Does the family need an interpreter?",
        choices=codes.yes_no_not_known,
        reveals={"Y": "interpreter_language"},
        required=False,
    )
    interpreter_language = PlainTextField(label="Language", required=False)
    told_of_publication_on = past_day(
        "Told of a campaign or publication that began with their child",
        "day on which the family was told of it",
        required=False,
        help_text="Nothing that began with a child is published before the family knows.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("told_of_review_on") and not cleaned.get("told_of_review_by"):
            if "told_of_review_by" not in self.errors:
                self.add_error("told_of_review_by", "Enter who told the family of the review")
        return cleaned


class ContactPreferenceForm(SeenForm):
    """Whether, how and when not one member of the family may be contacted."""

    may_contact = CodeField(
        label="May this person be contacted?",
        choices=[each for each in ContactPreference.May.choices if each[0]],
        reveals={"through": "through", "no": "why_not"},
        error_messages={"required": "Select whether this person may be contacted"},
    )
    through = PlainTextField(label="Through whom", name="person through whom")
    why_not = LongTextField(label="Why not", name="reason", rows=2, max_length=2_000)
    how = LongTextField(
        label="How, and at what times", name="way", rows=2, max_length=2_000, required=False
    )
    language = PlainTextField(label="Language", required=False)
    not_on = LongTextField(
        label="Not on these days",
        name="days",
        rows=3,
        required=False,
        help_text="One a line, such as: 14 February, a brother’s birthday. The child’s birthday "
        "and the anniversary of the death are added by themselves.",
    )

    def clean_not_on(self) -> list[dict[str, Any]]:
        """Read each line as a day of the year and why."""
        lines = [line for line in self.cleaned_data["not_on"].splitlines() if line.strip()]
        if len(lines) > MOST_DAYS:
            raise ValidationError(f"Enter {MOST_DAYS} days or fewer")
        return [_day_of_the_year(line) for line in lines]


def in_lines(days: list[dict[str, Any]] | None) -> str:
    """Return days of the year as they are typed, one a line."""
    return "\n".join(
        f"{each['day']} {calendar.month_name[int(each['month'])]}, {each['why']}"
        for each in days or []
    )


def _day_of_the_year(line: str) -> dict[str, Any]:
    found = re.fullmatch(r"\s*([0-9]{1,2})\s+([A-Za-z]{3,9})\s*(?:[,:–-]\s*(.+))?", line)
    month = 0
    if found:
        typed = found[2].lower()
        month = next((n for n, name in enumerate(_MONTHS) if n and name.startswith(typed)), 0)
    if not found or not month or not 1 <= int(found[1]) <= calendar.monthrange(2024, month)[1]:
        raise ValidationError("Enter each day as a day and a month, such as 14 February")
    why = (found[3] or "a day the family asked for").strip()[:200]
    return {"day": int(found[1]), "month": month, "why": why}


class _AboutSomebody(Form):
    """A form about the whole family or one of them."""

    person = CodeField(label="Who in the family", choices=[], select=True, required=False)

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", "The family as a whole"),
            *people,
        ]


class FamilyContactForm(_AboutSomebody):
    """A contact that has taken place."""

    on = past_day("Day of the contact", "day of the contact")
    kind = CodeField(
        label="How",
        choices=FamilyContact.Kind.choices,
        error_messages={"required": "Select how the family was contacted"},
    )
    by_whom = PlainTextField(label="By whom", name="name of who contacted the family")
    interpreter_used = CodeField(
        label="Was an interpreter used?",
        choices=codes.yes_no_not_known_or_not_applicable,
        required=False,
    )
    note = LongTextField(label="What was said", name="note", rows=4, required=False)


class SupportOfferForm(_AboutSomebody):
    """Support that was offered."""

    support = LongTextField(label="What was offered", name="support that was offered", rows=2)
    offered_on = past_day("Offered on", "day of the offer")


class SupportAnswerForm(SeenForm):
    """What the family answered to an offer."""

    answer = CodeField(
        label="What did the family answer?",
        choices=[each for each in SupportOffer.Answer.choices if each[0]],
        error_messages={"required": "Select what the family answered"},
    )
    answered_on = past_day("Answered on", "day of the answer")


class FamilyQuestionForm(_AboutSomebody):
    """A question of the family."""

    question = LongTextField(label="The question, in their words", name="family’s question", rows=3)
    asked_on = past_day("Asked on", "day of the question")


class SettleQuestionForm(SeenForm):
    """The answer to a question of the family, or a signed reason why there is none."""

    how = CodeField(
        label="Can the question be answered?",
        choices=[("answer", "Yes"), ("reason", "No")],
        reveals={"answer": "answer", "reason": "no_answer_reason"},
        error_messages={"required": "Select whether the question can be answered"},
    )
    answer = LongTextField(label="The answer, in plain words", name="answer", rows=4)
    no_answer_reason = LongTextField(
        label="Why it cannot be answered",
        name="reason why it cannot be answered",
        help_text="You sign this with your name.",
        rows=3,
    )


class ToldFamilyForm(SeenForm):
    """When the family was told."""

    told_family_on = past_day("Told the family on", "day on which the family was told")


class DraftLetterForm(_AboutSomebody):
    """To whom a letter is drafted."""


class LetterForm(SeenForm):
    """The text of a letter."""

    text = LongTextField(
        label="The letter",
        name="text of the letter",
        rows=24,
        help_text="Short sentences, no abbreviations, no terms of the panel. Read it as the family "
        "will.",
    )


class ReleaseForm(SeenForm):
    """A person has read the letter and stands for it."""

    read = TickField(label="I have read the letter and it may go to the family")


class SentForm(SeenForm):
    """When a letter was sent or handed over."""

    sent_on = past_day("Sent or handed over on", "day on which it was sent")
