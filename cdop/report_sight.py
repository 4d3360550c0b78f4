"""What a request asks and what stands answered: sections, people by relation, facts on record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from casereview import keys
from casereview.models import AgencyRequest, Case, Child, FamilyLink
from cdop.models import AgencyAnswer, RequestPart
from cdop.report_access import is_lead
from cdop.report_questions import NO_RECORD, forms
from cdop.rules.report_forms import (
    Completeness,
    FormSection,
    Question,
    completeness,
    is_asked,
    people_for,
    sections_for,
    version_on,
)

Relation = FamilyLink.Relation
ADULTS = (Relation.MOTHER, Relation.FATHER, Relation.CARER, Relation.OTHER_ADULT)
UNKNOWN = {"", "NK", "UNKNOWN", "UNKN"}
# What a question in words holds in place of a code.
IN_WORDS = "words"


@dataclass(frozen=True)
class Relative:
    """One person of the family, named by relation; the name is for finding the record alone."""

    link: FamilyLink
    relation: str

    @property
    def key(self) -> Any:
        return self.link.person_id


@dataclass(frozen=True)
class Known:
    """A fact on record that an agency may know: its code, where it has one, and its words."""

    code: str
    words: str


@dataclass
class Report:
    """One request with what it asks and what stands answered."""

    request: AgencyRequest
    sections: tuple[FormSection, ...]
    relatives: dict[str, list[Relative]]
    rows: dict[tuple[str, Any], AgencyAnswer]
    known: dict[str, Known]
    parts: dict[str, RequestPart] = field(default_factory=dict)

    @property
    def answers(self) -> dict[tuple[str, Any], str]:
        """The answers as the rules read them: a code, or a word for anything in words."""
        return {key: row.code or (IN_WORDS if row.text else "") for key, row in self.rows.items()}

    @property
    def people(self) -> dict[str, list[Any]]:
        """The keys of the people asked about, by kind."""
        return {kind: [one.key for one in found] for kind, found in self.relatives.items()}

    def section(self, code: str) -> FormSection | None:
        """Return a section of this request by its code."""
        return next((one for one in self.sections if one.code == code), None)

    def completeness(self, sections: Iterable[FormSection] | None = None) -> Completeness:
        """Count what is asked and answered in these sections; in all where none are named."""
        total = Completeness(0, 0)
        answers, people = self.answers, self.people
        for section in self.sections if sections is None else sections:
            total += completeness(section, people, answers)
        return total

    def asked(self, section: FormSection) -> list[tuple[Question, Relative | None]]:
        """List the questions of a section that are asked now, each about the child or a person."""
        answers, found = self.answers, []
        for question in section.questions:
            everybody: Sequence[Any] = people_for(question, self.relatives)
            for about in everybody:
                if is_asked(question, about.key if about else None, answers):
                    found.append((question, about))
        return found

    def stamp(self, section: FormSection) -> str:
        """Return what tells whether the answers of a section changed since a page was shown."""
        codes = {one.code for one in section.questions}
        rows = [row for (code, _), row in self.rows.items() if code in codes]
        return f"{len(rows)}.{sum(row.version for row in rows)}"

    def belong_to(self, user) -> tuple[FormSection, ...]:
        """Return the sections that `user` may answer: the handed parts, or all that are left."""
        if user is None or is_lead(user, self.request):
            return self.sections
        mine = {code for code, part in self.parts.items() if part.to_user_id == user.pk}
        if self.request.to_user_id == user.pk:
            others = {code for code, part in self.parts.items() if part.to_user_id} - mine
            return tuple(one for one in self.sections if one.code not in others)
        return tuple(one for one in self.sections if one.code in mine)


def report_of(request: AgencyRequest) -> Report:
    """Read a request with its questions and answers, in a constant number of queries."""
    case = request.case
    keys.prefetch("case", [case.pk])
    child = Child.objects.filter(case=case).first()
    known = _known(case, child)
    event = known.get("event")
    day = case.notified_on or case.died_on
    version = request.form_version
    if version not in {one.code for one in forms().versions}:
        version = version_on(forms(), day or timezone.localdate())
    rows = AgencyAnswer.objects.filter(request=request).select_related("said_by_user", "case")
    sections = sections_for(
        forms(),
        version=version,
        agency_type=request.agency.kind,
        events=[event.code] if event else [],
        age_days=child.age_days if child else None,
        only=request.sections,
        on=timezone.localdate(request.requested_at) if request.requested_at else None,
    )
    asked_of = {one.known for section in sections for one in section.questions}
    return Report(
        request=request,
        sections=sections,
        relatives=relatives_of(case),
        rows={(row.question, row.about_id): row for row in rows if row.question != NO_RECORD},
        # What an agency is not asked to confirm is not told to it.
        known={name: fact for name, fact in known.items() if name in asked_of},
        parts={
            part.section: part
            for part in RequestPart.objects.filter(request=request).select_related("to_user")
        },
    )


def relatives_of(case: Case) -> dict[str, list[Relative]]:
    """Return the family by kind, adults and siblings, each told by relation and number."""
    links = list(
        FamilyLink.objects.filter(case=case).select_related("person", "case").order_by("pk")
    )
    order = list(Relation)
    links.sort(key=lambda link: order.index(Relation(link.relation)))
    many = {relation: sum(link.relation == relation for link in links) > 1 for relation in Relation}
    seen: dict[str, int] = {}
    found: dict[str, list[Relative]] = {"adult": [], "sibling": []}
    for link in links:
        number = seen[link.relation] = seen.get(link.relation, 0) + 1
        words = link.get_relation_display()
        relation = f"{words} {number}" if many[Relation(link.relation)] else words
        kind = "adult" if link.relation in ADULTS else "sibling"
        found[kind].append(Relative(link, relation))
    keys.prefetch("person", [link.person_id for link in links])
    return found


def _known(case: Case, child: Child | None) -> dict[str, Known]:
    """Return the facts on record that agencies are shown, without those nobody knows."""
    found: dict[str, Known] = {}
    notification = case.notifications.order_by("notified_on", "submitted_at", "id").first()
    for name in ("location_of_death", "event", "cp_plan", "statutory_order"):
        code = getattr(notification, name, "") or ""
        if code not in UNKNOWN and code != "OTHER":
            found[name] = Known(code, getattr(notification, f"get_{name}_display")())
    for name in ("birth_weight_grams", "gestation_weeks"):
        value = getattr(child, name, None)
        if value is not None:
            found[name] = Known("", str(value))
    return found
