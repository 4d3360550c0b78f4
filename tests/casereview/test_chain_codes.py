"""What goes into the codes of rows and entries, byte by byte: old ones are still checked with it.

What is computed here a second time, by hand, is the format: a change of it is a change of every
code that was ever written.
"""

import datetime
import hashlib
import json
import re
import uuid
from types import SimpleNamespace

import pytest
from django.db import models
from django.utils import timezone

from casereview import audit, keys, row_codes
from casereview.fields import EncryptedTextField
from casereview.models import AuditEntry, Case, Child, StandingRole
from casereview.rules.access_table import Role

KEY = uuid.UUID("00000000-0000-4000-8000-000000000001")
OTHER = uuid.UUID("00000000-0000-4000-8000-000000000002")
AT = datetime.datetime(2015, 3, 2, 12, 0, 0, 5, tzinfo=datetime.UTC)
SUMMER = datetime.timezone(datetime.timedelta(hours=1))


def plain_mac(*parts):
    """Stand in for the ring's, so that what it is given can be read."""
    return repr(parts).encode()


def entry(**facts):
    told = {"actor": None, "case": None, "key": None, "table": "", "acting_role": ""}
    told |= {"session": "", "purpose": "", "outcome": "done", "detail": "{}", "action": "look"}
    return SimpleNamespace(**{"seq": 1, "at": AT, **told, **facts})


# An entry.


def test_the_bytes_of_an_entry_are_these():
    written = entry(
        seq=7,
        actor=KEY,
        acting_role="auditor",
        session="abc",
        purpose="é",
        case=OTHER,
        table="a_table",
        key=KEY,
        detail='{"a":1}',
    )

    assert audit.canonical(written, [("a_table", KEY, 3, b"\x0a\xff")]) == (
        b'[7,"2015-03-02T12:00:00.000005+00:00","%s","auditor","abc","\\u00e9","%s","a_table",'
        b'"%s","look","done","{\\"a\\":1}",[["a_table","%s",3,"0aff"]]]'
        % (str(KEY).encode(), str(OTHER).encode(), str(KEY).encode(), str(KEY).encode())
    )
    nobody = audit.canonical(entry(), [])
    assert nobody.startswith(b'[1,"2015-03-02T12:00:00.000005+00:00","","","","","","","","look"')
    assert audit.canonical(entry(at=AT.astimezone(SUMMER)), []) == nobody


def test_an_entry_has_the_same_bytes_as_either_database_keeps_it():
    # In summer too, when the clocks of this country are an hour from it.
    for at in (AT, AT.replace(month=7)):
        made = entry(actor=KEY, case=OTHER, key=KEY, at=at)
        on_sqlite = entry(actor=KEY.hex, case=OTHER.hex, key=KEY.hex, at=at.replace(tzinfo=None))

        assert audit.canonical(on_sqlite, []) == audit.canonical(made, [])


@pytest.mark.parametrize("name", ["actor", "case", "key"])
@pytest.mark.parametrize("value", ["", 0, KEY.hex[1:], f"{KEY} ", KEY.bytes])
def test_an_entry_about_what_is_no_key_has_no_bytes(name, value):
    with pytest.raises(ValueError, match="no key"):
        audit.canonical(entry(**{name: value}), [])


def test_the_code_of_an_entry_covers_the_one_before_under_the_rings_key():
    one = entry()

    assert audit.FIRST == bytes(32)
    assert audit.chain(b"before", one, [], plain_mac) == plain_mac(
        "audit", b"before", audit.canonical(one, [])
    )
    made = audit.chain(audit.FIRST, one, [])
    assert made == keys.ring().mac("audit", audit.FIRST, audit.canonical(one, []))
    assert made != audit.chain(b"\1" * 32, one, [])


def test_a_code_over_ciphertexts_tells_an_empty_one_from_one_that_is_not_there():
    head = ("row code", b"a_table 3", KEY.bytes)
    made = audit.row_code("a_table", KEY, 3, [b"sealed", None], plain_mac)

    assert made == ("a_table", KEY, 3, plain_mac(*head, hashlib.sha256(b"sealed").digest(), b""))
    assert audit.row_code("a_table", KEY, 3, []).code == keys.ring().mac(*head)
    empty, missing = (audit.row_code("a_table", KEY, 3, [one]).code for one in (b"", None))
    assert empty != missing


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_sitting_is_told_by_sixteen_keyed_digits_and_no_sitting_by_none(nothing):
    told = audit.session_digest("a session key")

    assert told == keys.ring().mac("session", b"a session key").hex()[:16]
    assert re.fullmatch("[0-9a-f]{16}", told)
    assert audit.session_digest(nothing) == ""


def test_digests_of_values_are_keyed_and_of_one_length():
    ring = keys.ring()

    assert audit.digest_of("a", "é") == ring.mac("digest a", "é".encode()).hex()[:32]
    assert audit.blind_index("a", "é") == ring.mac("blind a", "é".encode())[:16]
    assert len(audit.digest_of("a", "x")) == 32
    assert len(audit.blind_index("a", "x")) == 16
    assert audit.digest_of("a", "x") != audit.digest_of("b", "x")


def test_who_is_acting_holds_for_what_is_inside_and_no_longer():
    before = audit.draft("look")
    with pytest.raises(RuntimeError), audit.acting(audit.Context(session="abc", purpose="why")):
        audit.in_role("auditor")
        inside = audit.draft("look")
        with audit.acting(audit.Context(acting_role="administrator")):
            further = audit.draft("look")
        again = audit.draft("look")
        raise RuntimeError
    after = audit.draft("look")

    def told(one):
        return (one.acting_role, one.session, one.purpose)

    assert told(inside) == told(again) == ("auditor", "abc", "why")
    assert told(further) == ("administrator", "", "")
    assert told(before) == told(after) == ("", "", "")


def test_a_draft_says_what_it_is_given_and_no_more():
    actor, case = SimpleNamespace(pk=KEY), SimpleNamespace(pk=OTHER)
    day = datetime.date(2015, 3, 2)
    began = timezone.now()

    full = audit.draft(
        "look",
        actor=actor,
        case=case,
        table="a_table",
        key=KEY,
        outcome=audit.REFUSED,
        detail={"b": day, "a": [1]},
    )
    bare = audit.draft("look", case=OTHER)

    assert (full.actor, full.case, full.table, full.key) == (KEY, OTHER, "a_table", KEY)
    assert (full.action, full.outcome) == ("look", "refused")
    assert full.detail == '{"a":[1],"b":"2015-03-02"}'
    assert (bare.actor, bare.case, bare.table, bare.key) == (None, OTHER, "", None)
    assert (bare.outcome, bare.detail) == ("done", "{}")
    assert began <= bare.at <= timezone.now()
    assert full.seq is None


# Which columns, and their shape.


def test_a_code_covers_what_the_history_keeps_and_where_there_is_none_every_column():
    for model in (Child, Case, StandingRole):
        kept = {field.attname for field in model.history.model.tracked_fields}
        names = [column.name for column in row_codes.columns(model)]
        assert set(names) == kept - {"id", "version"}
        assert names == sorted(names)
    assert not hasattr(AuditEntry, "history")
    every = {field.attname for field in AuditEntry._meta.concrete_fields}
    assert {one.name for one in row_codes.columns(AuditEntry)} == every


def test_the_sealed_columns_are_the_encrypted_ones():
    names = row_codes.sealed_columns(Child)

    assert {"family_name", "given_names", "address"} <= set(names)
    assert not {"sex", "case_id", "version", "id"} & set(names)


def test_a_shape_is_a_digest_of_the_names_in_any_order():
    names = [column.name for column in row_codes.columns(Child)]

    assert row_codes.shape_of(["b", "a"]) == hashlib.sha256(b"a\0b").digest()[:4]
    assert row_codes.shape(Child) == row_codes.shape_of(reversed(names))
    assert row_codes.shape_of(["ab"]) != row_codes.shape_of(["a", "b"])


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        (b"\x02abcd" + bytes(32), b"abcd"),
        (b"\x02abcd" + bytes(28), b"abcd"),
        (b"\x02abcd" + bytes(27), None),  # thirty-two bytes are a code over ciphertexts alone
        (b"\x01abcd" + bytes(32), None),
        (b"", None),
    ],
)
def test_a_code_says_of_itself_which_shape_it_has(code, shape):
    assert row_codes.shape_in(code) == shape


def test_a_code_over_all_columns_is_this():
    table, of = Case._meta.db_table, row_codes.shape(Case)
    head = ("row code", b"whole", of, f"{table} 3".encode(), KEY.bytes)

    made = row_codes.joined(Case, KEY, 3, [b"=one", b"\0"], mac=plain_mac)

    assert made == (table, KEY, 3, b"\2" + of + plain_mac(*head, b"=one", b"\0"))
    keyed = row_codes.joined(Case, KEY, 3, [b"=one"])
    assert keyed.code == b"\2" + of + keys.ring().mac(*head, b"=one")
    assert row_codes.shape_in(keyed.code) == of


def test_a_code_of_an_earlier_shape_is_over_the_columns_it_had():
    names = {column.name: column for column in row_codes.columns(StandingRole)}
    earlier = (names["role"], names["until"])
    of = row_codes.shape_of(["role", "until"])
    values = dict.fromkeys(names) | {"role": Role.AUDITOR, "until": datetime.date(2015, 3, 2)}
    parts = [b"=auditor", b"=2015-03-02"]

    made = row_codes.whole(StandingRole, KEY, 1, values, earlier, plain_mac)
    today = row_codes.whole(StandingRole, KEY, 1, values)

    assert made == row_codes.joined(StandingRole, KEY, 1, parts, earlier, plain_mac)
    assert made.code[:5] == b"\2" + of
    assert plain_mac("row code", b"whole", of)[1:-1] in made.code
    every = [names[name].plain(values[name]) for name in sorted(names)]
    assert today == row_codes.joined(StandingRole, KEY, 1, every)


# The values, in one form on every database.


class Fruit(models.TextChoices):
    PLUM = "plum", "A plum"


@pytest.mark.parametrize(
    ("field", "value", "plain"),
    [
        (EncryptedTextField(), SimpleNamespace(blob=b"x"), hashlib.sha256(b"x").digest()),
        (models.BinaryField(), memoryview(b"x"), b"x"),
        (models.JSONField(), {"b": (1.0, 2), "a": {1: 1.5}}, b'{"a":{"1":1.5},"b":[1,2]}'),
        (models.JSONField(), [True, None, {"x": [3.0]}], b'[true,null,{"x":[3]}]'),
        (models.UUIDField(), KEY, KEY.bytes),
        (models.UUIDField(), str(KEY), KEY.bytes),
        (models.DateTimeField(), AT, b"2015-03-02T12:00:00.000005+00:00"),
        (models.DateTimeField(), AT.astimezone(SUMMER), b"2015-03-02T12:00:00.000005+00:00"),
        (models.DateTimeField(), AT.replace(microsecond=0), b"2015-03-02T12:00:00.000000+00:00"),
        (models.DateField(), datetime.date(2015, 3, 2), b"2015-03-02"),
        (models.DateField(), "2015-03-02", b"2015-03-02"),
        (models.TimeField(), datetime.time(9, 30), b"09:30:00"),
        (models.BooleanField(), True, b"1"),
        (models.BooleanField(), False, b"0"),
        (models.IntegerField(), 12, b"12"),
        (models.PositiveIntegerField(), "12", b"12"),
        (models.FloatField(), 1, b"1.0"),
        (models.FloatField(), 0.1, b"0.1"),
        (models.CharField(), "é", "é".encode()),
        (models.TextField(), Fruit.PLUM, b"plum"),
        (models.CharField(), 5, b"5"),
        (models.CharField(), "", b""),
        (Child._meta.get_field("case"), KEY, KEY.bytes),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, models.Field) else None,
)
def test_a_value_has_these_bytes_and_nothing_has_others(field, value, plain):
    made = row_codes._plain(field)

    assert made(value) == b"=" + plain
    assert made(None) == b"\0"


def test_a_field_of_a_kind_that_is_not_known_is_refused():
    with pytest.raises(TypeError, match="DurationField"):
        row_codes._plain(models.DurationField())


def test_the_words_of_a_json_value_do_not_hang_on_their_order():
    made = row_codes._plain(models.JSONField())

    assert made({"a": 1, "b": 2}) == made({"b": 2, "a": 1})
    assert json.loads(made({"a": 1.25})[1:]) == {"a": 1.25}
