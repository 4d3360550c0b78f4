"""Whoever writes past the product, straight into the tables, is refused or found."""

import datetime
import io
import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from casereview import (
    actions,
    audit,
    crypto,
    keys,
    row_codes,
    row_coverage,
    row_verification,
    verification,
)
from casereview.management.base import Refused
from casereview.models import (
    AuditEntry,
    AuditRowCode,
    Case,
    Child,
    Interest,
    LearningPoint,
    StandingRole,
)
from casereview.records import change, row_code, sealed_fields
from casereview.rules.access_table import Role
from casereview.verification import verify
from cdop.actions.importing import import_cases
from cdop.models import Notification, PanelReview
from tests import factories
from tests.cdop.broken_files import as_bytes, good_rows

pytestmark = pytest.mark.django_db
PROTECTED = (
    "casereview_auditentry",
    "casereview_auditrowcode",
    "casereview_childhistory",
    "cdop_panelreviewhistory",
)
DISARMED = (
    *PROTECTED,
    "casereview_interesthistory",
    "casereview_standingrolehistory",
    "casereview_casehistory",
)
CHANGED = {
    "at": "2014-01-01 00:00:00",
    "actor": "0" * 32,
    "acting_role": "auditor",
    "session": "0" * 16,
    "purpose": "other",
    "case": "0" * 32,
    "table": "casereview_user",
    "key": "0" * 32,
    "action": "view_case",
    "outcome": "refused",
    "detail": '{"fields":{}}',
    "mac": b"\0" * 32,
}

FILLED = {Child: "family_name", PanelReview: "learning", LearningPoint: "statement"}


@pytest.fixture
def attack(db):
    """Return what runs SQL as an attacker who has put the triggers out of the way."""

    def run(statement, *values):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET LOCAL session_replication_role = replica")
            else:
                for table in DISARMED:
                    for name in ("update", "delete", "insert"):
                        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
            cursor.execute(statement, values)
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = origin")

    return run


@pytest.fixture
def imported(tmp_path):
    path = tmp_path / "deaths.csv"
    rows = good_rows()
    rows[2]["learning"] = "Ask who else lives with the child"
    path.write_bytes(as_bytes(rows))
    import_cases(path=path)


def raw(key):
    return key.hex if connection.vendor == "sqlite" else key


def sealed_in(record):
    """Return (column, bytes) of each filled sealed column of a row, as the table holds it."""
    return [
        (field.column, record.__dict__[field.attname].blob)
        for field in sealed_fields(type(record))
        if record.__dict__[field.attname] is not None
    ]


def put(attack, record, column, blob):
    attack(
        f'UPDATE "{record._meta.db_table}" SET "{column}" = %s WHERE id = %s',  # noqa: S608
        blob,
        raw(record.pk),
    )


def last_entry_of(record):
    codes = AuditRowCode.objects.filter(table=record._meta.db_table, key=record.pk)
    return codes.order_by("-entry").values_list("entry_id", flat=True).first()


def correct(case, manager, **values):
    child = Child.objects.get(case=case)
    actions.correct_record(record=child, by=manager, reason="As certified", case=case, **values)
    return Child.objects.get(case=case)


def test_what_nobody_touched_holds(imported, case, manager):
    correct(case, manager, given_names="Ida")

    verdict = verify()

    assert verdict.ok
    assert verdict.entries == AuditEntry.objects.count()


@pytest.mark.parametrize("model", [Child, PanelReview, LearningPoint])
def test_no_changed_byte_of_a_sealed_column_opens(imported, attack, model):
    for record in model.objects.all()[:2]:
        for column, blob in sealed_in(record):
            for place in range(len(blob)):
                bad = bytearray(blob)
                bad[place] ^= 1
                put(attack, record, column, bytes(bad))

                with pytest.raises(crypto.IntegrityFailure):
                    getattr(model.objects.get(pk=record.pk), column)
            put(attack, record, column, blob)
    assert verify().ok


@pytest.mark.parametrize("model", [Child, PanelReview, LearningPoint])
def test_a_changed_byte_of_a_sealed_column_is_named_by_its_entry(imported, attack, model):
    record = model.objects.filter(**{f"{FILLED[model]}__isnull": False}).first()
    for column, blob in sealed_in(record):
        for place in (0, 3, len(blob) // 2, len(blob) - 1):
            bad = bytearray(blob)
            bad[place] ^= 1
            put(attack, record, column, bytes(bad))

            assert verify().first_broken == last_entry_of(record)
        put(attack, record, column, blob)
    assert verify().ok


def test_an_emptied_column_is_found(case, attack):
    child = Child.objects.get(case=case)

    put(attack, child, "family_name", None)

    assert verify().first_broken == last_entry_of(child)


def test_an_older_value_put_back_is_found(case, manager, attack):
    old = Child.objects.get(case=case)
    new = correct(case, manager, given_names="Ida")

    put(attack, new, "given_names", old.__dict__["given_names"].blob)

    assert Child.objects.get(case=case).given_names == "Ada"  # it opens: only the code tells
    assert verify().first_broken == last_entry_of(new)


def test_a_whole_older_row_put_back_is_found(case, manager, attack):
    old = Child.objects.get(case=case)
    new = correct(case, manager, given_names="Ida")
    for column, blob in sealed_in(old):
        put(attack, new, column, blob)
    attack("UPDATE casereview_child SET version = 1 WHERE id = %s", raw(new.pk))

    assert verify().first_broken == last_entry_of(new)


def test_a_removed_row_is_found(case, attack):
    child = Child.objects.get(case=case)

    attack("DELETE FROM casereview_child WHERE id = %s", raw(child.pk))

    verdict = verify()
    assert verdict.first_broken == last_entry_of(child)
    assert "is gone" in verdict.reason


def test_a_row_given_another_key_is_found(case, attack):
    child = Child.objects.get(case=case)

    attack(
        "UPDATE casereview_child SET id = %s WHERE id = %s",
        raw(case.pk),  # a key that no entry knows in this table
        raw(child.pk),
    )

    assert verify().first_broken == last_entry_of(child)


def test_an_added_row_is_found_and_named_by_the_last_entry(case, attack):
    point = LearningPoint(
        id=case.pk,
        version=1,
        reference="LP-2014-9999",
        source="agency",
        learned_on=datetime.date(2014, 1, 1),
        recorded_at=datetime.datetime(2014, 1, 1, tzinfo=datetime.UTC),
    )
    # Whatever columns the table has: what is sealed stays empty, as a row typed in by hand has it.
    sealed = {field.name for field in sealed_fields(LearningPoint)}
    values = {
        field.column: field.get_db_prep_save(getattr(point, field.attname), connection)
        for field in LearningPoint._meta.concrete_fields
        if field.name not in sealed
    }
    attack(
        f"INSERT INTO casereview_learningpoint ({', '.join(values)}) "  # noqa: S608 - own columns
        f"VALUES ({', '.join(['%s'] * len(values))})",
        *values.values(),
    )

    verdict = verify()

    assert verdict.first_broken == AuditEntry.objects.order_by("-seq").first().seq
    assert "no entry speaks of" in verdict.reason


def test_a_version_changed_in_the_history_is_found(case, manager, attack):
    first = last_entry_of(Child.objects.get(case=case))
    child = correct(case, manager, given_names="Ida")
    blob = child.__dict__["given_names"].blob

    attack(
        "UPDATE casereview_childhistory SET given_names = %s WHERE id = %s AND version = 1",
        blob,
        raw(child.pk),
    )

    assert verify().first_broken == first


def test_a_version_removed_from_the_history_is_found(case, manager, attack):
    first = last_entry_of(Child.objects.get(case=case))
    child = correct(case, manager, given_names="Ida")

    attack("DELETE FROM casereview_childhistory WHERE id = %s AND version = 1", raw(child.pk))

    assert verify().first_broken == first


@pytest.mark.parametrize("column", sorted(CHANGED))
def test_a_changed_column_of_an_entry_is_found_and_named(case, attack, column):
    entry = AuditEntry.objects.get(case=case.pk)
    factories.make_case()

    attack(
        f'UPDATE casereview_auditentry SET "{column}" = %s WHERE seq = %s',  # noqa: S608
        CHANGED[column],
        entry.seq,
    )

    assert verify().first_broken == entry.seq


def test_each_byte_of_an_entrys_code_counts(case, attack):
    entry = AuditEntry.objects.get(case=case.pk)
    for place in range(32):
        bad = bytearray(entry.mac)
        bad[place] ^= 0x80
        attack("UPDATE casereview_auditentry SET mac = %s WHERE seq = %s", bytes(bad), entry.seq)

        assert verify().first_broken == entry.seq


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", b"\0" * 32),
        ("row_version", 7),
        ("table", "casereview_person"),
        ("key", "0" * 32),
        ("place", 5),
    ],
)
def test_a_changed_row_code_is_found(case, attack, column, value):
    code = AuditRowCode.objects.get(entry__case=case.pk, table="casereview_child")

    attack(
        f'UPDATE casereview_auditrowcode SET "{column}" = %s WHERE id = %s',  # noqa: S608
        value,
        code.pk,
    )

    verdict = verify()
    # Its place only orders the codes of an entry: of one code it changes nothing that is said.
    assert verdict.ok is (column == "place")
    assert verdict.ok or verdict.first_broken == code.entry_id


def test_a_removed_row_code_is_found(case, attack):
    code = AuditRowCode.objects.get(entry__case=case.pk, table="casereview_child")

    attack("DELETE FROM casereview_auditrowcode WHERE id = %s", code.pk)

    assert verify().first_broken == code.entry_id


def test_an_added_row_code_is_found(case, manager, attack):
    code = AuditRowCode.objects.get(entry__case=case.pk, table="casereview_child")
    attack(
        'INSERT INTO casereview_auditrowcode (entry_id, place, "table", "key", row_version, code) '
        "VALUES (%s, 1, %s, %s, 1, %s)",
        code.entry_id,
        "casereview_person",
        raw(case.pk),
        b"\0" * 32,
    )

    assert verify().first_broken == code.entry_id


def test_a_removed_entry_is_found(case, attack):
    entry = AuditEntry.objects.get(case=case.pk)
    factories.make_case()
    attack("DELETE FROM casereview_auditrowcode WHERE entry_id = %s", entry.seq)
    attack("DELETE FROM casereview_auditentry WHERE seq = %s", entry.seq)

    assert verify().first_broken == entry.seq


def test_entries_cut_off_at_the_end_are_found_by_the_rows_they_left(case, manager, attack):
    child = correct(case, manager, given_names="Ida")
    seq = last_entry_of(child)
    attack("DELETE FROM casereview_auditrowcode WHERE entry_id = %s", seq)
    attack("DELETE FROM casereview_auditentry WHERE seq = %s", seq)

    assert not verify().ok


def test_rows_of_a_case_that_was_disposed_of_are_not_missed(case, attack):
    child = Child.objects.get(case=case)
    seq = last_entry_of(child)
    attack("DELETE FROM casereview_childhistory WHERE id = %s", raw(child.pk))
    attack("DELETE FROM casereview_child WHERE id = %s", raw(child.pk))
    assert verify().first_broken == seq

    audit.append(verification.DISPOSED, case=case.pk, table="casereview_case", key=case.pk)
    keys.destroy("case", case.pk)

    assert verify().ok


def test_an_entry_of_another_case_excuses_nothing(case, attack):
    other = factories.make_case()
    child = Child.objects.get(case=case)
    audit.append(verification.DISPOSED, case=other.pk, table="casereview_case", key=other.pk)

    attack("DELETE FROM casereview_child WHERE id = %s", raw(child.pk))

    assert verify().first_broken == last_entry_of(child)


def test_a_row_that_was_rightly_removed_is_not_missed(case, manager):
    review = PanelReview(case=case, summary="A summary")
    with change("record_panel_review", by=manager, case=case) as written:
        written.save(review)
    with change("record_panel_review", by=manager, case=case) as written:
        written.remove(PanelReview.objects.get(case=case))

    assert verify().ok


@pytest.mark.parametrize("table", PROTECTED)
def test_the_database_refuses_to_change_or_empty_what_is_appended_to(imported, table):
    statements = [
        f'UPDATE "{table}" SET {"seq = seq" if table.endswith("entry") else "id = id"}',  # noqa: S608
        f'DELETE FROM "{table}"',  # noqa: S608
    ]
    if connection.vendor == "postgresql":
        statements.append(f'TRUNCATE "{table}" CASCADE')
    for statement in statements:
        with pytest.raises(DatabaseError, match="appended to"), transaction.atomic():
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(statement)


def test_the_database_refuses_to_replace_an_entry(case):
    entry = AuditEntry.objects.get(case=case.pk)
    columns = [field.column for field in AuditEntry._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    verb = "REPLACE" if connection.vendor == "sqlite" else "INSERT"
    end = "" if connection.vendor == "sqlite" else " ON CONFLICT (seq) DO UPDATE SET action = 'x'"

    with pytest.raises(DatabaseError, match="appended to"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"{verb} INTO casereview_auditentry ({names}) "  # noqa: S608
                f"SELECT {names} FROM casereview_auditentry WHERE seq = %s{end}",
                [entry.seq],
            )


def test_the_command_says_so_and_exits_one(case, attack):
    out = io.StringIO()
    call_command("verify_audit", "--json", stdout=out)
    count = AuditEntry.objects.count()
    assert json.loads(out.getvalue()) == {
        "ok": True,
        "entries": count,
        "first_broken": None,
        "reason": None,
    }
    entry = AuditEntry.objects.get(case=case.pk)
    attack("UPDATE casereview_auditentry SET action = 'x' WHERE seq = %s", entry.seq)
    out = io.StringIO()

    with pytest.raises(Refused) as refused:
        call_command("verify_audit", "--json", stdout=out)

    assert refused.value.returncode == 1
    found = json.loads(out.getvalue())
    assert (found["ok"], found["first_broken"]) == (False, entry.seq)


def test_notifications_and_cases_of_an_import_are_covered(imported, attack):
    notification = Notification.objects.filter(case__in=Case.objects.all()).first()
    with change("correct_record", by=None, case=notification.case) as written:
        notification.circumstances = "Fictional circumstances"
        written.save(notification)
    column, blob = sealed_in(notification)[0]

    put(attack, notification, column, blob[:-1] + bytes([blob[-1] ^ 1]))

    assert verify().first_broken == last_entry_of(notification)


# Columns in clear: a category, a panel, a grant and the level of an interest count as much.
def _clear_columns(case, manager):
    review = PanelReview(case=case, summary="A summary", category_of_death="10")
    with change("record_panel_review", by=manager, case=case) as written:
        written.save(review)
    interest = factories.recuse(factories.make_user(Role.PANEL_MEMBER), case)
    interest = interest if isinstance(interest, Interest) else Interest.objects.get(case=case)
    role = StandingRole.objects.filter(user=manager).get()
    return [
        (review, "category_of_death", "1"),
        (interest, "level", "notes"),
        (role, "role", "auditor"),
        (case, "panel_id", None),
        (case, "stage", "closed"),
        (case, "died_on", "2013-01-01"),
        (Child.objects.get(case=case), "sex", "M"),
    ]


def test_a_changed_column_in_clear_is_found_also_when_its_history_was_changed_too(
    case, manager, attack
):
    changed = {}
    for record, column, value in _clear_columns(case, manager):
        seq, table = last_entry_of(record), record._meta.db_table
        for where in (table, f"{table}history"):
            attack(
                f'UPDATE "{where}" SET "{column}" = %s WHERE id = %s',  # noqa: S608
                value,
                raw(record.pk),
            )
        changed[record.pk] = seq
        assert verify().first_broken == min(changed.values()), column

    shapes = row_coverage.shapes_on_record()
    last = AuditEntry.objects.count()
    found = [reason for _, reason in row_verification.rows_that_differ(last, shapes)]
    assert all(any(str(key) in reason for reason in found) for key in changed)


def test_a_role_put_in_by_hand_is_found(case, manager, attack):
    held = StandingRole.objects.get(user=manager)
    columns = [field.column for field in StandingRole._meta.concrete_fields if field.name != "id"]
    names = ", ".join(f'"{column}"' for column in columns)
    other = ", ".join("'auditor'" if column == "role" else f'"{column}"' for column in columns)
    attack(
        f"INSERT INTO casereview_standingrole (id, {names}) "  # noqa: S608
        f"SELECT %s, {other} FROM casereview_standingrole WHERE id = %s",
        raw(case.pk),
        raw(held.pk),
    )

    assert "no entry speaks of" in verify().reason


def test_rows_from_before_a_table_was_covered_are_given_their_code_once(case, manager, attack):
    role = StandingRole.objects.get(user=manager)
    attack("DELETE FROM casereview_auditrowcode WHERE \"table\" = 'casereview_standingrole'")
    shapes = row_coverage.shapes_on_record()
    shapes.pop("casereview_standingrole")
    assert row_coverage.cover() == 0  # covered already: a row without a code stays without

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_coverage, "shapes_on_record", lambda: shapes)
        assert row_coverage.cover() >= 1

    codes = AuditRowCode.objects.filter(table="casereview_standingrole", key=role.pk)
    assert [bytes(one.code) for one in codes] == [row_code(role).code]
    assert row_coverage.cover() == 0


def test_a_code_from_before_a_column_was_added_is_checked_over_the_columns_it_had(case, manager):
    role = StandingRole.objects.get(user=manager)
    fewer = [one for one in row_codes.columns(StandingRole) if one.name != "until"]
    code = row_codes.whole(StandingRole, role.pk, role.version, role.__dict__, fewer)
    old = row_codes.shape_in(code.code)
    shapes = {"casereview_standingrole": {old: [one.name for one in fewer]}}

    assert row_coverage.columns_of(StandingRole, code.code, shapes) == fewer
    assert row_coverage.columns_of(StandingRole, code.code, {}) is None
    gone = {"casereview_standingrole": {old: ["a column that was dropped"]}}
    assert row_coverage.columns_of(StandingRole, code.code, gone) is None
    audit.append(
        row_coverage.COVER,
        detail={"shapes": {"casereview_standingrole": shapes["casereview_standingrole"][old]}},
        row_codes=[code],
    )
    assert verify().ok


def test_a_row_that_was_changed_often_takes_the_room_of_many(monkeypatch):
    monkeypatch.setattr(row_verification, "SLICE", 4)
    often = {"a": 1, "b": 3, "c": 9, "d": 1, "e": 2}
    codes = [
        row_verification._Code(key, seq, 1, b"")
        for key, times in often.items()
        for seq in range(times)
    ]

    slices = list(row_verification._slices(codes))

    assert [[of_a_row[0].key for of_a_row in part] for part in slices] == [
        ["a", "b"],
        ["c"],
        ["d", "e"],
    ]
    assert [code for part in slices for of_a_row in part for code in of_a_row] == codes


def test_a_code_over_ciphertexts_alone_still_holds(case):
    child = Child.objects.get(case=case)
    blobs = [child.__dict__[field.attname] for field in sealed_fields(Child)]
    old = audit.row_code(
        Child._meta.db_table, child.pk, child.version, [blob and blob.blob for blob in blobs]
    )
    audit.append("correct_record", case=case, row_codes=[old])

    assert verify().ok
    audit.append("correct_record", case=case, row_codes=[old._replace(code=b"\1" * 32)])
    assert not verify().ok
