"""Forms about people with accounts, and about agencies."""

from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from casereview import codes, forms
from casereview.models import Agency, Board, Panel, User
from casereview.rules.access_table import Role
from casereview.rules.role_scope import Scope, scope_of


class EmailField(forms.PlainTextField):
    """An e-mail address, in small letters."""

    longest = 254

    def clean(self, value: Any) -> str:
        """Return the address in small letters.

        Raises:
            ValidationError: it is not like name@example.org.
        """
        address = super().clean(value).lower()
        if address:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    f"Enter the {self.name} like name@example.org", code="invalid"
                ) from None
        return address


class RecordField(forms.CodeField):
    """One record of a list, chosen in a select box; the value is the record or None."""

    def __init__(self, *, records, **kwargs: Any) -> None:
        self.records = records
        super().__init__(
            choices=lambda: [(str(one.pk), str(one)) for one in records()], select=True, **kwargs
        )

    def clean(self, value: Any):
        """Return the record that was chosen."""
        key = super().clean(value)
        return next((one for one in self.records() if str(one.pk) == key), None)


def open_agencies():
    """Return the agencies that are still there."""
    return Agency.objects.filter(retired_on=None)


def boards():
    """Return the boards that are still there."""
    return Board.objects.filter(retired_on=None)


def panels():
    """Return the panels that are still there."""
    return Panel.objects.filter(retired_on=None)


class VersionedForm(forms.Form):
    """A form about a record; it remembers which version its reader saw."""

    version = django_forms.IntegerField(widget=django_forms.HiddenInput, required=False)


class PersonForm(VersionedForm):
    """Who somebody is and where they work."""

    name = forms.PlainTextField(label="Name", help_text="As others should see it", width="30")
    email = EmailField(label="E-mail address", name="e-mail address", width="30")
    post = forms.PlainTextField(label="Post", required=False, width="30")
    agency = RecordField(label="Agency", records=open_agencies, required=False)


class RoleForm(forms.Form):
    """Which role to give."""

    role = forms.CodeField(
        label="Role",
        choices=Role.choices,
        error_messages={"required": "Select a role", "invalid_choice": "Select a role"},
    )


class ForWhomForm(forms.Form):
    """For what a role is held, and until when."""

    panel = RecordField(label="Panel", records=panels)
    board = RecordField(label="Board", records=boards)
    agency = RecordField(label="Agency", records=open_agencies)
    until = forms.DatePartsField(
        label="Until",
        name="last day of the role",
        help_text="The last day it is held. Leave it empty when there is no end yet.",
        required=False,
        not_before=timezone.localdate,
    )

    reason = forms.LongTextField(
        label="Why does this person need the role?",
        name="reason why this person needs the role",
        help_text="It reaches cases: another administrator or an auditor reads this and agrees.",
        rows=3,
        max_length=2_000,
    )

    def __init__(self, *args: Any, role: Role, second: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not second:
            del self.fields["reason"]
        for scope in (Scope.PANEL, Scope.BOARD, Scope.AGENCY):
            if scope != scope_of(role):
                del self.fields[scope]


class ReasonForm(forms.Form):
    """Why somebody does something that asks for a reason."""

    reason = forms.LongTextField(label="Reason", rows=3)

    def __init__(self, *args: Any, required: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = required
        self.fields["reason"].help_text = hint


class AddressForm(forms.Form):
    """Another address at which somebody signs in, and why."""

    email = EmailField(label="New e-mail address", name="new e-mail address", width="30")
    reason = forms.LongTextField(
        label="Reason",
        help_text="How you know that it is this person who asks. Speak to them.",
        rows=3,
    )


class AgencyForm(VersionedForm):
    """What is known of an agency."""

    name = forms.PlainTextField(label="Name", width="30")
    kind = forms.CodeField(label="Kind of agency", choices=codes.agency_types, select=True)
    board = RecordField(
        label="Board", records=boards, required=False, help_text="The area it serves, if it is one"
    )
    email = EmailField(
        label="E-mail address",
        name="e-mail address",
        required=False,
        width="30",
        help_text="A mailbox that is read when people are away",
    )
    telephone = forms.PlainTextField(label="Telephone", required=False, max_length=40, width="20")
    lead = RecordField(
        label="Named lead",
        records=User.objects.none,
        required=False,
        help_text="Hands requests to people of the agency. Only people of this agency are here.",
    )

    def __init__(self, *args: Any, agency: Agency | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(agency=agency, is_active=True) if agency else None
        if people is None or not people.exists():
            del self.fields["lead"]
        else:
            lead: Any = RecordField(
                label="Named lead",
                records=people.all,
                required=False,
                help_text=self.fields["lead"].help_text,
            )
            self.fields["lead"] = lead


class ContactForm(forms.Form):
    """A person or mailbox of an agency."""

    name = forms.PlainTextField(label="Name", help_text="A person or a mailbox", width="30")
    post = forms.PlainTextField(label="Post", required=False, width="30")
    email = EmailField(label="E-mail address", name="e-mail address", required=False, width="30")
    telephone = forms.PlainTextField(label="Telephone", required=False, max_length=40, width="20")
