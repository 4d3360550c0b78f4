"""Demo databases: who is in one signs in by a link, with no password.

A database becomes a demo by an entry of its audit log, which nothing can take back or add to a
database with cases. Persona links need that entry and the setting `CASEREVIEW_DEMO` both.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from casereview import audit
from casereview.models import AuditEntry, Case, User

MARK = "mark_demo_database"
SALT = "casereview.persona_link"


class NotADemo(Exception):
    """The database holds cases that nobody invented, or this is production."""


def mark_demo_database() -> None:
    """Mark the database as a demo; done before anything else is put in.

    Raises:
        NotADemo: the setting is off, or there are cases already and no mark.
    """
    if not settings.DEMO:
        raise NotADemo("Set CASEREVIEW_DEMO=true: only then a database may become a demo")
    if is_demo():
        return
    if Case.objects.exists():
        raise NotADemo("This database holds cases: a demo begins empty")
    audit.append(MARK)


def is_demo() -> bool:
    """Say whether this is a demo: by its setting, and by the mark in its own audit log."""
    # The mark is among the first entries, so in a demo this looks at a handful of rows.
    return settings.DEMO and AuditEntry.objects.filter(action=MARK).order_by("seq")[:1].exists()


def persona_path(user: User) -> str:
    """Return the address that signs in as `user`; it is good as long as the signing key is.

    The key lies in the demo's own folder and goes with it.
    """
    return reverse("persona_link", args=[signing.dumps(str(user.pk), salt=SALT)])


def persona_link(user: User, site: str = "") -> str:
    """Return the whole link for `user`, at `site` or at the address this site is served from."""
    return (site or settings.SITE_ADDRESS).rstrip("/") + persona_path(user)


def persona_of(token: str) -> User | None:
    """Return whom a link signs in; None where the link is not ours, or nobody active is meant."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=key, is_active=True).first()
