"""Who a program reads for: a token stands for its person while all that was true of them is.

Only the digest of a token is kept. It is bound to the password as a sitting is: with another
password, a second factor taken away or an account that is closed it opens nothing any more.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from casereview import access, audit, demo, leaving, rate_limits, registries
from casereview.api.problems import told
from casereview.models import ApiToken, User
from casereview.records import Change
from casereview.sign_in import proof

USE = "use_api"
PREFIX = "crt_"
A_MINUTE = 120
REFUSED_IN_FIVE_MINUTES = 30
SEEN_EVERY = timedelta(minutes=1)
WHY = {
    "unknown": "Check the token: there is none like it",
    "ended": "Make another token: this one was ended",
    "expired": "Make another token: the last day of this one is over",
    "left": "Sign in again: this account is closed",
    "password": "Make another token: the password was changed since this one was made",
    "factor": "Set up a second factor, then make another token",
    "role": "Ask an administrator: no role of yours may read by program any more",
}


def new_secret() -> str:
    """Return a new token, of which only the digest is kept."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is kept of a token: of so many random bits a plain digest tells nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bound_to(person: User) -> str:
    """Return what a token is bound to: it changes with the password, as what a sitting has."""
    return audit.digest_of("api token", person.get_session_auth_hash())


def live(person: User) -> QuerySet[ApiToken]:
    """Return the tokens of a person that were not ended and are not too old."""
    return ApiToken.objects.filter(_live(timezone.now()), user=person)


def end(written: Change, token: ApiToken) -> None:
    """End a token in the change that is open."""
    token.ended_at = timezone.now()
    # A change made by no person is still somebody's act: the person's own row says so.
    token.ended_by = written.by or token.user
    written.save(token)


def end_all(written: Change, person: User) -> int:
    """End every live token of a person, as their sittings end; say how many there were."""
    every = list(live(person).select_related("user"))
    for token in every:
        end(written, token)
    return len(every)


def why_not(token: ApiToken) -> str:
    """Return why a token opens nothing, as a key of `WHY`; empty when it does."""
    person = token.user
    if token.ended_at is not None:
        return "ended"
    if token.expires_at <= timezone.now():
        return "expired"
    if not person.is_active:
        return "left"
    if token.bound_to != bound_to(person):
        return "password"
    if not (proof.has_factor(person) or proof.signs_in_elsewhere(person) or demo.is_demo()):
        return "factor"
    return "" if access.can(person, USE) else "role"


def by_token(view: Callable[..., HttpResponse], *, or_sitting: bool = False):
    """Let a view be asked with a token: it is then its person who asks, and the door decides.

    `or_sitting` lets a person who is signed in ask too; without it a browser's cookie is nothing.
    """

    @login_not_required
    @wraps(view)
    def asked(request: HttpRequest, **kwargs) -> HttpResponse:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme and or_sitting and request.user.is_authenticated:
            return view(request, **kwargs)
        if scheme.lower() != "bearer" or not secret.strip():
            return told(401)
        digest = digest_of(secret.strip())
        token = ApiToken.objects.select_related("user").filter(digest=digest).first()
        why = why_not(token) if token else "unknown"
        if token is None or why:
            return _refused(request, token, why)
        if not rate_limits.allowed("api", token.pk.hex, most=A_MINUTE, seconds=60):
            return told(429)
        _seen(token)
        request.user = token.user
        request.by_token = token  # type: ignore[attr-defined]
        session = audit.session_digest(f"token {token.pk.hex}")
        with audit.acting(audit.Context(session=session)):
            return view(request, **kwargs)

    return asked


def _refused(request: HttpRequest, token: ApiToken | None, why: str) -> HttpResponse:
    """Put a refusal on record, unless there are so many that somebody is filling the log."""
    who = rate_limits.address_of(request)
    if not rate_limits.allowed("api-refused", who, most=REFUSED_IN_FIVE_MINUTES, seconds=300):
        return told(429)
    audit.append(
        USE,
        actor=token.user if token else None,
        table=ApiToken._meta.db_table if token else "",
        key=token.pk if token else None,
        outcome=audit.REFUSED,
        detail={"kind": "api", "why": why},
    )
    return told(401, WHY[why])


def _seen(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= SEEN_EVERY:
        token.last_used_at = now
        token.save(update_fields=["last_used_at"])


def _live(now) -> Q:
    return Q(ended_at=None, expires_at__gt=now)


def register() -> None:
    """Say that a leaver's tokens end with the account, once."""
    grant = leaving.Grant("Tokens for programs", ApiToken, "user", _live, end)
    if all(one.model is not ApiToken for one in registries.grants):
        registries.grants.append(grant)
