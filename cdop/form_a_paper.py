"""Form A of a case for the file: the notification, field by field, with who the child was."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from casereview import keys
from casereview.models import Case, Child, FamilyLink
from casereview.rules.working_days import written
from cdop import codes, copy_sheet
from cdop.form_papers import FormPaper, of_list
from cdop.form_sets import today_s
from cdop.models import Notification
from cdop.rules.form_papers import (
    NOT_ASKED,
    NOT_RECORDED,
    NOT_YET_KNOWN,
    Line,
    Part,
    Said,
    parts_of,
)

Relation = FamilyLink.Relation
RESPONSIBLE = (Relation.MOTHER, Relation.FATHER, Relation.CARER)
CHILDREN = (Relation.SIBLING, Relation.OTHER_CHILD)


def form_a(user, case: Case, notification: Notification) -> FormPaper:
    """Return the notification as paper: on Form A, or on the notification form from 2018."""
    if today_s(case):
        return national(user, case, "NOT", state=_received(notification))
    found = codes.code_list("form_a_fields")
    answers = _Answers(case, notification)
    parts = parts_of(found.codes, notification.notified_on, lambda code: FIELDS[code](answers))
    return of_list(
        found,
        name="Form A",
        reference=case.reference,
        state=_received(notification),
        parts=[*parts, answers.beside_the_form()],
    )


def national(user, case: Case, form: str, *, state: str) -> FormPaper:
    """Return one of the forms from 2018 as paper, item by item as it is copied by hand."""
    sheet = copy_sheet.sheet_of(user, case, form)
    return of_list(
        codes.code_list("cdr_item"),
        name=sheet.title,
        reference=case.reference,
        state=state,
        title=f"{sheet.title} of child death review",
        parts=[
            Part(
                section.title,
                tuple(
                    Line(
                        one.code,
                        one.label,
                        "CONFIRMED" if one.confirmed else "RECONSTRUCTED",
                        one.value or (NOT_ASKED if one.coded else NOT_RECORDED),
                    )
                    for one in section.items
                ),
            )
            for section in sheet.sections
        ],
    )


def _received(notification: Notification) -> str:
    return f"Notified on {written(notification.notified_on)}"


class _Answers:
    """What the record holds for each field of Form A."""

    def __init__(self, case: Case, notification: Notification) -> None:
        self.case, self.row = case, notification
        self.child = Child.objects.filter(case=case).first()
        self.to_chase = set(notification.to_chase or ())
        links = list(FamilyLink.objects.filter(case=case).select_related("person").order_by("pk"))
        order = list(Relation)
        self.family = sorted(links, key=lambda one: order.index(Relation(one.relation)))
        keys.prefetch("person", [one.person_id for one in self.family])

    def coded(self, name: str, of: Any = None) -> str:
        """Return a coded answer in words; a blank one was not asked, or is being asked after."""
        row = self.row if of is None else of
        if value := getattr(row, name, ""):
            shown = getattr(row, f"get_{name}_display", None)
            return str(shown() if shown else value)
        return NOT_YET_KNOWN if name in self.to_chase else NOT_ASKED

    def words(self, name: str, of: Any = None) -> str:
        """Return an answer in words, a day or a number; a blank one is not recorded."""
        value = getattr(self.row if of is None else of, name, None)
        if value in (None, ""):
            return NOT_YET_KNOWN if name in self.to_chase else NOT_RECORDED
        if hasattr(value, "hour") and not hasattr(value, "year"):
            return f"{value:%H:%M}"
        return written(value) if hasattr(value, "year") else str(value)

    def of_child(self, name: str) -> str:
        return self.words(name, self.child or object())

    def code_of_child(self, name: str) -> str:
        return self.coded(name, self.child or object())

    def with_detail(self, name: str, *details: str) -> Said:
        """Return a coded answer, and what was asked on top where it was given."""
        found = [
            self.coded(one) if hasattr(self.row, f"get_{one}_display") else self.words(one)
            for one in details
            if getattr(self.row, one)
        ]
        return (self.coded(name), *found) if found else self.coded(name)

    def moment(self, name: str) -> str:
        at = getattr(self.row, name)
        if at is None:
            return NOT_RECORDED
        local = timezone.localtime(at)
        return f"{written(local.date())}, {local:%H:%M}"

    def received(self) -> str:
        at = self.row.received_at
        return f"{timezone.localtime(at):%H:%M}" if at else NOT_RECORDED

    def died(self) -> str:
        case = self.case
        if case.died_on is None:
            return NOT_RECORDED
        exact = case.died_on_precision == Case.Precision.EXACT
        return written(case.died_on) + (
            "" if exact else f" ({case.get_died_on_precision_display()})"
        )

    def place(self) -> Said:
        row = self.row
        return (
            f"Died: {self.coded('location_of_death')}",
            f"Name or address: {self.words('place_of_death')}",
            f"Event: {self.coded('location')}"
            + (f" – {row.location_other}" if row.location_other else ""),
        )

    def confirmed(self) -> str:
        row = self.row
        if row.expectedness_confirmed_by is None or row.expectedness_confirmed_at is None:
            return "Not confirmed yet"
        on = timezone.localtime(row.expectedness_confirmed_at).date()
        return f"Confirmed by {row.expectedness_confirmed_by.name} on {written(on)}"

    def causes(self) -> Said:
        named = (("Ia", "cause_1a"), ("Ib", "cause_1b"), ("Ic", "cause_1c"), ("II", "cause_2"))
        return tuple(f"{label}: {self.words(name)}" for label, name in named)

    def people(self, relations: Iterable[str], *, number: bool = False) -> Said:
        """Return each person of a relation in one line: who they are and where they live."""
        found = []
        for one in self.family:
            if one.relation not in relations:
                continue
            person = one.person
            name = " ".join(filter(None, (person.given_names, person.family_name)))
            facts = [f"born {written(person.born_on)}" if person.born_on else ""]
            if number:
                facts.append(f"NHS number {person.nhs_number or 'not recorded'}")
            else:
                facts.append(person.get_sex_display() if person.sex else "")
                facts.append(", ".join(filter(None, (person.address, person.postcode))))
                if one.relation in RESPONSIBLE:
                    facts.append(
                        f"parental responsibility: {one.get_parental_responsibility_display()}"
                    )
            said = "; ".join(filter(None, facts))
            found.append(f"{one.get_relation_display()}: {name or 'name not recorded'}; {said}")
        waits = relations is RESPONSIBLE and "mother" in self.to_chase
        return tuple(found) or (NOT_YET_KNOWN if waits else NOT_RECORDED)

    def children_safe(self) -> Said:
        row = self.row
        told = ""
        if row.social_care_told_on:
            by = f", by {row.social_care_told_by}" if row.social_care_told_by else ""
            told = f"Children’s social care told on {written(row.social_care_told_on)}{by}"
        return (
            self.coded("other_children"),
            told,
            f"Who has been told: {row.told_about_children}" if row.told_about_children else "",
            "Nobody has been told yet" if row.nobody_told else "",
        )

    def contacts(self) -> Said:
        agencies = dict(self.row._meta.get_field("notified_by").flatchoices)
        return tuple(
            f"{agencies.get(one.get('agency', ''), 'Professional')}: "
            + (
                ", ".join(filter(None, map(one.get, ("name", "organisation", "contact"))))
                or "name and contact not known yet"
            )
            for one in self.row.agency_contacts or []
        )

    def birth(self) -> Said:
        child = self.child
        if child is None:
            return NOT_RECORDED
        names = ("births", "gestation_weeks", "birth_weight_grams", "maternity_unit")
        answered = any(getattr(child, name) for name in names)
        if not answered and child.age_days is not None and child.age_days >= 365:
            return f"{NOT_ASKED}: the child was a year old or older"
        order = f"{child.birth_order} of {child.births}" if child.births else NOT_RECORDED
        return (
            f"Birth order: {order}",
            f"Weeks of pregnancy: {self.of_child('gestation_weeks')}",
            f"Birth weight in grams: {self.of_child('birth_weight_grams')}",
            f"Maternity unit: {self.of_child('maternity_unit')}",
        )

    def names(self) -> Said:
        child = self.child
        mother = child.mother_family_name if child else ""
        return (self.of_child("other_names"), f"Mother’s family name: {mother}" if mother else "")

    def beside_the_form(self) -> Part:
        """Return what is recorded with a notification and has no field on Form A."""
        asked = (
            ("Is abuse or neglect known or suspected?", self.coded("abuse_or_neglect_suspected")),
            ("Event that led to the death", self.coded("event")),
            ("Note of the designated doctor", self.words("expectedness_note")),
        )
        lines = tuple(Line("", label, "CONFIRMED", text) for label, text in asked)
        return Part("Recorded beside the form", lines)


FIELDS: dict[str, Callable[[_Answers], Said]] = {
    "A001": lambda of: of.case.reference,
    "A001a": lambda of: of.coded("born_alive"),
    "A001b": lambda of: of.coded("stillbirth_or_late_loss"),
    "A001c": lambda of: of.coded("lawful_termination"),
    "A002": lambda of: of.words("notified_on"),
    "A003": lambda of: of.received(),
    "A004": lambda of: of.words("notifier_name"),
    "A005": lambda of: of.words("notifier_contact"),
    "A006": lambda of: of.with_detail("notified_by", "notifier_organisation"),
    "A007": lambda of: of.words("consultant"),
    "A010": lambda of: of.of_child("family_name"),
    "A011": lambda of: of.of_child("given_names"),
    "A012": lambda of: of.names(),
    "A013": lambda of: of.of_child("born_on"),
    "A014": lambda of: of.code_of_child("sex"),
    "A015": lambda of: of.of_child("nhs_number"),
    "A016": lambda of: of.of_child("address"),
    "A017": lambda of: of.of_child("postcode"),
    "A018": lambda of: of.code_of_child("ethnicity"),
    "A019": lambda of: of.of_child("school"),
    "A020": lambda of: of.died(),
    "A021": lambda of: of.words("died_at_time"),
    "A022": lambda of: of.place(),
    "A023": lambda of: of.coded("expectedness"),
    "A024": lambda of: of.confirmed(),
    "A025": lambda of: of.words("circumstances"),
    "A026": lambda of: of.coded("certificate_issued"),
    "A027": lambda of: of.causes(),
    "A028": lambda of: of.coded("post_mortem"),
    "A029": lambda of: of.with_detail("coroner_informed", "coroner_informed_on"),
    "A030": lambda of: of.words("other_reviews"),
    "A040": lambda of: of.people(RESPONSIBLE),
    "A041": lambda of: of.words("carer_at_death"),
    "A042": lambda of: of.people(CHILDREN),
    "A043": lambda of: of.people((Relation.OTHER_ADULT,)),
    "A044": lambda of: of.with_detail("follow_up_arranged", "follow_up_with"),
    "A045": lambda of: of.people(RESPONSIBLE, number=True),
    "A046": lambda of: of.children_safe(),
    "A047": lambda of: of.birth(),
    "A048": lambda of: of.moment("learned_at"),
    "A050": lambda of: of.contacts(),
    "A060": lambda of: of.coded("cp_plan"),
    "A061": lambda of: of.with_detail("statutory_order", "statutory_order_type"),
    "A062": lambda of: of.coded("asylum_seeker"),
    "A063": lambda of: of.with_detail("looked_after", "looked_after_by"),
    "A064": lambda of: of.coded("regulated_setting"),
    "A065": lambda of: of.coded("custody_or_detention"),
    "A066": lambda of: of.coded("learning_disability"),
    "A067": lambda of: of.coded("never_left_hospital"),
}
