"""Documents of a case: handed in, scanned, accepted, and told apart."""

import uuid

from django.utils import timezone

from casereview import document_store, jobs, scanning, vault
from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.checking import Refused, check_content
from casereview.models import Agency, Case, Document
from casereview.records import change

State = Document.Scan


def upload_document(
    *,
    case: Case,
    content: bytes,
    file_name: str,
    title: str,
    third_party: bool,
    by,
    agency: Agency | None = None,
) -> Document:
    """Take in a document, looked through and sealed under the key of its case.

    Raises:
        NotAllowed: no title, a file that is not taken, or one that the case has already.
    """
    if not title.strip():
        raise NotAllowed("Enter what the document is")
    try:
        kind = check_content(content, file_name.rpartition(".")[2] if "." in file_name else "")
    except Refused as refusal:
        raise NotAllowed(str(refusal)) from None
    digest = document_store.digest_of(case, content)
    same = case.documents.filter(content_digest=digest).exclude(scan_state=State.REFUSED)
    if same.exists():
        raise NotAllowed("Choose another file: this one is among the documents of the case")
    scanned = scanning.configured()
    name = vault.store("case", case.pk, [content])
    try:
        with change("upload_document", by=by, case=case) as written:
            document = Document(
                case=case,
                key_id=case.pk,
                title=title,
                file_name=file_name,
                kind=kind.name,
                content_type=kind.content_type,
                size_bytes=len(content),
                content_digest=digest,
                storage_name=name,
                scan_state=State.QUARANTINE if scanned else State.NOT_SCANNED,
                third_party=third_party,
                agency=agency,
                uploaded_by=by,
                uploaded_at=timezone.now(),
            )
            written.save(document)
            if scanned:
                jobs.enqueue("scan_document", document=document.pk)
    except BaseException:
        vault.remove(name)
        raise
    return document


def change_document(
    *, document: Document, title: str, third_party: bool, by, version: int | None = None
) -> Document:
    """Change what a document is called, and whether it tells of anybody beside the child.

    Raises:
        NotAllowed: no title.
        Conflict: somebody else changed it since the page was shown.
    """
    if not title.strip():
        raise NotAllowed("Enter what the document is")
    as_seen(document, version)
    with change("change_document", by=by, case=document.case) as written:
        document.title, document.third_party = title, third_party
        written.save(document)
    return document


def accept_document(*, document: Document, reason: str, by, version: int | None = None) -> Document:
    """Accept a document that no scanner has seen, so that it can be opened.

    Raises:
        NotAllowed: no reason, it was scanned, waits for the scanner, or is accepted already.
        Conflict: somebody else changed it since the page was shown.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the document can be trusted")
    as_seen(document, version)
    if document.scan_state != State.NOT_SCANNED or document.accepted_at is not None:
        raise NotAllowed("Leave the document: there is nothing to accept")
    with change("accept_document", by=by, case=document.case, reason=reason) as written:
        document.accepted_by, document.accepted_at = by, timezone.now()
        written.save(document, subject=True)
    return document


@jobs.job("scan_document")
def scan_document(document: uuid.UUID, hour: int = 0) -> None:
    """Ask the scanner about a document that waits for it; what it refuses is destroyed at once.

    `hour` only tells one asking from another.

    Raises:
        ScannerDown: nothing is known of the document, which stays where it is.
    """
    found = Document.objects.select_related("case").get(pk=document)
    if found.scan_state not in (State.QUARANTINE, State.NOT_SCANNED):
        return
    clean = scanning.is_clean(vault.open_(found.key_kind, found.key_id, found.storage_name))
    with change("scan_document", by=None, case=found.case) as written:
        found.scan_state = State.CLEAN if clean else State.REFUSED
        written.save(found)
    if not clean:
        vault.remove(found.storage_name)
