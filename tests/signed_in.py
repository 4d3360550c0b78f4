"""Signing a test client in as a person whose second factor is behind them."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from casereview.models import User
from casereview.sign_in import proof

PASSWORD = "a long example password"  # noqa: S105 - what `factories.make_user` gives everybody
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - a throw-away authenticator


def sign_in(client: Client, user: User, *, proved: bool = True) -> Client:
    """Sign `client` in as `user`, past the second factor, and return it.

    Without `proved` the proof is ten minutes old, so that what needs a fresh one asks for it.
    """
    give_authenticator_app(user)
    client.force_login(user)
    session = client.session
    session[proof.SECOND_FACTOR] = str(user.pk)
    session[proof.PROVED_AT] = int(time.time()) - (0 if proved else 600)
    session.save()
    return client


def give_authenticator_app(user: User) -> None:
    """Set up an authenticator app whose secret the tests know."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, SECRET)


def code_now(secret: str = SECRET) -> str:
    """Return what the authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
