"""Documents of a case: handed in, scanned or accepted, opened through one gate, and audited."""

import datetime
import io
import socket
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import crypto, document_store, document_work, pdf, registries, scanning, vault
from casereview.actions import NotAllowed, documents
from casereview.checking import LARGEST_BYTES
from casereview.forms.documents import FileField
from casereview.models import AuditEntry, Document
from casereview.records import Conflict
from tests import factories
from tests.casereview import hostile_files
from tests.kept_out import let_in
from tests.opened import open_part
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

SECRET = "Quillfeather"
WORDS = f"{SECRET} was seen at home.\n\nAll was well.\n".encode()
# The harmless file that every scanner takes for malware, in two halves so that none does here.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + "-ANTIVIRUS-TEST-FILE!$H+H*").encode()


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name=SECRET)


@pytest.fixture
def desk(client, manager):
    return sign_in(client, manager)


def at(name, case, *keys):
    return reverse(name, args=[case.reference, *keys])


def hand_in(case, by, *, content=WORDS, name="letter.txt", **facts):
    said = {"title": "Letter of the health visitor", "third_party": False, **facts}
    return documents.upload_document(case=case, content=content, file_name=name, by=by, **said)


def accepted(case, by, **facts):
    return documents.accept_document(
        document=hand_in(case, by, **facts), reason="By secure e-mail", by=by
    )


def typed(content=WORDS, name="letter.txt", **answers):
    file = SimpleUploadedFile(name, content, content_type="application/octet-stream")
    return {"file": file, "title": "Letter", "third_party": "no", "agency": "", **answers}


def stored_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).glob("*/*") if path.is_file()]


# --- Who opens it --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["view_documents", "upload_document"])
def test_a_stranger_the_recused_and_the_leaver_are_kept_out(client, case, manager, name):
    hand_in(case, manager)

    assert let_in(client, case, at(name, case), SECRET) == []


@pytest.mark.parametrize(
    "name", ["read_document", "download_document", "change_document", "accept_document"]
)
def test_they_do_not_get_at_one_document_either(client, case, manager, name):
    document = accepted(case, manager)

    assert let_in(client, case, at(name, case, document.pk), SECRET) == []


@pytest.mark.parametrize(
    "name", ["read_document", "download_document", "change_document", "accept_document"]
)
def test_a_document_of_another_case_is_not_found(desk, case, manager, name):
    document = accepted(factories.make_case(by=manager), manager)

    assert desk.get(at(name, case, document.pk)).status_code == 404


# --- Handing in ----------------------------------------------------------------------------------


def test_a_document_is_handed_in_listed_and_on_record(desk, case, manager):
    page = desk.post(at("upload_document", case), typed(third_party="not_known"), follow=True)

    document = Document.objects.get()
    html = page.content.decode()
    assert "Document added" in html and "Letter" in html and "Not scanned" in html
    assert document.third_party and document.uploaded_by == manager
    assert AuditEntry.objects.filter(action="upload_document", outcome="done").count() == 1


def test_the_disk_holds_nothing_of_it_in_clear(desk, case):
    desk.post(at("upload_document", case), typed(content=WORDS * 200))

    found = stored_files()

    assert found
    for path in found:
        assert SECRET.encode() not in path.read_bytes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, file_name FROM casereview_document")
        assert all(b"etter" not in bytes(value) for value in cursor.fetchone())


def test_a_hostile_file_is_refused_on_the_page_and_nothing_is_kept(desk, case):
    before = set(stored_files())
    name, ending, content = next(one for one in hostile_files.hostile() if one[0] == "macros")

    page = desk.post(at("upload_document", case), typed(content, f"a.{ending}"))

    assert page.status_code == 200 and name
    assert "Save the file without macros" in page.content.decode()
    assert not Document.objects.exists() and set(stored_files()) == before


def test_a_file_that_is_too_large_is_refused_by_its_length(desk, case):
    page = desk.post(at("upload_document", case), typed(b"a" * (LARGEST_BYTES + 1)))

    assert "Choose a file of 25 MB or less" in page.content.decode()


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"file": ""}, "Choose the file"),
        ({"title": ""}, "Enter what the document is"),
        ({"third_party": ""}, "Select whether it tells of anybody beside the child"),
    ],
)
def test_what_is_missing_is_asked_for(desk, case, answers, says):
    page = desk.post(at("upload_document", case), typed() | answers)

    assert says in page.content.decode()
    assert not Document.objects.exists()


@pytest.mark.parametrize("name", ["a\u202etxt.txt", "a" * 200 + ".txt"])
def test_a_file_name_that_hides_something_is_refused(name):
    file = SimpleUploadedFile("a.txt", WORDS)
    file.__dict__["_name"] = name

    with pytest.raises(ValidationError, match="Rename the file"):
        FileField(label="File").clean(file)


def test_the_same_file_is_taken_once_in_a_case(case, manager):
    hand_in(case, manager)
    hand_in(factories.make_case(by=manager), manager)

    with pytest.raises(NotAllowed, match="among the documents of the case"):
        hand_in(case, manager, title="Again")


def test_nothing_stays_on_the_disk_when_saving_fails(case, manager, monkeypatch):
    before = set(stored_files())

    def fail(*args, **kwargs):
        raise Conflict("meanwhile")

    monkeypatch.setattr("casereview.records.Change.save", fail)

    with pytest.raises(Conflict):
        hand_in(case, manager)
    assert set(stored_files()) == before


# --- The gate ------------------------------------------------------------------------------------


def test_a_document_that_was_not_scanned_opens_only_after_a_manager_accepts_it(desk, case, manager):
    document = hand_in(case, manager)
    shut = [
        desk.get(at(name, case, document.pk)) for name in ("read_document", "download_document")
    ]

    desk.post(at("accept_document", case, document.pk), {"reason": "Sent by the hospital"})
    opened = desk.get(at("download_document", case, document.pk))

    assert [one.status_code for one in shut] == [302, 302]
    assert opened.content == WORDS
    assert Document.objects.get().accepted_by == manager


def test_accepting_needs_a_reason_and_is_done_once(case, manager):
    document = hand_in(case, manager)

    with pytest.raises(NotAllowed, match="Enter why"):
        documents.accept_document(document=document, reason=" ", by=manager)
    documents.accept_document(document=document, reason="Known", by=manager)
    with pytest.raises(NotAllowed, match="nothing to accept"):
        documents.accept_document(document=document, reason="Known", by=manager)


@pytest.mark.parametrize("state", ["quarantine", "refused"])
def test_what_waits_or_was_refused_never_opens(case, manager, state):
    document = accepted(case, manager)
    document.scan_state = state

    with pytest.raises(NotAllowed):
        document_store.content_of(document)


def test_a_download_is_kept_apart_from_the_site_and_named_without_the_child(desk, case, manager):
    document = accepted(case, manager, name=f"{SECRET}.txt")

    response = desk.get(at("download_document", case, document.pk))

    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"].startswith(f'attachment; filename="{case.reference}-')
    assert SECRET not in response["Content-Disposition"]


def test_each_opening_is_on_record_before_it_happens(desk, case, manager):
    document = accepted(case, manager)

    desk.get(at("download_document", case, document.pk))
    desk.get(at("read_document", case, document.pk))

    for action in ("download_document", "read_document"):
        entry = AuditEntry.objects.get(action=action)
        assert str(document.pk) in entry.detail and entry.case == case.pk


def test_a_text_is_read_in_the_page_and_nothing_in_it_is_run(desk, case, manager):
    document = accepted(case, manager, content=b"Seen <script>alert(1)</script> at home")

    html = desk.get(at("read_document", case, document.pk)).content.decode()

    assert "Seen &lt;script&gt;alert(1)&lt;/script&gt; at home" in html


def test_the_words_of_pdf_and_word_files_are_read_in_the_page(desk, case, manager):
    paper = pdf.draw([pdf.Words("Seen <b>at</b> home.")], title="Letter", footer="1")
    letter = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>All was</w:t><w:tab/><w:t>well &lt;i&gt;</w:t></w:r></w:p>"
        b"</w:body></w:document>"
    )
    files = {
        "a.pdf": (paper, "Seen &lt;b&gt;at&lt;/b&gt; home."),
        "b.docx": (hostile_files.office(body=letter), "All was\twell &lt;i&gt;"),
        "c.pdf": (hostile_files.pdf(), "No words were found in this PDF"),
    }
    for name, (content, said) in files.items():
        document = accepted(case, manager, content=content, name=name)

        assert said in desk.get(at("read_document", case, document.pk)).content.decode(), name


def test_what_cannot_be_read_in_time_is_downloaded(desk, case, manager, monkeypatch):
    document = accepted(case, manager, content=hostile_files.pdf(), name="a.pdf")
    monkeypatch.setattr("casereview.checking.SECONDS", 0.001)

    page = desk.get(at("read_document", case, document.pk)).content.decode()

    assert "This PDF cannot be shown here" in page


def test_a_picture_is_seen_in_the_page_and_runs_nothing_alone(desk, case, manager):
    document = accepted(case, manager, content=hostile_files.png(), name="a.png")
    url = at("show_picture", case, document.pk)

    closed = desk.get(at("read_document", case, document.pk)).content.decode()
    page = open_part(desk, at("read_document", case, document.pk), "document").content.decode()
    picture = desk.get(url)

    assert f'src="{url}"' not in closed
    assert f'src="{url}"' in page
    assert (picture["Content-Type"], picture.content) == ("image/png", hostile_files.png())
    assert "sandbox" in picture["Content-Security-Policy"]
    assert (picture["X-Content-Type-Options"], picture["Cache-Control"]) == ("nosniff", "no-store")
    words = accepted(case, manager)
    assert desk.get(at("show_picture", case, words.pk)).status_code == 404


def test_another_kind_is_not_shown_in_the_page(desk, case, manager):
    sheet = hostile_files.office(main=hostile_files.XLSX)
    document = accepted(case, manager, content=sheet, name="a.xlsx")

    assert desk.get(at("read_document", case, document.pk)).status_code == 404
    assert desk.get(at("download_document", case, document.pk)).status_code == 200


def test_a_file_put_in_the_place_of_another_is_refused_and_put_on_record(desk, case, manager):
    one = accepted(case, manager)
    other = accepted(case, manager, content=b"Other words", title="Other")
    one.storage_name = other.storage_name

    with pytest.raises(crypto.IntegrityFailure):
        document_store.content_of(one)

    stored = Path(settings.MEDIA_ROOT) / other.storage_name[:2] / other.storage_name
    stored.write_bytes(stored.read_bytes()[:-1])
    page = desk.get(at("download_document", case, other.pk), follow=True)
    assert "failed its integrity check" in page.content.decode()
    assert AuditEntry.objects.filter(action="integrity_failure", key=other.pk).exists()


def test_a_flag_and_a_title_are_changed_over_what_was_seen_only(desk, case, manager):
    document = hand_in(case, manager)
    answers = {"title": "Ambulance record", "third_party": "yes", "version": document.version}

    desk.post(at("change_document", case, document.pk), answers)
    again = desk.post(at("change_document", case, document.pk), answers | {"title": "Late"})

    changed = Document.objects.get()
    assert (changed.title, changed.third_party) == ("Ambulance record", True)
    assert "Somebody else changed this" in again.content.decode()


# --- The scanner ---------------------------------------------------------------------------------


class Clamd:
    """A scanner that speaks clamd's INSTREAM, and finds EICAR."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.answer, self.asked = answer, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as said:
                assert said.read(10) == b"zINSTREAM\0"
                held = io.BytesIO()
                while length := int.from_bytes(said.read(4), "big"):
                    held.write(said.read(length))
                self.asked += 1
                found = b"stream: Eicar-Test FOUND" if EICAR in held.getvalue() else b"stream: OK"
                line.sendall((self.answer or found) + b"\0")


@pytest.fixture
def clamd(settings):
    scanner = Clamd()
    settings.CLAMD_SOCKET = scanner.address
    yield scanner
    scanner.listening.close()


def test_a_clean_document_leaves_quarantine_when_the_scanner_says_so(clamd, case, manager):
    document = hand_in(case, manager, content=WORDS * 9000)
    waiting = document.scan_state

    documents.scan_document(document.pk)

    document = Document.objects.select_related("case").get()
    assert (waiting, document.scan_state, clamd.asked) == ("quarantine", "clean", 1)
    assert document_store.content_of(document) == WORDS * 9000


def test_eicar_is_refused_and_destroyed(clamd, case, manager):
    document = hand_in(case, manager, content=EICAR)

    documents.scan_document(document.pk)

    refused = Document.objects.select_related("case").get()
    assert refused.scan_state == "refused"
    with pytest.raises(NotAllowed, match="refused"):
        document_store.content_of(refused)
    with pytest.raises(vault.FileMissing):
        vault.open_("case", case.pk, refused.storage_name)


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: OK FOUND OK", b"OK"]
)
def test_any_other_answer_leaves_it_in_quarantine(settings, case, manager, answer):
    scanner = Clamd(answer or b" ")
    settings.CLAMD_SOCKET = scanner.address
    document = hand_in(case, manager)

    with pytest.raises(scanning.ScannerDown):
        documents.scan_document(document.pk)

    assert Document.objects.get().scan_state == "quarantine"
    scanner.listening.close()


def test_a_scanner_that_is_down_leaves_it_in_quarantine_and_is_asked_again(
    settings, desk, case, manager, tmp_path
):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.socket")
    document = hand_in(case, manager)
    later = timezone.now() + datetime.timedelta(hours=2)

    with pytest.raises(scanning.ScannerDown):
        documents.scan_document(document.pk)
    asked = [document_work.ask_scanner_again(later) for _ in range(2)]

    assert Document.objects.get().scan_state == "quarantine"
    assert asked == [1, 0]
    page = desk.get(at("download_document", case, document.pk), follow=True).content.decode()
    assert "Wait until the malware scanner has looked at it" in page


@pytest.mark.parametrize("address", ["198.51.100.7:3310", "scanner.example.org:3310", "3310"])
def test_no_other_machine_is_ever_asked(settings, address):
    settings.CLAMD_SOCKET = address

    with pytest.raises(scanning.ScannerDown, match="CLAMD_SOCKET must be"):
        scanning.is_clean([WORDS])


# --- What it asks of other pages -----------------------------------------------------------------


def test_a_document_to_accept_is_on_the_managers_list_and_nobody_elses(case, manager, outsider):
    hand_in(case, manager)
    today = timezone.localdate()

    assert [item.task for item in document_work.work(manager, today)] == [
        "Look at a document that was not scanned"
    ]
    assert document_work.work(outsider, today) == []


def test_the_timeline_tells_that_a_document_came_without_its_title(case, manager, outsider):
    hand_in(case, manager)

    told = document_work.timeline(manager, case)

    assert [entry.title for entry in told] == ["Document added"]
    assert document_work.timeline(outsider, case) == []


def test_the_list_asks_as_often_for_many_documents_as_for_one(desk, case, manager):
    hand_in(case, manager)
    desk.get(at("view_documents", case))
    with CaptureQueriesContext(connection) as few:
        desk.get(at("view_documents", case))

    for number in range(4):
        hand_in(case, manager, content=b"words %d" % number)
    with CaptureQueriesContext(connection) as many:
        desk.get(at("view_documents", case))

    assert len(many) == len(few)


def test_disposing_of_a_case_takes_its_files(case, manager):
    document = hand_in(case, manager)

    removed = sum(dispose(case) for dispose in registries.disposables)

    assert removed >= 1
    with pytest.raises(vault.FileMissing):
        vault.open_("case", case.pk, document.storage_name)
