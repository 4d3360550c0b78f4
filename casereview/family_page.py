"""What the page of a family shows: each person, the contacts, support, questions and letters."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from casereview import keys
from casereview.actions.family_letters import days_of, held
from casereview.models import Case, ContactPreference, FamilyLink, FamilyWork, Person
from casereview.rules.family_days import DayToAvoid, avoided


@dataclass(frozen=True)
class Member:
    """One person of the family, and how they wish to be contacted."""

    key: str
    name: str
    relation: str
    person: Person
    preference: ContactPreference | None
    days: list[str]


def in_words(day: DayToAvoid) -> str:
    """Return a day to avoid in words, such as 12 May: the anniversary of the death."""
    return f"{day.day} {date(2024, day.month, 1):%B}: {day.why}"


def name_of(person: Person | None) -> str:
    """Return what to call a person; nobody in particular is the family as a whole."""
    if person is None:
        return "The family as a whole"
    return " ".join(filter(None, (person.given_names, person.family_name))) or "Name not known"


def links_of(case: Case) -> list[FamilyLink]:
    """Return the family of a case, their keys at hand."""
    links = list(case.family.select_related("person").order_by("relation", "id"))
    keys.prefetch("person", [link.person_id for link in links])
    return links


def people(case: Case) -> list[tuple[str, str]]:
    """Return the family of a case as choices: key, name and relation."""
    return [
        (str(link.person_id), f"{name_of(link.person)} ({link.get_relation_display().lower()})")
        for link in links_of(case)
    ]


def person_of(case: Case, key: str) -> Person | None:
    """Return a member of the family by key; None for the family as a whole."""
    found = case.family.select_related("person").filter(person=uuid.UUID(key)) if key else None
    link = found.first() if found is not None else None
    return link.person if link else None


def page(case: Case, today: date) -> dict[str, Any]:
    """Return what the page shows, with a constant number of questions to the database."""
    links = links_of(case)
    names = {link.person_id: name_of(link.person) for link in links}
    preferences = {each.person_id: each for each in case.contact_preferences.all()}
    everyone = days_of(case, preferences.values())
    return {
        "work": FamilyWork.objects.filter(case=case).first(),
        "held": held(case),
        "left_alone": avoided(today, everyone),
        "days": [in_words(day) for day in dict.fromkeys(everyone)],
        "members": [
            Member(
                str(link.person_id),
                names[link.person_id],
                link.get_relation_display(),
                link.person,
                preferences.get(link.person_id),
                [in_words(day) for day in _own_days(preferences.get(link.person_id))],
            )
            for link in links
        ],
        "contacts": _with_names(case.family_contacts.all(), names),
        "offers": _with_names(case.support_offers.order_by("-offered_on"), names),
        "questions": _with_names(case.family_questions.select_related("settled_by"), names),
        "letters": _with_names(
            case.family_letters.select_related("drafted_by", "released_by").order_by("-drafted_at"),
            names,
        ),
    }


def _own_days(preference: ContactPreference | None) -> list[DayToAvoid]:
    days = (preference.not_on if preference else None) or []
    return [DayToAvoid(int(each["month"]), int(each["day"]), str(each["why"])) for each in days]


def _with_names(rows: Any, names: dict[Any, str]) -> list[dict[str, Any]]:
    return [
        {"row": row, "who": names.get(row.person_id, "") or name_of(row.person)}
        if row.person_id
        else {"row": row, "who": name_of(None)}
        for row in rows
    ]
