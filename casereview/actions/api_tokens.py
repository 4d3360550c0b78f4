"""Making and ending the tokens by which programs read for a person."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from casereview import access
from casereview.actions.admissions import NotAllowed
from casereview.api import tokens
from casereview.models import ApiToken
from casereview.records import change

DAYS = (7, 30, 60, 90)
MOST = 5


def make_api_token(*, name: str, days: int, by) -> tuple[ApiToken, str]:
    """Make a token for a program of one's own; return it and the secret, which is kept nowhere.

    Raises:
        NotAllowed: the interface is off, no role, no name, too long, or too many already.
    """
    if not settings.API:
        raise NotAllowed("Ask whoever runs this server: reading by program is switched off")
    if not access.can(by, tokens.USE):
        raise NotAllowed("Ask an administrator: none of your roles may read by program")
    if not name.strip():
        raise NotAllowed("Enter which program it is for")
    if days not in DAYS:
        raise NotAllowed("Select how many days it is good for")
    if tokens.live(by).count() >= MOST:
        raise NotAllowed(f"End a token first: {MOST} are the most one person has")
    secret, now = tokens.new_secret(), timezone.now()
    token = ApiToken(
        user=by,
        name=name.strip(),
        digest=tokens.digest_of(secret),
        bound_to=tokens.bound_to(by),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    with change("make_api_token", by=by, detail={"days": days}) as written:
        written.save(token)
    return token, secret


def end_api_token(*, token: ApiToken, by) -> None:
    """End a token: one's own, or as an administrator anybody's.

    Raises:
        NotAllowed: somebody else's, or ended already.
    """
    if token.user_id != by.pk and not access.can(by, "deactivate_person"):
        raise NotAllowed("Ask an administrator: this token is somebody else’s")
    if token.ended_at is not None:
        raise NotAllowed("This token was ended already")
    with change("end_api_token", by=by, detail={"person": str(token.user_id)}) as written:
        tokens.end(written, token)
