"""A notification while it is being typed: its sections, what they lack, and what they say."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.forms import CheckboxInput
from django.utils.datastructures import MultiValueDict

from casereview.forms import BoundField, DateParts, NhsNumberField
from casereview.forms.dates import PARTS
from casereview.rules import nhs_numbers
from casereview.rules.working_days import written
from cdop.forms.child import ChildForm
from cdop.forms.death import DeathForm
from cdop.forms.family import AgenciesForm, FamilyForm, RowsForm
from cdop.forms.notification import LegalStatusForm, ReferralForm, ScopeForm, SectionForm
from cdop.rules.categorisation import Answer
from cdop.rules.list_matching import ListedDeath
from cdop.rules.notification_checks import Contradiction, Dates, contradictions

FORM = "notification"
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Section:
    """One page of a notification; without the required ones nothing can be submitted."""

    slug: str
    title: str
    form: type[SectionForm]
    required: bool = False
    intro: str = ""


SECTIONS = (
    Section(
        "scope",
        "Is this a death the panel reviews?",
        ScopeForm,
        True,
        "Every death from birth up to the 18th birthday, wherever it happened, of a child who "
        "normally lived in the area.",
    ),
    Section("referral", "Who notifies", ReferralForm, True),
    Section("child", "The child", ChildForm, True),
    Section("death", "The death", DeathForm, True),
    Section(
        "family",
        "Family and other children",
        FamilyForm,
        intro="The mother’s NHS number finds an earlier death in the same family.",
    ),
    Section(
        "legal-status",
        "Legal status",
        LegalStatusForm,
        intro="What you leave blank becomes a question to chase. Not known is never taken for no.",
    ),
    Section(
        "agencies",
        "Professionals who knew the child",
        AgenciesForm,
        intro="They are who will be asked for a report.",
    ),
)
BY_SLUG = {section.slug: section for section in SECTIONS}


def draft_of_listed(death: ListedDeath, own: Mapping[str, str]) -> "NotificationDraft":
    """Return a draft that holds what a registrar's or coroner's list says of a death."""
    draft = NotificationDraft(None, own)
    child = {"given_names": death.given_names, "family_name": death.family_name}
    child |= {"sex": death.sex, "postcode": death.postcode, **_parts("born_on", death.born_on)}
    for slug, typed in (("child", child), ("death", _parts("died_on", death.died_on))):
        if filled := {name: [value] for name, value in typed.items() if value}:
            draft.keep(slug, filled)
    return draft


def _parts(name: str, day: datetime.date | None) -> dict[str, str]:
    if day is None:
        return {}
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month)} | {
        f"{name}_year": str(day.year)
    }


def after(slug: str) -> Section | None:
    """Return the section after this one; None after the last."""
    place = [section.slug for section in SECTIONS].index(slug)
    return SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None


class NotificationDraft:
    """What has been typed so far, by section, exactly as it was typed.

    `own` are the boards of the person who types, by code.
    """

    def __init__(self, content: Mapping[str, Any] | None, own: Mapping[str, str]) -> None:
        self.sections: dict[str, dict[str, Any]] = dict((content or {}).get("sections", {}))
        self.own = own

    @property
    def content(self) -> dict[str, Any]:
        """What the draft keeps."""
        return {"sections": self.sections}

    def typed(self, slug: str) -> Typed:
        """Return what was typed in a section; nothing where it was not begun."""
        return self.sections.get(slug, {}).get("typed", {})

    def begun(self, slug: str) -> bool:
        return slug in self.sections

    def times_kept(self, slug: str) -> int:
        """Return how often a section was kept: a page that shows an older number is behind."""
        return self.sections.get(slug, {}).get("kept", 0)

    def keep(self, slug: str, typed: Typed) -> None:
        """Keep what was typed in a section."""
        self.sections[slug] = {"typed": typed, "kept": self.times_kept(slug) + 1}
        self.__dict__.pop("alone", None)
        self.__dict__.pop("contradictions", None)

    @cached_property
    def alone(self) -> dict[str, SectionForm]:
        """Every section begun, checked by itself."""
        return {slug: self._bound(slug, ()) for slug in BY_SLUG if self.begun(slug)}

    def _bound(self, slug: str, found: tuple[Contradiction, ...]) -> SectionForm:
        form = BY_SLUG[slug].form(data=MultiValueDict(self.typed(slug)), found=found, own=self.own)
        form.is_valid()
        return form

    def said(self, slug: str) -> dict[str, Any]:
        """Return the answers of a section that can be so by themselves."""
        form = self.alone.get(slug)
        return form.cleaned_data if form is not None else {}

    @property
    def dates(self) -> Dates:
        """The days given, as far as they are known."""
        return Dates(
            born_on=self.said("child").get("born_on"),
            died_on=self.said("death").get("died_on"),
            notified_on=self.said("referral").get("notified_on"),
            learned_on=self.said("referral").get("learned_on"),
            coroner_informed_on=self.said("death").get("coroner_informed_on"),
        )

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """What the sections say against each other."""
        said = self.said("scope").get("under_18") or Answer.NOT_KNOWN
        return tuple(contradictions(self.dates, Answer(said)))

    def checked(self, slug: str) -> SectionForm:
        """Return a section begun with all its errors, those against other sections included."""
        return self._bound(slug, self.contradictions)

    def blank(self, slug: str) -> SectionForm:
        """Return a section as it was left: what was typed, and no errors."""
        form_class, typed = BY_SLUG[slug].form, MultiValueDict(self.typed(slug))
        options: dict[str, Any] = {"own": self.own}
        if issubclass(form_class, RowsForm):
            count = str(typed.get("rows", ""))
            options["rows"] = int(count) if count.isascii() and count.isdigit() else 0
        if not self.begun(slug):
            return form_class(**options)
        form = form_class(**options)
        for name, field in form.fields.items():
            form.initial[name] = field.widget.value_from_datadict(typed, MultiValueDict(), name)
        return form

    def state(self, section: Section) -> str:
        """Say how far a section is: not started, incomplete or completed."""
        if not self.begun(section.slug):
            return "not_started"
        return "incomplete" if self.checked(section.slug).errors else "completed"

    @property
    def ready(self) -> bool:
        """Whether nothing hinders submitting it."""
        return all(
            self.state(section) == "completed"
            or (not section.required and not self.begun(section.slug))
            for section in SECTIONS
        )

    @property
    def who(self) -> str:
        """Name the child as far as a name was typed."""
        typed = self.typed("child")
        given = (typed.get("given_names") or [""])[0].strip()
        family = (typed.get("family_name") or typed.get("mother_family_name") or [""])[0].strip()
        if not given and typed.get("unnamed"):
            given = "Baby of"
        return f"{given} {family}".strip()


def typed_in(form: SectionForm, posted: Any) -> Typed:
    """Return what was posted for the fields of a form, exactly as it was typed."""
    names = []
    for name, field in form.fields.items():
        dated = isinstance(field.widget, DateParts)
        parts = [f"{name}_{part}" for part in PARTS] if dated else []
        names += parts or [name]
    return {name: posted.getlist(name) for name in names if name in posted}


def shown(field: BoundField, value: Any) -> str:
    """Return an answer in words; nothing for no answer."""
    if value in (None, "", False):
        return ""
    if isinstance(field.field.widget, CheckboxInput):
        return "Yes"
    if isinstance(field.field, NhsNumberField):
        return nhs_numbers.spaced(str(value))
    if isinstance(value, datetime.date):
        return written(value)
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    choices = getattr(field.field, "choices", None)
    if choices is not None:
        return str(dict(choices).get(value, value))
    return str(value)
