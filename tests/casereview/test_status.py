"""The state of the installation: whose page it is, what it finds, and what a monitor reads."""

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview import installation, jobs, outbox, upkeep_records
from casereview.models import AuditEntry, OutboxMessage
from casereview.rules.access_table import Role, roles_for
from casereview.rules.upkeep_state import State, lines
from casereview.upkeep_records import Kind
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

ROLES = (Role.CDR_MANAGER, Role.LEARNING_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
PAGE = "/admin-area/status/"
HOUR = datetime.timedelta(hours=1)


def states() -> dict[str, State]:
    return {line.name: line.state for line in lines(installation.found())}


def look_after() -> None:
    for kind in (Kind.BACKUP, Kind.KEY_BACKUP, Kind.DRILL):
        upkeep_records.note(kind, at=timezone.now() - HOUR)
    upkeep_records.note(Kind.VERIFICATION, at=timezone.now() - HOUR, entries=7)
    upkeep_records.note(Kind.CHECKPOINT, at=timezone.now() - HOUR, entry=9)


def test_the_page_is_for_administrators_and_auditors(people, outsider):
    statuses = {
        user: sign_in(Client(), user).get(PAGE).status_code
        for user in (outsider, *(people[role] for role in ROLES))
    }

    assert [statuses[user] for user in (outsider, *(people[role] for role in ROLES))] == [
        *(403, 403, 403),
        *(200, 200),
    ]
    assert set(roles_for("view_status")) == {Role.ADMINISTRATOR, Role.AUDITOR}
    assert Client().get(PAGE).headers["Location"].startswith("/accounts/login/")


def test_health_says_only_that_the_server_answers(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert not answer.cookies


def test_a_new_installation_is_told_what_to_do(client, people):
    page = sign_in(client, people[Role.ADMINISTRATOR]).get(PAGE).content.decode()

    assert "Something has to be done now" in page
    for words in ("Not yet delivered", "Take a backup now", "Restore a backup as a drill"):
        assert words in page
    assert AuditEntry.objects.filter(action="view_status").count() == 1


def test_what_was_done_is_found_and_a_failure_since_is_told(client, people):
    look_after()
    found = states()
    upkeep_records.note(Kind.BACKUP, at=timezone.now(), succeeded=False)
    page = sign_in(client, people[Role.AUDITOR]).get(PAGE).content.decode()

    assert {name for name, state in found.items() if state == State.BAD} <= {"disk"}
    assert states()["backup"] == State.BAD
    assert "the newest try failed" in page
    assert "it held up to entry 7" in page
    assert "of entry 9" in page


def test_queues_are_counted_with_their_oldest(people):
    person = people[Role.AUDITOR]
    with transaction.atomic():
        outbox.put(to=person, template="work_due", rule="test", day=datetime.date(2015, 1, 1))
    OutboxMessage.objects.update(
        made_at=timezone.now() - 5 * HOUR, next_try_at=timezone.now() - HOUR
    )
    jobs.enqueue("clear_up", after=timezone.now() - 3 * HOUR, day=1)

    found = installation.found()

    assert found.messages.due == 1
    assert found.jobs.due >= 1
    assert states()["messages"] == states()["jobs"] == State.BAD


def test_the_clock_of_the_database_is_asked():
    assert abs(installation.found().database_ahead_seconds) < 30


def test_the_page_asks_the_same_however_much_there_is(
    client, people, case, django_assert_max_num_queries
):
    sign_in(client, people[Role.ADMINISTRATOR]).get(PAGE)
    for _ in range(3):
        look_after()
        factories.make_case(by=people[Role.CDR_MANAGER])
    with django_assert_max_num_queries(40):
        client.get(PAGE)


def test_the_button_that_verifies_is_seen_here(client, people):
    sign_in(client, people[Role.AUDITOR]).post(reverse("verify_audit"))

    assert upkeep_records.last(Kind.VERIFICATION).details["entries"] >= 1
    assert states()["verified"] == State.GOOD


def test_a_monitor_reads_one_document_and_a_failure(monkeypatch):
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("status", "--json", stdout=out)
    bad = json.loads(out.getvalue())
    look_after()
    monkeypatch.setattr(
        installation.shutil,
        "disk_usage",
        lambda path: installation.shutil._ntuple_diskusage(10**12, 0, 10**12),
    )
    out = io.StringIO()
    call_command("status", "--json", stdout=out)
    good = json.loads(out.getvalue())

    assert refused.value.returncode == 1
    assert "Last backup" in str(refused.value)
    assert (bad["ok"], bad["state"]) == (False, "bad")
    assert good["ok"]
    assert {line["name"] for line in good["lines"]} == set(states())
    assert good["epochs"][0]["in_ring"]
