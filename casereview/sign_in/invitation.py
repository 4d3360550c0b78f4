"""The link by which a person chooses a first password, or a new one: sent to them and nobody else.

Whoever opens it chooses the password, so an administrator is not shown it. It is made when the
message is sent and is kept nowhere.
"""

import uuid

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from casereview import audit, outbox
from casereview.models import OutboxMessage, User

TEMPLATE = "choose_password"


def password_link(person: User, *, site: str = "") -> str:
    """Return a link that works once, for 24 hours; `site` is where the reader is."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    uid, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return (site or settings.SITE_ADDRESS).rstrip("/") + path


def record_link(person: User, *, by) -> None:
    """Put on record that a link was made for a person; `by` is None for a command."""
    audit.append("invite_person", actor=by, table=person._meta.db_table, key=person.pk)


def send_link(person: User, *, by) -> OutboxMessage:
    """Send a link to the person's own address, within the transaction that allows it."""
    record_link(person, by=by)
    rule = f"password link {uuid.uuid4().hex[:16]}"
    return outbox.put(to=person, template=TEMPLATE, rule=rule, day=timezone.localdate())


def last_sent(person: User) -> OutboxMessage | None:
    """Return the last message that brought, or is to bring, a link to a person."""
    sent = OutboxMessage.objects.filter(to_user=person, template=TEMPLATE)
    return sent.order_by("-made_at", "-pk").first()


def in_message(message: OutboxMessage) -> dict[str, str]:
    """Return the link of a message; each try to send it makes another one."""
    return {"link": password_link(message.to_user)} if message.to_user else {"link": ""}


outbox.more[TEMPLATE] = in_message
