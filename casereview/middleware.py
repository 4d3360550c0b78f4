"""What every request passes: headers, time limits, the second factor, and who is acting."""

import logging
import time
from collections.abc import Callable
from urllib.parse import urlencode

from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from casereview import access, audit, branding, drafts, errors, keys, meeting_mode
from casereview.sign_in import proof

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()"
# Seen at most this often, or every request would cost a write.
SEEN_EVERY_SECONDS = 60
CLEARED_AT_SIGN_OUT = '"cache", "cookies", "storage"'


def headers(handle: Handler) -> Handler:
    """Send what every response carries; nothing of a signed-in page is ever kept by a browser.

    It stands before all others, so that an answer they refuse or fail to make carries it too.
    """

    def handled(request: HttpRequest) -> HttpResponse:
        try:
            response = handle(request)
        except Exception:  # not even the page of an error could be made
            reference = errors.reference_of(request)
            told = {"request": request}
            log.error("A page of an error could not be made", exc_info=True, extra=told)
            response = HttpResponse(errors.last_resort(reference), status=500)
        for name, value in _always(request).items():
            response.headers.setdefault(name, value)
        static = request.path.startswith("/" + settings.STATIC_URL.lstrip("/"))
        if not (static and response.status_code in (200, 304)):
            response.headers["Cache-Control"] = "no-store"
        return response

    return handled


def _always(request: HttpRequest) -> dict[str, str]:
    found = {
        "Content-Security-Policy": build_policy(),
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }
    if settings.SECURE_HSTS_SECONDS and request.is_secure():
        seconds = f"max-age={settings.SECURE_HSTS_SECONDS}"
        found["Strict-Transport-Security"] = f"{seconds}; includeSubDomains; preload"
    return found


def no_null(handle: Handler) -> Handler:
    """Find nothing at an address that holds a null: no record does, and PostgreSQL takes none.

    What is posted is refused by the forms, which say so beside the field.
    """

    def handled(request: HttpRequest) -> HttpResponse:
        asked = [request.path_info, *(text for each in request.GET.lists() for text in each[1])]
        if any("\x00" in text for text in [*asked, *request.GET]):
            return access.not_found()
        return handle(request)

    return handled


def session_limits(handle: Handler) -> Handler:
    """End a session after 15 idle minutes, and after ten hours whatever happens."""

    def handled(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return handle(request)
        why = _time_limit(request)
        if why:
            # Whoever was typing when the time ran out finds the text after signing in again.
            kept = drafts.keep_when_timed_out(request) if proof.has_second_factor(request) else ""
            request.ended_because = why  # type: ignore[attr-defined]
            logout(request)
            response = _signed_out(request, why, kept)
        else:
            response = handle(request)
        # A sitting that went on as somebody's link for a new password keeps its cookie.
        if not request.user.is_authenticated and request.session.is_empty():
            response.headers["Clear-Site-Data"] = CLEARED_AT_SIGN_OUT
        return response

    return handled


def _signed_out(request: HttpRequest, why: str, kept: str) -> HttpResponse:
    """Send somebody whose time is over to sign in again; a page that saves by itself is told so."""
    if request.POST.get(drafts.SAVE) == drafts.BY_ITSELF:
        return JsonResponse({"kept": bool(kept)}, status=401)
    back = {"next": request.get_full_path()} if request.method == "GET" else {}
    if kept:
        back = {"next": kept, "kept": "yes"}
    return redirect(f"{reverse('account_login')}?{urlencode({'ended': why, **back})}")


def _time_limit(request: HttpRequest) -> str:
    """Return which time limit a sitting has passed, if any, and note that it is being used."""
    now = int(time.time())
    began = request.session.setdefault("began", now)
    seen = request.session.setdefault("seen", now)
    if now - began > settings.ABSOLUTE_HOURS * 3600:
        return "day"
    if now - seen > settings.IDLE_MINUTES * 60:
        # `seen` stays as it is: whatever is not of that room still ends.
        return "" if meeting_mode.keeps_awake(request, now) else "idle"
    if now - seen >= SEEN_EVERY_SECONDS:
        request.session["seen"] = now
    return ""


def second_factor(handle: Handler) -> Handler:
    """Let nobody past sign-in without a second factor; show those without one how to set it up."""

    def handled(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not proof.has_second_factor(request):
            request.not_past_second_factor = True  # type: ignore[attr-defined]
            if not proof.open_without_second_factor(request):
                return _to_second_factor(request)
        return handle(request)

    return handled


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """Show how to set one up; whoever has one elsewhere signs in again and shows it."""
    elsewhere = proof.signs_in_elsewhere(request.user)
    if not proof.has_factor(request.user) and not elsewhere:
        return redirect("mfa_index")
    request.ended_because = "second factor not shown"  # type: ignore[attr-defined]
    logout(request)
    login = reverse("account_login")
    return redirect(f"{login}?ended=elsewhere" if elsewhere else login)


def named(handle: Handler) -> Handler:
    """Know what the installation calls itself, and its holidays, before anything is shown."""

    def handled(request: HttpRequest) -> HttpResponse:
        branding.refresh()
        return handle(request)

    return handled


def record_context(handle: Handler) -> Handler:
    """Remember who is acting for the audit log; hold keys and answers for this request only."""

    def handled(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            # PostgreSQL refuses the character in a query; no address of ours holds it.
            return access.not_found()
        session = audit.session_digest(request.session.session_key)
        with audit.acting(audit.Context(session=session)), keys.held(), access.remembering():
            return handle(request)

    return handled
