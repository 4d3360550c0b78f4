"""The one gate to the content of documents: what is opened, and what stays shut."""

from casereview import crypto, keys, vault
from casereview.actions.admissions import NotAllowed
from casereview.checking import KNOWN
from casereview.checking.texts import decoded
from casereview.models import Case, Document

TEXT = KNOWN["txt"].content_type
WITH_WORDS = frozenset(KNOWN[kind].content_type for kind in ("pdf", "docx"))
PICTURES = frozenset(KNOWN[kind].content_type for kind in ("png", "jpg"))
# What a page shows of its own accord; anything else is fetched.
IN_THE_PAGE = frozenset({TEXT}) | WITH_WORDS | PICTURES
ENDINGS = {kind.content_type: kind.endings[0] for kind in KNOWN.values()}
LABELS = {
    "pdf": "PDF",
    "docx": "Word file",
    "xlsx": "Excel file",
    "png": "Picture",
    "jpg": "Picture",
    "txt": "Text",
}

State = Document.Scan


def may_open(document: Document) -> bool:
    """Say whether a document may be read: scanned and clean, or accepted without a scanner."""
    if document.scan_state == State.NOT_SCANNED:
        return document.accepted_at is not None
    return document.scan_state == State.CLEAN


def content_of(document: Document) -> bytes:
    """Return the content of a document, only when the gate is open and every byte is in place.

    Raises:
        NotAllowed: it waits for the scanner or for a person, or was refused.
        IntegrityFailure: it was altered, or is another document's.
    """
    if not may_open(document):
        raise NotAllowed(why_shut(document))
    content = vault.read(document.key_kind, document.key_id, document.storage_name)
    if not crypto.same(digest_of(document.case, content), bytes(document.content_digest)):
        raise crypto.IntegrityFailure(f"document {document.pk} is not the one that was handed in")
    return content


def why_shut(document: Document) -> str:
    """Return why a document cannot be opened, and what to do; empty where it can."""
    if may_open(document):
        return ""
    if document.scan_state == State.QUARANTINE:
        return "Wait until the malware scanner has looked at it"
    if document.scan_state == State.NOT_SCANNED:
        return "Accept the document first: no malware scanner has looked at it"
    return "Ask for the document again: the malware scanner refused it"


def digest_of(case: Case | None, content: bytes) -> bytes:
    """Return the keyed digest of a content within its case."""
    owner = case.pk.bytes if case else b""
    return keys.ring().mac("document", owner, content)


def text_of(document: Document) -> str:
    """Return the words of a plain text; raises as `content_of`."""
    return decoded(content_of(document)) or ""


def ending_of(document: Document) -> str:
    """Return the ending of the kind a document is."""
    return ENDINGS[document.content_type]


def label_of(document: Document) -> str:
    """Return in words what kind of file a document is."""
    return LABELS[ending_of(document)]
