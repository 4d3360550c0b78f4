"""The link by which a person chooses a first password, or a new one."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from casereview import audit
from casereview.models import User


def password_link(person: User, *, by, site: str = "") -> str:
    """Return a link that works once, for 24 hours, and put its making on record.

    `by` is None for a command; `site` is where the reader is, else where this site is served.
    """
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    uid, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    audit.append("invite_person", actor=by, table=person._meta.db_table, key=person.pk)
    return (site or settings.SITE_ADDRESS).rstrip("/") + path
