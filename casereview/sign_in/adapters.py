"""What this product asks of allauth: no sign-up, sealed secrets, plain words, quiet e-mail."""

import logging
from concurrent.futures import ThreadPoolExecutor

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.mail import EmailMessage
from django.shortcuts import resolve_url

from casereview import crypto, keys
from casereview.sign_in import proof

log = logging.getLogger(__name__)

# An e-mail takes as long as the mail server likes: sent within the request, it would tell an
# account that exists from one that does not. One thread sends them, after the answer.
post_office = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sign-in-mail")


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception as failure:  # a mail server may fail in any way; the request is long over
        log.error("A message about signing in was not sent: %s", type(failure).__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Check the e-mail address and the password: they do not match",
        "enter_current_password": "Enter your current password",
        "incorrect_password": "Check the password: it is not right",
        "invalid_password_reset": "Ask for a new link: this one has been used or is too old",
        "too_many_login_attempts": "Wait five minutes, then try again: too many tries failed",
        "rate_limited": "Wait a minute, then try again: there were too many tries",
    }

    def is_open_for_signup(self, request):
        return False

    def set_password(self, user, password):
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_mail(self, template_prefix, email, context):
        post_office.submit(_send, self.render_mail(template_prefix, email, context))

    def get_logout_redirect_url(self, request):
        return f"{resolve_url('account_login')}?ended=signed_out"

    def is_reauthentication_required(self, *, app, **kwargs):
        return not proof.proved_lately(context.request)

    def get_reauthentication_methods(self, user):
        """Ask for the second factor where there is one; the password alone proves too little."""
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"].startswith("mfa_")]
        return factors or methods


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """A provider proves who somebody is, by its subject; it never makes an account."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def can_authenticate_by_email(self, login, email):
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Factor secrets are sealed under the key ring before they reach the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Enter the code again: it is not right, or it has been used",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first",
    }

    def encrypt(self, text: str) -> str:
        key = keys.ring().derive("factor secrets")
        return crypto.seal(key, 1, b"factor", text.encode()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        key = keys.ring().derive("factor secrets")
        return crypto.open_sealed(key, b"factor", bytes.fromhex(encrypted_text)).decode()

    def build_totp_svg(self, url: str) -> str:
        """Return nothing: the page draws the code itself (`forms.SetUpApp.qr_path`)."""
        return ""
