"""The audit chain: every look and every change, each entry bound to the one before it.

An entry holds who, in which role, when, what, on which case – field names and keyed digests,
never values. It is written in the transaction of the act, or before the page that it is about:
if it cannot be written, there is no page.
"""

import datetime
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from casereview import keys
from casereview.database import insert_rows, lock_for_append, value_for
from casereview.prepared import Prepared

ALLOWED, REFUSED, DONE = "allowed", "refused", "done"
LABEL, ROW_LABEL = "audit", "row code"
FIRST = b"\0" * 32
# Made once: a million entries are checked with it.
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class RowCode(NamedTuple):
    """Which row, at which version, and a code over all its ciphertexts."""

    table: str
    key: uuid.UUID
    version: int
    code: bytes


@dataclass(frozen=True)
class Context:
    """Who is acting, as the door found out: kept for the length of a request."""

    acting_role: str = ""
    session: str = ""
    purpose: str = ""
    done: bool = False


NOBODY = Context()
_context: ContextVar[Context] = ContextVar("audit_context", default=NOBODY)


@contextmanager
def acting(context: Context) -> Iterator[None]:
    """Set who is acting for everything appended inside."""
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


def in_role(role: str) -> None:
    """Say in which role the rest of this request is done."""
    _context.set(replace(_context.get(), acting_role=role))


def has_done() -> bool:
    """Say whether this request has changed anything so far."""
    return _context.get().done


def session_digest(session_key: str | None) -> str:
    """Return a short keyed digest of a session key: entries of one sitting can be told."""
    if not session_key:
        return ""
    return keys.ring().mac("session", session_key.encode()).hex()[:16]


def row_code(
    table: str,
    key: uuid.UUID,
    version: int,
    blobs: Sequence[bytes | None],
    mac: Callable[..., bytes] | None = None,
) -> RowCode:
    """Return the code over all ciphertexts of a row; a missing one counts as missing.

    `mac` is the ring's, for who works out many codes at once.
    """
    digests = [hashlib.sha256(blob).digest() if blob is not None else b"" for blob in blobs]
    head = f"{table} {version}".encode()
    mac = mac or keys.ring().mac
    return RowCode(table, key, version, mac(ROW_LABEL, head, key.bytes, *digests))


@lru_cache(4_096)
def _key(value: uuid.UUID | str | None) -> str:
    """Return a key as it is written out, from what either database keeps of it.

    Raises:
        ValueError: it is no key.
    """
    if value is None:
        return ""
    written = str(value)
    if len(written) == 32:  # noqa: PLR2004 - SQLite keeps the digits alone
        parts = (written[:8], written[8:12], written[12:16], written[16:20], written[20:])
        written = "-".join(parts)
    if len(written) != 36:  # noqa: PLR2004
        raise ValueError("that is no key")
    return written


def _instant(value: datetime.datetime) -> str:
    """Return an instant as it is written out; SQLite keeps it in UTC and without saying so."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.UTC)
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")


def canonical(entry: Any, codes: Sequence[Sequence[Any]]) -> bytes:
    """Return the bytes of an entry that its code is computed over: made now, or read as it is kept.

    Raises:
        TypeError, ValueError, AttributeError: a value is of a kind that no entry has.
    """
    fields = [
        entry.seq,
        _instant(entry.at),
        _key(entry.actor),
        entry.acting_role,
        entry.session,
        entry.purpose,
        _key(entry.case),
        entry.table,
        _key(entry.key),
        entry.action,
        entry.outcome,
        entry.detail,
        [[table, str(key), version, bytes(code).hex()] for table, key, version, code in codes],
    ]
    return _encode(fields).encode()


def chain(
    previous: bytes,
    entry: Any,
    codes: Sequence[Sequence[Any]],
    mac: Callable[..., bytes] | None = None,
) -> bytes:
    """Return an entry's code: it covers the entry and the code of the one before."""
    mac = mac or keys.ring().mac
    return mac(LABEL, previous, canonical(entry, codes))


def draft(
    action: str,
    *,
    actor=None,
    case=None,
    table: str = "",
    key: uuid.UUID | None = None,
    outcome: str = DONE,
    detail: dict[str, Any] | None = None,
):
    """Return an entry without its place in the chain. `actor` is a user, or None for a command."""
    from casereview.models import AuditEntry

    context = _context.get()
    return AuditEntry(
        at=timezone.now(),
        actor=getattr(actor, "pk", None),
        acting_role=context.acting_role,
        session=context.session,
        purpose=context.purpose,
        case=getattr(case, "pk", case),
        table=table,
        key=key,
        action=action,
        outcome=outcome,
        detail=json.dumps(detail or {}, sort_keys=True, separators=(",", ":"), default=str),
    )


@Prepared
def _last():
    """Return place and code of the last entry."""
    from casereview.models import AuditEntry

    return AuditEntry.objects.order_by("-seq").values_list("seq", "mac")[:1]


def append_all(entries: Sequence[tuple[Any, Sequence[RowCode]]]) -> None:
    """Append drafted entries, in order, in one transaction."""
    from casereview.models import AuditEntry, AuditRowCode

    with transaction.atomic():
        lock_for_append()
        if any(entry.outcome == DONE for entry, _ in entries):
            _context.set(replace(_context.get(), done=True))
        seq, previous = next(iter(_last()), (0, FIRST))
        previous = bytes(previous)
        codes_written: list[tuple[Any, ...]] = []
        mac = keys.ring().mac
        for entry, codes in entries:
            seq += 1
            entry.seq = seq
            entry.mac = previous = chain(previous, entry, codes, mac)
            codes_written += [(seq, place, *code) for place, code in enumerate(codes)]
        if len(entries) == 1:
            entries[0][0].save(force_insert=True)
        else:
            names = [field.attname for field in AuditEntry._meta.concrete_fields]
            _insert(
                AuditEntry,
                names,
                ([getattr(entry, name) for name in names] for entry, _ in entries),
            )
        if codes_written:
            _insert(AuditRowCode, _ROW_CODE, codes_written)


_ROW_CODE = ("entry_id", "place", "table", "key", "row_version", "code")


def _insert(model, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    prepare = [value_for(fields[name], connection) for name in names]
    insert_rows(
        "default",
        model._meta.db_table,
        [fields[name].column for name in names],
        (
            [to(value) if to else value for to, value in zip(prepare, row, strict=True)]
            for row in rows
        ),
    )


def append(action: str, *, row_codes: Sequence[RowCode] = (), **facts: Any) -> None:
    """Append one entry; see `draft` for the facts."""
    append_all([(draft(action, **facts), row_codes)])


def digest_of(label: str, value: str) -> str:
    """Return a keyed digest, for saying that two values are equal without saying either."""
    return keys.ring().mac(f"digest {label}", value.encode()).hex()[:32]


def blind_index(label: str, value: str) -> bytes:
    """Return 16 bytes by which an exact value can be found again, and not read.

    `value` is normalised by the caller; equal values of the same label give equal bytes.
    """
    return keys.ring().mac(f"blind {label}", value.encode())[:16]
