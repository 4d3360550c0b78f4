"""Documents of a case: the list, handing one in, reading, and fetching it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from casereview import access, audit, care, crypto, document_page, document_store
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.actions import documents as actions
from casereview.case_header import about
from casereview.checking import words_in
from casereview.checking.texts import decoded
from casereview.forms.documents import FLAGGED, AcceptForm, ChangeDocumentForm, UploadForm
from casereview.models import Agency, Case, Document
from casereview.views.acting import act, again, posted

BACK = "view_documents"
MOST_SHOWN = 200_000
# What is fetched is kept apart from this site: it opens nothing of it and runs nothing in it.
APART = "sandbox; default-src 'none'"
BROKEN = "This document failed its integrity check. Tell your administrator: it was put on record."


def document_of(case: Case, key: uuid.UUID) -> Document | None:
    """Return a document of this case, and of no other."""
    return case.documents.select_related("case").filter(pk=key).first()


@case_view("view_documents")
def view_documents(request: HttpRequest, case: Case) -> HttpResponse:
    """List the documents of a case, and the bundles made of them."""
    return render(
        request,
        "casereview/documents/page.html",
        {**about(request.user, case, BACK), **document_page.page(case)},
    )


@case_view("upload_document")
def upload_document(request: HttpRequest, case: Case) -> HttpResponse:
    """Hand in a document."""
    form = UploadForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        agencies=list(Agency.objects.filter(requests__case=case).distinct().order_by("name")),
    )

    def do() -> None:
        file = form.cleaned_data["file"]
        actions.upload_document(
            case=case,
            content=file.read(),
            file_name=file.name,
            title=form.cleaned_data["title"],
            third_party=form.flagged(),
            agency=form.chosen_agency,
            by=request.user,
        )

    return act(
        request,
        case,
        form,
        do,
        back=BACK,
        heading="Add a document",
        button="Add the document",
        done="Document added",
    )


@case_view("change_document")
def change_document(request: HttpRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    """Change what a document is called, and whether it tells of others."""
    found = document_of(case, document)
    if found is None:
        return access.not_found()
    form = ChangeDocumentForm(
        posted(request),
        initial={
            "title": found.title,
            "third_party": FLAGGED[found.third_party],
            "version": found.version,
        },
    )
    return act(
        request,
        case,
        form,
        lambda: actions.change_document(
            document=found,
            title=form.cleaned_data["title"],
            third_party=form.flagged(),
            version=form.cleaned_data["version"],
            by=request.user,
        ),
        back=BACK,
        heading="Change what is known of a document",
        button="Save",
        done="Saved",
        now=lambda: again(found),
    )


@case_view("accept_document")
def accept_document(request: HttpRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    """Accept a document that no scanner has seen."""
    found = document_of(case, document)
    if found is None:
        return access.not_found()
    form = AcceptForm(posted(request), initial={"version": found.version})
    return act(
        request,
        case,
        form,
        lambda: actions.accept_document(document=found, by=request.user, **form.answers()),
        back=BACK,
        heading="Accept a document that was not scanned",
        button="Accept the document",
        done="The document can be opened now",
        lead="No malware scanner has looked at it. Accept it only if you know where it comes from.",
        quoted=found.title,
        now=lambda: again(found),
    )


@case_view("read_document")
@care.opens("document")
def read_document(request: HttpRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    """Show a text, the words of a PDF or Word file, or a picture in the page."""
    found = document_of(case, document)
    if found is None or found.content_type not in document_store.IN_THE_PAGE:
        return access.not_found()
    picture = found.content_type in document_store.PICTURES
    notice = care.notice(request, case, "document", ["document:picture"] if picture else [])
    if notice and notice.closed:
        page = {**about(request.user, case, BACK), "document": found, "notice": notice}
        return render(request, "casereview/documents/read.html", page)
    words: str | None = ""
    try:
        content = document_store.content_of(found)
    except (NotAllowed, crypto.IntegrityFailure) as refusal:
        return _shut(request, case, found, refusal)
    if found.content_type == document_store.TEXT:
        words = decoded(content) or ""
    elif not picture:
        words = words_in(content, MOST_SHOWN + 1)
    return render(
        request,
        "casereview/documents/read.html",
        {
            **about(request.user, case, BACK),
            "document": found,
            "notice": notice,
            "picture": picture,
            "kind": document_store.label_of(found),
            "words_alone": found.content_type in document_store.WITH_WORDS,
            "unreadable": words is None,
            "text": (words or "")[:MOST_SHOWN],
            "more": len(words or "") > MOST_SHOWN,
        },
    )


@case_view("read_document")
def show_picture(request: HttpRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    """Hand the page of a picture the picture itself; opened alone, nothing in it can be run."""
    found = document_of(case, document)
    if found is None or found.content_type not in document_store.PICTURES:
        return access.not_found()
    try:
        content = document_store.content_of(found)
    except (NotAllowed, crypto.IntegrityFailure) as refusal:
        return _shut(request, case, found, refusal)
    response = handed_out(content, found.content_type, "picture")
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "no-store"
    return response


@case_view("download_document")
def download_document(request: HttpRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    """Hand out a document, to be kept and not to be opened in this site."""
    found = document_of(case, document)
    if found is None:
        return access.not_found()
    try:
        content = document_store.content_of(found)
    except (NotAllowed, crypto.IntegrityFailure) as refusal:
        return _shut(request, case, found, refusal)
    # The file's own name may hold a child's; on the reader's machine the reference is enough.
    name = f"{case.reference}-{found.pk.hex[:8]}.{document_store.ending_of(found)}"
    return handed_out(content, found.content_type, name)


def handed_out(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return a file as an attachment that no browser opens within this site."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = APART
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _shut(request: HttpRequest, case: Case, document: Document, refusal: Exception) -> HttpResponse:
    if isinstance(refusal, crypto.IntegrityFailure):
        broken(request, case, document._meta.db_table, document.pk)
    else:
        messages.warning(request, str(refusal))
    return redirect(BACK, case.reference)


def broken(request: HttpRequest, case: Case, table: str, key: uuid.UUID) -> None:
    """Put on record that stored content failed its check, and say so on the next page."""
    audit.append(
        "integrity_failure",
        actor=request.user,
        case=case,
        table=table,
        key=key,
        outcome=audit.REFUSED,
        detail={"field": "content"},
    )
    messages.error(request, BROKEN)
