"""The audit chain: what is on record, and that nothing happens off it."""

import json
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from casereview import audit
from casereview.models import AuditEntry, AuditRowCode, Child
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def entries(case):
    return list(AuditEntry.objects.filter(case=case.pk).order_by("seq"))


def test_entries_are_numbered_without_a_gap_and_each_covers_the_one_before(case):
    rows = list(AuditEntry.objects.order_by("seq"))
    previous = audit.FIRST

    for place, row in enumerate(rows, start=1):
        codes = AuditRowCode.objects.filter(entry=row).order_by("place")
        listed = [(one.table, one.key, one.row_version, one.code) for one in codes]
        assert row.seq == place
        assert bytes(row.mac) == audit.chain(previous, row, listed)
        previous = bytes(row.mac)


def test_opening_a_case_says_which_rows_it_wrote(case):
    entry = entries(case)[0]
    child = Child.objects.get(case=case)

    codes = {(code.table, code.key) for code in entry.row_codes.all()}

    assert entry.action == "open_case"
    assert ("casereview_child", child.pk) in codes


def test_a_look_is_on_record_with_role_and_sitting_before_the_page_is_made(client, case, manager):
    sign_in(client, manager)

    client.get(reverse("view_case", args=[case.reference]))

    entry = entries(case)[-1]
    assert (entry.action, entry.outcome, entry.actor) == ("view_case", "allowed", manager.pk)
    assert entry.acting_role == Role.CDR_MANAGER
    assert len(entry.session) == 16


def test_a_strangers_try_is_on_record(client, case, outsider):
    sign_in(client, outsider)

    response = client.get(reverse("view_case", args=[case.reference]))

    entry = entries(case)[-1]
    assert response.status_code == 404
    assert (entry.action, entry.outcome, entry.actor) == ("view_case", "refused", outsider.pk)


def test_without_an_entry_there_is_no_page(client, case, manager, monkeypatch):
    sign_in(client, manager)
    client.raise_request_exception = False

    def fail(entries):
        raise DatabaseError("the log cannot be written")

    monkeypatch.setattr(audit, "append_all", fail)
    response = client.get(reverse("view_case", args=[case.reference]))

    assert response.status_code == 500
    assert case.reference.encode() not in response.content
    assert b"Example" not in response.content


def test_no_entry_holds_a_name_a_number_or_a_story(case, manager):
    factories.admit(
        factories.make_user(Role.PANEL_MEMBER), case, Role.PANEL_MEMBER, reason="Knows Ada’s ward"
    )

    log = json.dumps(list(AuditEntry.objects.values_list("detail", "purpose", "action")))

    for word in ("Ada", "Example", "Sample Street", "LE1 1ZZ", "2013-07-01", "ward"):
        assert word not in log


STATEMENTS = [
    "UPDATE casereview_auditentry SET action = 'nothing'",
    "DELETE FROM casereview_auditentry",
    "UPDATE casereview_auditrowcode SET row_version = 9",
    "DELETE FROM casereview_auditrowcode",
    "UPDATE casereview_childhistory SET sex = 'M'",
    "DELETE FROM casereview_childhistory",
    "INSERT INTO casereview_auditentry SELECT 999999, at, actor, acting_role, session, purpose, "
    '"case", "table", "key", action, outcome, detail, mac FROM casereview_auditentry WHERE seq = 1',
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_what_is_on_record(case, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_put_an_entry_in_the_place_of_another(case):
    if connection.vendor == "sqlite":
        statement = (
            "REPLACE INTO casereview_auditentry SELECT seq, at, actor, acting_role, session, "
            'purpose, "case", "table", "key", \'nothing\', outcome, detail, mac '
            "FROM casereview_auditentry WHERE seq = 1"
        )
    else:
        statement = "TRUNCATE casereview_auditentry CASCADE"

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("many", [1, 3])
def test_entries_are_appended_in_order_under_the_lock_with_their_codes(monkeypatch, many):
    held = []
    monkeypatch.setattr(audit, "lock_for_append", lambda: held.append(connection.in_atomic_block))
    before = AuditEntry.objects.order_by("-seq").first()
    previous, seq = (bytes(before.mac), before.seq) if before else (audit.FIRST, 0)
    codes = [
        audit.row_code("a_table", key, 2, [b"sealed"])
        for key in (uuid.UUID(int=1), uuid.UUID(int=2))
    ]

    audit.append_all([(audit.draft(f"look {n}"), codes[: 3 - n]) for n in range(1, many + 1)])

    assert held == [True]
    rows = list(AuditEntry.objects.filter(seq__gt=seq).order_by("seq"))
    assert [row.seq for row in rows] == list(range(seq + 1, seq + many + 1))
    assert [row.action for row in rows] == [f"look {n}" for n in range(1, many + 1)]
    for n, row in enumerate(rows, start=1):
        kept = AuditRowCode.objects.filter(entry=row.seq).order_by("place")
        assert [one.place for one in kept] == list(range(3 - n))
        listed = [(one.table, one.key, one.row_version, bytes(one.code)) for one in kept]
        assert listed == [tuple(code) for code in codes[: 3 - n]]
        assert bytes(row.mac) == audit.chain(previous, row, listed)
        previous = bytes(row.mac)


def test_the_first_entry_of_all_is_number_one_and_an_entry_may_say_nothing_of_rows(monkeypatch):
    written = []
    monkeypatch.setattr(audit, "_last", lambda: [])  # as in a new database
    monkeypatch.setattr(AuditEntry, "save", lambda self, **how: written.append((self, how)))

    audit.append("look")

    ((first, how),) = written
    assert (first.seq, how) == (1, {"force_insert": True})
    assert first.mac == audit.chain(audit.FIRST, first, [])
    assert not AuditRowCode.objects.filter(entry=1, table="a_table").exists()
