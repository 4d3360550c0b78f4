"""What was backed up comes back equal; what was damaged, or is another's, is refused whole."""

import io
import json
import random
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as live
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from casereview import archives, backups, crypto, database_copies, key_archives, keys, restoring
from casereview.database import KEYS
from casereview.keystore.models import DataKey
from casereview.management.base import Refused
from casereview.models import AuditEntry, Case, Child, UpkeepRecord
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories

# ruff: noqa: S311 - chance is for damage here, not for secrets
committed = pytest.mark.django_db(transaction=True)
# pg_restore makes every index anew: that what comes back is equal is tried there, once.
on_a_file = pytest.mark.skipif(connection.vendor != "sqlite", reason="the same on both databases")
HOSTILE_SAMPLE = 100


def ring(byte: bytes = b"r") -> crypto.KeyRing:
    return crypto.KeyRing({1: b"e" * 32}, byte * 32)


def sealed(plain: bytes) -> bytes:
    out = io.BytesIO()
    writer = archives.data_writer(out, ring())
    writer.write(plain)
    writer.close()
    return out.getvalue()


def opened(blob: bytes, with_ring: crypto.KeyRing | None = None) -> bytes:
    return archives.data_reader(io.BytesIO(blob), with_ring or ring()).read()


@pytest.mark.parametrize(
    "size", [0, 1, archives.CHUNK - 1, archives.CHUNK, archives.CHUNK + 1, 3 * archives.CHUNK]
)
def test_an_archive_gives_back_what_was_written(size):
    plain = random.Random(size).randbytes(size)

    assert opened(sealed(plain)) == plain


def damaged(blob: bytes, how: random.Random) -> bytes:
    """Return the archive with one bit turned, cut short, two chunks swapped, or one too many."""
    size, body = archives.CHUNK + archives.TAG, blob[archives.HEADER :]
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    match how.randrange(5):
        case 0:
            at = how.randrange(len(blob))
            return blob[:at] + bytes([blob[at] ^ 1 << how.randrange(8)]) + blob[at + 1 :]
        case 1:
            return blob[: how.randrange(len(blob))]
        case 2:
            one, other = how.sample(range(len(chunks)), 2)
            chunks[one], chunks[other] = chunks[other], chunks[one]
        case 3:
            chunks.insert(how.randrange(len(chunks)), how.choice(chunks))
        case 4:
            del chunks[how.randrange(len(chunks))]
    return blob[: archives.HEADER] + b"".join(chunks)


@pytest.mark.parametrize("attempts", [HOSTILE_SAMPLE, pytest.param(1_000, marks=pytest.mark.long)])
def test_no_damaged_archive_is_accepted(attempts, monkeypatch):
    monkeypatch.setattr(archives, "CHUNK", 512)
    blob, how = sealed(random.Random(1).randbytes(5_000)), random.Random(2)

    accepted = []
    for number in range(attempts):
        try:
            opened(damaged(blob, how))
        except archives.Damaged:
            continue
        accepted.append(number)

    assert accepted == []
    assert len(opened(blob)) == 5_000


def test_an_archive_opens_with_its_own_keys_only():
    private, public = archives.new_pair()
    out = io.BytesIO()
    writer = archives.keys_writer(out, public)
    writer.write(b"keys")
    writer.close()
    blob = out.getvalue()

    assert archives.keys_reader(io.BytesIO(blob), private).read() == b"keys"
    with pytest.raises(archives.Damaged):
        archives.keys_reader(io.BytesIO(blob), archives.new_pair()[0]).read()
    with pytest.raises(archives.Damaged, match="another kind"):
        archives.data_reader(io.BytesIO(blob), ring())
    with pytest.raises(archives.Damaged):
        opened(sealed(b"data"), ring(b"s"))


@pytest.fixture
def installation(db, settings, tmp_path):
    """A committed case with a stored file, in databases and folders of the test's own ring."""
    from casereview import vault

    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DATA = tmp_path / "data"
    private, public = archives.new_pair()
    settings.BACKUP_PUBLIC_KEY = public.hex()
    (tmp_path / "private").write_text(private.hex())
    manager = factories.make_user(Role.CDR_MANAGER)
    case = factories.make_case(by=manager, family_name="Exampleson")
    other = factories.make_case(by=manager, family_name="Otherly")
    vault.store("case", case.pk, io.BytesIO(b"words of a document"))
    return {"folder": tmp_path, "case": case, "other": other, "manager": manager}


def run(name: str, *arguments) -> dict:
    out = io.StringIO()
    call_command(name, *map(str, arguments), "--json", stdout=out)
    return json.loads(out.getvalue())


def name_of(case: Case) -> str:
    with keys.held():
        return Child.objects.get(case=case).family_name


def dump() -> dict:
    """Return what every table holds, but for what a restore itself adds or removes."""
    told = {"casereview_auditentry", "casereview_upkeeprecord", "django_session"}
    return {name: held for name, held in database_copies.tables().items() if name not in told}


@committed
def test_a_backup_is_drilled_and_restored_equal(installation):
    folder, case = installation["folder"], installation["case"]
    archive, files = folder / "backup", sorted((folder / "files").glob("*/*"))
    before, content = dump(), files[0].read_bytes()

    made = run("backup", archive)
    drilled = run("restore", archive, "--drill")
    with change("correct_record", by=None, case=case) as written:
        child = Child.objects.get(case=case)
        child.family_name = "Changed"
        written.save(child)
    files[0].unlink()
    changed = dump()
    with pytest.raises(Refused, match="--replace"):
        call_command("restore", str(archive))
    still = dump()
    restored = run("restore", archive, "--replace")

    assert (made["files"], drilled["cases"], drilled["opened"]) == (1, 2, 2)
    assert changed != before and still == changed
    assert dump() == before
    assert restored["ok"] and name_of(case) == "Exampleson"
    assert files[0].read_bytes() == content
    assert b"Exampleson" not in archive.read_bytes()
    assert archive.stat().st_mode & 0o777 == 0o600
    told = list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))
    assert told[-2:] == ["backup", "restore_backup"]
    assert not list(live.DATA.glob(".casereview-*"))
    # Nothing is written over, and the drill of before went with the database that was replaced.
    with pytest.raises(Refused, match="file already"):
        call_command("backup", str(archive))
    assert set(UpkeepRecord.objects.values_list("kind", flat=True)) == {"restore"}


NEWER = """
CREATE TABLE casereview_newer (id serial PRIMARY KEY, case_id uuid REFERENCES casereview_case (id));
CREATE VIEW casereview_newer_view AS SELECT id FROM casereview_case;
CREATE FUNCTION newer() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER newer BEFORE UPDATE ON casereview_case FOR EACH ROW EXECUTE FUNCTION newer();
ALTER TABLE casereview_board ADD COLUMN newer_id uuid REFERENCES casereview_case (id);
"""


@committed
@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite the file is another one")
def test_nothing_of_a_newer_version_is_left_when_an_older_backup_takes_its_place(
    installation, monkeypatch
):
    archive = installation["folder"] / "backup"
    run("backup", archive)
    before, tables = dump(), set(connection.introspection.table_names(include_views=True))
    with connection.cursor() as cursor:
        cursor.execute(NEWER)
        cursor.execute("INSERT INTO casereview_newer (case_id) SELECT id FROM casereview_case")

    assert run("restore", archive, "--replace")["ok"]

    assert set(connection.introspection.table_names(include_views=True)) == tables
    assert dump() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname = 'newer'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'casereview_auditentry%'")
        assert cursor.fetchone()[0] > 0
    call_command("migrate", verbosity=0)
    # One that stops half-way has changed nothing.
    monkeypatch.setattr(database_copies, "EMPTIED", f"{database_copies.EMPTIED}; SELECT 1 / 0")
    with pytest.raises(Refused, match="psql failed"):
        call_command("restore", str(archive), "--replace")
    assert dump() == before


@committed
@on_a_file
def test_keys_go_to_another_archive_and_come_back(installation, settings):
    folder, case = installation["folder"], installation["case"]
    (folder / "elsewhere").mkdir()
    archive, kept, private = folder / "backup", folder / "elsewhere" / "keys", folder / "private"
    with pytest.raises(Refused, match="another folder"):
        call_command("backup", str(archive), "--keys", str(folder / "keys"))
    wrapped = [bytes(row.wrapped) for row in DataKey.objects.using(KEYS)]
    secrets = [*wrapped, *keys.ring().epochs.values(), keys.ring().root]

    run("backup", archive, "--keys", kept)
    written = kept.read_bytes() + archive.read_bytes()
    assert not [one for one in secrets if one in written or one.hex().encode() in written]

    DataKey.objects.using(KEYS).all().delete()
    with pytest.raises(Refused, match="do not open CD-"):
        call_command("restore", str(archive), "--replace")
    apart = run("restore", archive, "--drill", "--keys", kept, "--private-key", private)
    assert apart["opened"] == 2 and not DataKey.objects.using(KEYS).exists()
    with pytest.raises(Refused, match="another key"):
        wrong = folder / "wrong"
        wrong.write_text(archives.new_pair()[0].hex())
        call_command(
            "restore", str(archive), "--replace", "--keys", str(kept), "--private-key", str(wrong)
        )

    back = run("restore", archive, "--replace", "--keys", kept, "--private-key", private)

    assert back["keys"]["brought_back"] == len(wrapped)
    assert name_of(case) == "Exampleson"


def keys_of_another_installation(installation) -> Path:
    """Return an archive of keys under a ring that is not the one here."""
    folder = installation["folder"]
    (folder / "elsewhere").mkdir()
    kept, place = folder / "elsewhere" / "keys", Path(live.KEYS_FILE)
    mine = place.read_bytes()
    theirs = crypto.KeyRing({1: b"t" * 32}, b"u" * 32)
    with database_copies.sqlite_in_place(folder / "theirs.sqlite3", KEYS), keys.held():
        call_command("migrate", database=KEYS, verbosity=0)
        crypto.write_ring(place, theirs)
        try:
            run("backup", folder / "theirs", "--keys", kept)
        finally:
            place.write_bytes(mine)
    return kept


@committed
@on_a_file
def test_keys_that_are_replaced_are_put_aside_whole_or_stay(installation, monkeypatch):
    kept, case = keys_of_another_installation(installation), installation["case"]
    private = bytes.fromhex((installation["folder"] / "private").read_text())
    place = Path(live.KEYS_FILE)
    mine, count = place.read_bytes(), DataKey.objects.using(KEYS).count()
    with pytest.raises(key_archives.KeysRefused, match="--replace"):
        key_archives.bring_back(kept, private)
    with monkeypatch.context() as broken:
        broken.setattr(crypto, "write_ring", fail)
        with pytest.raises(OSError, match="no room"):
            key_archives.bring_back(kept, private, replace=True)
    assert place.read_bytes() == mine and name_of(case) == "Exampleson"
    for left_over in place.parent.glob("*before-restore*"):
        left_over.unlink()

    key_archives.bring_back(kept, private, replace=True)

    try:
        assert place.read_bytes() != mine and not DataKey.objects.using(KEYS).count()
        ring_aside, keys_aside = sorted(place.parent.glob("*before-restore*"))
        assert ring_aside.read_bytes() == mine
        old = crypto.ring_of(json.loads(mine))
        rows = json.loads(keys_aside.read_text())["data_keys"]
        assert len(rows) == count and keys_aside.stat().st_mode & 0o777 == 0o600
        for kind, owner, epoch, wrapped in rows:
            assert old.unwrap(kind, uuid.UUID(owner), epoch, bytes.fromhex(wrapped))
    finally:
        place.write_bytes(mine)
        for left_over in place.parent.glob("*before-restore*"):
            left_over.unlink()


def fail(*_):
    raise OSError("no room")


@committed
@on_a_file
def test_what_was_disposed_of_since_stays_so(installation):
    """An old backup, with the keys of then, does not bring a case back that was disposed of."""
    from casereview.actions import disposing

    folder, case, other = (installation[name] for name in ("folder", "case", "other"))
    (folder / "elsewhere").mkdir()
    archive, kept, private = folder / "backup", folder / "elsewhere" / "keys", folder / "private"
    run("backup", archive, "--keys", kept)
    with change("dispose_case", by=None, case=case) as written:
        disposing.leave_tombstone(written, Case.objects.get(pk=case.pk), timezone.now())
    drilled = run("restore", archive, "--drill")

    back = run("restore", archive, "--replace", "--keys", kept, "--private-key", private)

    assert (drilled["disposed"], drilled["opened"]) == (1, 1)
    assert back["keys"]["destroyed"] >= 1
    revived = Case.objects.get(pk=case.pk)
    assert revived.stage == Case.Stage.DISPOSED and revived.disposed_at is not None
    with pytest.raises(crypto.KeyMissing):
        name_of(case)
    assert name_of(other) == "Otherly"
    assert run("verify_audit")["ok"]


@committed
@on_a_file
def test_a_damaged_backup_changes_nothing(installation):
    archive = installation["folder"] / "backup"
    run("backup", archive)
    blob, before = bytearray(archive.read_bytes()), dump()
    blob[len(blob) // 2] ^= 1
    archive.write_bytes(blob)

    with pytest.raises(Refused, match="altered or cut"):
        call_command("restore", str(archive), "--replace")
    with pytest.raises(Refused, match="altered or cut"):
        call_command("restore", str(archive), "--drill")

    assert dump() == before
    record = UpkeepRecord.objects.filter(kind="drill").get()
    assert not record.succeeded


@committed
@on_a_file
def test_a_row_missing_from_the_copy_is_found(installation):
    archive = installation["folder"] / "backup"
    run("backup", archive)
    with restoring.unpacked(archive, keys.ring()) as whole:
        with database_copies.in_place(whole.database):
            with connections["default"].cursor() as cursor:
                cursor.execute("DELETE FROM casereview_referencecounter")
            found = restoring.look_at(whole.manifest, whole.folder / "files")

    assert "casereview_referencecounter is not as it was backed up" in found.reason


@committed
@on_a_file
def test_a_backup_while_others_write_is_of_one_instant(installation, monkeypatch):
    """A row and its audit entry are both in the copy or both missing."""
    taken = database_copies.sqlite_in_place

    def written_meanwhile(copy: Path):
        factories.make_case(by=installation["manager"])
        return taken(copy)

    monkeypatch.setattr(database_copies, "sqlite_in_place", written_meanwhile)

    archive = installation["folder"] / "backup"
    made = run("backup", archive)
    monkeypatch.undo()

    assert run("restore", archive, "--drill")["cases"] == 2
    assert Case.objects.count() == 3 and made["ok"]


def test_a_private_key_is_written_once_and_never_overwritten(tmp_path, settings):
    public = key_archives.write_private_key(tmp_path / "private")
    settings.BACKUP_PUBLIC_KEY = public

    assert backups.public_key() == bytes.fromhex(public)
    assert archives.public_of(key_archives.read_private_key(tmp_path / "private")).hex() == public
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o600
    with pytest.raises(key_archives.KeysRefused):
        key_archives.write_private_key(tmp_path / "private")
    settings.BACKUP_PUBLIC_KEY = "too short"
    with pytest.raises(backups.BackupRefused, match="64 hexadecimal"):
        backups.public_key()


@committed
@on_a_file
def test_what_was_deleted_is_not_in_the_copy(installation, tmp_path):
    name = live.DATABASES["default"]["NAME"]
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as file:
        file.execute("CREATE TABLE gone (word TEXT)")
        file.execute("INSERT INTO gone VALUES ('Exampleson was here')")
        file.commit()
        file.execute("DROP TABLE gone")
        file.commit()
    (tmp_path / "copy").mkdir()

    copy, _ = database_copies.take(tmp_path / "copy")

    assert name and b"Exampleson was here" not in copy.read_bytes()
