"""Messages: put in with their change, once a day, tried again, and silent about every case."""

import datetime
from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.template.base import VariableNode
from django.template.defaulttags import IfNode
from django.template.loader import get_template
from django.utils import timezone

from casereview import jobs, outbox, registries, reminders
from casereview.models import AuditEntry, OutboxMessage
from casereview.records import change
from casereview.registries import WorkItem
from tests import factories
from tests.working import do_jobs

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 2)
MESSAGES = Path(outbox.__file__).parent / "templates" / "casereview" / "messages"


def put(to, *, day=DAY, rule="work_due", case=None, count=2) -> OutboxMessage:
    with transaction.atomic():
        return outbox.put(to=to, template="work_due", rule=rule, day=day, case=case, count=count)


@pytest.fixture
def broken_server(monkeypatch):
    """A mail server that hangs up, saying whom it was to reach."""

    def hang_up(self, messages):
        raise SMTPServerDisconnected(messages[0].to[0])

    monkeypatch.setattr(EmailBackend, "send_messages", hang_up)


def test_a_message_is_sent_by_the_worker_to_its_person(manager):
    put(manager)

    do_jobs()

    [sent] = mail.outbox
    assert sent.to == [manager.email]
    assert sent.subject == "You have 2 items due in Case review"
    assert "Sign in" in sent.body
    assert OutboxMessage.objects.get().state == "sent"


def test_a_message_is_put_in_with_its_change_or_not_at_all(manager, case, transactional_db):
    with pytest.raises(RuntimeError):
        outbox.put(to=manager, template="work_due", rule="work_due", day=DAY)


def test_a_change_that_is_undone_sends_nothing(manager, case):
    with pytest.raises(ZeroDivisionError), change("correct_record", by=manager, case=case):
        outbox.put(to=manager, template="work_due", rule="work_due", day=DAY, case=case)
        raise ZeroDivisionError

    do_jobs()

    assert mail.outbox == []


def test_one_message_goes_out_for_a_person_rule_case_and_day(manager, outsider, case):
    for _ in range(3):
        put(manager)
        do_jobs()
    put(outsider)
    put(manager, case=case)
    put(manager, rule="another_rule")
    put(manager, day=DAY + datetime.timedelta(days=1))
    do_jobs()

    assert len(mail.outbox) == 5


def test_a_message_that_fails_waits_longer_each_time_and_is_given_up_in_the_end(
    manager, broken_server
):
    message = put(manager)
    waits = []

    for _ in range(outbox.ATTEMPTS):
        outbox.send_messages()
        message.refresh_from_db()
        waits.append(round((message.next_try_at - timezone.now()).total_seconds() / 60))
        message.next_try_at = timezone.now()
        message.save(update_fields=["next_try_at"])

    assert waits == [2, 8, 32, 128, 512, 720]
    assert (message.state, message.attempts) == ("given_up", outbox.ATTEMPTS)
    outbox.send_messages()
    message.refresh_from_db()
    assert message.attempts == outbox.ATTEMPTS


def test_a_failure_is_kept_without_the_servers_words(manager, broken_server):
    message = put(manager)

    outbox.send_messages()

    message.refresh_from_db()
    assert message.failure == "SMTPServerDisconnected"


def test_one_refused_message_does_not_hold_up_the_next(manager, outsider, monkeypatch):
    send = EmailBackend.send_messages

    def refuse_one(self, messages):
        if messages[0].to == [manager.email]:
            raise SMTPServerDisconnected("no")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_one)
    put(manager)
    put(outsider)

    outbox.send_messages()

    assert [message.to for message in mail.outbox] == [[outsider.email]]


def test_a_message_another_worker_has_taken_is_left_to_it(manager):
    message = put(manager)
    outbox._claim(message.pk, timezone.now())

    outbox.send_messages()

    assert mail.outbox == []


def test_somebody_who_has_left_is_not_written_to(manager):
    put(manager)
    with change("deactivate_person", by=None) as written:
        manager.is_active = False
        written.save(manager)

    outbox.send_messages()

    assert mail.outbox == []
    assert OutboxMessage.objects.get().failure == "left"


def test_sending_is_on_record_without_an_address(manager):
    put(manager)

    outbox.send_messages()

    entry = AuditEntry.objects.get(action="send_message")
    assert str(manager.pk) in entry.detail
    assert manager.email not in entry.detail


@pytest.mark.parametrize("name", sorted(path.stem for path in MESSAGES.glob("*.txt")))
def test_a_text_is_told_nothing_but_a_count_and_an_address(name):
    text = get_template(f"casereview/messages/{name}.txt").template

    told = {
        node.filter_expression.var.lookups[0]
        for node in text.nodelist.get_nodes_by_type(VariableNode)
    }

    # A checkpoint is a number and digests, of the whole log and of nothing in it; a link by which
    # its reader chooses a password is theirs alone.
    also = {"checkpoint": {"code", "signed"}, "choose_password": {"link"}}.get(name, set())
    assert told <= {"count", "address", "site_name"} | also
    assert not text.nodelist.get_nodes_by_type(IfNode)


def test_a_message_about_a_case_says_nothing_of_it(manager):
    case = factories.make_case(by=manager, family_name="Planted")

    subject, body = outbox.text_of(put(manager, case=case))

    said = f"{subject} {body}"
    for secret in ("Planted", "Ada", case.reference, "2014", "Leicester", manager.name):
        assert secret not in said


def items(*found: WorkItem):
    return [lambda user, today: list(found)]


TODAY_ITEM = WorkItem(key="a", task="Confirm", url="/a/", due_on=DAY)


@pytest.mark.parametrize(
    ("item", "counted"),
    [
        (TODAY_ITEM, 1),
        (WorkItem(key="b", task="Confirm", url="/b/", due_on=DAY - datetime.timedelta(days=9)), 1),
        (WorkItem(key="c", task="Confirm", url="/c/", due_on=DAY + datetime.timedelta(days=1)), 0),
        (WorkItem(key="d", task="Confirm", url="/d/"), 0),
        (WorkItem(key="e", task="Confirm", url="/e/", urgent=True), 1),
        (WorkItem(key="f", task="Confirm", url="/f/", due_on=DAY, waiting_for="the police"), 0),
    ],
)
def test_what_is_due_or_urgent_and_ones_own_turn_is_counted(manager, monkeypatch, item, counted):
    monkeypatch.setattr(registries, "work_items", items(item))

    assert len(reminders.due_items(manager, DAY)) == counted


def test_a_person_with_something_due_is_written_to_once_a_day(manager, monkeypatch):
    today = timezone.localdate()
    monkeypatch.setattr(
        registries,
        "work_items",
        [lambda user, day: [TODAY_ITEM, TODAY_ITEM] if user == manager else []],
    )

    for _ in range(2):
        reminders.remind(day=today.toordinal())
        do_jobs()

    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([manager.email], "You have 2 items due in Case review")
    ]


def test_a_reminder_of_a_day_gone_by_is_not_sent_late(manager, monkeypatch):
    monkeypatch.setattr(registries, "work_items", items(TODAY_ITEM))

    reminders.remind(day=DAY.toordinal())

    assert not OutboxMessage.objects.exists()


def test_one_person_whose_work_cannot_be_gathered_does_not_silence_the_others(
    manager, outsider, monkeypatch
):
    def gather(user, today):
        if user == manager:
            raise ValueError("Planted")
        return [TODAY_ITEM]

    monkeypatch.setattr(registries, "work_items", [gather])

    with pytest.raises(jobs.JobFailed):
        reminders.remind(day=timezone.localdate().toordinal())

    written_to = OutboxMessage.objects.values_list("to_user", flat=True)
    assert outsider.pk in written_to
    assert manager.pk not in written_to
