"""Signing in: accounts made by an administrator, a second factor for all, nothing revealed."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from casereview import crypto, keys

# What somebody without a second factor may open: setting one up, and leaving.
WITHOUT_SECOND_FACTOR = ("/accounts/", "/static/", "/health/")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    def is_open_for_signup(self, request):
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """A provider proves who somebody is; it never makes an account."""

    def is_open_for_signup(self, request, sociallogin):
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Factor secrets are sealed under the key ring before they reach the database."""

    def encrypt(self, text: str) -> str:
        key = keys.ring().derive("factor secrets")
        return crypto.seal(key, 1, b"factor", text.encode()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        key = keys.ring().derive("factor secrets")
        return crypto.open_sealed(key, b"factor", bytes.fromhex(encrypted_text)).decode()


def has_second_factor(request) -> bool:
    """Say whether this sitting may go on: the person has set up a second factor, or a demo."""
    if request.session.get("persona_link"):
        return True
    return is_mfa_enabled(request.user)


def open_without_second_factor(path: str) -> bool:
    """Say whether an address is for setting up a second factor, or for leaving."""
    return path.startswith(WITHOUT_SECOND_FACTOR)
