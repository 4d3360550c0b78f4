"""The same pages for somebody without an account: a link, a code, and one request."""

import time
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from casereview import audit, rate_limits
from casereview.access import open_view
from casereview.models import AgencyRequest
from casereview.records import Conflict
from cdop.actions import reporting
from cdop.forms.reporting import CodeForm
from cdop.report_links import COPY_AFTER, TRIES, is_open, request_of, try_code, was_sent
from cdop.views import form_papers, request_pages
from cdop.views.request_pages import Seat

View = Callable[..., HttpResponse]
WHY = "opens one request by a link and a code, and nothing without both"
# In the session: which request, by which link, since when and when last used.
SESSION = "report_link"
# The same of a report that was handed in just now.
SENT = "report_link_sent"
OPENINGS, WINDOW_SECONDS = 30, 600


def _ended() -> HttpResponse:
    """Return the one page for a link that is unknown, over or revoked: the same bytes each time."""
    return HttpResponse(render_to_string("cdop/requests/link_ended.html"), status=404)


def _note(action: str, outcome: str, request: HttpRequest, found: AgencyRequest | None) -> None:
    audit.in_role("report_link")
    audit.append(
        action,
        case=found.case if found else None,
        table=AgencyRequest._meta.db_table if found else "",
        key=found.pk if found else None,
        outcome=outcome,
        detail={"method": request.method, "by_link": True},
    )


@open_view(WHY)
@login_not_required
def open_report_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code that belongs to a link; opening the link uses nothing up."""
    who = rate_limits.address_of(request)
    if not rate_limits.allowed("report_link", who, most=OPENINGS, seconds=WINDOW_SECONDS):
        return HttpResponse(render_to_string("429.html"), status=429)
    found = request_of(token)
    if found is None:
        _note("open_report_link", audit.REFUSED, request, None)
        return _ended()
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            right = try_code(found, form.cleaned_data["code"])
        except Conflict:
            right = False
        if right:
            _note("open_report_link", audit.ALLOWED, request, found)
            now = int(time.time())
            request.session.cycle_key()
            request.session[SESSION] = {
                "request": str(found.pk),
                "link": bytes(found.token_digest or b"").hex(),
                "began": now,
                "seen": now,
            }
            return redirect("cdop:link_view_request")
        _note("open_report_link", audit.REFUSED, request, found)
        if found.code_tries >= TRIES:
            return _ended()
        form.add_error("code", "Check the code: it is not the one for this link")
    return render(request, "cdop/requests/code.html", {"form": form})


def _seat(request: HttpRequest) -> Seat | None:
    """Return the seat of a sitting that began with a link and a code and is still good."""
    kept = request.session.get(SESSION)
    if not kept:
        return None
    now = int(time.time())
    found = (
        AgencyRequest.objects.filter(pk=kept["request"]).select_related("case", "agency").first()
    )
    over = (
        now - kept["seen"] > settings.IDLE_MINUTES * 60
        or now - kept["began"] > settings.ABSOLUTE_HOURS * 3600
        or found is None
        or not is_open(found)
        or bytes(found.token_digest or b"").hex() != kept["link"]
    )
    if over or found is None:
        del request.session[SESSION]
        return None
    request.session[SESSION] = {**kept, "seen": now}
    return Seat(found, None)


def _seat_of_sent(request: HttpRequest) -> Seat | None:
    """Return the seat of who handed in by this link a moment ago, in this very sitting."""
    kept = request.session.get(SENT)
    if not kept:
        return None
    found = (
        AgencyRequest.objects.filter(pk=kept["request"]).select_related("case", "agency").first()
    )
    if (
        not 0 <= time.time() - kept["sent"] <= COPY_AFTER.total_seconds()
        or found is None
        or not was_sent(found)
        or bytes(found.token_digest or b"").hex() != kept["link"]
    ):
        del request.session[SENT]
        return None
    return Seat(found, None)


def _by_link(action: str, *, sent_too: bool = False) -> Callable[[View], View]:
    """Guard a page of a sitting by link: on record before it runs, and that one request only.

    `sent_too` lets in who handed in a moment ago.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            seat = _seat(request) or (_seat_of_sent(request) if sent_too else None)
            outcome = audit.ALLOWED if seat else audit.REFUSED
            _note(action, outcome, request, seat.request if seat else None)
            return view(request, seat, *args, **kwargs) if seat else _ended()

        return open_view(WHY)(login_not_required(guarded))

    return guard


@_by_link("view_request")
def link_view_request(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the request."""
    return request_pages.view(request, seat)


@_by_link("answer_request")
def link_answer_request(request: HttpRequest, seat: Seat, section: str) -> HttpResponse:
    """Answer one section."""
    return request_pages.answer(request, seat, section)


@_by_link("say_no_record")
def link_say_no_record(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Say that the agency has no record of the child or family."""
    return request_pages.no_record(request, seat, lambda: _sent(request))


@_by_link("hand_in_report")
def link_hand_in_report(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Hand in the report: it is returned, and the link ends."""
    return request_pages.hand_in(
        request,
        seat,
        lambda: reporting.hand_in_report(request=seat.request, by=None),
        lambda: _sent(request),
    )


@require_POST
@_by_link("download_own_report", sent_too=True)
def link_copy_report(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the password of one's own copy of the report, once, with the link to it."""
    back = seat.url("view_request") if seat.open else reverse("cdop:link_done")
    return form_papers.copy_by_link(request, seat.request, back)


@_by_link("download_own_report", sent_too=True)
def link_download_report(request: HttpRequest, seat: Seat, copy: uuid.UUID) -> HttpResponse:
    """Hand over one's own copy of the report: what is answered, or what was sent just now."""
    return form_papers.download_by_link(request, seat.request, copy)


@open_view("ends a sitting by link")
@login_not_required
@require_POST
def leave_report(request: HttpRequest) -> HttpResponse:
    """End the sitting."""
    return _leave(request)


@open_view("holds nothing of any case")
@login_not_required
def link_done(request: HttpRequest) -> HttpResponse:
    """Say thank you, how to come back, and where a copy of what was sent is to be had."""
    if _seat_of_sent(request):
        return render(request, "cdop/requests/link_sent.html")
    return HttpResponse(render_to_string("cdop/requests/link_done.html"))


def _sent(request: HttpRequest) -> HttpResponse:
    """End the sitting of a report that was handed in; a copy may be taken for a while."""
    kept = request.session.pop(SESSION)
    request.session[SENT] = {
        "request": kept["request"],
        "link": kept["link"],
        "sent": int(time.time()),
    }
    return redirect("cdop:link_done")


def _leave(request: HttpRequest) -> HttpResponse:
    request.session.pop(SESSION, None)
    request.session.pop(SENT, None)
    return redirect("cdop:link_done")
