"""Rows written many at once are the rows that a change would have written."""

import datetime
import uuid

import pytest
from django.db import IntegrityError
from django.utils import timezone

from casereview import audit, bulk, keys
from casereview.models import AuditEntry, AuditRowCode, Board, Case, Child
from casereview.models.work import Clock
from casereview.records import Record, row_code
from tests import factories

pytestmark = pytest.mark.django_db
BORN = datetime.date(2013, 7, 1)
OWN = {"id", "reference", "opened_at", "case", "case_id", "address_index"}


def write_a_case(batch, **facts):
    """Write, through a batch, the case that factories.make_case opens."""
    board = factories.board().pk
    case = uuid.uuid4()
    batch.about(case)
    values = {
        "id": case,
        "reference": f"CD-2014-{uuid.uuid4().int % 10**6:06d}",
        "kind": "death",
        "residence_board_id": board,
        "place_of_death_board_id": board,
        "notifying_board_id": board,
        "reviewing_board_id": board,
        "panel_id": factories.panel().pk,
        "died_on": factories.DIED,
        "notified_on": factories.DIED,
        "opened_at": timezone.now(),
        "opened_by_id": batch.by and batch.by.pk,
    }
    batch.add(Case, values | facts)
    batch.add(
        Child,
        {
            "case_id": case,
            "family_name": "Example",
            "given_names": "Ada",
            "born_on": BORN,
            "sex": "F",
            "ethnicity": "WBRI",
            "address": "1 Sample Street, Leicester",
            "postcode": "LE1 1ZZ",
            "age_days": (factories.DIED - BORN).days,
            "age_band": "A2",
        },
    )
    return case


def plain(record: Record) -> dict:
    """Return what a record holds, opened, but for what is each row's own."""
    return {
        field.name: getattr(record, field.name)
        for field in record._meta.concrete_fields
        if field.name not in OWN
    }


def test_a_row_of_a_batch_is_field_by_field_the_row_of_a_change(manager):
    changed = factories.make_case(by=manager)
    with bulk.writing("open_case", by=manager) as batch:
        written = write_a_case(batch)

    for model, by in ((Case, "pk"), (Child, "case")):
        one = model.objects.get(**{by: changed.pk})
        other = model.objects.get(**{by: written})
        assert plain(one) == plain(other)
        assert one.version == other.version == 1


def test_the_history_of_a_batch_is_the_history_of_a_change(manager):
    changed = factories.make_case(by=manager)
    with bulk.writing("open_case", by=manager) as batch:
        written = write_a_case(batch)

    for model, by in ((Case, "id"), (Child, "case_id")):
        one = model.history.get(**{by: changed.pk})
        other = model.history.get(**{by: written})
        own = OWN | {"history_id", "history_date"}
        names = {field.name for field in one._meta.concrete_fields} - own
        assert {n: getattr(one, n) for n in names} == {n: getattr(other, n) for n in names}
        assert (other.history_type, other.history_user) == ("+", manager)
    live = Child.objects.get(case=written).__dict__["family_name"].blob
    assert Child.history.get(case_id=written).__dict__["family_name"].blob == live


def test_the_audit_entry_of_a_batch_holds_the_codes_of_its_rows(manager):
    factories.make_case(by=manager)
    with bulk.writing("open_case", by=manager) as batch:
        written = write_a_case(batch)

    one, other = AuditEntry.objects.order_by("-seq")[:2][::-1]
    assert (one.action, one.outcome, one.table, one.actor, one.detail) == (
        (other.action, other.outcome, other.table, other.actor, other.detail)
    )
    assert (other.case, other.key) == (written, written)
    child = Child.objects.get(case=written)
    codes = {
        (code.table, code.key, code.row_version, bytes(code.code))
        for code in AuditRowCode.objects.filter(entry=other)
    }
    assert codes == {tuple(row_code(child)), tuple(row_code(Case.objects.get(pk=written)))}


def test_the_chain_holds_across_a_batch(manager):
    with bulk.writing("open_case", by=manager) as batch:
        for _ in range(3):
            write_a_case(batch)
    factories.make_case(by=manager)

    previous = audit.FIRST
    for entry in AuditEntry.objects.order_by("seq"):
        rows = entry.row_codes.order_by("place")
        codes = [(row.table, row.key, row.row_version, row.code) for row in rows]
        assert bytes(entry.mac) == audit.chain(previous, entry, codes)
        previous = bytes(entry.mac)


def test_a_batch_in_slices_writes_what_a_batch_at_once_writes(manager, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS", 2)

    with bulk.writing("open_case", by=manager) as batch:
        written = [write_a_case(batch) for _ in range(5)]

    assert Case.objects.filter(pk__in=written).count() == 5
    assert {child.family_name for child in Child.objects.filter(case__in=written)} == {"Example"}
    assert AuditEntry.objects.filter(case__in=written).count() == 5


def test_a_row_without_a_key_of_its_own_needs_that_of_its_owner(case, manager):
    with bulk.writing("open_case", by=manager) as batch:
        batch.about(case.pk)
        batch.add(
            Clock,
            {
                "case_id": case.pk,
                "rule": "example",
                "rule_version": "1",
                "started_at": timezone.now(),
                "due_on": factories.DIED,
                "worked_out": "As an example.",
            },
        )

    assert case.clocks.get().version == 1
    (code,) = AuditEntry.objects.order_by("-seq").first().row_codes.all()
    assert bytes(code.code) == row_code(case.clocks.get()).code


def test_a_batch_that_fails_leaves_neither_rows_nor_keys(manager, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS", 2)
    store = keys._model().objects.using("keys")
    before = (Case.objects.count(), AuditEntry.objects.count(), store.count())

    with pytest.raises(ZeroDivisionError), bulk.writing("open_case", by=manager) as batch:
        for _ in range(4):
            write_a_case(batch)
        assert Case.objects.count() > before[0]
        1 / 0  # noqa: B018

    assert (Case.objects.count(), AuditEntry.objects.count(), store.count()) == before


def test_a_column_that_is_not_there_is_refused(manager):
    with pytest.raises(KeyError, match="nickname"):
        with bulk.writing("open_case", by=manager) as batch:
            write_a_case(batch, nickname="x")


def test_a_batch_takes_a_board_by_its_key(manager):
    with bulk.writing("open_case", by=manager) as batch:
        written = write_a_case(batch)

    assert Case.objects.get(pk=written).residence_board == Board.objects.get(code="LEICESTER")


def test_a_second_key_for_one_owner_is_refused_in_djangos_own_words():
    owner = uuid.uuid4()
    keys.make("case", owner)

    with pytest.raises(IntegrityError):
        keys.make("case", owner)
