"""Bundles that are disclosed: which documents, what becomes of each part, and the one file."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access, bundle, crypto, document_page, document_store
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.actions import disclosures as actions
from casereview.case_header import about
from casereview.forms.documents import BundleForm, DecisionForm, MakeForm, PartForm, WholePartForm
from casereview.models import Case, Disclosure, DisclosurePart
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.acting import CHANGED, posted
from casereview.views.documents import broken, handed_out

BACK = "view_documents"
ZIP = "application/zip"


def _disclosure(case: Case, key: uuid.UUID) -> Disclosure | None:
    return case.disclosures.select_related("case", "begun_by").filter(pk=key).first()


@case_view("prepare_disclosure")
def prepare_disclosure(request: HttpRequest, case: Case) -> HttpResponse:
    """Begin a bundle: who asked, why, and for which documents."""
    documents = [one for one in document_page.documents(case) if document_store.may_open(one)]
    waiting = case.information_requests.filter(state="open").order_by("received_on", "id")
    form = BundleForm(
        posted(request),
        documents=documents,
        requests=list(waiting),
        initial=_asked(request, case),
    )
    if form.is_valid():
        try:
            made = actions.prepare_disclosure(
                case=case,
                asked_by_whom=form.cleaned_data["asked_by_whom"],
                purpose=form.cleaned_data["purpose"],
                documents=form.chosen(),
                by=request.user,
                request=form.requests.get(form.cleaned_data["request"]),
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except crypto.IntegrityFailure:
            broken(request, case, DisclosurePart._meta.db_table, case.pk)
            return redirect(BACK, case.reference)
        else:
            return redirect("view_disclosure", case.reference, made.pk)
    return render(
        request,
        "casereview/case_form.html",
        {
            **about(request.user, case, BACK),
            "form": form,
            "heading": "Prepare a bundle for disclosure",
            "button": "Begin the bundle",
            "back": BACK,
            "lead": "Documents that tell of anybody beside the child are shown part by part: each "
            "is disclosed, redacted or withheld, with a reason. Only documents that can be opened "
            "are listed.",
        },
    )


def _asked(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what a request on the register says already, where one was followed here."""
    try:
        key = uuid.UUID(request.GET.get("request", ""))
    except ValueError:
        return {}
    found = case.information_requests.filter(pk=key, state="open").first()
    if found is None:
        return {}
    return {
        "request": str(found.pk),
        "asked_by_whom": found.asked_by_whom,
        "purpose": found.legal_basis,
    }


@case_view("view_disclosure")
def view_disclosure(request: HttpRequest, case: Case, disclosure: uuid.UUID) -> HttpResponse:
    """Show a bundle: what becomes of each part, and what is still to decide."""
    found = _disclosure(case, disclosure)
    if found is None:
        return access.not_found()
    return _shown(request, case, found, MakeForm(initial={"version": found.version}))


def _shown(request: HttpRequest, case: Case, found: Disclosure, form: MakeForm) -> HttpResponse:
    return render(
        request,
        "casereview/documents/disclosure.html",
        {
            **about(request.user, case, BACK),
            **document_page.bundle_page(found),
            "disclosure": found,
            "form": form,
        },
    )


@case_view("decide_disclosure_part")
def decide_disclosure_part(
    request: HttpRequest, case: Case, disclosure: uuid.UUID, part: uuid.UUID
) -> HttpResponse:
    """Show one part that tells of somebody else too, and decide what becomes of it."""
    found = (
        case.disclosure_parts.select_related("document__case", "disclosure", "case")
        .filter(disclosure=disclosure, pk=part, third_party=True)
        .first()
    )
    if found is None:
        return access.not_found()
    try:
        paragraph = bundle.paragraph_of(found)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
        return redirect("view_disclosure", case.reference, disclosure)
    except crypto.IntegrityFailure:
        broken(request, case, found.document._meta.db_table, found.document_id)
        return redirect("view_disclosure", case.reference, disclosure)
    form = _form(request, case, found)
    if form.is_valid():
        answers = form.answers()
        words = answers.pop("taken_out") or ""
        if isinstance(form, WholePartForm):
            answers["instead"] = form.copies.get(words)
        else:
            answers["words"] = words
        try:
            actions.decide_disclosure_part(part=found, by=request.user, **answers)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            found.refresh_from_db()
            form.take(found)
        else:
            following = document_page.next_part(found)
            if following is not None:
                return redirect("decide_disclosure_part", case.reference, disclosure, following.pk)
            messages.success(request, "Every part is decided")
            return redirect("view_disclosure", case.reference, disclosure)
    return render(
        request,
        "casereview/documents/part.html",
        {
            **about(request.user, case, BACK),
            "part": found,
            "paragraph": paragraph,
            "form": form,
            **document_page.standing(found),
        },
    )


def _form(request: HttpRequest, case: Case, part: DisclosurePart) -> DecisionForm:
    initial = {
        # A part about somebody else is withheld unless a person decides otherwise.
        "decision": part.decision or DisclosurePart.Decision.WITHHOLD,
        "reason": part.reason,
        "taken_out": part.words or (str(part.instead_id) if part.instead_id else ""),
        "version": part.version,
    }
    if part.paragraph:
        return PartForm(posted(request), initial=initial)
    copies = [
        one
        for one in document_page.documents(case)
        if one.pk != part.document_id and not one.third_party and document_store.may_open(one)
    ]
    return WholePartForm(posted(request), initial=initial, copies=copies)


@case_view("make_disclosure_file")
@step_up_required
def make_disclosure_file(request: HttpRequest, case: Case, disclosure: uuid.UUID) -> HttpResponse:
    """Make the one file of a bundle whose every part is decided."""
    found = _disclosure(case, disclosure)
    if found is None:
        return access.not_found()
    if request.method != "POST":
        return redirect("view_disclosure", case.reference, found.pk)
    form = MakeForm(request.POST)
    if form.is_valid():
        try:
            actions.make_disclosure_file(
                disclosure=found, version=form.cleaned_data["version"], by=request.user
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            found.refresh_from_db()
            form.take(found)
        except crypto.IntegrityFailure:
            broken(request, case, found._meta.db_table, found.pk)
            return redirect("view_disclosure", case.reference, found.pk)
        else:
            messages.success(request, "The file is made. It can be fetched once.")
            return redirect("view_disclosure", case.reference, found.pk)
    return _shown(request, case, found, form)


@case_view("fetch_disclosure_file")
@step_up_required
def fetch_disclosure_file(request: HttpRequest, case: Case, disclosure: uuid.UUID) -> HttpResponse:
    """Hand out the file of a bundle, the one time there is."""
    found = _disclosure(case, disclosure)
    if found is None:
        return access.not_found()
    if request.method != "POST":
        return redirect("view_disclosure", case.reference, found.pk)
    try:
        content = actions.fetch_disclosure_file(disclosure=found, by=request.user)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    except Conflict:
        messages.warning(request, "Somebody else fetched the file at this moment")
    except crypto.IntegrityFailure:
        broken(request, case, found._meta.db_table, found.pk)
    else:
        return handed_out(content, ZIP, f"{case.reference}-disclosure-{found.pk.hex[:8]}.zip")
    return redirect("view_disclosure", case.reference, found.pk)
