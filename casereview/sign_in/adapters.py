"""What this product asks of allauth: no sign-up, sealed secrets, plain words, quiet e-mail."""

import logging
from concurrent.futures import ThreadPoolExecutor

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.contrib import messages
from django.core.mail import EmailMessage
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from casereview import audit, crypto, keys
from casereview.sign_in import openid, proof
from casereview.sign_in.id_token import REASONS, NotBelieved

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
        if not factors and proof.signs_in_elsewhere(user):
            again = {"id": "single_sign_on", "description": "", "url": reverse("prove_again")}
            return [again]
        return factors or methods


def _record(action: str, user, outcome: str, detail: dict) -> None:
    table, key = ("", None) if user is None else (user._meta.db_table, user.pk)
    audit.append(action, actor=user, table=table, key=key, outcome=outcome, detail=detail)


def _join(request, sociallogin):
    """Join the account that is signed in to the one elsewhere; allauth would save the person."""
    answer = redirect(sociallogin.get_redirect_url(request) or "socialaccount_connections")
    account, user = sociallogin.account, request.user
    if not user.is_authenticated:
        return redirect("account_login")
    if not sociallogin.is_existing and proof.proved_lately(request):
        account.user = sociallogin.user = user
        account.save()
        social_account_added.send(SocialLogin, request=request, sociallogin=sociallogin)
        messages.success(request, "The two accounts are joined")
    elif not sociallogin.is_existing:
        messages.error(request, "Confirm that it is you, then join the two accounts again")
    elif account.user_id == user.pk:
        messages.info(request, "The two accounts were joined already")
    else:
        messages.error(request, "The account elsewhere belongs to somebody else here")
    return answer


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """A provider proves who somebody is, by its subject; it never makes an account."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def can_authenticate_by_email(self, login, email):
        return False

    def get_provider(self, request, provider, client_id=None):
        found = super().get_provider(request, provider, client_id=client_id)
        return openid.Provider(request, app=found.app)

    def get_requests_session(self):
        session = super().get_requests_session()
        # A provider answers for itself: one that sends elsewhere is not the one that was set.
        session.max_redirects = 0
        return session

    def pre_social_login(self, request, sociallogin):
        """Take a fresh proof of the person who is signed in; put a stranger's try on record."""
        state = sociallogin.state or {}
        if expected := state.get("step_up"):
            known = request.user.is_authenticated and str(request.user.pk) == expected
            if not known or not sociallogin.is_existing or sociallogin.user != request.user:
                refusal = NotBelieved("somebody_else")
                provider = sociallogin.provider
                page = render_authentication_error(request, provider, exception=refusal)
                raise ImmediateHttpResponse(page)
            proof.remember_proof(request, request.assertion.auth_time)
            detail = {"kind": "single_sign_on", "again": True}
            _record("show_second_factor", request.user, audit.DONE, detail)
        elif state.get("process") == "connect":
            raise ImmediateHttpResponse(_join(request, sociallogin))
        elif state.get("process") == "login" and not sociallogin.is_existing:
            _record("sign_in_failed", None, audit.REFUSED, {"single_sign_on": "no_account"})

    def on_authentication_error(
        self, request, provider, error=None, exception=None, extra_context=None
    ):
        """Put on record that an answer was not believed, and give the page words for it."""
        reason = "provider" if exception is not None else "stopped"
        if isinstance(exception, NotBelieved):
            reason = exception.reason
        if extra_context is not None:
            extra_context["words"] = REASONS[reason]
        action = "show_second_factor" if request.user.is_authenticated else "sign_in_failed"
        user = request.user if request.user.is_authenticated else None
        _record(action, user, audit.REFUSED, {"single_sign_on": reason})


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
