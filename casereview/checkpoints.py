"""Checkpoints of the audit chain: its last entry, signed, and kept where this server cannot reach.

A chain holds in itself also when its end was cut off and its last entry put forward as the end. A
checkpoint kept elsewhere shows it. It holds a number, a time and a digest: nothing of any case.
"""

import base64
import datetime
import hashlib
import json
import re
import secrets
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from casereview import audit, crypto, jobs, keys, outbox, upkeep_records
from casereview.models import AuditEntry, OutboxMessage, StandingRole, User
from casereview.rules.access_table import Role
from casereview.spreadsheets import create

DELIVER, DECLARE = "deliver_checkpoint", "declare_gap"
FORMAT = 1
WHY = {
    "failover": "The database failed over and lost its last entries",
    "restored": "The database was restored from a backup",
    "damaged": "The database was damaged",
}


# Lines that stand mail being quoted and saved: a name, a colon and a word.
_LINE = re.compile(
    r"^[> ]{0,9}(checkpoint|entry|at|head|code|key|signature): ([!-~]{1,200})\r?$", re.MULTILINE
)


class NotACheckpoint(ValueError):
    """A text is no checkpoint, or not one that was signed here."""


class Checkpoint(NamedTuple):
    """The entry a checkpoint is of; on paper there is its code alone, without digest and time."""

    seq: int
    code: str
    at: datetime.datetime | None = None
    head: bytes = b""

    def saw(self, mac: bytes) -> bool:
        """Say whether the entry with this code of the chain is the entry that was seen."""
        return crypto.same(short_code(self.seq, mac).encode(), self.code.encode())


class Declared(NamedTuple):
    """Entries that are known to be lost: an entry of the chain says so, and why."""

    entry: int
    checkpoint: int
    code: str
    log_ended_at: int
    why: str

    def lost(self, one: Checkpoint) -> bool:
        """Say whether a checkpoint is of an entry that was declared lost."""
        return (one.seq, one.code) == (self.checkpoint, self.code)


def short_code(seq: int, mac: bytes) -> str:
    """Return twenty letters and digits, in fives of four, that stand for an entry and all before.

    It can be printed, read out and typed: there is no 0, 1, 8 or 9 in it.
    """
    digest = hashlib.sha256(b"casereview checkpoint %d " % seq + mac).digest()
    letters = base64.b32encode(digest[:13]).decode()[:20]
    return "-".join(letters[start : start + 4] for start in range(0, 20, 4))


def typed(seq: int, code: str) -> Checkpoint:
    """Return the checkpoint that somebody typed off a paper.

    Raises:
        NotACheckpoint: it is no such code.
    """
    letters = re.sub(r"[\s-]", "", code).upper()
    if not re.fullmatch(r"[A-Z2-7]{20}", letters) or seq < 1:
        raise NotACheckpoint("A code is five groups of four letters and digits, after an entry")
    code = "-".join(letters[start : start + 4] for start in range(0, 20, 4))
    return Checkpoint(seq, code)


def of_entry(seq: int | None = None) -> Checkpoint | None:
    """Return the checkpoint of an entry, or of the last one; None where there is none."""
    entries = AuditEntry.objects.order_by("-seq")
    if seq is not None:
        entries = entries.filter(seq=seq)
    found = entries.values_list("seq", "mac", "at").first()
    if found is None:
        return None
    number, mac, at = found[0], bytes(found[1]), found[2]
    return Checkpoint(number, short_code(number, mac), at, mac)


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.ring().derive("checkpoint"))


def public_key() -> str:
    """Return the key by which anybody can see that a checkpoint was signed here."""
    return _signing_key().public_key().public_bytes_raw().hex()


def _signed(entry: int, at: str, head: str) -> bytes:
    return f"casereview checkpoint {FORMAT}\n{entry}\n{at}\n{head}".encode("ascii")


def as_text(one: Checkpoint) -> str:
    """Return the signed checkpoint as it is kept in a file or a message."""
    if one.at is None:
        raise NotACheckpoint("only an entry that is here can be signed")
    at = one.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    told = {
        "checkpoint": FORMAT,
        "entry": one.seq,
        "at": at,
        "head": one.head.hex(),
        "code": one.code,
        "key": public_key(),
        "signature": _signing_key().sign(_signed(one.seq, at, one.head.hex())).hex(),
    }
    return "".join(f"{name}: {value}\n" for name, value in told.items())


def read(text: str) -> Checkpoint:
    """Return the checkpoint that a file or a saved message holds.

    Raises:
        NotACheckpoint: there is none in it, it was changed, or it was signed elsewhere.
    """
    told = dict(_LINE.findall(text))
    try:
        entry, at, head = int(told["entry"]), told["at"], told["head"]
        signature = bytes.fromhex(told["signature"])
        signed = _signed(entry, at, head)
        mac, moment = bytes.fromhex(head), datetime.datetime.fromisoformat(at)
    except (ValueError, KeyError):
        raise NotACheckpoint("There is no checkpoint in it") from None
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key())).verify(signature, signed)
    except InvalidSignature:
        raise NotACheckpoint("It was changed, or it was signed with another key ring") from None
    code = short_code(entry, mac)
    if told.get("code") != code or told.get("key") != public_key():
        raise NotACheckpoint("It was changed: its code or key is not of what was signed")
    return Checkpoint(entry, code, moment, mac)


def read_file(path: Path) -> Checkpoint:
    """Return the checkpoint in a file.

    Raises:
        NotACheckpoint: as `read`, or the file cannot be read.
    """
    try:
        return read(path.read_text(encoding="utf-8", errors="replace")[:100_000])
    except OSError as error:
        raise NotACheckpoint(f"It cannot be read: {error.strerror}") from None


def chore(now: datetime.datetime) -> int:
    """Put in the delivery of the day; the second call finds it there."""
    day = timezone.localtime(now).date().toordinal()
    return int(bool(jobs.enqueue_once(DELIVER, day=day)))


@jobs.job(DELIVER)
def deliver(day: int) -> None:
    """Write today's checkpoint to the folder that is set and send it to every auditor.

    Raises:
        JobFailed: the folder cannot be written; it is tried again.
    """
    now = timezone.now()
    if (one := of_entry()) is None:
        return
    written = _to_folder(one)
    today = timezone.localtime(now).date()
    auditors = list(
        User.objects.filter(
            pk__in=StandingRole.objects.filter(role=Role.AUDITOR, ended_at=None)
            .exclude(until__lt=today)
            .values("user"),
            is_active=True,
        )
    )
    facts = {"entry": one.seq, "code": one.code, "folder": written, "people": len(auditors)}
    with transaction.atomic():
        for person in auditors:
            outbox.put(to=person, template="checkpoint", rule=DELIVER, day=today, count=one.seq)
        arrived = written == "written" or (written == "none set" and bool(auditors))
        audit.append(DELIVER, detail=facts)
        upkeep_records.note(upkeep_records.Kind.CHECKPOINT, at=now, succeeded=arrived, **facts)
    if written == "failed":
        raise jobs.JobFailed("the folder of checkpoints cannot be written")


def _to_folder(one: Checkpoint) -> str:
    """Write a new file beside the earlier ones; nothing is ever written over."""
    if not settings.CHECKPOINT_FOLDER:
        return "none set"
    name = f"checkpoint-{one.seq:010d}-{secrets.token_hex(3)}.txt"
    try:
        create(Path(settings.CHECKPOINT_FOLDER) / name, as_text(one).encode("ascii"))
    except OSError:
        return "failed"
    return "written"


def in_message(message: OutboxMessage) -> dict[str, str]:
    """Return what the message about a checkpoint says of it."""
    one = of_entry(message.count)
    return {"code": one.code, "signed": as_text(one)} if one else {"code": "", "signed": ""}


outbox.more["checkpoint"] = in_message


def declare(one: Checkpoint, why: str, *, by=None) -> Declared:
    """Put on record that the entries up to a checkpoint are lost, and why. They stay lost: every
    check that is given the checkpoint says so.

    Raises:
        NotACheckpoint: the chain holds the entry that the checkpoint saw: nothing is lost.
    """
    here = of_entry(one.seq)
    if here is not None and one.saw(here.head):
        raise NotACheckpoint(f"Entry {one.seq} is there as the checkpoint saw it: nothing is lost")
    last = of_entry()
    ended = last.seq if last else 0
    facts = {"checkpoint": one.seq, "code": one.code, "why": why, "log_ended_at": ended}
    with transaction.atomic():
        audit.append(DECLARE, actor=by, detail=facts)
        entry = AuditEntry.objects.filter(action=DECLARE).order_by("-seq").first()
    return Declared(entry.seq if entry else 0, one.seq, one.code, ended, why)


def declared_in(entry: Any) -> Declared | None:
    """Return the gap that an entry declares; None for any other entry."""
    if entry.action != DECLARE:
        return None
    told = json.loads(entry.detail)
    return Declared(entry.seq, told["checkpoint"], told["code"], told["log_ended_at"], told["why"])
