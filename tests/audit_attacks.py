"""Ways to forge the audit chain, for whoever can write every table: nine families of them.

Each takes a source of chance and the SQL of an attacker who has put the triggers out of the way.
An insider holds the keys of the chain too, and can write it anew from any entry on.
"""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.db import connection

from casereview import audit
from casereview.models import AuditEntry, AuditRowCode

ENTRY, CODE = "casereview_auditentry", "casereview_auditrowcode"
Run = Callable[..., Any]
Chance = random.Random


def disarm() -> None:
    """Put the triggers of the chain out of the way, for this transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            for table in (ENTRY, CODE):
                for name in ("update", "delete", "insert"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


TEXTS = ("acting_role", "session", "purpose", "table", "action", "outcome", "detail")


def another(chance: Chance, text: str) -> str:
    """Return a text that is not this one: longer, shorter, or with one letter changed."""
    place = chance.randrange(len(text) + 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz0123456789 ")
    made = text[:place] + letter + text[place + chance.randrange(2) :]
    return made[:10] if made[:10] != text else f"{text[:-1]}"


def some(chance: Chance) -> AuditEntry:
    return AuditEntry.objects.get(seq=chance.randint(1, last()))


def last() -> int:
    return AuditEntry.objects.order_by("-seq").values_list("seq", flat=True)[0]


def edit(chance: Chance) -> None:
    entry, column = some(chance), chance.choice([*TEXTS, "actor", "case", "key", "at"])
    value: Any
    if column in TEXTS:
        old = getattr(entry, column)
        value = another(chance, old)
        while value == old:
            value = another(chance, old)
    elif column == "at":
        value = "2014-01-01 00:00:00+00:00"
    else:
        value = f"{chance.getrandbits(128):032x}"
    run(f'UPDATE {ENTRY} SET "{column}" = %s WHERE seq = %s', value, entry.seq)  # noqa: S608


def take_out(chance: Chance) -> None:
    seq = chance.randint(1, last() - 1)
    _drop(seq, seq)


def swap(chance: Chance) -> None:
    one, other = chance.sample(range(1, last() + 1), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        run(f"UPDATE {CODE} SET entry_id = %s WHERE entry_id = %s", new, old)  # noqa: S608
        run(f"UPDATE {ENTRY} SET seq = %s WHERE seq = %s", new, old)  # noqa: S608


def put_in(chance: Chance) -> None:
    """Add an entry at the end, copied from another with another action."""
    model = some(chance)
    model.seq, model.action = last() + 1, "view_case"
    model.mac = chance.randbytes(32) if chance.random() < 0.5 else bytes(model.mac)
    model.save(force_insert=True)


def flip_a_bit(chance: Chance) -> None:
    entry = some(chance)
    mac = bytearray(entry.mac)
    mac[chance.randrange(32)] ^= 1 << chance.randrange(8)
    run(f"UPDATE {ENTRY} SET mac = %s WHERE seq = %s", bytes(mac), entry.seq)  # noqa: S608


def forge_a_row_code(chance: Chance) -> None:
    code = chance.choice(list(AuditRowCode.objects.all()))
    match chance.randrange(5):
        case 0:
            run(f"DELETE FROM {CODE} WHERE id = %s", code.pk)  # noqa: S608
        case 1:
            blob = bytearray(code.code or b"\0")
            blob[chance.randrange(len(blob))] ^= 1 << chance.randrange(8)
            run(f"UPDATE {CODE} SET code = %s WHERE id = %s", bytes(blob), code.pk)  # noqa: S608
        case 2:
            run(f"UPDATE {CODE} SET row_version = row_version + 1 WHERE id = %s", code.pk)  # noqa: S608
        case 3:
            table = another(chance, code.table)
            run(f'UPDATE {CODE} SET "table" = %s WHERE id = %s', table, code.pk)  # noqa: S608
        case _:
            code.pk, code.place, code.row_version = None, 90, code.row_version + 1
            code.save(force_insert=True)


def cut_off(chance: Chance) -> None:
    end = last()
    _drop(end - chance.randint(0, min(20, end - 2)), end)


def cut_off_and_go_on(chance: Chance) -> None:
    """Take the end away and write other entries, with the keys of the chain."""
    end = last()
    begin = end - chance.randint(0, min(20, end - 2))
    _drop(begin, end)
    for _ in range(chance.randint(1, end - begin + 3)):
        audit.append("view_case", outcome=audit.ALLOWED, detail={"n": chance.getrandbits(30)})


def write_anew(chance: Chance) -> None:
    """Change an entry and make the codes of it and all that follow, with the keys of the chain."""
    entry = some(chance)
    action = another(chance, entry.action)
    run(f"UPDATE {ENTRY} SET action = %s WHERE seq = %s", action, entry.seq)  # noqa: S608
    previous = (
        bytes(AuditEntry.objects.get(seq=entry.seq - 1).mac) if entry.seq > 1 else audit.FIRST
    )
    for each in AuditEntry.objects.filter(seq__gte=entry.seq).order_by("seq"):
        codes = each.row_codes.order_by("place")
        listed = list(codes.values_list("table", "key", "row_version", "code"))
        previous = audit.chain(previous, each, listed)
        run(f"UPDATE {ENTRY} SET mac = %s WHERE seq = %s", previous, each.seq)  # noqa: S608


def _drop(begin: int, end: int) -> None:
    run(f"DELETE FROM {CODE} WHERE entry_id BETWEEN %s AND %s", begin, end)  # noqa: S608
    run(f"DELETE FROM {ENTRY} WHERE seq BETWEEN %s AND %s", begin, end)  # noqa: S608


FAMILIES = SimpleNamespace(
    chain=[edit, take_out, swap, put_in, flip_a_bit, forge_a_row_code],
    # What no chain shows in itself: only a checkpoint kept elsewhere.
    checkpoint=[cut_off, cut_off_and_go_on, write_anew],
)
