"""Messages to people: that something waits, how much, and where to sign in – nothing of a case.

A message is put in with the change it is about and sent by a job: once for a person, a rule, a
case and a day, tried again later and later, and given up in the end.
"""

import datetime
from collections.abc import Callable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import get_template
from django.utils import timezone

from casereview import audit, jobs, message_texts
from casereview.models import AgencyContact, Case, OutboxMessage
from casereview.rules.quiet_hours import not_before

ATTEMPTS = 6
FIRST_WAIT = datetime.timedelta(minutes=2)
LONGEST_WAIT = datetime.timedelta(hours=12)
AT_ONCE = 100
KEEP_SENT = datetime.timedelta(days=90)

# What cannot wait for the morning, and what somebody asked for a moment ago.
AT_ANY_HOUR = frozenset(
    {
        "account_change",
        "break_glass",
        "checkpoint",
        "choose_password",
        "intake_urgent",
        "referral_urgent",
    }
)

State = OutboxMessage.State

# What only its reader is told, by name.
FOR_ITS_READER = ("link", "code", "signed")
# What a text is given beside count and address, by template; never anything of a case.
more: dict[str, Callable[[OutboxMessage], dict[str, str]]] = {}


def put(
    *, to, template: str, rule: str, day: datetime.date, count: int = 1, case: Case | None = None
) -> OutboxMessage:
    """Put in a message within the transaction of what it is about; the same one only once.

    `to` is somebody with an account, or an agency's contact: its address is kept in clear with the
    agency, and read when the message is sent. `template` names a text of `messages/`, which is
    given `count` and the address to sign in at.

    Raises:
        RuntimeError: there is no transaction.
        TemplateDoesNotExist: there is no such text.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a message is put in with the change it is about")
    get_template(message_texts.file_of(template))
    contact = isinstance(to, AgencyContact)
    message, made = OutboxMessage.objects.get_or_create(
        to_user=None if contact else to,
        to_contact=to if contact else None,
        rule=rule,
        case=case,
        day=day,
        defaults={
            "template": template,
            "count": count,
            "next_try_at": _when(template, timezone.now()),
        },
    )
    if made:
        jobs.enqueue_unless_waiting("send_messages")
    return message


def text_of(message: OutboxMessage, *, for_its_reader: bool = True) -> tuple[str, str]:
    """Return subject and body: the first line of the text, and the rest, as the area words them.

    Shown to somebody else, what is for its reader alone is left out.
    """
    said = dict.fromkeys(FOR_ITS_READER, "(for its reader alone)")
    if for_its_reader:
        said = more[message.template](message) if message.template in more else {}
    text = message_texts.filled(
        message.template, {"count": message.count, "address": settings.SITE_ADDRESS, **said}
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _when(template: str, at: datetime.datetime) -> datetime.datetime:
    """Return when a message may go: nobody is written to at night but of what cannot wait."""
    if template in AT_ANY_HOUR:
        return at
    return not_before(timezone.localtime(at), settings.QUIET_HOURS)


@jobs.job("send_messages")
def send_messages() -> None:
    """Send the messages whose time has come, each on its own."""
    now = timezone.now()
    due = OutboxMessage.objects.filter(state=State.WAITING, next_try_at__lte=now)
    for key in list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE]):
        message = _claim(key, now)
        if message is not None:
            _send(message)


def waiting(now: datetime.datetime) -> bool:
    """Say whether there is a message whose time has come."""
    return OutboxMessage.objects.filter(state=State.WAITING, next_try_at__lte=now).exists()


def prune(now: datetime.datetime) -> int:
    """Remove messages that were sent or given up 90 days ago; return how many there were."""
    old = OutboxMessage.objects.exclude(state=State.WAITING).filter(made_at__lt=now - KEEP_SENT)
    return old.delete()[0]


def _claim(key: int, now: datetime.datetime) -> OutboxMessage | None:
    """Take a message for this worker: until its next try no other one will.

    The database is not held while the mail server is spoken to.
    """
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=key, state=State.WAITING, next_try_at__lte=now)
            .first()
        )
        if message is None:
            return None
        wait = min(FIRST_WAIT * 4**message.attempts, LONGEST_WAIT)
        message.attempts += 1
        message.next_try_at = _when(message.template, now + wait)
        message.save(update_fields=["attempts", "next_try_at"])
    return message


def _send(message: OutboxMessage) -> None:
    address = _address(message)
    if not address:
        _settle(message, State.GIVEN_UP, "left")
        return
    subject, body = text_of(message)
    try:
        EmailMessage(subject=subject, body=body, to=[address]).send()
    except (OSError, SMTPException) as error:
        # The server's words may hold the address it refused.
        last = message.attempts >= ATTEMPTS
        _settle(message, State.GIVEN_UP if last else State.WAITING, type(error).__name__)
    else:
        _settle(message, State.SENT, "")


def _address(message: OutboxMessage) -> str:
    """Return where a message goes; empty for somebody who has left, or has no address any more."""
    if message.to_user is not None:
        return message.to_user.email if message.to_user.is_active else ""
    contact = message.to_contact
    return contact.email if contact is not None and contact.retired_on is None else ""


def _settle(message: OutboxMessage, state: str, failure: str) -> None:
    message.state, message.failure = state, failure[:60]
    if state == State.SENT:
        message.sent_at = timezone.now()
    with transaction.atomic():
        message.save(update_fields=["state", "failure", "sent_at"])
        if state != State.WAITING:
            audit.append(
                "send_message",
                case=message.case_id,
                table=message._meta.db_table,
                detail={
                    "person": str(message.to_user_id or ""),
                    "contact": str(message.to_contact_id or ""),
                    "rule": message.rule,
                    "outcome": str(state),
                    "attempts": message.attempts,
                },
            )
