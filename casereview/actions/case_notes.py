"""Notes of a case: written, corrected by who wrote them, and read by whom they ask for."""

from collections.abc import Iterable

from django.utils import timezone

from casereview import access, case_notes, outbox
from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Case, CaseNote, NoteMention, User
from casereview.records import Change, change


def write_case_note(*, case: Case, text: str, asks: Iterable[str] = (), by) -> CaseNote:
    """Write a note, and ask colleagues by key to read it; they are told that something waits.

    Raises:
        NotAllowed: no text, or somebody who does not read the notes of this case.
    """
    if not text.strip():
        raise NotAllowed("Enter the note")
    people = _readers(case, set(asks), by)
    with change("write_case_note", by=by, case=case) as written:
        note = CaseNote(case=case, text=text, written_by=by, written_at=timezone.now())
        written.save(note)
        _ask(written, note, people)
    return note


def correct_case_note(
    *, note: CaseNote, text: str, asks: Iterable[str] = (), by, version: int | None = None
) -> CaseNote:
    """Put a note right; what it said stays in the history. Those asked for stay asked.

    Raises:
        NotAllowed: somebody else wrote it, no text, or somebody who does not read the notes.
        Conflict: it was changed since the page was shown.
    """
    if note.written_by_id != by.pk:
        raise NotAllowed("Only who wrote a note corrects it")
    if not text.strip():
        raise NotAllowed("Enter the note")
    already = {str(key) for key in note.mentions.values_list("person", flat=True)}
    people = _readers(note.case, set(asks) - already, by)
    with change("correct_case_note", by=by, case=note.case) as written:
        as_seen(note, version)
        note.text = text
        written.save(note)
        _ask(written, note, people)
    return note


def settle_note_mention(*, mention: NoteMention, by) -> NoteMention:
    """Say that one has read a note one was asked to read; said again, it changes nothing.

    Raises:
        NotAllowed: somebody else was asked.
    """
    if mention.person_id != by.pk:
        raise NotAllowed("Only who was asked says that the note was read")
    if mention.settled_at is None:
        with change("settle_note_mention", by=by, case=mention.case) as written:
            mention.settled_at = timezone.now()
            written.save(mention)
    return mention


def _readers(case: Case, asks: set[str], by) -> list[User]:
    """Return the people of these keys, each asked at the door once more."""
    offered = {key for key, _ in case_notes.colleagues(case, besides=by)}
    people = list(User.objects.filter(pk__in=asks & offered).order_by("name", "pk"))
    if len(people) != len(asks) or not all(
        access.can(one, case_notes.READ, case) for one in people
    ):
        raise NotAllowed("Select colleagues who read the notes of this case")
    return people


def _ask(written: Change, note: CaseNote, people: list[User]) -> None:
    for person in people:
        written.save(NoteMention(case=note.case, note=note, person=person))
        outbox.put(
            to=person, template="note", rule="note", day=timezone.localdate(), case=note.case
        )
