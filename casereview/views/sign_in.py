"""Signing in to a demo by a link; every other page of signing in is allauth's."""

from allauth.account import views as account
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from casereview import access, demo
from casereview.access import open_view
from casereview.sign_in import proof

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_view("one's own password; it knows no case")
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; who signs in without one is told so."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        messages.info(request, "You sign in without a password: there is none to change.")
        return redirect("mfa_index")
    return account.password_change(request)


@open_view("signs in to a demo, which holds fictional data only")
@login_not_required
@require_http_methods(["GET", "POST"])
def persona_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as one persona of a demo; anywhere else there is no such page."""
    user = demo.persona_of(token) if demo.is_demo() else None
    if user is None:
        return access.not_found()
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    if request.method == "GET":
        roles = [held.role.label for held in access.held_by(user)]
        again = request.user.is_authenticated and request.user.pk == user.pk
        page = {"persona": user, "roles": roles, "again": again}
        return render(request, "casereview/sign_in/persona.html", page)
    if request.user.is_authenticated and request.user.pk != user.pk:
        logout(request)
    request.session[proof.PERSONA] = True
    proof.remember_proof(request)
    login(request, user, backend=BACKEND)
    return HttpResponseRedirect(back)
