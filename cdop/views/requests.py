"""Requests for a report, as the people of an agency see them who have an account."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.models import AgencyRequest, User
from casereview.rules.due import due_words
from cdop.actions import reporting
from cdop.forms.reporting import PartsForm
from cdop.report_access import is_lead, request_view, requests_of
from cdop.report_sight import report_of
from cdop.views import request_pages
from cdop.views.request_pages import Seat, shown

AT_ONCE = 25


@role_view("list_requests")
def list_requests(request: HttpRequest) -> HttpResponse:
    """List the requests that were sent or handed to a person, or to the agency they lead."""
    today = timezone.localdate()
    found = requests_of(request.user).order_by("returned_at", "due_on", "requested_at")
    page = Paginator(found, AT_ONCE).get_page(request.GET.get("page"))
    rows = [
        {
            "request": one,
            "open": one.state not in reporting.RETURNED,
            "due": due_words(one.due_on, today) if one.state not in reporting.RETURNED else "",
            "overdue": bool(one.due_on and one.due_on < today),
        }
        for one in page.object_list
    ]
    return render(
        request,
        "cdop/requests/list.html",
        {
            "page": page,
            "open_rows": [row for row in rows if row["open"]],
            "returned_rows": [row for row in rows if not row["open"]],
        },
    )


@request_view("view_request")
def view_request(request: HttpRequest, found: AgencyRequest) -> HttpResponse:
    """Show one request."""
    return request_pages.view(request, Seat(found, _user(request)))


@request_view("answer_request")
def answer_request(request: HttpRequest, found: AgencyRequest, section: str) -> HttpResponse:
    """Answer one section."""
    return request_pages.answer(request, Seat(found, _user(request)), section)


@request_view("correct_report")
def correct_report(request: HttpRequest, found: AgencyRequest, section: str) -> HttpResponse:
    """Correct one section of a report that was returned."""
    return request_pages.correct(request, Seat(found, _user(request)), section)


@request_view("say_no_record")
def say_no_record(request: HttpRequest, found: AgencyRequest) -> HttpResponse:
    """Say that the agency has no record of the child or family."""

    def done() -> HttpResponse:
        messages.success(request, "Recorded: no record of this child or family")
        return redirect("cdop:view_request", found.pk)

    return request_pages.no_record(request, Seat(found, _user(request)), done)


@request_view("hand_in_report")
def hand_in_report(request: HttpRequest, found: AgencyRequest) -> HttpResponse:
    """Hand in one's sections."""
    user = _user(request)

    def done() -> HttpResponse:
        messages.success(request, "Handed in")
        return redirect("cdop:view_request", found.pk)

    return request_pages.hand_in(
        request,
        Seat(found, user),
        lambda: reporting.hand_in_report(request=found, by=user),
        done,
    )


@request_view("sign_off_report")
def sign_off_report(request: HttpRequest, found: AgencyRequest) -> HttpResponse:
    """Sign off the agency's report."""
    user = _user(request)

    def done() -> HttpResponse:
        messages.success(request, "The report is signed off and returned")
        return redirect("cdop:view_request", found.pk)

    return request_pages.hand_in(
        request,
        Seat(found, user),
        lambda: reporting.sign_off_report(request=found, by=user),
        done,
        signing=True,
    )


@request_view("hand_parts")
def hand_parts(request: HttpRequest, found: AgencyRequest) -> HttpResponse:
    """Hand the sections of a request to people of the agency."""
    user = _user(request)
    if not is_lead(user, found):
        return access.not_found()
    seat, report = Seat(found, user), report_of(found)
    colleagues = User.objects.filter(agency=found.agency_id, is_active=True).order_by("name")
    form = PartsForm(
        request.POST if request.method == "POST" else None,
        report=report,
        people=list(colleagues),
    )
    if request.method == "POST" and form.is_valid():
        try:
            reporting.hand_parts(request=found, given=form.given, by=user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The parts are handed out")
            return redirect("cdop:view_request", found.pk)
    return render(request, "cdop/requests/parts.html", shown(seat, form=form))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the door let them in
    return request.user
