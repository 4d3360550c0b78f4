"""A sitting ends after 15 idle minutes and after ten hours, and says why."""

import json

import pytest
from django.urls import reverse

from casereview import middleware
from casereview.models import AuditEntry
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

MINUTE, HOUR = 60, 3600


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is told to go on."""

    class Clock:
        now = 1_800_000_000.0

        def time(self) -> float:
            return self.now

        def on(self, seconds: int) -> None:
            self.now += seconds

    stopped = Clock()
    for module in ("middleware", "sign_in.proof", "sign_in.record"):
        monkeypatch.setattr(f"casereview.{module}.time", stopped)
    monkeypatch.setattr("tests.signed_in.time", stopped)
    return stopped


@pytest.fixture
def reader(client, clock):
    return sign_in(client, factories.make_user(Role.CDR_MANAGER))


def is_in(client) -> bool:
    return client.get(reverse("mfa_index")).status_code == 200


def test_a_sitting_lasts_while_something_is_done(reader, clock):
    for _ in range(8):
        clock.on(15 * MINUTE)
        assert is_in(reader)


def test_a_sitting_ends_after_fifteen_idle_minutes_and_says_so(reader, clock):
    is_in(reader)
    clock.on(16 * MINUTE + middleware.SEEN_EVERY_SECONDS)

    answer = reader.get("/accounts/second-factor/?tab=1")
    page = reader.get(answer["Location"]).content.decode()

    assert answer["Location"].startswith("/accounts/login/?ended=idle&next=")
    assert answer["Clear-Site-Data"]
    assert "nothing was done for 15 minutes" in page
    assert 'name="next" value="/accounts/second-factor/?tab=1"' in page
    assert not is_in(reader)


def test_a_sitting_ends_after_ten_hours_whatever_is_done(reader, clock):
    for _ in range(60):
        clock.on(10 * MINUTE)
        assert is_in(reader)

    clock.on(10 * MINUTE)
    answer = reader.get(reverse("mfa_index"))

    assert answer["Location"].startswith("/accounts/login/?ended=day")
    assert "ten hours have passed" in reader.get(answer["Location"]).content.decode()


def test_what_is_sent_too_late_is_not_done(reader, clock):
    is_in(reader)
    clock.on(17 * MINUTE)

    answer = reader.post(reverse("account_change_password"), {"oldpassword": "x"})

    assert answer["Location"] == "/accounts/login/?ended=idle"


def test_why_a_sitting_ended_is_on_record_once(reader, clock):
    is_in(reader)
    clock.on(20 * MINUTE)
    is_in(reader)

    ends = [json.loads(one.detail) for one in AuditEntry.objects.filter(action="sign_out")]
    assert ends == [{"why": "idle"}]


def test_signing_in_again_begins_ten_hours_anew(client, clock):
    user = factories.make_user(Role.CDR_MANAGER)
    sign_in(client, user)
    for _ in range(50):
        clock.on(10 * MINUTE)
        assert is_in(client)

    sign_in(client, user)
    for _ in range(12):
        clock.on(10 * MINUTE)
        assert is_in(client)


def test_being_seen_costs_no_write_within_a_minute(reader, clock):
    is_in(reader)
    before = reader.session["seen"]
    clock.on(59)
    is_in(reader)
    kept = reader.session["seen"]
    clock.on(1)
    is_in(reader)

    assert kept == before
    assert reader.session["seen"] == before + 60
