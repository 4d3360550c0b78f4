"""What a sitting has proved: the second factor at all, and how lately."""

import time
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

# In the session: whose second factor was shown, when something was last proved, and how.
SECOND_FACTOR, PROVED_AT, PERSONA = "second_factor", "proved_at", "persona_link"
# Who showed a second factor where they signed in, which is not here.
SINGLE_SIGN_ON = "single_sign_on"

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
# What somebody may open who has one and has not shown it: leaving, and showing it.
LEAVING = frozenset({"account_login", "account_logout", "persona_link", "health"})
ELSEWHERE = frozenset({"openid_connect_login", "openid_connect_callback"})


def has_factor(user) -> bool:
    """Say whether a person has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def is_persona(request: HttpRequest) -> bool:
    """Say whether this sitting began with a persona link of a demo that is still one."""
    from casereview import demo

    return bool(request.session.get(PERSONA)) and demo.is_demo()


def those_with_a_factor(people: Iterable) -> set:
    """Return the keys of those of many people who have a second factor, here or elsewhere."""
    here = Authenticator.objects.filter(user__in=people, type__in=FACTORS)
    return set(here.values_list("user", flat=True)) | elsewhere(people)


def signs_in_elsewhere(user) -> bool:
    """Say whether an account is joined to one elsewhere whose sign-in counts as second factor."""
    return user.pk in elsewhere([user])


def elsewhere(people) -> set:
    """Return the keys of those people whose account elsewhere counts as second factor."""
    if not settings.OIDC_PROVIDER or not settings.OIDC_ACR_VALUES:
        return set()
    joined = SocialAccount.objects.filter(user__in=people, provider=settings.OIDC_PROVIDER)
    return set(joined.values_list("user", flat=True))


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this very sitting has shown a second factor that its person still has.

    A factor set up elsewhere meanwhile does not help a sitting that began with a password alone.
    """
    if is_persona(request):
        return True
    person = str(request.user.pk)
    if request.session.get(SECOND_FACTOR) == person and has_factor(request.user):
        return True
    return request.session.get(SINGLE_SIGN_ON) == person and signs_in_elsewhere(request.user)


def open_without_second_factor(request: HttpRequest) -> bool:
    """Say whether an address is for setting up a second factor, or for leaving.

    Whoever has one sets up no other before it is shown: a password alone would be enough to.
    """
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return False
    if name in LEAVING or (settings.OIDC_ACR_VALUES and name in ELSEWHERE):
        return True
    if has_factor(request.user) or signs_in_elsewhere(request.user):
        return False
    return name in WITHOUT_SECOND_FACTOR


def remember_second_factor(request: HttpRequest, user) -> None:
    """Remember that this sitting has shown the second factor of `user`, now."""
    request.session[SECOND_FACTOR] = str(user.pk)
    remember_proof(request)


def remember_proof(request: HttpRequest, at: int | None = None) -> None:
    """Remember that who is sitting there was proved just now, or at a moment not long ago."""
    request.session[PROVED_AT] = int(time.time()) if at is None else at


def remember_single_sign_on(request: HttpRequest, user) -> None:
    """Remember when `user` signed in elsewhere, and whether a second factor was shown there.

    Coming back from a provider proves nothing of now: people stay signed in there for hours.
    """
    assertion = getattr(request, "assertion", None)
    remember_proof(request, assertion.auth_time if assertion else 0)
    if assertion and assertion.strong:
        request.session[SINGLE_SIGN_ON] = str(user.pk)


def proved_lately(request: HttpRequest) -> bool:
    """Say whether who is sitting there was proved within the last five minutes."""
    proved_at = request.session.get(PROVED_AT)
    if not isinstance(proved_at, int):
        return False
    return 0 <= time.time() - proved_at <= settings.STEP_UP_SECONDS
