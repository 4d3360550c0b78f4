"""Notes of a case: who reads and writes them, whom they may ask, and what is left of them."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import access, case_notes, crypto, keys, registries, vault
from casereview.actions import NotAllowed, disclosures, disposing, documents
from casereview.actions.case_notes import (
    correct_case_note,
    settle_note_mention,
    write_case_note,
)
from casereview.models import AuditEntry, Case, CaseNote, NoteMention, OutboxMessage, StandingRole
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from casereview.versions import index, opened
from tests import factories
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
WORDS = "The grandmother telephoned about the inquest"


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name="Quillfeather")


@pytest.fixture
def doctor(people):
    return people[Role.DESIGNATED_DOCTOR]


@pytest.fixture
def note(case, manager, doctor):
    return write_case_note(case=case, text=WORDS, asks=[str(doctor.pk)], by=manager)


def read(client, user, case):
    return sign_in(client, user).get(reverse("view_case_notes", args=[case.reference]))


def test_who_is_asked_finds_it_in_their_work_until_they_have_read_it(
    client, case, manager, doctor, note
):
    today = timezone.localdate()

    (item,) = case_notes.work(doctor, today)
    assert item.reference == case.reference
    assert WORDS not in str(item)
    assert not case_notes.work(manager, today)
    page = read(client, doctor, case)
    assert WORDS in page.content.decode()
    mention = NoteMention.objects.get()
    client.post(reverse("settle_note_mention", args=[case.reference, mention.pk]))

    assert not case_notes.work(doctor, today)


def test_the_text_that_goes_out_says_nothing_of_the_case(case, note):
    from casereview.outbox import text_of

    (message,) = OutboxMessage.objects.filter(rule="note")

    said = " ".join(text_of(message))
    assert case.reference not in said
    assert WORDS not in said


def test_only_people_who_read_the_notes_are_offered_and_taken(case, manager, people, doctor):
    other = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(other, case)
    member = people[Role.PANEL_MEMBER]
    factories.admit(member, case, Role.PANEL_MEMBER, by=manager)
    board = factories.make_user(Role.BOARD_MANAGER)
    factories.admit(board, case, Role.BOARD_MANAGER, by=manager)

    offered = {key for key, _ in case_notes.colleagues(case, besides=manager)}

    assert {str(doctor.pk), str(board.pk)} <= offered
    assert not {str(manager.pk), str(other.pk), str(member.pk)} & offered
    for user in (one for one in people.values() if str(one.pk) in offered):
        assert access.can(user, case_notes.READ, case)
    for stranger in (other, member, factories.make_user(None)):
        with pytest.raises(NotAllowed):
            write_case_note(case=case, text=WORDS, asks=[str(stranger.pk)], by=manager)
    assert not CaseNote.objects.exists()


def test_of_a_sealed_case_only_those_who_are_named_are_offered(case, manager, doctor):
    from casereview.actions.sealing import seal_case

    other = factories.make_user(Role.CDR_MANAGER)
    seal_case(case=case, reason="A relative works here", by=manager, keeps=[doctor])
    case.refresh_from_db()

    offered = {key for key, _ in case_notes.colleagues(case, besides=manager)}

    assert offered == {str(doctor.pk)}
    with pytest.raises(NotAllowed):
        write_case_note(case=case, text=WORDS, asks=[str(other.pk)], by=manager)


@pytest.mark.parametrize("who", ["outsider", "recused", "leaver", "panel member"])
def test_nobody_else_reads_or_writes_them(client, case, manager, people, note, who):
    reader = factories.make_user(None)
    if who == "recused":
        reader = factories.make_user(Role.CDR_MANAGER)
        factories.recuse(reader, case)
    elif who == "leaver":
        reader = factories.make_user(Role.CDR_MANAGER)
        role = StandingRole.objects.get(user=reader)
        with change("test", by=None) as written:
            role.ended_at, role.ended_by = timezone.now(), manager
            written.save(role)
    elif who == "panel member":
        reader = people[Role.PANEL_MEMBER]
        factories.admit(reader, case, Role.PANEL_MEMBER, by=manager)
    sign_in(client, reader)

    answers = [
        client.get(reverse("view_case_notes", args=[case.reference])),
        client.post(reverse("write_case_note", args=[case.reference]), {"text": "Anything at all"}),
        client.post(
            reverse("correct_case_note", args=[case.reference, note.pk]), {"text": "Something else"}
        ),
    ]

    wanted = 403 if who == "panel member" else 404
    assert [one.status_code for one in answers] == [wanted] * 3
    assert all(WORDS not in one.content.decode() for one in answers)
    assert CaseNote.objects.get().text == WORDS
    assert not case_notes.timeline(reader, case)


def test_a_correction_keeps_what_the_note_said(client, case, manager, doctor, note):
    correct_case_note(note=note, text="She wrote a letter", by=manager, version=1)

    versions = opened(manager, case, index(manager, case))
    (corrected,) = [one for one in versions if one.title == "Note changed"]
    assert (corrected.differences[0].old, corrected.differences[0].new) == (
        WORDS,
        "She wrote a letter",
    )
    with pytest.raises(Conflict):
        correct_case_note(note=note, text="Once more", by=manager, version=1)
    with pytest.raises(NotAllowed):
        correct_case_note(note=note, text="Not mine", by=doctor)
    answer = sign_in(client, doctor).get(
        reverse("correct_case_note", args=[case.reference, note.pk])
    )
    assert answer.status_code == 404


def test_what_is_written_is_on_record_without_its_words(client, case, manager, doctor):
    page = sign_in(client, manager).post(
        reverse("write_case_note", args=[case.reference]),
        {"text": WORDS, "asks": [str(doctor.pk)]},
    )

    assert page.status_code == 302
    entry = AuditEntry.objects.get(action="write_case_note", outcome="done")
    assert WORDS not in entry.detail
    (told,) = case_notes.timeline(doctor, case)
    assert told.title == "Note written"
    assert WORDS not in str(told)


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001, "a\x00b"])
def test_a_note_that_cannot_be_keeps_what_was_typed(client, case, manager, text):
    page = sign_in(client, manager).post(
        reverse("write_case_note", args=[case.reference]), {"text": text}
    )

    assert "There is a problem" in page.content.decode()
    assert not CaseNote.objects.exists()


def test_hostile_text_stays_text(client, case, manager):
    write_case_note(case=case, text="<script>alert(1)</script>", by=manager)

    assert "<script>alert" not in without_token(read(client, manager, case))


def test_somebody_elses_request_is_not_theirs_to_settle(client, case, manager, note):
    mention = NoteMention.objects.get()

    answer = sign_in(client, manager).post(
        reverse("settle_note_mention", args=[case.reference, mention.pk])
    )

    assert answer.status_code == 404
    with pytest.raises(NotAllowed):
        settle_note_mention(mention=mention, by=manager)
    assert NoteMention.objects.get().settled_at is None


def test_nothing_waits_for_a_leaver(note, doctor):
    (grant,) = [one for one in registries.grants if one.model is NoteMention]
    assert grant.of([doctor.pk]).count() == 1

    with change("test", by=None) as written:
        grant.end(written, grant.of([doctor.pk]).get())

    assert grant.of([doctor.pk]).count() == 0


def test_the_page_asks_as_often_for_one_note_as_for_many(client, case, manager, doctor, note):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    read(client, manager, case)
    with CaptureQueriesContext(connection) as few:
        read(client, manager, case)
    for _ in range(4):
        write_case_note(case=case, text=WORDS, asks=[str(doctor.pk)], by=manager)
    with CaptureQueriesContext(connection) as many:
        read(client, manager, case)

    assert len(many) == len(few)


def test_no_note_goes_into_a_bundle_for_disclosure(case, manager, note, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    paper = documents.upload_document(
        case=case, content=b"Weight", file_name="a.txt", title="A", third_party=False, by=manager
    )
    documents.accept_document(document=paper, reason="Known", by=manager)
    made = disclosures.prepare_disclosure(
        case=case, asked_by_whom="Coroner", purpose="Inquest", documents=[paper], by=manager
    )

    disclosures.make_disclosure_file(disclosure=made, by=manager)

    with zipfile.ZipFile(io.BytesIO(vault.read("case", case.pk, made.storage_name))) as file:
        held = b"".join(file.read(name) for name in file.namelist())
    assert b"Weight" in held and WORDS.encode() not in held


def test_after_disposal_no_note_and_no_version_of_it_opens(case, manager, note):
    correct_case_note(note=note, text="The aunt telephoned", by=manager)
    with change("dispose_case", by=None, case=case) as written:
        disposing.leave_tombstone(written, Case.objects.get(pk=case.pk), timezone.now())
    disposing.destroy_keys(Case.objects.get(pk=case.pk))

    versions = [CaseNote.objects.get(pk=note.pk), *CaseNote.history.filter(id=note.pk)]

    assert len(versions) == 3
    for one in versions:
        with keys.held(), pytest.raises(crypto.KeyMissing):
            _ = one.text
