"""Links by which somebody without an account answers one request, bound to a code sent apart.

Link and code are each of use only with the other; neither is stored. Opening a link uses nothing
up. It ends when it expires, when it is revoked, when the report is handed in, after five wrong
codes, or when another link takes its place.
"""

import datetime
import hmac
import secrets

from django.utils import timezone

from casereview import keys, kin
from casereview.models import AgencyRequest
from casereview.records import change

LASTS = datetime.timedelta(days=28)
TRIES = 5
# Without letters and digits that look alike or sound alike on the telephone.
ALPHABET = "ACDEFHJKLMNPQRTUVWXY34679"
CODE_LENGTH = 8
OPEN_STATES = (AgencyRequest.State.ASKED, AgencyRequest.State.STARTED)
SENT_STATES = (AgencyRequest.State.RETURNED, AgencyRequest.State.NO_RECORD)
# Who handed in by a link may take a copy of what was sent for so long, in the same sitting.
COPY_AFTER = datetime.timedelta(minutes=10)


def make_link(
    request: AgencyRequest, *, by=None, lasts: datetime.timedelta = LASTS
) -> tuple[str, str]:
    """Make a new link for a request and return its token and its code, to be sent apart.

    Digests alone are kept; a link that was made before stops working. A request that is not yet
    saved is saved by whoever asks; one that is gets an entry of its own in the log.
    """
    token = secrets.token_urlsafe(32)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    now = timezone.now()
    request.token_digest = token_digest(token)
    request.token_expires_at, request.token_revoked_at = now + lasts, None
    request.code_digest, request.code_sent_at = _code_digest(request, code), now
    request.code_tries = 0
    if not request._state.adding:
        with change("make_report_link", by=by, case=request.case) as written:
            written.save(request)
    return token, f"{code[:4]}-{code[4:]}"


def revoke_link(request: AgencyRequest, *, by=None) -> None:
    """Stop a link from working; sittings that began with it end at their next page."""
    with change("revoke_report_link", by=by, case=request.case) as written:
        request.token_revoked_at = timezone.now()
        written.save(request)


def token_digest(token: str) -> bytes:
    """Return the keyed digest by which a link is found."""
    return keys.ring().mac("report link", token.encode())


def _code_digest(request: AgencyRequest, code: str) -> bytes:
    return keys.ring().mac("report code", request.pk.bytes, code.encode())


def is_open(request: AgencyRequest) -> bool:
    """Say whether the link of a request still works."""
    return request.state in OPEN_STATES and _is_good(request)


def was_sent(request: AgencyRequest) -> bool:
    """Say whether a report was returned, and its link would still work if it had not been."""
    return request.state in SENT_STATES and _is_good(request)


def _is_good(request: AgencyRequest) -> bool:
    return (
        request.token_digest is not None
        and request.token_revoked_at is None
        and request.token_expires_at is not None
        and timezone.now() < request.token_expires_at
        and request.code_tries < TRIES
        and request.case.disposed_at is None
        and not kin.is_sealed(request.case)
    )


def request_of(token: str) -> AgencyRequest | None:
    """Return the request whose link this is; None for one that is unknown or works no longer."""
    if not token or len(token) > 100:
        return None
    found = (
        AgencyRequest.objects.filter(token_digest=token_digest(token))
        .select_related("case", "agency")
        .first()
    )
    return found if found is not None and is_open(found) else None


def try_code(request: AgencyRequest, typed: str) -> bool:
    """Say whether a code is the right one; a wrong one is counted, and the fifth ends the link.

    The try is counted before the code is looked at, so that many at once are not more tries.

    Raises:
        Conflict: another code was tried at the same moment.
    """
    with change("try_report_code", by=None, case=request.case) as written:
        request.code_tries += 1
        written.save(request)
        right = request.code_digest is not None and hmac.compare_digest(
            bytes(request.code_digest), _code_digest(request, _plain(typed))
        )
        if right:
            request.code_tries = 0
            written.save(request)
        written.detail["right"] = right
    return right


def _plain(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter.isalnum())[:20]
