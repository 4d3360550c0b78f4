"""The form of a referral: the incident once, and a block for each child of it."""

from typing import Any

from django import forms as django_forms
from django.forms.utils import ErrorDict

from casereview import codes
from casereview.forms import (
    CodeField,
    ErrorLink,
    Form,
    LongTextField,
    NhsNumberField,
    PlainTextField,
    TickField,
    error_links,
)
from scr.forms.choosing import AgenciesField, BoardField
from scr.forms.referral import answer_field, past_day, safe_field
from scr.referral_said import DIED, HARMED, ChildSaid, Said

MOST_CHILDREN = 8
HAPPENED = ((DIED, "The child died"), (HARMED, "The child was seriously harmed and did not die"))
_CHILD = tuple(ChildSaid.__dataclass_fields__)


class ChildForm(Form):
    """One child of the incident."""

    family_name = PlainTextField(label="Family name", name="family name of the child")
    given_names = PlainTextField(
        label="Given names", name="given names of the child", required=False
    )
    born_on = past_day("Date of birth", "date of birth", required=False)
    sex = CodeField(label="Sex", choices=codes.genders, select=True, required=False)
    nhs_number = NhsNumberField(required=False)
    address = PlainTextField(label="Address", name="address", required=False)
    postcode = PlainTextField(label="Postcode", name="postcode", width="10", required=False)
    home = BoardField(
        label="Where does the child normally live?",
        name="board of the home",
        required=False,
        help_text="Leave it empty if this is not known.",
    )
    happened = CodeField(
        label="What happened to this child?",
        choices=HAPPENED,
        reveals={DIED: "died_on"},
        error_messages={"required": "Select what happened to this child"},
        about="serious_harm",
    )
    died_on = past_day("Date of death", "date of death")
    looked_after = answer_field(
        "Was this child looked after by a local authority?",
        "whether this child was looked after",
        reveals={"Y": "looked_after_by"},
    )
    looked_after_by = BoardField(
        label="Which authority’s area?", name="area of the authority", required=False
    )

    def clean(self) -> dict[str, Any]:
        """Keep birth and death in order."""
        cleaned = super().clean()
        born, died = cleaned.get("born_on"), cleaned.get("died_on")
        if born and died and died < born:
            self.add_error("died_on", "Enter a date of death on or after the date of birth")
        return cleaned

    def said(self) -> ChildSaid:
        """Return what is said of this child."""
        facts: dict[str, Any] = {name: self.cleaned_data.get(name) for name in _CHILD}
        words = {name: facts[name] or "" for name in facts if not name.endswith("_on")}
        return ChildSaid(**(facts | words))


class IncidentForm(Form):
    """What is said once for all children of one incident."""

    sections = (
        ("What happened", ["grounds", "event_on", "event_outside_england", "event_board"]),
        ("Who knows of it", ["aware_on", "raised_by", "agencies"]),
        ("Safety of other children", ["siblings_safe", "immediate_safety"]),
    )

    grounds = LongTextField(
        label="Why do you refer?",
        name="reason for the referral",
        about="criteria",
        help_text="What happened, and what is known or suspected of abuse, neglect or how "
        "agencies worked together.",
    )
    event_on = past_day("When did it happen?", "day it happened")
    event_outside_england = TickField(label="It happened outside England", required=False)
    event_board = BoardField(
        label="Where did it happen?", name="board of the place", required=False
    )
    aware_on = past_day(
        "When did the local authority become aware of it?",
        "day the authority became aware",
        required=False,
    )
    raised_by = PlainTextField(
        label="Which professional raised it?",
        name="name of the professional",
        help_text="Name and post. You refer as the named lead.",
    )
    agencies = AgenciesField(
        label="Which agencies know the child or the family?",
        name="agencies",
        required=False,
        help_text="They are asked to secure and seal their files.",
    )
    siblings_safe = safe_field()
    immediate_safety = LongTextField(
        label="What was done for their safety, when and by whom",
        name="what was done for their safety",
        rows=3,
        required=False,
    )


class UnderstoodForm(Form):
    """That social care was telephoned before a referral is sent."""

    understood = TickField(
        label="I have telephoned children’s social care about the other children",
        error_messages={"required": "Telephone children’s social care, then tick the box"},
    )


class ReferralForm:
    """The incident and its children on one page, with buttons that add and remove a child."""

    def __init__(self, data: Any = None, children: int = 1):
        self.bound = data is not None
        self.children_count = max(1, min(children, MOST_CHILDREN))
        self.incident = IncidentForm(data)
        self.children = [
            ChildForm(data, prefix=f"child{number}") for number in range(self.children_count)
        ]
        self.understood = UnderstoodForm(data)

    @classmethod
    def as_typed(cls, data: Any, children: int) -> "ReferralForm":
        """Return the form as it was typed, with as many children; nothing is marked as wrong."""
        form = cls(data, children)
        parts: list[Any] = [*form.children, form.incident, form.understood]
        for part in parts:
            part._errors = ErrorDict()
        return form

    @property
    def unsafe(self) -> bool:
        answer = self.incident.data.get("siblings_safe") if self.bound else None
        return answer in ("N", "NK")

    @property
    def parts(self) -> list[Form]:
        found: list[Form] = [*self.children, self.incident]
        return [*found, self.understood] if self.unsafe else found

    def is_valid(self) -> bool:
        """Say whether every part is right; each part is looked at."""
        return all([part.is_valid() for part in self.parts])

    def said(self) -> Said:
        """Return what was said."""
        typed = self.incident.cleaned_data
        kept = [name for name in Said.__dataclass_fields__ if name in typed and name != "agencies"]
        facts: dict[str, Any] = {name: typed[name] for name in kept}
        return Said(
            **facts,
            agencies=tuple(str(one.pk) for one in typed["agencies"]),
            children=tuple(child.said() for child in self.children),
        )

    @property
    def errors(self) -> bool:
        return self.bound and any(part.errors for part in self.parts)

    @property
    def error_prefix(self) -> str:
        return "Error: " if self.errors else ""

    def error_links(self) -> list[ErrorLink]:
        """List the errors of the page in its order."""
        return [link for part in self.parts for link in error_links(part)] if self.bound else []


class DecideForm(Form):
    """What the office says when it accepts or rejects a referral."""

    told = LongTextField(
        label="Who told children’s social care, when and whom",
        name="who told children’s social care",
        rows=2,
        required=False,
    )
    version = django_forms.IntegerField(
        widget=django_forms.HiddenInput, required=False, min_value=0, max_value=10**8
    )


class RejectForm(DecideForm):
    """Why a referral is rejected."""

    reason = LongTextField(label="Why it is rejected", name="reason for the rejection", rows=3)
