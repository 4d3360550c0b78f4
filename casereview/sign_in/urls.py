"""Addresses of signing in: allauth's, but only those this product uses.

There is no sign-up, no change of one's own e-mail address, and no code by e-mail.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as single_sign_on
from allauth.socialaccount.providers import registry
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from casereview.access import open_view
from casereview.sign_in import proof
from casereview.step_up import ask_for_proof
from casereview.views import single_sign_on as elsewhere
from casereview.views.sign_in import change_password

before = open_view("signing in; it knows no case")
own = open_view("one's own password and second factor; it knows no case")


def factors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for a fresh proof of people who have neither password nor factor here.

    allauth asks everybody else itself; of those it takes one as given.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not proof.proved_lately(request):
            if proof.signs_in_elsewhere(user) and not proof.has_factor(user):
                return ask_for_proof(request)
        return view(request, *args, **kwargs)

    return own(guarded)


# Providers make themselves known; casereview.sign_in.apps leaves that to whoever serves pages.
registry.load()

urlpatterns = [
    path("login/", before(account.login), name="account_login"),
    path("logout/", own(account.logout), name="account_logout"),
    path("inactive/", before(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", own(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", change_password, name="account_change_password"),
    path("password/reset/", before(account.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        before(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "password/reset/key/done/",
        before(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        before(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("second-factor/", own(mfa.index), name="mfa_index"),
    path("second-factor/show/", before(mfa.authenticate), name="mfa_authenticate"),
    path("second-factor/again/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/app/add/", factors(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/remove/", factors(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "second-factor/recovery-codes/",
        factors(recovery.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery-codes/renew/",
        factors(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("second-factor/passkeys/", factors(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("second-factor/passkeys/add/", factors(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "second-factor/passkeys/again/",
        own(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "second-factor/passkeys/<int:pk>/remove/",
        factors(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "second-factor/passkeys/<int:pk>/rename/",
        factors(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path("single-sign-on/", factors(single_sign_on.connections), name="socialaccount_connections"),
    path("single-sign-on/again/", elsewhere.prove_again, name="prove_again"),
    path(
        "single-sign-on/stopped/",
        before(single_sign_on.login_cancelled),
        name="socialaccount_login_cancelled",
    ),
    path(
        "single-sign-on/failed/",
        before(single_sign_on.login_error),
        name="socialaccount_login_error",
    ),
    path(
        "single-sign-on/<str:provider_id>/login/",
        elsewhere.begin,
        name="openid_connect_login",
    ),
    path(
        "single-sign-on/<str:provider_id>/callback/",
        elsewhere.come_back,
        name="openid_connect_callback",
    ),
]
