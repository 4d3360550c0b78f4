"""Signing in at one's organisation, coming back, and proving oneself there again."""

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from casereview import access
from casereview.access import open_view
from casereview.sign_in import openid, proof
from casereview.sign_in.id_token import NotBelieved
from casereview.step_up import ask_for_proof

# The library that fetches raises errors of the operating system's kind (OSError).
# What a library raises over an answer of a shape that it did not expect.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


class _Callback(OAuth2CallbackView):
    """allauth's, which tells the adapter what was asked when the sign-in began."""

    def _get_state(self, request, provider):
        state, response = super()._get_state(request, provider)
        self.adapter.asked = state or {}
        return state, response


def _ask(view_class, request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = openid.Adapter(request, provider_id)
    try:
        provider = adapter.get_provider()
    except SocialApp.DoesNotExist:
        return access.not_found()
    try:
        return view_class.adapter_view(adapter)(request)
    except (OAuth2Error, OSError) as failure:
        return render_authentication_error(request, provider, exception=failure)
    except UNREADABLE:
        return render_authentication_error(request, provider, exception=NotBelieved("provider"))


@open_view("signing in; it knows no case")
@login_not_required
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider; whoever joins an account there proves it is theirs."""
    joining = request.GET.get("process") == "connect" and request.user.is_authenticated
    if joining and not proof.proved_lately(request):
        return ask_for_proof(request)
    return _ask(OAuth2LoginView, request, provider_id)


@open_view("signing in; it knows no case")
@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer."""
    return _ask(_Callback, request, provider_id)


@open_view("one's own proof; it knows no case")
def prove_again(request: HttpRequest) -> HttpResponse:
    """Have somebody without a second factor here sign in anew where they have one."""
    theirs = SocialAccount.objects.filter(user=request.user, provider=settings.OIDC_PROVIDER)
    if not settings.OIDC_PROVIDER or not theirs.exists():
        return redirect("mfa_index")
    back = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    provider = openid.Adapter(request, settings.OIDC_PROVIDER).get_provider()
    if request.method != "POST":
        page = {"provider": provider, "back": back}
        return render(request, "casereview/sign_in/prove_again.html", page)
    try:
        return provider.redirect(request, "redirect", back, step_up=str(request.user.pk))
    except (OAuth2Error, OSError) as failure:
        return render_authentication_error(request, provider, exception=failure)
