"""The letter to a family: drafted from what was decided, edited and released by a person."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from casereview import local_texts, registries
from casereview.actions.admissions import NotAllowed
from casereview.actions.family import not_to_come, of_the_family
from casereview.actions.seen import as_seen
from casereview.models import (
    Case,
    ContactPreference,
    FamilyLetter,
    FamilyWork,
    ParallelProcess,
    Person,
)
from casereview.records import change
from casereview.rules.family_days import DayToAvoid, avoided, days_to_avoid
from casereview.rules.working_days import written as in_words

RUNNING = (ParallelProcess.Status.EXPECTED, ParallelProcess.Status.OPEN)
HELD = (
    "Wait: police, prosecutor or coroner ask that nothing is drafted for the family. "
    "See the other processes"
)


NOT_WANTED = (
    "Do not write: the family does not want to hear the result. If they think otherwise now, "
    "record that first"
)


def held(case: Case) -> bool:
    """Tell whether a running process asks that nothing is drafted for or said to the family."""
    return case.parallel_processes.filter(hold_family_contact=True, status__in=RUNNING).exists()


def days_of(case: Case, preferences: Iterable[ContactPreference]) -> list[DayToAvoid]:
    """Return the days on which those of the family are left alone."""
    child = getattr(case, "child", None)
    own = [
        (int(each["month"]), int(each["day"]), str(each["why"]))
        for preference in preferences
        for each in preference.not_on or []
    ]
    return days_to_avoid(child.born_on if child else None, case.died_on, own)


def draft_family_letter(*, case: Case, by, person: Person | None = None) -> FamilyLetter:
    """Draft a letter to the family, or to one of them, from what the panel decided.

    Raises:
        NotAllowed: a process asks to hold, the family does not want to hear the result, the
            person may not be written to, or nothing is decided yet.
    """
    of_the_family(case, person)
    if held(case):
        raise NotAllowed(HELD)
    if FamilyWork.objects.filter(case=case, wants_result="N").exists():
        raise NotAllowed(NOT_WANTED)
    _refuse_unless_may_be_written_to(case, person)
    decided = [line for tell in registries.family_letter for line in tell(case)]
    if not decided:
        raise NotAllowed("Complete the panel review first: the letter says what was decided")
    letter = FamilyLetter(
        case=case,
        person=person,
        text=letter_text(case, person, decided),
        drafted_by=by,
        drafted_at=timezone.now(),
    )
    with change("draft_family_letter", by=by, case=case) as written:
        written.save(letter)
    return letter


def letter_text(case: Case, person: Person | None, decided: list[str]) -> str:
    """Return the first wording of a letter, as the area words it, for a person to edit."""
    child = getattr(case, "child", None)
    to = " ".join(filter(None, (person.given_names, person.family_name))) if person else ""
    asked = []
    for question in case.family_questions.exclude(settled_at=None):
        asked.append(f"You asked: {question.question}")
        asked.append(
            question.answer or f"We cannot answer this. The reason is: {question.no_answer_reason}"
        )
    return local_texts.written(
        "family_letter",
        {
            "to": to or "family",
            "child": (child.given_names if child else "") or "your child",
            "decided": "\n\n".join(decided),
            "questions": "\n\n".join(asked),
            "key_worker": _key_worker(case),
        },
    )


def _key_worker(case: Case) -> str:
    work = FamilyWork.objects.filter(case=case).first()
    if not work or not work.key_worker:
        return ""
    reach = f" ({work.key_worker_contact})" if work.key_worker_contact else ""
    return (
        f"If you would like to talk about this letter, {work.key_worker}{reach} is there for you."
    )


def edit_family_letter(
    *, letter: FamilyLetter, text: str, by, version: int | None = None
) -> FamilyLetter:
    """Edit a letter that has not been released.

    Raises:
        NotAllowed: released already, empty, or a process asks to hold.
        Conflict: somebody else changed it since the page was shown.
    """
    if letter.released_at:
        raise NotAllowed("Draft another letter: this one has been released")
    if held(letter.case):
        raise NotAllowed(HELD)
    if not text.strip():
        raise NotAllowed("Enter the text of the letter")
    as_seen(letter, version)
    letter.text = text
    with change("edit_family_letter", by=by, case=letter.case) as written:
        written.save(letter)
    return letter


def release_family_letter(*, letter: FamilyLetter, by, version: int | None = None) -> FamilyLetter:
    """Release a letter that a person has read; nothing else ever does.

    Raises:
        NotAllowed: released already, a process asks to hold, the person may not be written to,
            or the family is left alone today.
        Conflict: somebody else changed it since the page was shown.
    """
    if letter.released_at:
        raise NotAllowed("This letter has been released already")
    if held(letter.case):
        raise NotAllowed(HELD)
    as_seen(letter, version)
    _refuse_unless_may_be_written_to(letter.case, letter.person)
    _refuse_on_their_days(letter, timezone.localdate())
    letter.released_by, letter.released_at = by, timezone.now()
    with change("release_family_letter", by=by, case=letter.case) as written:
        written.save(letter)
    return letter


def through_whom(letter: FamilyLetter) -> list[str]:
    """Return through whom alone those of the family to whom a letter goes may be reached."""
    through = ContactPreference.May.THROUGH
    found = _preferences(letter.case, letter.person)
    return [str(one.through) for one in found if one.may_contact == through and one.through]


def record_letter_sent(
    *, letter: FamilyLetter, sent_on: datetime.date, by, version: int | None = None
) -> FamilyLetter:
    """Record the day on which a person sent or handed over a released letter.

    Raises:
        NotAllowed: not released, or a day to come or before the release.
        Conflict: somebody else changed it since the page was shown.
    """
    if letter.released_at is None:
        raise NotAllowed("Release the letter first")
    not_to_come(sent_on, "sending the letter")
    if sent_on < timezone.localdate(letter.released_at):
        raise NotAllowed("Enter a day on or after the release")
    as_seen(letter, version)
    letter.sent_on = sent_on
    with change("record_letter_sent", by=by, case=letter.case) as written:
        written.save(letter)
    return letter


def _preferences(case: Case, person: Person | None) -> list[ContactPreference]:
    found = ContactPreference.objects.filter(case=case)
    return list(found.filter(person=person) if person else found)


def _refuse_unless_may_be_written_to(case: Case, person: Person | None) -> None:
    said = [each.may_contact for each in _preferences(case, person)]
    no = ContactPreference.May.NO
    if no in said and (person or set(said) == {no}):
        raise NotAllowed("Do not write: this person has said not to, or must not be contacted")


def _refuse_on_their_days(letter: FamilyLetter, day: datetime.date) -> None:
    days = days_of(letter.case, _preferences(letter.case, letter.person))
    if why := avoided(day, days):
        raise NotAllowed(f"Choose another day: {in_words(day)} is {why}")
