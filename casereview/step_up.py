"""Proving again who is sitting there, before what could do most harm."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from casereview import audit, demo, drafts
from casereview.sign_in import proof

View = Callable[..., HttpResponse]


def step_up_required(view: View) -> View:
    """Ask for a fresh proof, at most five minutes old, before the view runs.

    It stands below the door (`@role_view`, `@case_view`), so that only who may do the thing is
    asked. What was typed is not carried over the question, but kept as a draft where the form keeps
    one: guard the page with the form too.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if proof.proved_lately(request):
            return view(request, *args, **kwargs)
        audit.append("step_up", actor=request.user, outcome=audit.REFUSED)
        return ask_for_proof(request)

    guarded.needs_fresh_proof = True  # type: ignore[attr-defined]
    return guarded


def ask_for_proof(request: Any, back: str = "") -> HttpResponse:
    """Send the reader to the question who they are, and from there back.

    `back` is the page to come back to; without it this page or, of a form, the page it is on.
    """
    kept = drafts.keep_on_the_way(request) if not back else ""
    if not back:
        back = request.get_full_path() if request.method == "GET" else _page_before(request)
    if kept:
        messages.warning(request, "Confirm that it is you. What you typed is kept as your draft")
    elif request.method != "GET":
        messages.warning(request, "Confirm that it is you, then do it again")
    if proof.is_persona(request):
        question = demo.persona_path(request.user)
    else:
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        question = methods[0]["url"] if methods else reverse("mfa_index")
    return HttpResponseRedirect(f"{question}?{urlencode({'next': kept or back})}")


def _page_before(request: HttpRequest) -> str:
    """Return the page whose form was sent, where it is ours; else the first page."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        before, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if ours and parts.query else parts.path if ours else "/"
