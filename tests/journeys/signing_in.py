"""Signing in: once through the pages as people do, otherwise by a cookie."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from casereview.models import User
from tests.signed_in import PASSWORD, code_now, give_authenticator_app, sign_in


def sign_in_by_the_pages(page: Page, user: User) -> None:
    """Sign in with the password, then with the code of the authenticator app."""
    give_authenticator_app(user)
    page.goto("/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    show_code(page, "Sign in")


def show_code(page: Page, button: str) -> None:
    """Type what the authenticator app shows now."""
    page.get_by_label("Code").fill(code_now())
    page.get_by_role("button", name=button, exact=True).click()


def sit_down(page: Page, user: User, *, proved: bool = True) -> Page:
    """Give the window the cookie of a sitting whose second factor is behind it, and return it.

    Without `proved` the proof is ten minutes old, so that what needs a fresh one asks for it.
    """
    client = sign_in(Client(), user, proved=proved)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": base_url(page)}]
    )
    return page


def base_url(page: Page) -> str:
    """Return where the window's addresses begin."""
    page.goto("/health/")
    return page.url.removesuffix("/health/")
