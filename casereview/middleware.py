"""What every request passes: headers, time limits, the second factor, and who is acting."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from casereview import access, audit, keys

Handler = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()"
# Seen at most this often, or every request would cost a write.
SEEN_EVERY_SECONDS = 60


def headers(handle: Handler) -> Handler:
    """Send what every response carries; nothing of a signed-in page is ever kept by a browser."""

    def handled(request: HttpRequest) -> HttpResponse:
        response = handle(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/" + settings.STATIC_URL.lstrip("/")):
            response.headers["Cache-Control"] = "no-store"
        return response

    return handled


def session_limits(handle: Handler) -> Handler:
    """End a session after 15 idle minutes, and after ten hours whatever happens."""

    def handled(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began", now)
            seen = request.session.setdefault("seen", now)
            idle = now - seen > settings.IDLE_MINUTES * 60
            if idle or now - began > settings.ABSOLUTE_HOURS * 3600:
                audit.append("sign_out", actor=request.user, detail={"why": "time limit"})
                logout(request)
                return redirect(f"{reverse('account_login')}?ended=1")
            if now - seen >= SEEN_EVERY_SECONDS:
                request.session["seen"] = now
        return handle(request)

    return handled


def second_factor(handle: Handler) -> Handler:
    """Let nobody past sign-in without a second factor; show those without one how to set it up."""

    def handled(request: HttpRequest) -> HttpResponse:
        from casereview import sign_in

        if request.user.is_authenticated and not sign_in.has_second_factor(request):
            if not sign_in.open_without_second_factor(request.path):
                return redirect("mfa_index")
        return handle(request)

    return handled


def record_context(handle: Handler) -> Handler:
    """Remember who is acting for the audit log; hold keys and answers for this request only."""

    def handled(request: HttpRequest) -> HttpResponse:
        session = audit.session_digest(request.session.session_key)
        with audit.acting(audit.Context(session=session)), keys.held(), access.remembering():
            return handle(request)

    return handled
