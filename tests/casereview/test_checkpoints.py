"""Forged chains are found: what the chain does not show in itself, a checkpoint elsewhere does."""

import datetime
import io
import json
import random

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from casereview import audit, checkpoints, crypto, jobs, outbox, pdf, registries, upkeep_records
from casereview.checkpoints import Checkpoint, NotACheckpoint
from casereview.management.base import Refused
from casereview.models import AuditEntry, OutboxMessage
from casereview.rules.access_table import Role
from casereview.upkeep_records import Kind
from casereview.verification import verify, verify_entries
from tests import audit_attacks, factories
from tests.signed_in import sign_in

DAY = datetime.date(2015, 3, 2)


@pytest.fixture
def auditor(people):
    return people[Role.AUDITOR]


def head() -> Checkpoint:
    return checkpoints.of_entry()


def attacked(family, chance, kept) -> list[str]:
    """Forge the chain once, and return what the check did not find."""
    with transaction.atomic():
        audit_attacks.disarm()
        family(chance)
        alone = verify_entries().ok
        found = not verify_entries(kept).ok
        transaction.set_rollback(True)
    insider = family in audit_attacks.FAMILIES.checkpoint
    # Were it seen without a checkpoint, the checkpoint would prove nothing.
    return (
        [f"{family.__name__}: found {found}, alone {not alone}"]
        if not found or (alone is not insider)
        else []
    )


def attack_often(times: int) -> list[str]:
    for number in range(12):
        audit.append("view_case", outcome=audit.ALLOWED, detail={"n": number})
    kept = [head()]
    chance = random.Random(20150302)  # noqa: S311 - not a secret
    families = [*audit_attacks.FAMILIES.chain, *audit_attacks.FAMILIES.checkpoint]
    missed = []
    for number in range(times):
        missed += attacked(families[number % len(families)], chance, kept)
    assert verify_entries(kept).ok
    return missed


@pytest.mark.django_db
def test_three_hundred_forgeries_in_nine_families_are_all_found(case):
    assert attack_often(306) == []


@pytest.mark.long
@pytest.mark.django_db
def test_ten_thousand_forgeries_in_nine_families_are_all_found(case):
    assert attack_often(10_000) == []


def _lines(told: dict) -> str:
    return "".join(f"> {name}: {value}\r\n" for name, value in told.items())


@pytest.mark.django_db
def test_a_checkpoint_is_signed_and_reads_back_from_a_file_or_a_saved_message(case, tmp_path):
    one = head()
    text = checkpoints.as_text(one)
    (tmp_path / "kept.eml").write_text(f"Subject: Keep this\n\n{text}\nGoodbye")

    assert checkpoints.read_file(tmp_path / "kept.eml") == one
    told = dict(line.split(": ") for line in text.splitlines())
    assert checkpoints.read(_lines(told)) == one
    assert checkpoints.typed(one.seq, one.code.lower().replace("-", " ")).saw(one.head)
    for name, value in [
        ("entry", one.seq + 1),
        ("at", "2014-01-01T00:00:00+00:00"),
        ("head", "00" * 32),
        ("code", "AAAA-AAAA-AAAA-AAAA-AAAA"),
        ("key", "00" * 32),
        ("signature", "00" * 64),
        ("signature", "zz"),
    ]:
        with pytest.raises(NotACheckpoint):
            checkpoints.read(_lines(told | {name: value}))
    for text in ("", "entry: x", "x" * 1000, _lines(told | {"head": "zz"}), "entry: 1\n" * 900):
        with pytest.raises(NotACheckpoint):
            checkpoints.read(text)
    for entry, code in [(0, one.code), (1, "AAAA"), (1, "0" * 20), (1, "")]:
        with pytest.raises(NotACheckpoint):
            checkpoints.typed(entry, code)
    with pytest.raises(NotACheckpoint, match="cannot be read"):
        checkpoints.read_file(tmp_path / "absent")


@pytest.mark.django_db
def test_the_command_takes_files_and_codes_and_says_what_a_checkpoint_contradicts(case, tmp_path):
    one = head()
    kept = tmp_path / "kept.txt"
    kept.write_text(checkpoints.as_text(one))
    out = io.StringIO()
    call_command("verify_audit", "--checkpoint", str(kept), "--json", stdout=out)
    assert json.loads(out.getvalue()) | {"entries": 0} == {
        "ok": True,
        "entries": 0,
        "first_broken": None,
        "reason": None,
        "checkpoints": 1,
    }
    assert upkeep_records.last(Kind.VERIFICATION).details["checkpoints"] == 1

    audit_attacks.disarm()
    audit_attacks.cut_off(random.Random(1))  # noqa: S311
    assert verify_entries().ok

    with pytest.raises(Refused, match="were cut off"):
        call_command("verify_audit", "--checkpoint", str(kept), stdout=out)
    with pytest.raises(Refused, match="were cut off"):
        call_command("verify_audit", "--code", str(one.seq), one.code, stdout=out)
    assert not upkeep_records.last(Kind.VERIFICATION, succeeded=None).succeeded
    for bad in (["--code", "x", one.code], ["--checkpoint", str(tmp_path)]):
        with pytest.raises(Refused):
            call_command("verify_audit", *bad, stdout=out)


@pytest.mark.django_db
def test_a_gap_that_is_declared_is_told_at_every_check_and_another_is_not_excused(case, manager):
    # A look, lost together with nothing else: a failover loses rows and entries alike.
    audit.append("view_case", outcome=audit.ALLOWED)
    one, out = head(), io.StringIO()
    with pytest.raises(Refused, match="nothing is lost"):
        gap = ("declare_gap", "--because", "failover", "--by", manager.email, "--code")
        call_command(*gap, str(one.seq), one.code, stdout=out)
    audit_attacks.disarm()
    audit_attacks._drop(one.seq, one.seq)
    other = Checkpoint(one.seq, "AAAA-AAAA-AAAA-AAAA-AAAA")

    call_command(*gap, str(one.seq), one.code, stdout=out)

    declared = verify_entries([one]).declared
    assert verify_entries([one]).ok
    assert [(gap.checkpoint, gap.log_ended_at, gap.why) for gap in declared] == [
        (one.seq, one.seq - 1, "failover")
    ]
    assert AuditEntry.objects.get(action="declare_gap").actor == manager.pk
    assert verify_entries([one, other]).first_broken == one.seq
    call_command("verify_audit", "--code", str(one.seq), one.code, "--json", stdout=out)
    assert '"declared_gaps"' in out.getvalue()
    assert "failed over" in _told(one)
    for wrong in ("nobody@example.org", manager.email):  # nobody there; nothing given
        with pytest.raises(Refused):
            call_command("declare_gap", "--because", "failover", "--by", wrong, stdout=out)


def _told(one) -> str:
    out = io.StringIO()
    call_command("verify_audit", "--code", str(one.seq), one.code, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_each_day_one_goes_to_the_folder_and_to_every_auditor(case, auditor, tmp_path):
    factories.make_user(Role.CDR_MANAGER)
    now = timezone.now()
    assert [checkpoints.chore(now), checkpoints.chore(now)] == [1, 0]
    assert registries.chores["checkpoint"] is checkpoints.chore

    with override_settings(CHECKPOINT_FOLDER=str(tmp_path)):
        checkpoints.deliver(day=DAY.toordinal())
        checkpoints.deliver(day=DAY.toordinal())

    files = sorted(tmp_path.iterdir())
    assert len(files) == 2
    kept = checkpoints.read_file(files[0])
    record = upkeep_records.last(Kind.CHECKPOINT)
    assert record.details["folder"] == "written"
    assert verify([kept]).ok
    messages = OutboxMessage.objects.filter(template="checkpoint")
    assert [message.to_user for message in messages] == [auditor]
    subject, body = outbox.text_of(messages[0])
    assert str(kept.seq) in subject
    assert checkpoints.read(body) == kept
    assert kept.code in body
    outbox.send_messages()
    assert [sent.to for sent in mail.outbox] == [[auditor.email]]
    for word in ("Ada", "Example", case.reference):
        assert word not in body


@pytest.mark.django_db
def test_one_that_arrived_nowhere_is_on_record_as_such(case, tmp_path, client):
    checkpoints.deliver(day=DAY.toordinal())
    nowhere = upkeep_records.last(Kind.CHECKPOINT, succeeded=None)
    with override_settings(CHECKPOINT_FOLDER=str(tmp_path / "absent")):
        with pytest.raises(jobs.JobFailed):
            checkpoints.deliver(day=DAY.toordinal())

    assert not nowhere.succeeded
    assert upkeep_records.last(Kind.CHECKPOINT) is None
    administrator = factories.make_user(Role.ADMINISTRATOR)
    page = sign_in(client, administrator).get(reverse("view_checkpoint"))
    assert "did not arrive anywhere" in page.content.decode()


@pytest.mark.django_db
def test_the_page_the_paper_and_the_file_speak_of_the_same_entry(case, client, auditor, manager):
    seq = str(head().seq)
    sign_in(client, auditor)

    page = client.get(reverse("view_checkpoint"), {"entry": seq}).content.decode()
    paper = client.get(reverse("print_checkpoint"), {"entry": seq})
    file = client.get(reverse("keep_checkpoint"), {"entry": seq})

    kept = checkpoints.read(file.content.decode())
    assert kept.seq == int(seq)
    assert kept.code in page
    assert kept.code in " ".join(pdf.pages_of(paper.content))
    assert paper.headers["Cache-Control"] == "no-store"
    assert client.get(reverse("view_checkpoint")).status_code == 200
    for entry in ("0", "-1", "x", "٣", "9" * 30, "1e3"):
        for name in ("view_checkpoint", "print_checkpoint", "keep_checkpoint"):
            assert client.get(reverse(name), {"entry": entry}).status_code == 404
    sign_in(client, manager)
    for name in ("view_checkpoint", "print_checkpoint", "keep_checkpoint"):
        assert client.get(reverse(name)).status_code == 403


def test_a_code_is_of_its_entry_and_of_no_other():
    codes = {checkpoints.short_code(seq, bytes([byte]) * 32) for seq in (1, 2) for byte in (0, 1)}

    assert len(codes) == 4
    assert all(len(code) == 24 for code in codes)
    assert crypto.same(b"a", b"a")
