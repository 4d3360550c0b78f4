"""What is disclosed of a case: a bundle of documents, decided part by part, fetched once."""

from collections.abc import Sequence

from django.utils import timezone

from casereview import bundle, document_store, vault
from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Case, Disclosure, DisclosurePart, Document, InformationRequest
from casereview.records import change
from casereview.rules.redaction import MOST_PARAGRAPHS, not_found, paragraphs, words_of

State, Decision = Disclosure.State, DisclosurePart.Decision
MOST_BYTES = 100 * 1024 * 1024


def prepare_disclosure(
    *,
    case: Case,
    asked_by_whom: str,
    purpose: str,
    documents: Sequence[Document],
    by,
    request: InformationRequest | None = None,
) -> Disclosure:
    """Begin a bundle of these documents; those about somebody else too are parted for decisions.

    Raises:
        NotAllowed: nobody asked, no purpose, no document or one that cannot be opened, or a
            request that has ended or is about another case.
    """
    if request is not None and (request.case_id != case.pk or not request.is_open):
        raise NotAllowed("Select a request about this case that still waits for its answer")
    if not asked_by_whom.strip() or not purpose.strip():
        raise NotAllowed("Enter who asked, and under what power or for what purpose")
    if not documents:
        raise NotAllowed("Select the documents of the bundle")
    parted = [(document, _parts_of(document)) for document in documents]
    with change("prepare_disclosure", by=by, case=case) as written:
        disclosure = Disclosure(
            case=case,
            request=request,
            asked_by_whom=asked_by_whom,
            purpose=purpose,
            begun_by=by,
            begun_at=timezone.now(),
        )
        written.save(disclosure)
        place = 0
        for document, parts in parted:
            for paragraph in parts:
                place += 1
                written.save(
                    DisclosurePart(
                        case=case,
                        disclosure=disclosure,
                        document=document,
                        place=place,
                        paragraph=paragraph,
                        third_party=document.third_party,
                    )
                )
        written.detail["documents"] = len(parted)
        written.detail["parts"] = place
    return disclosure


def _parts_of(document: Document) -> list[int]:
    """Return the paragraphs to decide on, counted from 1; [0] is the document as a whole."""
    if why := document_store.why_shut(document):
        raise NotAllowed(why)
    if document.third_party and document.content_type == document_store.TEXT:
        count = len(paragraphs(document_store.text_of(document)))
        if 0 < count <= MOST_PARAGRAPHS:
            return list(range(1, count + 1))
    return [0]


def decide_disclosure_part(
    *,
    part: DisclosurePart,
    decision: str,
    reason: str,
    by,
    words: str = "",
    instead: Document | None = None,
    version: int | None = None,
) -> DisclosurePart:
    """Decide what becomes of a part that tells of somebody else too.

    Raises:
        NotAllowed: no decision or reason, nothing to redact, words that the part does not hold, or
            a bundle whose file was made.
        Conflict: somebody else decided it since the page was shown.
    """
    if decision not in Decision.values or not decision:
        raise NotAllowed("Select whether to disclose, redact or withhold this part")
    if not reason.strip():
        raise NotAllowed("Enter the reason for the decision")
    as_seen(part, version)
    if part.disclosure.state == State.MADE:
        raise NotAllowed("Fetch the file first, or leave the decision: the file was made with it")
    redact = decision == Decision.REDACT
    if redact and part.paragraph:
        _check_words(part, words)
    if redact and not part.paragraph:
        _check_copy(part, instead)
    with change("decide_disclosure_part", by=by, case=part.case) as written:
        part.decision, part.reason = decision, reason
        part.words = words if redact and part.paragraph else None
        part.instead = instead if redact and not part.paragraph else None
        part.decided_by, part.decided_at = by, timezone.now()
        written.save(part)
        written.detail["decision"] = decision
    return part


def _check_words(part: DisclosurePart, words: str) -> None:
    typed = words_of(words)
    if not typed:
        raise NotAllowed("Enter the words to take out")
    if not_found(bundle.paragraph_of(part), typed):
        raise NotAllowed("Check the words to take out: not all of them are in this part")


def _check_copy(part: DisclosurePart, instead: Document | None) -> None:
    if instead is None or instead.case_id != part.case_id or instead.pk == part.document_id:
        raise NotAllowed("Select the redacted copy that goes instead")
    if instead.third_party:
        raise NotAllowed("Select a copy that tells of nobody else")
    if why := document_store.why_shut(instead):
        raise NotAllowed(why)


def make_disclosure_file(*, disclosure: Disclosure, by, version: int | None = None) -> Disclosure:
    """Make the one file of a bundle, sealed until it is fetched.

    Raises:
        NotAllowed: a part waits for its decision, a document was flagged or shut since, the file
            would be too large, or one waits to be fetched.
        Conflict: somebody else changed the bundle since the page was shown.
    """
    as_seen(disclosure, version)
    if disclosure.state == State.MADE:
        raise NotAllowed("Fetch the file that was made first")
    parts = list(disclosure.parts.select_related("document__case", "instead__case", "case"))
    if any(part.third_party and not part.decision for part in parts):
        raise NotAllowed("Decide on every part first")
    if any(part.document.third_party and not part.third_party for part in parts):
        raise NotAllowed("Begin a new bundle: a document was found to tell of somebody else")
    if any(part.instead and part.instead.third_party for part in parts):
        raise NotAllowed("Decide again: a redacted copy was found to tell of somebody else")
    used = {one.pk: one for part in parts for one in (part.document, part.instead) if one}
    if sum(one.size_bytes for one in used.values()) > MOST_BYTES:
        raise NotAllowed("Begin two bundles: together the documents are larger than 100 MB")
    name = vault.store("case", disclosure.case_id, [bundle.archive(parts)])
    try:
        with change("make_disclosure_file", by=by, case=disclosure.case) as written:
            disclosure.state, disclosure.storage_name = State.MADE, name
            disclosure.made_by, disclosure.made_at = by, timezone.now()
            disclosure.fetched_by = disclosure.fetched_at = None
            written.save(disclosure)
    except BaseException:
        vault.remove(name)
        raise
    return disclosure


def fetch_disclosure_file(*, disclosure: Disclosure, by) -> bytes:
    """Return the file of a bundle, for the one time there is: it is destroyed with the asking.

    Raises:
        NotAllowed: there is none, or somebody fetched it.
        Conflict: somebody else fetches it at this moment.
        IntegrityFailure: the file was altered.
    """
    if disclosure.state != State.MADE:
        raise NotAllowed("Make the file first: one that was fetched is gone")
    name = disclosure.storage_name
    content = vault.read("case", disclosure.case_id, name)
    with change("fetch_disclosure_file", by=by, case=disclosure.case) as written:
        disclosure.state, disclosure.storage_name = State.FETCHED, ""
        disclosure.fetched_by, disclosure.fetched_at = by, timezone.now()
        written.save(disclosure)
    vault.remove(name)
    return content
