"""A case is disposed of when its time is over, nothing holds it, and a second person agrees."""

import datetime
import io
import json
import os
import time
from pathlib import Path

import pytest
from django.conf import settings as live
from django.core.management import call_command
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from casereview import crypto, keys, pdf, retention, vault
from casereview.actions import disposing, documents, second_person
from casereview.actions import retention as actions
from casereview.actions.admissions import NotAllowed
from casereview.database import KEYS
from casereview.key_rotation import rotate
from casereview.keystore.models import DataKey
from casereview.models import AuditEntry, Case, Child, Disposal
from casereview.records import change
from casereview.retention_work import work
from casereview.rules.access_table import Role
from casereview.rules.retention import Event, Kind
from casereview.rules.return_year import ReturnYear
from casereview.verification import verify
from cdop.counting import Scope, reviewed_deaths
from tests import factories
from tests.signed_in import sign_in

DAY = datetime.date
POLICY = "Safeguarding board, minutes of 3 March 2016"


def settle(by, **facts):
    facts = {"kind": Kind.DEATH, "event": Event.DEATH, "years": 1, "since": DAY(2010, 1, 1)} | facts
    return actions.settle_retention(by=by, source=POLICY, **facts)


def propose(case, by):
    return actions.propose_disposal(case=case, by=by, reason="The time is over")


def agree(proposal, by):
    return second_person.agree_to_proposal(proposal=proposal, by=by)


@pytest.fixture
def auditor(people):
    return people[Role.AUDITOR]


@pytest.fixture
def administrator(people):
    return people[Role.ADMINISTRATOR]


@pytest.mark.django_db
def test_a_case_over_its_time_is_proposed_agreed_and_gone_but_for_its_counts(
    case, manager, auditor, administrator, django_capture_on_commit_callbacks
):
    year, now = ReturnYear(2015), timezone.now()
    file = vault.store("case", case.pk, io.BytesIO(b"words"))
    counted = reviewed_deaths(year, Scope())
    assert retention.work_out(now) == 0  # no rule, nothing is over

    settle(administrator)
    marked = retention.work_out(now)
    case.refresh_from_db()
    asked = [item.reference for item in work(manager, now.date()) if "retention" in item.key]
    proposal = propose(case, manager)
    told = [item.reference for item in work(auditor, now.date()) if "disposal" in item.key]
    with django_capture_on_commit_callbacks(execute=True):
        agree(proposal, auditor)

    case.refresh_from_db()
    disposal = Disposal.objects.get(case=case)
    assert (marked, asked, told) == (1, [case.reference], [case.reference])
    assert case.stage == Case.Stage.DISPOSED and case.disposed_at is not None
    assert (disposal.proposed_by, disposal.agreed_by) == (manager, auditor)
    assert disposal.rule["kept_until"] == "2015-05-12" and disposal.rule["source"] == POLICY
    with keys.held(), pytest.raises(crypto.KeyMissing):
        _ = Child.objects.get(case=case).family_name
    with pytest.raises(crypto.IntegrityFailure):
        vault.read("case", case.pk, file)
    child = Child.objects.get(case=case)
    assert child.address_index is None and child.nhs_number_index is None
    assert reviewed_deaths(year, Scope()) == counted and counted
    assert AuditEntry.objects.filter(case=case.pk, action="dispose_case", outcome="done").exists()
    assert verify().ok
    with pytest.raises(NotAllowed):
        propose(case, manager)


@pytest.mark.django_db
def test_nobody_disposes_of_a_case_alone_nor_of_one_that_is_kept(
    case, manager, auditor, administrator
):
    with pytest.raises(NotAllowed, match="no rule was settled"):
        propose(case, manager)
    settle(administrator, years=100)
    with pytest.raises(NotAllowed, match="kept until"):
        propose(case, manager)
    settle(administrator)  # a later version of the same day
    proposal = propose(case, manager)
    with pytest.raises(NotAllowed, match="proposed already"):
        propose(case, manager)

    for somebody in (manager, administrator, factories.make_user(Role.CDR_MANAGER)):
        with pytest.raises(NotAllowed):
            agree(proposal, somebody)
    factories.recuse(auditor, case)
    with pytest.raises(NotAllowed, match="withdrawn"):
        agree(proposal, auditor)

    assert not Disposal.objects.exists()
    assert Case.objects.get(pk=case.pk).disposed_at is None


@pytest.mark.django_db
def test_a_hold_beats_a_rule_even_after_it_was_proposed(case, manager, auditor, administrator):
    settle(administrator)
    retention.work_out(timezone.now())
    proposal = propose(case, manager)
    hold = actions.hold_case(
        case=Case.objects.get(pk=case.pk), by=manager, reason="The coroner asks"
    )

    with pytest.raises(NotAllowed, match="legal hold"):
        agree(proposal, auditor)
    proposal.refresh_from_db()
    assert proposal.decision == "" and not retention.over_their_time(manager)

    held = Case.objects.get(pk=case.pk)
    proposal.refresh_from_db()
    actions.lift_hold(hold=hold, case=held, by=manager, reason="The inquest is over")
    everything = actions.hold_every_case(by=auditor, reason="A public inquiry")
    with pytest.raises(NotAllowed, match="legal hold"):
        agree(proposal, auditor)
    assert retention.work_out(timezone.now()) == 0
    actions.lift_hold_of_every_case(hold=everything, by=auditor, reason="It has ended")
    with pytest.raises(NotAllowed, match="lifted already"):
        actions.lift_hold_of_every_case(hold=everything, by=auditor, reason="Again")

    assert not Case.objects.get(pk=case.pk).legal_hold
    assert retention.work_out(timezone.now()) == 1
    proposal.refresh_from_db()
    agree(proposal, auditor)
    assert Disposal.objects.count() == 1


@pytest.mark.django_db
def test_what_was_interrupted_is_finished_and_merged_cases_go_together(manager):
    first, second, third = (factories.make_case(by=manager) for _ in range(3))
    with change("merge", by=None, case=second) as written:
        second.merged_into, second.stage = first, Case.Stage.MERGED
        written.save(second)
    assert "both go together" in retention.why_not(second, DAY(2030, 1, 1))
    with change("dispose_case", by=None, case=first) as written:
        disposing.leave_tombstone(written, first, timezone.now())
    # Killed here: the tombstones are committed, the keys are still there.
    assert disposing.keys_left([first, second]) == 2

    finished = disposing.finish(timezone.now())

    assert finished == 2 and disposing.finish(timezone.now()) == 0
    assert disposing.keys_left([first, second, third]) == 1


@pytest.mark.django_db
def test_a_case_merged_into_it_keeps_it_longer_and_its_files_are_counted(
    case, manager, administrator
):
    settle(administrator)
    other = factories.make_case(by=manager)
    for one in (case, other):
        documents.upload_document(
            case=one,
            content=b"Words.",
            file_name="a.txt",
            title="Paper",
            third_party=False,
            by=manager,
        )
    assert retention.why_not(case, timezone.localdate()) == ""
    with change("merge", by=None, case=other) as written:
        other.merged_into, other.stage = case, Case.Stage.MERGED
        other.scr_state = Case.ScrState.REFERRED
        written.save(other)

    assert "Serious case review" in retention.why_not(case, timezone.localdate())
    assert actions.files_of(case) == 2
    settle(administrator, kind=Kind.SERIOUS_CASE, event=Event.SCR_DECIDED)
    assert "decision about a serious case review" in retention.why_not(case, timezone.localdate())
    assert retention.work_out(timezone.now()) == 0


@pytest.mark.django_db
def test_the_pages_walk_through_it(
    client, case, manager, auditor, administrator, django_capture_on_commit_callbacks
):
    """The administrator enters the policy, the manager proposes, the auditor agrees."""
    home = reverse("view_retention")
    sign_in(client, administrator)
    assert "No rule: these papers are kept" in client.get(home).content.decode()
    bad = client.post(reverse("settle_retention"), {"kind": "death", "years": "0"})
    assert "There is a problem" in bad.content.decode()
    rule = {"kind": "death", "event": "death", "years": "1", "source": POLICY}
    since = {"since_day": "1", "since_month": "1", "since_year": "2010"}
    assert client.post(reverse("settle_retention"), rule | since).status_code == 302
    assert POLICY in client.get(home).content.decode()

    sign_in(client, manager)
    of_case = reverse("view_case_retention", args=[case.reference])
    page = client.get(of_case).content.decode()
    assert (
        "12 May 2015" in page and "and 1 year." in page and "Propose to dispose of the case" in page
    )
    empty = client.post(reverse("propose_disposal", args=[case.reference]), {"reason": ""})
    assert "There is a problem" in empty.content.decode()
    client.post(reverse("propose_disposal", args=[case.reference]), {"reason": "Over its time"})
    waiting = client.get(of_case).content.decode()
    assert "Waits for the auditor" in waiting and "Propose to dispose" not in waiting

    sign_in(client, auditor)
    proposal = second_person.Agreement.objects.get(action="dispose_case")
    answer = reverse("dispose_case", args=[proposal.pk])
    assert answer in client.get(home).content.decode()
    asked = client.get(answer).content.decode()
    assert (
        case.reference in asked
        and "Over its time" in asked
        and "Example" not in asked.replace(manager.name, "").replace(auditor.name, "")
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(answer, {"answer": "agree", "note": ""}).status_code == 302
    assert client.get(answer).status_code == 404
    disposal = Disposal.objects.get()
    paper = client.get(reverse("download_certificate", args=[disposal.pk]))
    words = " ".join(" ".join(pdf.pages_of(paper.content)).split())
    assert f"Certificate of disposal {disposal.number}" in words and case.reference in words
    assert "Keys of the case in the key store" in words and "not finished" not in words
    assert POLICY in words and manager.name in words and auditor.name in words

    sign_in(client, manager)
    assert client.get(of_case).status_code == 404
    assert client.get(reverse("download_certificate", args=[disposal.pk])).status_code == 200


@pytest.mark.django_db
def test_who_is_kept_out(client, case, manager, auditor, administrator, outsider, people):
    settle(administrator)
    proposal = propose(case, manager)
    hold = actions.hold_every_case(by=auditor, reason="A public inquiry")
    of_case = [
        reverse(name, args=[case.reference])
        for name in ("view_case_retention", "hold_case", "propose_disposal")
    ]
    others = {
        "view_retention": [],
        "settle_retention": [],
        "hold_every_case": [],
        "lift_hold_of_every_case": [hold.pk],
        "dispose_case": [proposal.pk],
    }
    elsewhere = factories.make_user(Role.PANEL_MEMBER)

    for somebody in (outsider, elsewhere):
        sign_in(client, somebody)
        assert {client.get(url).status_code for url in of_case} == {404}
        found = {name: client.get(reverse(name, args=args)) for name, args in others.items()}
        assert {page.status_code for page in found.values()} == {403}
    sign_in(client, manager)
    assert client.get(reverse("dispose_case", args=[proposal.pk])).status_code == 403
    assert client.get(reverse("settle_retention")).status_code == 403

    factories.recuse(manager, case)
    sign_in(client, manager)
    assert {client.get(url).status_code for url in of_case} == {404}
    assert case.reference not in client.get(reverse("view_retention")).content.decode()
    factories.recuse(auditor, case)
    sign_in(client, auditor)
    assert client.get(reverse("dispose_case", args=[proposal.pk])).status_code == 404
    assert case.reference not in client.get(reverse("view_retention")).content.decode()

    with change("deactivate_person", by=None) as written:
        auditor.refresh_from_db()
        auditor.is_active = False
        written.save(auditor)
    assert client.get(reverse("view_retention")).status_code in (302, 403)
    # What needs a fresh proof asks for it.
    sign_in(client, administrator, proved=False)
    asked = client.get(reverse("settle_retention"))
    assert asked.status_code == 302 and "next=" in asked.url


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the files of the databases")
def test_no_byte_of_it_is_left_and_an_old_backup_does_not_bring_it_back(db, settings, tmp_path):
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "files", tmp_path / "data"
    manager, auditor = factories.make_user(Role.CDR_MANAGER), factories.make_user(Role.AUDITOR)
    administrator = factories.make_user(Role.ADMINISTRATOR)
    case = factories.make_case(by=manager, family_name="Zebedeeson")
    other = factories.make_case(by=manager, family_name="Otherly")
    vault.store("case", case.pk, io.BytesIO(b"Zebedeeson was seen at home"))
    row = DataKey.objects.using(KEYS).get(owner_id=case.pk)
    secret = keys.ring().unwrap("case", case.pk, row.epoch, bytes(row.wrapped))
    canaries = [b"Zebedeeson", bytes(row.wrapped), secret, secret.hex().encode()]
    archive = tmp_path / "backup"
    call_command("backup", str(archive), stdout=io.StringIO())
    before = _bytes(tmp_path)
    settle(administrator)

    agree(propose(case, manager), auditor)
    after = _bytes(tmp_path)
    out = io.StringIO()
    call_command("restore", str(archive), "--replace", "--json", stdout=out)

    assert [one in before for one in canaries] == [False, True, False, False]
    assert not [one for one in canaries if one in after]
    assert json.loads(out.getvalue())["disposed"] == 1
    assert Case.objects.get(pk=case.pk).stage == Case.Stage.DISPOSED
    with keys.held(), pytest.raises(crypto.KeyMissing):
        _ = Child.objects.get(case=case).family_name
    with keys.held():
        assert Child.objects.get(case=other).family_name == "Otherly"
    assert not [one for one in canaries if one in _bytes(tmp_path)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="searches PostgreSQL's tables, files")
def test_no_byte_of_it_is_left_in_postgresql(db, settings, tmp_path):
    """Its tables as any dump has them, then the server's own files with dead rows and the log.

    Names never stand in either. A dead row, or the log, may still hold the wrapped key for a while:
    after the rotation that docs/keys.md asks for, no ring opens it.
    """
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "files", tmp_path / "data"
    ring = tmp_path / "ring" / "ring.json"
    ring.parent.mkdir(mode=0o700)
    crypto.write_ring(ring, keys.ring())
    settings.KEYS_FILE = ring
    began = time.time()
    manager, auditor = factories.make_user(Role.CDR_MANAGER), factories.make_user(Role.AUDITOR)
    case = factories.make_case(by=manager, family_name="Zebedeeson")
    settle(factories.make_user(Role.ADMINISTRATOR))
    row = DataKey.objects.using(KEYS).get(owner_id=case.pk)
    wrapped = bytes(row.wrapped)
    secret = keys.ring().unwrap("case", case.pk, row.epoch, wrapped)
    canaries = {"name": b"Zebedeeson", "wrapped key": wrapped, "key": secret}
    assert _found(canaries, _tables()) == {"wrapped key"}

    agree(propose(case, manager), auditor)

    assert _found(canaries, _tables()) == set()
    rotate()
    files = _server_files(began)
    if files is None:
        return  # the server's files belong to somebody else: its tables were searched
    assert b"casereview_case" in files and case.pk.bytes in files  # these are the right files
    assert _found(canaries, files) <= {"wrapped key"}
    with pytest.raises(crypto.KeyMissing):
        keys.ring().unwrap("case", case.pk, row.epoch, wrapped)


def _found(canaries: dict[str, bytes], where: bytes) -> set[str]:
    """Return which of some values stand somewhere, as bytes or in hexadecimal digits."""
    return {name for name, one in canaries.items() if one in where or one.hex().encode() in where}


def _tables() -> bytes:
    """Return every row of every table of both databases, as a dump writes them."""
    dump = []
    for alias in ("default", KEYS):
        database = connections[alias]
        with database.cursor() as cursor:
            for table in database.introspection.table_names(cursor):
                with cursor.copy(f"COPY {database.ops.quote_name(table)} TO STDOUT") as rows:
                    dump += [bytes(part) for part in rows]
    return b"".join(dump)


def _server_files(since: float) -> bytes | None:
    """Return the files of both databases and of the log that were written; None: not ours to read.

    A checkpoint first, so that what the server holds in memory stands in them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        data = Path(cursor.fetchone()[0])
    if not os.access(data, os.R_OK | os.X_OK):
        return None
    folders = [data / "pg_wal"]
    for alias in ("default", KEYS):
        with connections[alias].cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
            folders.append(data / "base" / str(cursor.fetchone()[0]))
    written = [one for folder in folders for one in folder.iterdir() if one.is_file()]
    return b"".join(one.read_bytes() for one in written if one.stat().st_mtime >= since - 1)


def _bytes(folder: Path) -> bytes:
    """Return every byte of both databases, their journals and the stored files."""
    databases = [Path(connections[alias].settings_dict["NAME"]) for alias in ("default", KEYS)]
    found = [file for path in databases for file in path.parent.glob(f"{path.name}*")]
    found += [file for file in folder.rglob("*") if file.is_file() and file.name != "backup"]
    assert live.MEDIA_ROOT == folder / "files"
    return b"".join(file.read_bytes() for file in found)
