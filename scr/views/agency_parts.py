"""An agency's own part of a review: what is asked, its entries, its file, its report."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access, import_pages
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.import_pages import Pages
from casereview.models import Child
from casereview.rules.due import due_words
from casereview.views.acting import posted
from scr import chronology_page
from scr.actions import chronology, review_requests
from scr.chronology_imports import KIND
from scr.forms.review_parts import EntryForm, ReportForm
from scr.forms.reviews import ReasonForm
from scr.models import ReviewRequest
from scr.review_access import request_view, requests_of
from scr.rules.review_moves import OPEN
from scr.views.review_acting import attempt

A_PAGE = 25
_ADDRESSES = {
    "start": "import_chronology",
    "file": "check_chronology",
    "headings": "chronology_headings",
    "errors": "chronology_errors",
    "template": "chronology_template",
}
LEAD = (
    "One row for each contact or event from your own records. Write about before a date that is "
    "not exact; leave the time or the last day empty where there is none."
)
State, Kind = ReviewRequest.State, ReviewRequest.Kind


@role_view("list_review_requests")
def list_review_requests(request: HttpRequest) -> HttpResponse:
    """List what the reader is asked for their agency, what is due first at the top."""
    today = timezone.localdate()
    page = Paginator(requests_of(request.user).order_by("due_on", "pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "scr/chronology/asked.html",
        {"page": page, "rows": [_row(one, today) for one in page.object_list]},
    )


def _row(asked: ReviewRequest, today: datetime.date) -> dict[str, Any]:
    waits = asked.state == State.ASKED and asked.review.state in OPEN
    return {
        "part": asked,
        "waits": waits,
        "when": due_words(asked.due_on, today) if waits else "",
        "overdue": waits and asked.due_on < today,
    }


def _about(asked: ReviewRequest, **more: Any) -> dict[str, Any]:
    """Return what every page of a request is given; nothing of other agencies is in it."""
    return {
        "asked": asked,
        "reference": asked.case.reference,
        "chronology": asked.kind == Kind.CHRONOLOGY,
        **_row(asked, timezone.localdate()),
        **more,
    }


@request_view("view_review_request")
def view_review_request(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    """Show what is asked, by when, and the agency's own entries or reports."""
    entries, withdrawn = [], 0
    if asked.kind == Kind.CHRONOLOGY:
        own = asked.review.chronology.filter(agency=asked.agency)
        withdrawn = own.exclude(withdrawn_at=None).count()
        rows = chronology_page.rows_of(asked.review, str(asked.agency_id))
        entries = [{"row": one, "when": chronology_page.when(one)} for one in rows]
    papers = asked.review.papers.filter(agency=asked.agency).order_by("number")
    return render(
        request,
        "scr/chronology/request.html",
        _about(
            asked,
            entries=entries,
            withdrawn=withdrawn,
            papers=papers if asked.kind == Kind.REPORT else [],
        ),
    )


@request_view("view_review_child")
def view_review_child(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    """Show an agency who the child is, so that it finds its records; each look is on record."""
    child = Child.objects.filter(case=asked.case).first()
    return render(request, "scr/chronology/child.html", _about(asked, child=child))


def _act(
    request: HttpRequest,
    asked: ReviewRequest,
    form: Any,
    do: Callable[[], Any],
    *,
    heading: str,
    button: str,
    done: str,
    **shown: Any,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(form, do):
        messages.success(request, done)
        return redirect("scr:view_review_request", asked.pk)
    return render(
        request,
        "scr/chronology/form.html",
        _about(asked, form=form, heading=heading, button=button, **shown),
    )


@request_view("add_chronology_entry")
def add_chronology_entry(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    """Add one entry of one's own agency."""
    form = EntryForm(posted(request))
    return _act(
        request,
        asked,
        form,
        lambda: chronology.add_chronology_entry(request=asked, row=form.row, by=request.user),
        heading="Add an entry",
        button="Add the entry",
        done="The entry is added",
    )


@request_view("withdraw_chronology_entry")
def withdraw_chronology_entry(
    request: HttpRequest, asked: ReviewRequest, entry: uuid.UUID
) -> HttpResponse:
    """Withdraw one of one's own agency's entries."""
    found = (
        asked.review.chronology.filter(agency=asked.agency, withdrawn_at=None, pk=entry)
        .select_related("case")
        .first()
    )
    if found is None:
        return access.not_found()
    form = ReasonForm(posted(request))
    return _act(
        request,
        asked,
        form,
        lambda: chronology.withdraw_chronology_entry(
            request=asked, entry=found, by=request.user, **form.cleaned_data
        ),
        heading="Withdraw an entry",
        button="Withdraw it",
        done="The entry is withdrawn; it stays on record",
        quoted=f"{chronology_page.when(found)}: {found.what}",
    )


def _pages(asked: ReviewRequest) -> Pages:
    back = reverse("scr:view_review_request", args=[asked.pk])
    return Pages(
        kind=KIND,
        address=lambda name, *keys: reverse(f"scr:{_ADDRESSES[name]}", args=[asked.pk, *keys]),
        back=(back, "Back to what is asked"),
        lead=LEAD,
        after=(back, "See your chronology"),
        about=asked.pk,
        caption=f"{asked.case.reference} – {asked.agency.name}",
    )


@request_view("import_chronology")
def import_chronology(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    """Take a file in, and keep it sealed for the reader until it was looked at."""
    return import_pages.start(request, _pages(asked))


@request_view("import_chronology")
def chronology_template(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    """Hand over an empty file to begin with."""
    return import_pages.empty(request, _pages(asked), "chronology")


@request_view("import_chronology")
def check_chronology(request: HttpRequest, asked: ReviewRequest, file: uuid.UUID) -> HttpResponse:
    """Show what was read of a file; then bring it in, all of it, or throw it away."""
    return import_pages.show(request, _pages(asked), file)


@request_view("import_chronology")
def chronology_headings(
    request: HttpRequest, asked: ReviewRequest, file: uuid.UUID
) -> HttpResponse:
    """Ask which heading of one's file is which column."""
    return import_pages.headings(request, _pages(asked), file)


@request_view("import_chronology")
def chronology_errors(request: HttpRequest, asked: ReviewRequest, file: uuid.UUID) -> HttpResponse:
    """Hand over the rows of one's own file that are to be corrected."""
    return import_pages.errors(request, _pages(asked), file)


@request_view("hand_in_part")
def hand_in_part(request: HttpRequest, asked: ReviewRequest) -> HttpResponse:
    """Hand in the chronology or the report, or say that there is no record."""
    if asked.kind == Kind.REPORT:
        form = ReportForm(posted(request))
        return _act(
            request,
            asked,
            form,
            lambda: review_requests.hand_in_report(
                request=asked, by=request.user, **form.cleaned_data
            ),
            heading="Your agency’s report",
            button="Hand it in",
            done="Your report is handed in",
        )
    refusal = ""
    if request.method == "POST":
        nothing = "nothing" in request.POST
        try:
            if nothing:
                review_requests.say_nothing_held(request=asked, by=request.user)
            else:
                review_requests.hand_in_chronology(request=asked, by=request.user)
        except NotAllowed as reason:
            refusal = str(reason)
        else:
            messages.success(request, "Thank you: your part is handed in")
            return redirect("scr:view_review_request", asked.pk)
    number = asked.review.chronology.filter(agency=asked.agency, withdrawn_at=None).count()
    return render(
        request, "scr/chronology/hand_in.html", _about(asked, refusal=refusal, number=number)
    )
