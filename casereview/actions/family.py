"""What is done with and for a family: who keeps in touch, contact, support, their questions."""

import datetime
from typing import Any

from django.utils import timezone

from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import (
    Case,
    ContactPreference,
    FamilyContact,
    FamilyQuestion,
    FamilyWork,
    Person,
    SupportOffer,
)
from casereview.records import change


def not_to_come(day: datetime.date | None, what: str) -> None:
    """Refuse a day that has not come.

    Raises:
        NotAllowed: with what to enter instead.
    """
    if day is not None and day > timezone.localdate():
        raise NotAllowed(f"Enter a day for {what} that is not in the future")


def of_the_family(case: Case, person: Person | None) -> None:
    """Refuse somebody who does not belong to the family of the case.

    Raises:
        NotAllowed: with what to choose instead.
    """
    if person is not None and not case.family.filter(person=person).exists():
        raise NotAllowed("Select a member of this family")


def record_family_work(*, case: Case, by, version: int | None = None, **facts: Any) -> FamilyWork:
    """Record who keeps in touch with the family, and what the family has been told.

    Raises:
        NotAllowed: a day to come, or the family was told and nobody says by whom.
        Conflict: somebody else changed it since the page was shown.
    """
    for name in ("told_of_review_on", "leaflet_given_on", "told_of_publication_on"):
        not_to_come(facts.get(name), "what the family was told or given")
    if facts.get("told_of_review_on") and not facts.get("told_of_review_by"):
        raise NotAllowed("Enter who told the family of the review")
    with change("record_family_work", by=by, case=case) as written:
        work = FamilyWork.objects.select_for_update().filter(case=case).first()
        work = work or FamilyWork(case=case)
        as_seen(work, version)
        _fill(work, facts)
        written.save(work)
    return work


def record_contact_preference(
    *, case: Case, person: Person, by, version: int | None = None, **facts: Any
) -> ContactPreference:
    """Record whether, how and when not one member of the family may be contacted.

    Raises:
        NotAllowed: not of this family; no answer; through nobody; or a no without its reason.
        Conflict: somebody else changed it since the page was shown.
    """
    of_the_family(case, person)
    may = facts.get("may_contact")
    if may not in ContactPreference.May.values or not may:
        raise NotAllowed("Select whether this person may be contacted")
    if may == ContactPreference.May.THROUGH and not facts.get("through"):
        raise NotAllowed("Enter through whom this person may be contacted")
    if may == ContactPreference.May.NO and not facts.get("why_not"):
        raise NotAllowed("Enter why this person may not be contacted")
    with change("record_contact_preference", by=by, case=case) as written:
        found = ContactPreference.objects.select_for_update().filter(case=case, person=person)
        preference = found.first() or ContactPreference(case=case, person=person)
        as_seen(preference, version)
        _fill(preference, facts)
        written.save(preference)
    return preference


def record_family_contact(
    *, case: Case, on: datetime.date, kind: str, by, person: Person | None = None, **facts: Any
) -> FamilyContact:
    """Record a contact with the family that has taken place.

    Raises:
        NotAllowed: a day to come, not of this family, or no kind of contact.
    """
    not_to_come(on, "the contact")
    of_the_family(case, person)
    if kind not in FamilyContact.Kind.values:
        raise NotAllowed("Select how the family was contacted")
    contact = FamilyContact(case=case, on=on, kind=kind, person=person, recorded_by=by)
    _fill(contact, facts)
    with change("record_family_contact", by=by, case=case) as written:
        written.save(contact)
    return contact


def offer_support(
    *, case: Case, support: str, offered_on: datetime.date, by, person: Person | None = None
) -> SupportOffer:
    """Record support that was offered to the family or to one of them, siblings too.

    Raises:
        NotAllowed: nothing said, a day to come, or not of this family.
    """
    if not support.strip():
        raise NotAllowed("Enter what support was offered")
    not_to_come(offered_on, "the offer")
    of_the_family(case, person)
    offer = SupportOffer(
        case=case, person=person, support=support, offered_on=offered_on, recorded_by=by
    )
    with change("offer_support", by=by, case=case) as written:
        written.save(offer)
    return offer


def record_support_answer(
    *, offer: SupportOffer, answer: str, answered_on: datetime.date, by, version: int | None = None
) -> SupportOffer:
    """Record what the family answered to an offer of support.

    Raises:
        NotAllowed: no answer, a day to come or before the offer.
        Conflict: somebody else changed it since the page was shown.
    """
    if answer not in SupportOffer.Answer.values or not answer:
        raise NotAllowed("Select what the family answered")
    not_to_come(answered_on, "the answer")
    if answered_on < offer.offered_on:
        raise NotAllowed("Enter a day for the answer on or after the offer")
    as_seen(offer, version)
    offer.answer, offer.answered_on = answer, answered_on
    with change("record_support_answer", by=by, case=offer.case) as written:
        written.save(offer)
    return offer


def ask_family_question(
    *, case: Case, question: str, asked_on: datetime.date, by, person: Person | None = None
) -> FamilyQuestion:
    """Record a question of the family; the case stays open until it is settled.

    Raises:
        NotAllowed: nothing asked, a day to come, or not of this family.
    """
    if not question.strip():
        raise NotAllowed("Enter the family’s question")
    not_to_come(asked_on, "the question")
    of_the_family(case, person)
    asked = FamilyQuestion(case=case, person=person, question=question, asked_on=asked_on)
    with change("ask_family_question", by=by, case=case) as written:
        written.save(asked)
    return asked


def settle_family_question(
    *,
    question: FamilyQuestion,
    by,
    answer: str = "",
    no_answer_reason: str = "",
    version: int | None = None,
) -> FamilyQuestion:
    """Answer a question of the family, or sign why it has no answer.

    Raises:
        NotAllowed: neither an answer nor a reason, or both.
        Conflict: somebody else changed it since the page was shown.
    """
    if not (answer or no_answer_reason):
        raise NotAllowed("Enter the answer, or why the question cannot be answered")
    if answer and no_answer_reason:
        raise NotAllowed("Enter either the answer or why there is none, not both")
    as_seen(question, version)
    question.answer = answer or None
    question.no_answer_reason = no_answer_reason or None
    question.settled_by, question.settled_at = by, timezone.now()
    question.told_family_on = None
    with change("settle_family_question", by=by, case=question.case) as written:
        written.detail["answered"] = bool(answer)
        written.save(question)
    return question


def record_told_family(
    *, question: FamilyQuestion, told_family_on: datetime.date, by, version: int | None = None
) -> FamilyQuestion:
    """Record when the family was told the answer to a question, or why there is none.

    Raises:
        NotAllowed: the question is not settled, or a day to come or before it was asked.
        Conflict: somebody else changed it since the page was shown.
    """
    if question.settled_at is None:
        raise NotAllowed("Settle the question first")
    not_to_come(told_family_on, "telling the family")
    if told_family_on < question.asked_on:
        raise NotAllowed("Enter a day on or after the day of the question")
    as_seen(question, version)
    question.told_family_on = told_family_on
    with change("record_told_family", by=by, case=question.case) as written:
        written.save(question)
    return question


def unsettled_questions(case: Case) -> list[str]:
    """Return what keeps a case from being closed: questions of the family that are open."""
    number = case.family_questions.filter(settled_at=None).count()
    if not number:
        return []
    is_open = "1 is open" if number == 1 else f"{number} are open"
    return [f"Settle the family’s questions first, with an answer or a signed reason: {is_open}"]


def told_of_publication(case: Case) -> datetime.date | None:
    """Return the day on which the family was told of what will be published; None is not yet."""
    work = FamilyWork.objects.filter(case=case).first()
    return work.told_of_publication_on if work else None


def _fill(record: Any, facts: dict[str, Any]) -> None:
    sealed = {*record.identifying, *record.narrative}
    for name, value in facts.items():
        setattr(record, name, (value or None) if name in sealed else value)
