"""Practitioners and the family take part in a review, as far as other processes let them."""

import datetime
from typing import Any

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.processes import RUNNING
from casereview.actions.seen import as_seen
from casereview.models import Case, ContactPreference, FamilyLink, Person
from casereview.records import change
from scr.actions.commissioning import open_review
from scr.apart import keep_apart
from scr.models import CaseUnderReview, FamilyInvolvement, PractitionerEvent
from scr.review_codes import events
from scr.reviewing import held

Answer = FamilyInvolvement.Answer
WITNESSES = (
    "Wait: another process asks that those who may be witnesses are not spoken to. "
    "See the processes"
)
FAMILY = (
    "Wait: another process asks that nothing is said to the family. What they were asked before "
    "may be recorded with its day. See the processes"
)


def record_practitioner_event(
    *,
    review: CaseUnderReview,
    kind: str,
    held_on: datetime.date,
    present: str,
    by,
    agencies: tuple[str, ...] = (),
    notes: str = "",
) -> PractitionerEvent:
    """Record a day on which practitioners told the review how it was, or one that is planned.

    Raises:
        NotAllowed: no such kind, nobody is named, the review has ended, or another process asks
            that those who may be witnesses are not spoken to; a day before that process stays
            possible.
    """
    if kind not in dict(events()):
        raise NotAllowed("Select how practitioners take part")
    if not present.strip():
        raise NotAllowed("Enter who takes part")
    if held(review.case).witnesses and not _before(review.case, "hold_witness_contact", held_on):
        raise NotAllowed(WITNESSES)
    keep_apart(review.case, present, notes)
    with change("record_practitioner_event", by=by, case=review.case) as written:
        found = open_review(review)
        event = PractitionerEvent(
            case=found.case,
            review=found,
            kind=kind,
            held_on=held_on,
            agencies=sorted(agencies),
            recorded_by=by,
        )
        event.present, event.notes = present, notes or None
        written.save(event)
        written.detail["kind"] = kind
    return event


def _before(case: Case, hold: str, day: datetime.date) -> bool:
    """Say whether a day lies before every running process with a hold, as far as that is known."""
    began = case.parallel_processes.filter(status__in=RUNNING, **{hold: True}).values_list(
        "began_on", flat=True
    )
    return all(first is not None and day < first for first in began)


def refuse_contact(case: Case, person: Person | None, on: datetime.date | None) -> None:
    """Refuse to ask somebody of the family whom nobody may ask.

    Raises:
        NotAllowed: another process holds contact with the family, or the person may not be
            contacted.
    """
    if held(case).family and not (on and _before(case, "hold_family_contact", on)):
        raise NotAllowed(FAMILY)
    if person is None:
        return
    wish = ContactPreference.objects.filter(case=case, person=person).first()
    if wish is not None and wish.may_contact == ContactPreference.May.NO:
        raise NotAllowed("Leave this person alone: they may not be contacted. See the family page")


def record_family_involvement(
    *,
    review: CaseUnderReview,
    by,
    family: FamilyLink | None = None,
    who: str = "",
    relation: str = "",
    **facts: Any,
) -> FamilyInvolvement:
    """Record that somebody of the family is asked to take part in a review, and what they said.

    `family` is somebody of the case's family, whose wishes about contact hold; else `who` and
    `relation` say who it is. `facts` are the days, the answer and what was said. It goes on after
    the sign-off: somebody may be told of the publication who took no part before.

    Raises:
        NotAllowed: nobody or a day to come, the person is on record already, or nobody may ask
            them now: then it is recorded that they may not be asked yet.
    """
    if family is None and not (who.strip() and relation):
        raise NotAllowed("Select somebody of the family, or enter who it is and the relation")
    if family is not None and family.case_id != review.case_id:
        raise NotAllowed("Select a member of this family")
    person = family.person if family else None
    _check(review, person, facts)
    with change("record_family_involvement", by=by, case=review.case) as written:
        found = CaseUnderReview.objects.select_for_update().get(pk=review.pk)
        found.case = review.case
        mine = FamilyInvolvement.objects.filter(review=found, person=person)
        if person is not None and mine.exists():
            raise NotAllowed("Change what is recorded of this person")
        row = FamilyInvolvement(
            case=found.case,
            review=found,
            person=person,
            relation=family.relation if family else relation,
            recorded_by=by,
        )
        row.who = _name(person) if person else who
        _fill(row, facts)
        written.save(row)
    return row


def change_family_involvement(
    *, involvement: FamilyInvolvement, by, version: int | None = None, **facts: Any
) -> FamilyInvolvement:
    """Change what is known of somebody's part in a review; raises as recording it does."""
    _check(involvement.review, involvement.person, facts, involvement)
    with change("record_family_involvement", by=by, case=involvement.case) as written:
        as_seen(involvement, version)
        _fill(involvement, facts)
        involvement.recorded_by = by
        written.save(involvement)
    return involvement


def _check(
    review: CaseUnderReview,
    person: Person | None,
    facts: dict[str, Any],
    before: FamilyInvolvement | None = None,
) -> None:
    if facts.get("answer") not in (None, *Answer.values):
        raise NotAllowed("Select what they answered")
    keep_apart(review.case, facts.get("said"))
    for name in ("asked_on", "draft_seen_on", "told_of_publication_on"):
        day = facts.get(name)
        if day is None or (before is not None and getattr(before, name) == day):
            continue
        if day > timezone.localdate():
            raise NotAllowed("Enter days that are not in the future")
        if day < review.begun_on:
            raise NotAllowed("Enter days on or after the beginning of the review")
        refuse_contact(review.case, person, day)


def _fill(row: FamilyInvolvement, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, (value or None) if name == "said" else value)


def _name(person: Person) -> str:
    return " ".join(filter(None, (person.given_names, person.family_name))) or "Not known"
