"""A notification in words, part by part, for those who may see who the child was."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from casereview import codes
from casereview.case_page import deprivation
from casereview.models import Case, FamilyLink
from casereview.rules import nhs_numbers
from casereview.rules.working_days import written
from cdop import codes as panel_codes
from cdop.forms.death import DeathForm
from cdop.forms.notification import LegalStatusForm
from cdop.models import Notification

_DEATH = (
    "location_of_death",
    "place_of_death",
    "location",
    "location_other",
    "event",
    "event_other",
    "circumstances",
    "certificate_issued",
    "cause_1a",
    "cause_1b",
    "cause_1c",
    "cause_2",
    "coroner_informed",
    "coroner_informed_on",
    "post_mortem",
    "other_reviews",
)
_LEGAL = (
    "abuse_or_neglect_suspected",
    "looked_after",
    "looked_after_by",
    "regulated_setting",
    "custody_or_detention",
    "cp_plan",
    "statutory_order",
    "statutory_order_type",
    "asylum_seeker",
    "learning_disability",
)
Line = dict[str, str]


def notified(
    case: Case, notification: Notification, *, closed: bool = False
) -> list[dict[str, Any]]:
    """Return the parts of a notification, each with its answers; a blank one is left out.

    While it is `closed` no narrative is read: how the child died is not among the answers.
    """
    parts = [
        ("Who notified", _referral(notification)),
        ("The child", _child(case, notification)),
        ("The death", _death(case, notification, closed)),
        ("Other children", _children(notification)),
        ("Legal status", _answers(notification, _LEGAL, LegalStatusForm)),
        ("Professionals who knew the child", _contacts(notification)),
    ]
    people = _family(case)
    return [
        {"title": title, "lines": lines}
        for title, lines in (*parts[:4], *people, *parts[4:])
        if lines
    ]


def _lines(pairs: list[tuple[str, Any]]) -> list[Line]:
    return [{"label": label, "value": str(value)} for label, value in pairs if value]


def _referral(notification: Notification) -> list[Line]:
    received = written(notification.notified_on)
    if notification.received_at:
        received += f", {timezone.localtime(notification.received_at):%H:%M}"
    learned = notification.learned_at and timezone.localtime(notification.learned_at)
    return _lines(
        [
            ("Name", notification.notifier_name),
            ("Contact", notification.notifier_contact),
            ("Agency", dict(codes.agency_types()).get(notification.notified_by)),
            ("Organisation", notification.notifier_organisation),
            ("Consultant or senior doctor", notification.consultant),
            ("Received", received),
            ("Learned of the death", written(learned.date()) if learned else ""),
        ]
    )


def _child(case: Case, notification: Notification) -> list[Line]:
    child = getattr(case, "child", None)
    if child is None:
        return []
    name = " ".join(part for part in (child.given_names, child.family_name) if part)
    twins = f"{child.birth_order} of {child.births}" if child.births and child.birth_order else ""
    weight = f"{child.birth_weight_grams:,} g" if child.birth_weight_grams else ""
    number = nhs_numbers.mask(child.nhs_number) if child.nhs_number else ""
    return _lines(
        [
            ("Name", name),
            ("Other names", child.other_names),
            ("Mother’s family name", child.mother_family_name),
            ("Date of birth", written(child.born_on) if child.born_on else ""),
            ("NHS number", number),
            ("Sex", dict(codes.genders()).get(child.sex)),
            ("Ethnic group", dict(codes.ethnicities()).get(child.ethnicity)),
            ("Address", ", ".join(part for part in (child.address, child.postcode) if part)),
            ("Deprivation of the area", deprivation(child)),
            ("School or nursery", child.school),
            ("Birth order", twins),
            ("Weeks of pregnancy", child.gestation_weeks),
            ("Birth weight", weight),
            ("Maternity unit", child.maternity_unit),
            (
                "Never left hospital after birth",
                dict(codes.yes_no_not_known()).get(notification.never_left_hospital),
            ),
        ]
    )


def _death(case: Case, notification: Notification, closed: bool) -> list[Line]:
    told = [name for name in _DEATH if not (closed and name in Notification.narrative)]
    about = {Case.Precision.ABOUT: "About ", Case.Precision.FOUND: "Found on "}
    died = about.get(Case.Precision(case.died_on_precision), "") + (
        written(case.died_on) if case.died_on else ""
    )
    if notification.died_at_time:
        died += f", {notification.died_at_time:%H:%M}"
    expected = dict(panel_codes.expectedness()).get(notification.expectedness, "")
    if expected and notification.expectedness_confirmed_at:
        day = timezone.localtime(notification.expectedness_confirmed_at).date()
        expected += f" – confirmed by {notification.expectedness_confirmed_by}, {written(day)}"
    elif expected:
        expected += " – not confirmed by the designated doctor yet"
    return _lines(
        [
            ("Date of death", died),
            ("Expected?", expected),
            ("Designated doctor’s note", "" if closed else notification.expectedness_note),
            ("Area where the child died", case.place_of_death_board),
            ("Area where the child lived", case.residence_board),
        ]
    ) + _answers(notification, told, DeathForm)


def _children(notification: Notification) -> list[Line]:
    told = ""
    if notification.social_care_told_on:
        told = f"{written(notification.social_care_told_on)}, by {notification.social_care_told_by}"
    state = notification.get_other_children_display() if notification.other_children else ""
    return _lines(
        [
            ("Are they safe now?", state),
            ("Children’s social care told", told),
            ("Who has been told", notification.told_about_children),
            ("Nobody told", "Nobody has been told yet" if notification.nobody_told else ""),
            ("Carer at the time of death", notification.carer_at_death),
            (
                "Follow-up for the family",
                dict(codes.yes_no_not_known()).get(notification.follow_up_arranged),
            ),
            ("With whom", notification.follow_up_with),
        ]
    )


def _family(case: Case) -> list[tuple[str, list[Line]]]:
    links = FamilyLink.objects.filter(case=case).select_related("person").order_by("id")
    order = list(FamilyLink.Relation)
    return [
        (
            link.get_relation_display(),
            _lines(
                [
                    ("Name", " ".join(filter(None, (one.given_names, one.family_name)))),
                    ("Date of birth", written(one.born_on) if one.born_on else ""),
                    ("NHS number", nhs_numbers.mask(one.nhs_number) if one.nhs_number else ""),
                    ("Address", ", ".join(filter(None, (one.address, one.postcode)))),
                    ("Contact", one.contact),
                ]
            ),
        )
        for link in sorted(links, key=lambda link: order.index(FamilyLink.Relation(link.relation)))
        for one in [link.person]
    ]


def _contacts(notification: Notification) -> list[Line]:
    agencies = dict(codes.agency_types())
    return [
        {
            "label": agencies.get(contact.get("agency", ""), "Professional"),
            "value": ", ".join(
                filter(None, (contact.get(part) for part in ("name", "organisation", "contact")))
            )
            or "Name and contact not known yet",
        }
        for contact in notification.agency_contacts or []
    ]


def _answers(notification: Notification, names: Sequence[str], form: Any) -> list[Line]:
    pairs = []
    for name in names:
        value = getattr(notification, name)
        field = form.base_fields[name]
        choices = getattr(field, "choices", None)
        if hasattr(value, "code"):
            value = value.name
        elif hasattr(value, "year"):
            value = written(value)
        elif choices is not None and value:
            value = dict(choices).get(value, value)
        pairs.append((str(field.label), value))
    return _lines(pairs)
