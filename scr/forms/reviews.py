"""The forms of a review: commissioning, who writes it, its terms, its end."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.forms.seen import SeenForm
from casereview.models import Agency, User
from scr.review_codes import code_list, methodologies
from scr.rules.independence import DECLARATIONS

Pairs = Sequence[tuple[str, str]]


def past_day(label: str, name: str, **options: Any) -> forms.DatePartsField:
    """Return a day that is not in the future."""
    return forms.DatePartsField(label=label, name=name, not_after=timezone.localdate, **options)


def reason(label: str, name: str = "reason", **options: Any) -> forms.LongTextField:
    """Return a box for a reason."""
    return forms.LongTextField(label=label, name=name, rows=3, **options)


class AgencyField(forms.CodeField):
    """One of some agencies, by name; `found` is the agency of a posted key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=(), select=True, **kwargs)
        self.by_key: dict[str, Agency] = {}

    def offer(self, agencies: Iterable[Agency]) -> None:
        """Offer these agencies."""
        self.by_key = {str(one.pk): one for one in agencies}
        self.choices = [("", "None of these")] + [
            (key, one.name) for key, one in self.by_key.items()
        ]

    def clean(self, value: Any) -> Any:
        """Return the agency; None where none was chosen."""
        return self.by_key.get(super().clean(value))


class CommissionForm(forms.Form):
    """Which review is held, since when, and how."""

    kind = forms.CodeField(label="Kind of review", choices=())
    begun_on = past_day("First day of the review", "first day of the review")
    due_on = forms.DatePartsField(
        label="To be complete by",
        name="day by which it is to be complete",
        required=False,
        help_text="Leave it empty where the guidance has a time limit: it is worked out.",
    )
    methodology = forms.CodeField(
        label="Methodology",
        choices=lambda: code_list("methodologies").choices(),
        select=True,
        required=False,
    )
    single_agency = AgencyField(
        label="Agency that reviews its own part",
        name="agency",
        required=False,
        help_text="Only for a single-agency review.",
    )
    reason = reason(
        "Why it is held, where no decision for it is on record",
        required=False,
        help_text="For example: captured back from the papers of 2012.",
    )

    def __init__(self, *args: Any, kinds: Pairs, agencies: Iterable[Agency], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["single_agency"].offer(agencies)  # type: ignore[attr-defined]


class DeclaringForm(forms.Form):
    """What a reviewer declared."""

    declared = forms.CodesField(
        label="Declared by the reviewer",
        name="declarations",
        choices=list(DECLARATIONS.items()),
        required=False,
    )


class AppointForm(DeclaringForm):
    """Who writes the review, until when, and how independence was checked."""

    sections = (
        ("The reviewer", ["person", "until"]),
        ("Independence", ["declared", "checked"]),
    )

    person = forms.CodeField(label="Lead reviewer", choices=(), select=True)
    until = forms.DatePartsField(
        label="Sees the review until",
        name="last day of the appointment",
        not_before=timezone.localdate,
        help_text="The end of this day. Signing the review off ends it at once.",
    )
    checked = reason("How independence was checked", "check")

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        choices = [("", "Choose from the list")]
        choices += [
            (key, f"{one.name}, {one.agency.name}" if one.agency else one.name)
            for key, one in self.people.items()
        ]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        """Return the person."""
        return self.people[self.cleaned_data["person"]]


class NameReviewerForm(DeclaringForm):
    """A further reviewer without an account."""

    sections = (("The reviewer", ["name", "post", "agency"]), ("Independence", ["declared"]))

    name = forms.PlainTextField(label="Name")
    post = forms.PlainTextField(label="Post and employer", required=False)
    agency = AgencyField(
        label="Works for an agency concerned in the case",
        name="agency",
        required=False,
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].offer(agencies)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = reason("Why?")


class NamesSentForm(forms.Form):
    """When the national panel was told the names."""

    sent_on = past_day("Day on which the names were sent", "day on which the names were sent")


class TermsForm(SeenForm):
    """What the review is to find out, about which days, and how."""

    sections = (
        ("What it is to find out", ["terms", "lines_of_enquiry"]),
        ("The days it looks at", ["scope_from", "scope_to"]),
        ("How", ["methodology"]),
    )

    terms = forms.LongTextField(label="Terms of reference", rows=8)
    lines_of_enquiry = forms.LongTextField(
        label="Key lines of enquiry", rows=6, required=False, help_text="One on each line."
    )
    scope_from = past_day("First day", "first day of the scope", required=False)
    scope_to = past_day("Last day", "last day of the scope", required=False)
    methodology = forms.CodeField(label="Methodology", choices=(), select=True, required=False)

    def __init__(self, *args: Any, begun_on: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["methodology"].choices = [  # type: ignore[attr-defined]
            ("", "Not settled yet"),
            *methodologies(begun_on),
        ]

    def clean_lines_of_enquiry(self) -> list[str]:
        """Return one line of enquiry for each line, each once."""
        lines = (one.strip() for one in self.cleaned_data["lines_of_enquiry"].split("\n"))
        return list(dict.fromkeys(one for one in lines if one))

    def clean(self) -> dict[str, Any]:
        """Check the order of the days."""
        cleaned = super().clean()
        first, last = cleaned.get("scope_from"), cleaned.get("scope_to")
        if first and last and last < first:
            self.add_error("scope_to", "Enter a last day on or after the first day")
        return cleaned


class CaptureForm(forms.Form):
    """How a review of years ago ended."""

    signed_off_on = past_day("Signed off by the board on", "day of the sign-off")
    published_on = past_day("Published on", "day of publication", required=False)
    inspectorate_grade = forms.CodeField(
        label="Evaluation by the inspectorate",
        name="evaluation",
        choices=[
            ("outstanding", "Outstanding"),
            ("good", "Good"),
            ("adequate", "Adequate"),
            ("inadequate", "Inadequate"),
        ],
        select=True,
        required=False,
        help_text="Of reviews under the 2010 edition.",
    )
    board_response = forms.LongTextField(label="Response of the board", rows=4, required=False)
    reason = reason("Where this is known from", "source")


class SignOffForm(forms.Form):
    """The board's sign-off, with its response."""

    signed_off_on = past_day("Signed off by the board on", "day of the sign-off")
    response = forms.LongTextField(
        label="Response of the board",
        rows=6,
        help_text="What the board and its partners do about what was found.",
    )
