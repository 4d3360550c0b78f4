"""The forms of a case's sharing page: admissions and interests."""

import datetime
import uuid
from typing import Any

from django.utils import timezone

from casereview.forms.choices import CodeField
from casereview.forms.dates import DatePartsField
from casereview.forms.page import Form
from casereview.forms.words import LongTextField
from casereview.models import Agency, Interest, StandingRole, User
from casereview.rules.access_table import LABELS, Role
from casereview.rules.interests import Ground, refusal

# Given case by case by the manager. Chairing and membership need the standing role as well; the
# serious case review group is admitted by its own side.
TO_ANYBODY = (Role.CONTRIBUTOR, Role.AGENCY_LEAD)
TO_HOLDERS = (Role.PANEL_MEMBER, Role.PANEL_CHAIR)

LEVEL_HINTS: dict[str, str] = {
    Interest.Level.NOTED: "For example, a professional who once worked with the family.",
    Interest.Level.INFORMS_ONLY: "For example, the clinician responsible for the child’s care. "
    "Does not count towards this case’s quorum.",
    Interest.Level.WITHDRAWS: "Always for a family or personal connection, and for anybody "
    "criticised in the papers.",
}


GROUND_HINTS: dict[str, str] = {
    Ground.FAMILY: "Always withdraws.",
    Ground.CRITICISED: "Always withdraws.",
    Ground.RESPONSIBLE_CLINICIAN: "Informs only or withdraws, and never chairs the case.",
}


def people() -> list[tuple[str, str]]:
    """Return the people who have not left, with their agency."""
    found = User.objects.filter(is_active=True).select_related("agency").order_by("name")
    return [
        (str(user.pk), f"{user.name} ({user.agency})" if user.agency else user.name)
        for user in found
    ]


def agencies() -> list[tuple[str, str]]:
    """Return the agencies at work today."""
    return [
        (str(pk), name)
        for pk, name in Agency.objects.filter(retired_on=None).values_list("pk", "name")
    ]


def level_field(label: str) -> CodeField:
    """Return the choice of what an interest means for the case."""
    return CodeField(
        label=label,
        choices=Interest.Level.choices,
        hints=LEVEL_HINTS,
        error_messages={"required": "Select what the interest means for this case"},
    )


def ground_field() -> CodeField:
    """Return the choice of what kind of interest it is."""
    return CodeField(
        label="What kind of interest is it?",
        name="kind of interest",
        choices=Ground.choices(),
        hints=GROUND_HINTS,
    )


class AdmitForm(Form):
    """Who is admitted to a case, as what, until when and why."""

    person = CodeField(label="Person", choices=people, select=True)
    role = CodeField(
        label="Role on this case",
        choices=[(role.value, LABELS[role]) for role in (*TO_ANYBODY, *TO_HOLDERS)],
        hints={
            Role.CONTRIBUTOR: "Answers a request about the child. Sees only that request.",
            Role.AGENCY_LEAD: "Sees and signs off the agency’s requests.",
            Role.PANEL_MEMBER: "Reads the panel’s papers, without the child’s name.",
            Role.PANEL_CHAIR: "As a member; decides interests and completes the review.",
        },
    )
    until = DatePartsField(
        label="Until",
        name="last day",
        help_text="The last day, included. Leave it empty for as long as the case is open.",
        required=False,
        not_before=timezone.localdate,
    )
    reason = LongTextField(
        label="Why this person needs the case",
        name="reason why this person needs the case",
        rows=3,
        max_length=2_000,
    )

    def __init__(self, *args: Any, by: Any, case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.case = by, case

    def clean(self) -> dict[str, Any]:
        """Refuse to admit oneself, and to give a panel role that the person does not hold."""
        cleaned = super().clean()
        key, role = cleaned.get("person"), cleaned.get("role")
        if key and key == str(self.by.pk):
            self.add_error("person", "Ask somebody else to admit you")
        elif key and role in TO_HOLDERS:
            held = StandingRole.objects.filter(user=key, role=role, ended_at=None).exclude(
                until__lt=timezone.localdate()
            )
            if not held.exists():
                self.add_error(
                    "role",
                    f"Select a role that this person holds: they are not a "
                    f"{LABELS[Role(role)].lower()}",
                )
        return cleaned

    @property
    def person_chosen(self) -> User:
        return User.objects.get(pk=uuid.UUID(self.cleaned_data["person"]))

    @property
    def until_end(self) -> datetime.datetime | None:
        """The first moment after the last day."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        after = day + datetime.timedelta(days=1)
        return timezone.make_aware(datetime.datetime.combine(after, datetime.time.min))


class DismissForm(Form):
    """Why somebody is dismissed from a case."""

    reason = LongTextField(
        label="Why they no longer need the case",
        name="reason why they no longer need the case",
        rows=3,
        max_length=2_000,
    )


class InterestForm(Form):
    """One's own interest in a case."""

    ground = ground_field()
    level = level_field("What does it mean for this case?")
    grounds = LongTextField(
        label="What the interest is",
        name="interest",
        help_text="One or two sentences. The chair and the CDR manager read this.",
        about="interest",
        rows=3,
        max_length=2_000,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a level that the ground does not bear."""
        return _levelled(self, super().clean())


class RecordInterestForm(Form):
    """An interest of a person or an agency, recorded for them."""

    whose = CodeField(
        label="Whose interest is it?",
        choices=[("person", "A person’s"), ("agency", "An agency’s, so everybody who works there")],
        reveals={"person": "person_key", "agency": "agency_key"},
        error_messages={"required": "Select whose interest it is"},
    )
    person_key = CodeField(label="Person", choices=people, select=True)
    agency_key = CodeField(label="Agency", choices=agencies, select=True)
    ground = ground_field()
    level = level_field("What does it mean for this case?")
    grounds = LongTextField(label="What the interest is", name="interest", rows=3, max_length=2_000)

    def clean(self) -> dict[str, Any]:
        """Refuse a level that the ground does not bear, and a person's ground for an agency."""
        cleaned = super().clean()
        return _levelled(self, cleaned, of_agency=cleaned.get("whose") == "agency")

    @property
    def person(self) -> User | None:
        key = self.cleaned_data.get("person_key")
        return User.objects.get(pk=key) if key else None

    @property
    def agency(self) -> Agency | None:
        key = self.cleaned_data.get("agency_key")
        return Agency.objects.get(pk=key) if key else None


def _levelled(form: Form, cleaned: dict[str, Any], *, of_agency: bool = False) -> dict[str, Any]:
    ground, level = cleaned.get("ground"), cleaned.get("level")
    if ground and level and (words := refusal(ground, level, of_agency=of_agency)):
        # Every ground bears withdrawing, unless it is not one that an agency can have.
        wrong = "ground" if refusal(ground, "withdraws", of_agency=of_agency) else "level"
        form.add_error(wrong, words)
    return cleaned


class DecideInterestForm(Form):
    """The chair's decision on a declared interest."""

    level = level_field("What do you decide?")
    reason = LongTextField(
        label="Reason for the decision", name="reason for the decision", rows=3, max_length=2_000
    )


class LiftForm(Form):
    """Why a withdrawal is lifted."""

    reason = LongTextField(
        label="Why the withdrawal is lifted",
        name="reason why the withdrawal is lifted",
        rows=3,
        max_length=2_000,
    )
