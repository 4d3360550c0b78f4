"""Signing a test client in as a person whose second factor is behind them."""

from django.test import Client

from casereview.models import User


def sign_in(client: Client, user: User) -> Client:
    """Sign `client` in as `user`, past the second factor, and return it."""
    client.force_login(user)
    session = client.session
    session["persona_link"] = True
    session.save()
    return client
