"""What signing in leaves behind: marks in the session, and entries in the audit log.

These receive Django's and allauth's own signals; the product sends none of its own.
"""

import time

from allauth.account import signals as account
from allauth.account.signals import authentication_step_completed
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as single_sign_on
from django.contrib.auth import signals as auth
from django.dispatch import receiver

from casereview import audit
from casereview.sign_in import proof


def _append(action: str, user, outcome: str = audit.DONE, **detail) -> None:
    table, key = ("", None) if user is None else (user._meta.db_table, user.pk)
    audit.append(action, actor=user, table=table, key=key, outcome=outcome, detail=detail)


@receiver(auth.user_logged_in, dispatch_uid="sign_in")
def signed_in(sender, request, user, **kwargs) -> None:
    """Begin the time limits anew, and record the sign-in with how it was done."""
    request.session["began"] = request.session["seen"] = int(time.time())
    records = request.session.get("account_authentication_methods") or []
    methods = [one["method"] for one in records]
    if request.session.get(proof.PERSONA):
        methods = [proof.PERSONA]
    _append("sign_in", user, methods=methods)


@receiver(auth.user_login_failed, dispatch_uid="sign_in_failed")
def refused(sender, credentials, request=None, **kwargs) -> None:
    """Record a failed sign-in; the address typed is there as a digest only."""
    typed = str(credentials.get("email") or credentials.get("username") or "")
    digest = audit.digest_of("e-mail address", typed.strip().casefold())
    _append("sign_in_failed", None, audit.REFUSED, address_digest=digest)


@receiver(auth.user_logged_out, dispatch_uid="sign_out")
def signed_out(sender, request, user, **kwargs) -> None:
    """Record the end of a sitting, and why it ended."""
    if user is not None:
        _append("sign_out", user, why=getattr(request, "ended_because", "signed out"))


@receiver(authentication_step_completed, dispatch_uid="step_completed")
def proved(sender, request, user, method, **kwargs) -> None:
    """Mark what the sitting has proved."""
    if method == "mfa":
        proof.remember_second_factor(request, user)
    elif method == "socialaccount":
        proof.remember_single_sign_on(request, user)
    else:
        proof.remember_proof(request)


@receiver(mfa.authenticator_used, dispatch_uid="factor_used")
def factor_used(sender, request, user, authenticator, reauthenticated=False, **kwargs) -> None:
    """Record that a second factor was shown, at sign-in or again."""
    _append("show_second_factor", user, kind=authenticator.type, again=reauthenticated)


@receiver(mfa.authentication_failed, dispatch_uid="factor_refused")
def factor_refused(sender, request, user, authenticator, **kwargs) -> None:
    """Record a wrong code."""
    _append("show_second_factor", user, audit.REFUSED, kind=authenticator.type)


@receiver(mfa.authenticator_added, dispatch_uid="factor_added")
def factor_added(sender, request, user, authenticator, **kwargs) -> None:
    """Record a new factor; whoever has just set one up has shown it."""
    if authenticator.type in proof.FACTORS:
        proof.remember_second_factor(request, user)
    _append("add_second_factor", user, kind=authenticator.type)


@receiver(mfa.authenticator_removed, dispatch_uid="factor_removed")
def factor_removed(sender, request, user, authenticator, **kwargs) -> None:
    """Record that a factor was removed by its owner."""
    _append("remove_second_factor", user, kind=authenticator.type)


@receiver(mfa.authenticator_reset, dispatch_uid="codes_renewed")
def codes_renewed(sender, request, user, authenticator, **kwargs) -> None:
    """Record that recovery codes were made anew."""
    _append("renew_recovery_codes", user, kind=Authenticator.Type.RECOVERY_CODES.value)


@receiver(account.password_changed, dispatch_uid="password_changed")
@receiver(account.password_set, dispatch_uid="password_set")
@receiver(account.password_reset, dispatch_uid="password_reset")
def password_changed(sender, request, user, **kwargs) -> None:
    """Record a new password."""
    signed_in_as = request.user if request.user.is_authenticated else None
    _append("change_password", user, by_link=signed_in_as is None)


@receiver(single_sign_on.social_account_added, dispatch_uid="single_sign_on_added")
def single_sign_on_added(sender, request, sociallogin, **kwargs) -> None:
    """Record that a person's account elsewhere may sign them in here.

    A sitting that had no second factor yet has shown the one that is asked for there.
    """
    if not proof.has_factor(sociallogin.user):
        proof.remember_single_sign_on(request, sociallogin.user)
    _append("add_single_sign_on", sociallogin.user, provider=sociallogin.account.provider)


@receiver(single_sign_on.social_account_removed, dispatch_uid="single_sign_on_removed")
def single_sign_on_removed(sender, request, socialaccount, **kwargs) -> None:
    """Record that a person's account elsewhere no longer signs them in here."""
    _append("remove_single_sign_on", socialaccount.user, provider=socialaccount.provider)
