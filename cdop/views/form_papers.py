"""Copies of Forms A, B and C for the file, each closed with a password of its own."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, copies, pdf
from casereview.access import case_view
from casereview.models import AgencyRequest, Case
from casereview.step_up import step_up_required
from cdop import form_b_paper, form_papers
from cdop.actions.notifying import notification_of
from cdop.actions.standing_review import review_of
from cdop.form_a_paper import form_a
from cdop.form_c_paper import form_c
from cdop.form_papers import FormPaper
from cdop.report_access import request_view


@case_view("download_form_a")
@require_POST
@step_up_required
def copy_form_a(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the password of one's own copy of the notification, once, with the link to it."""
    notification = notification_of(case)
    if notification is None:
        return access.not_found()
    return _password(
        request,
        notification.pk,
        "Your copy of the notification form",
        ("cdop:download_form_a", case.reference),
        reverse("cdop:view_notification", args=[case.reference]),
    )


@case_view("download_form_a")
def download_form_a(request: HttpRequest, case: Case, copy: uuid.UUID) -> HttpResponse:
    """Hand over one's own copy of the notification; it says who the child was."""
    notification = notification_of(case)
    if notification is None or not copies.is_good(request, notification.pk, copy):
        return access.not_found()
    paper = form_a(request.user, case, notification)
    return _file(request, notification.pk, copy, paper, "notification-form.pdf")


@case_view("download_form_b")
@require_POST
@step_up_required
def copy_form_b(request: HttpRequest, case: Case, asked: uuid.UUID) -> HttpResponse:
    """Show the password of one's own copy of an agency's report, once, with the link to it."""
    found = _asked(case, asked)
    if found is None:
        return access.not_found()
    return _password(
        request,
        found.pk,
        f"Your copy of the report of {found.agency.name}",
        ("cdop:download_form_b", case.reference, found.pk),
        reverse("cdop:view_agency_reports", args=[case.reference]),
    )


@case_view("download_form_b")
def download_form_b(
    request: HttpRequest, case: Case, asked: uuid.UUID, copy: uuid.UUID
) -> HttpResponse:
    """Hand over one's own copy of an agency's report: what the agency has handed in."""
    found = _asked(case, asked)
    if found is None or not copies.is_good(request, found.pk, copy):
        return access.not_found()
    paper = form_b_paper.for_the_file(found)
    return _file(request, found.pk, copy, paper, "agency-report.pdf")


@request_view("download_own_report")
@require_POST
@step_up_required
def copy_own_report(request: HttpRequest, found: AgencyRequest) -> HttpResponse:
    """Show somebody of the agency the password of their copy of its own report, once."""
    return _password(
        request,
        found.pk,
        "Your copy of your agency’s report",
        ("cdop:download_own_report", found.pk),
        reverse("cdop:view_request", args=[found.pk]),
    )


@request_view("download_own_report")
def download_own_report(
    request: HttpRequest, found: AgencyRequest, copy: uuid.UUID
) -> HttpResponse:
    """Hand over a copy of the agency's own report: to who was handed parts, those parts."""
    if not copies.is_good(request, found.pk, copy):
        return access.not_found()
    paper = form_b_paper.for_the_agency(request.user, found)
    return _file(request, found.pk, copy, paper, "agency-report.pdf")


@case_view("download_form_c")
@require_POST
@step_up_required
def copy_form_c(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the password of one's own copy of the panel's review, once, with the link to it."""
    review = review_of(case)
    if review._state.adding:
        return access.not_found()
    return _password(
        request,
        review.pk,
        "Your copy of the panel review",
        ("cdop:download_form_c", case.reference),
        reverse("cdop:view_panel_review", args=[case.reference]),
    )


@case_view("download_form_c")
def download_form_c(request: HttpRequest, case: Case, copy: uuid.UUID) -> HttpResponse:
    """Hand over one's own copy of the panel's review; it names nobody."""
    review = review_of(case)
    if review._state.adding or not copies.is_good(request, review.pk, copy):
        return access.not_found()
    paper = form_c(request.user, case, review)
    return _file(request, review.pk, copy, paper, "panel-review.pdf")


def _asked(case: Case, asked: uuid.UUID) -> AgencyRequest | None:
    """Return a request of this case that was not taken back."""
    open_to = case.requests.exclude(state=AgencyRequest.State.WITHDRAWN)
    return open_to.filter(pk=asked).select_related("agency", "case", "signed_off_by").first()


def copy_by_link(request: HttpRequest, found: AgencyRequest, back: str) -> HttpResponse:
    """Show who answers by a link the password of their copy, once; the caller has let them in."""
    return _password(
        request,
        found.pk,
        "Your copy of your agency’s report",
        ("cdop:link_download_report",),
        back,
        link=bytes(found.token_digest or b""),
    )


def download_by_link(request: HttpRequest, found: AgencyRequest, copy: uuid.UUID) -> HttpResponse:
    """Hand who answers by a link their copy of the report; the caller has let them in."""
    if not copies.is_good(request, found.pk, copy):
        return access.not_found()
    paper = form_b_paper.for_the_link(found)
    link, reader = bytes(found.token_digest or b""), f"{found.agency.name}, by link"
    return _file(request, found.pk, copy, paper, "agency-report.pdf", link=link, reader=reader)


def _password(
    request: HttpRequest,
    paper: uuid.UUID,
    heading: str,
    address: tuple,
    back: str,
    *,
    link: bytes | None = None,
) -> HttpResponse:
    copy, password = copies.begin(request, paper, link)
    name, *args = address
    response = render(
        request,
        "casereview/copy.html",
        {
            "heading": heading,
            "password": password,
            "url": reverse(name, args=[*args, copy]),
            "back": back,
            "by_link": link is not None,
        },
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(
    request: HttpRequest,
    paper: uuid.UUID,
    copy: uuid.UUID,
    form: FormPaper,
    name: str,
    *,
    link: bytes | None = None,
    reader: str = "",
) -> HttpResponse:
    """Hand over a form, closed; `link` and `reader` stand for somebody without an account."""
    drawn = form_papers.draw(
        form,
        reader=reader or str(request.user),
        copy=copies.number_of(copy),
        at=timezone.now(),
    )
    password = copies.password(paper, request.user, copy, link)
    return copies.as_file(pdf.close(drawn, password=password), name)
