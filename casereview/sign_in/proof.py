"""What a sitting has proved: the second factor at all, and how lately."""

import time

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

# In the session: whose second factor was shown, when something was last proved, and how.
SECOND_FACTOR, PROVED_AT, PERSONA = "second_factor", "proved_at", "persona_link"

# Recovery codes alone are none: they stand in for a factor that is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# What somebody without a second factor may open: setting one up, the password, and leaving.
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "persona_link",
        "health",
    }
)


def has_factor(user) -> bool:
    """Say whether a person has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def is_persona(request: HttpRequest) -> bool:
    """Say whether this sitting began with a persona link of a demo that is still one."""
    from casereview import demo

    return bool(request.session.get(PERSONA)) and demo.is_demo()


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this very sitting has shown a second factor that its person still has.

    A factor set up elsewhere meanwhile does not help a sitting that began with a password alone.
    """
    if is_persona(request):
        return True
    return request.session.get(SECOND_FACTOR) == str(request.user.pk) and has_factor(request.user)


def open_without_second_factor(path: str) -> bool:
    """Say whether an address is for setting up a second factor, or for leaving."""
    try:
        return resolve(path).view_name in WITHOUT_SECOND_FACTOR
    except Resolver404:
        return False


def remember_second_factor(request: HttpRequest, user) -> None:
    """Remember that this sitting has shown the second factor of `user`, now."""
    request.session[SECOND_FACTOR] = str(user.pk)
    remember_proof(request)


def remember_proof(request: HttpRequest) -> None:
    """Remember that this sitting has just proved who is sitting there."""
    request.session[PROVED_AT] = int(time.time())


def proved_lately(request: HttpRequest) -> bool:
    """Say whether who is sitting there was proved within the last five minutes."""
    proved_at = request.session.get(PROVED_AT)
    if not isinstance(proved_at, int):
        return False
    return 0 <= time.time() - proved_at <= settings.STEP_UP_SECONDS
