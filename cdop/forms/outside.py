"""The notification form for somebody without an account: what is required, and no more."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from casereview import forms
from casereview.rules.working_days import LONDON
from cdop.actions.said import Said
from cdop.forms.child import ChildForm
from cdop.forms.death import DeathForm
from cdop.forms.drafting import SECTIONS, NotificationDraft, Typed, shown
from cdop.forms.fields import FIRST_DAY, yes_no_not_known
from cdop.forms.notification import ReferralForm, boards
from cdop.forms.submission import said
from cdop.models import Notification
from cdop.rules.categorisation import Answer
from cdop.rules.notification_checks import Dates, contradictions

NOWHERE_KNOWN = "NK"
SOMEBODY, NOBODY, NOT_KNOWN = "somebody", "nobody", "not_known"
Children = Notification.OtherChildren
_CHILD = (
    "given_names",
    "unnamed",
    "family_name",
    "mother_family_name",
    "born_on",
    "age_number",
    "age_unit",
    "sex",
    "nhs_number",
    "address",
    "postcode",
)


class OutsideForm(ChildForm):
    """A death as somebody outside tells it; the fields are those of the panel's own form."""

    sections: Sequence[tuple[str, Sequence[str]]] = (  # type: ignore[assignment]
        (
            "Other children",
            ("other_children", "told"),
        ),
        (
            "You",
            (
                "notifier_name",
                "notifier_contact",
                "notified_by",
                "notifier_organisation",
                "learned_on",
            ),
        ),
        (
            "The child who died",
            (*_CHILD, "residence_board"),
        ),
        (
            "The death",
            (
                "died_on",
                "died_on_precision",
                "location_of_death",
                "place_of_death",
                "place_of_death_board",
                "expectedness",
                "abuse_or_neglect_suspected",
                "circumstances",
            ),
        ),
    )

    other_children = forms.CodeField(
        label="Are there other children at home or with the same carer, and are they safe now?",
        choices=[choice for choice in Children.choices if choice[0]],
        error_messages={"required": "Select whether there are other children, and if safe"},
    )
    told = forms.CodeField(
        label="Who has been told about the other children?",
        choices=[
            (SOMEBODY, "Somebody has been told"),
            (NOBODY, "Nobody has been told"),
            (NOT_KNOWN, "Not known"),
        ],
        help_text="Leave this blank if there are no other children.",
        reveals={SOMEBODY: "told_about_children"},
        required=False,
    )
    told_about_children = forms.PlainTextField(
        label="Who was told, and when",
        name="person who was told about the other children",
        error_messages={"required": "Enter who was told about the other children"},
    )
    notifier_name = forms.PlainTextField(
        label="Your name", error_messages={"required": "Enter your name"}
    )
    notifier_contact = forms.PlainTextField(
        label="Your telephone number or e-mail", name="telephone number or e-mail"
    )
    notified_by = ReferralForm.base_fields["notified_by"]
    notifier_organisation = forms.PlainTextField(
        label="Your organisation", help_text="For example the hospital or team.", required=False
    )
    learned_on = forms.DatePartsField(
        label="Day you learned of the death",
        name="day you learned of the death",
        not_before=FIRST_DAY,
        not_after=timezone.localdate,
        required=False,
    )
    residence_board = forms.CodeField(
        label="In which area did the child normally live?",
        name="area where the child normally lived",
        choices=boards,
        select=True,
        required=False,
    )
    died_on = DeathForm.base_fields["died_on"]
    died_on_precision = DeathForm.base_fields["died_on_precision"]
    location_of_death = DeathForm.base_fields["location_of_death"]
    place_of_death = DeathForm.base_fields["place_of_death"]
    place_of_death_board = forms.CodeField(
        label="In which area did the child die?",
        name="area where the child died",
        choices=boards,
        select=True,
        help_text="It goes to the panel of this area. Leave it blank if you do not know.",
        required=False,
    )
    expectedness = DeathForm.base_fields["expectedness"]
    abuse_or_neglect_suspected = yes_no_not_known("Is abuse or neglect known or suspected?")
    circumstances = forms.LongTextField(
        label="What is known so far", max_length=5_000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, own={}, **kwargs)
        wanted = {name for _, names in self.sections for name in names} | {"told_about_children"}
        for name in set(self.fields) - wanted:
            del self.fields[name]
        self.fields["circumstances"].help_text = "In a few sentences. Leave out what is not needed."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        others, told = cleaned.get("other_children"), cleaned.get("told")
        if others and others != Children.NONE and not told and "told" not in self.errors:
            self.add_error("told", "Select who has been told about the other children")
        dates = Dates(
            born_on=cleaned.get("born_on"),
            died_on=cleaned.get("died_on"),
            learned_on=cleaned.get("learned_on"),
        )
        for found in contradictions(dates, Answer.NOT_KNOWN):
            if found.field in self.fields and found.field not in self.errors:
                self.add_error(found.field, found.message)
        return cleaned

    @property
    def urgent(self) -> bool:
        """Whether other children may be at risk, or nobody is known to have been told of them."""
        others, told = (self.cleaned_data.get(name) for name in ("other_children", "told"))
        if others in (Children.NONE, ""):
            return False
        return others != Children.SAFE or told != SOMEBODY

    @property
    def areas(self) -> list[str]:
        """The areas that were named: where the child lived, then where the child died."""
        named = [self.cleaned_data.get(f"{what}_board") for what in ("residence", "place_of_death")]
        return [code for code in named if code and code != NOWHERE_KNOWN]

    @property
    def lines(self) -> list[dict[str, str]]:
        """The answers in words, in the order of the page."""
        lines = []
        for group in self.groups:
            for field in group.fields:
                reveals = getattr(field.field, "reveals", {})
                for name in (field.name, *reveals.values()):
                    if value := shown(self[name], self.cleaned_data.get(name)):
                        lines.append({"label": str(self[name].label), "value": value})
        return lines


def form_of(typed: Typed) -> OutsideForm:
    """Return the form with what was typed, checked."""
    form = OutsideForm(data=MultiValueDict(typed))
    form.is_valid()
    return form


def said_outside(typed: Typed, received_at: datetime.datetime) -> Said | None:
    """Return what a notification from outside says; None where it gives no day of death."""
    at = received_at.astimezone(LONDON)
    more = {
        "notified_on_day": [str(at.day)],
        "notified_on_month": [str(at.month)],
        "notified_on_year": [str(at.year)],
        "received_time": [f"{at:%H:%M}"],
    }
    if typed.get("told") == [NOBODY]:
        more["nobody_told"] = ["on"]
    told = typed.get("told") == [SOMEBODY]
    kept: Mapping[str, Any] = {
        name: values for name, values in typed.items() if told or name != "told_about_children"
    }
    each = {section.slug: {"typed": {**kept, **more}, "kept": 1} for section in SECTIONS}
    return said(NotificationDraft({"sections": each}, {}))


class SocialCareToldForm(forms.Form):
    """When children's social care was told, and by whom."""

    told_on = forms.DatePartsField(
        label="Day children’s social care was told",
        name="day children’s social care was told",
        not_before=FIRST_DAY,
        not_after=timezone.localdate,
    )
    told_by = forms.PlainTextField(
        label="Who told them", name="name of the person who told them", max_length=200
    )


class RejectForm(forms.Form):
    """Why a notification from outside is not taken up."""

    reason = forms.LongTextField(
        label="Why it is rejected",
        name="reason",
        help_text="It is kept, sealed, with the notification.",
        rows=3,
        max_length=2_000,
    )


class ReceiptForm(forms.Form):
    """The two numbers of a receipt."""

    receipt = forms.PlainTextField(label="Receipt number", max_length=40, width="20")
    check = forms.PlainTextField(label="Check number", max_length=120)
