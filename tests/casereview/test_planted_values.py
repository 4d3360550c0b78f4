"""A thousand planted values are pushed through the product: none comes out where it must not.

Not in logs, mail, tracebacks, addresses, the audit log, jobs, sessions, temporary files, what a
PDF says of itself, or what the pages keep in a browser – however written: in UTF-16, base64, hex
or percent-encoded.
"""

import base64
import datetime
import io
import logging
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, models, transaction
from django.template.base import Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader

import casereview
from casereview import actions, errors, jobs, outbox, pdf
from casereview.models import AuditEntry, Child
from casereview.records import change
from casereview.rules import nhs_numbers
from casereview.rules.access_table import Role
from casereview.sign_in import adapters
from tests import factories
from tests.architecture.addresses import ours
from tests.architecture.test_every_door import SKIPPED, values_for
from tests.architecture.test_hostile_input import fields_of
from tests.signed_in import sign_in
from tests.working import do_jobs

pytestmark = pytest.mark.django_db

NAMES = [f"Qz{number:04}vex" for number in range(500)]
ADDRESSES = [f"{number} Qz{number:04}lane" for number in range(500, 750)]


def _nhs_numbers() -> list[str]:
    found, number = [], 999_700_000
    while len(found) < 250:
        total = sum((10 - at) * int(digit) for at, digit in enumerate(str(number)))
        check = (11 - total % 11) % 11
        if check != 10:
            found.append(f"{number}{check}")
        number += 1
    return found


NHS_NUMBERS = _nhs_numbers()
JOBS = DBTaskResult._meta.db_table
PLANTED = [*NAMES, *ADDRESSES, *NHS_NUMBERS]
_WORD = re.compile(rb"qz\d{4}(?:vex|lane)", re.I)
_NUMBER = re.compile(rb"(?<!\d)999[ -]?7\d\d[ -]?\d{4}(?!\d)")
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{10,}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){8,}")


def written_otherwise(data: bytes) -> Iterator[bytes]:
    """Yield data as it stands, and as it would read were it written in one of the other ways."""
    yield data
    yield data.replace(b"\0", b"")  # UTF-16, whichever byte comes first
    if b"%" in data:
        yield unquote_to_bytes(data)
    for run in _HEX.findall(data):
        yield bytes.fromhex(run.decode()).replace(b"\0", b"")
    for run in _RUN.findall(data):
        plain = run.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = plain[start:]
            part = part[:-1] if len(part) % 4 == 1 else part
            yield base64.b64decode(part + b"=" * (-len(part) % 4)).replace(b"\0", b"")


def planted_in(data: bytes | str) -> set[str]:
    """Return the planted values that some bytes hold."""
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    known = set(NHS_NUMBERS)
    found = set()
    for text in written_otherwise(raw):
        found |= {match.decode() for match in _WORD.findall(text)}
        digits = {re.sub(rb"\D", b"", match).decode() for match in _NUMBER.findall(text)}
        found |= digits & known
    return found


@pytest.mark.parametrize("value", ["Qz0001vex", "12 Qz0500lane", NHS_NUMBERS[3]])
def test_a_value_would_be_found_however_it_is_written(value):
    number = re.sub(r"(\d{3})(\d{3})(\d{4})$", r"\1 \2 \3", value)
    for written in (
        value,
        number,
        value.upper(),
        value.encode("utf-16-le"),
        value.encode("utf-16-be"),
        quote(value, safe=""),
        "".join(f"%{byte:02X}" for byte in value.encode()),
        value.encode().hex(),
        value.encode("utf-16-le").hex(),
        *(base64.b64encode(b"x" * n + value.encode() + b"yz") for n in range(3)),
        base64.urlsafe_b64encode(value.encode("utf-16-le")),
    ):
        text = written if isinstance(written, bytes) else written.encode()
        assert planted_in(b"\x93before " + text + b" after\xff"), written
    assert len(set(PLANTED)) == 1000
    assert all(nhs_numbers.valid(number) for number in NHS_NUMBERS)
    assert not planted_in("Qz001vex 9998000000 " + "A" * 400)


class Watch:
    """What is logged, and which files are written, while values are pushed through."""

    def __init__(self) -> None:
        self.log = io.StringIO()
        self.files: set[str] = set()
        self.on = False

    def opened(self, event: str, arguments: tuple) -> None:
        if self.on and event == "open" and isinstance(arguments[0], str):
            mode, flags = arguments[1], arguments[2]
            if (mode and set(mode) & set("wax+")) or (mode is None and flags & 0o3):
                self.files.add(arguments[0])


_watch = Watch()
sys.addaudithook(_watch.opened)


@pytest.fixture
def watch(tmp_path, monkeypatch):
    """A log written as the product writes it; every file that is opened to be written."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _watch.log = io.StringIO()
    _watch.files = set()
    handler = logging.StreamHandler(_watch.log)
    handler.setFormatter(errors.Formatter("%(levelname)s %(name)s %(message)s"))
    loggers = [logging.getLogger(), *(logging.getLogger(n) for n in settings.LOGGING["loggers"])]
    for each in loggers:
        each.addHandler(handler)
    _watch.on = True
    yield _watch
    _watch.on = False
    for each in loggers:
        each.removeHandler(handler)


@pytest.fixture
def values():
    """Planted values, one after the other, round and round."""
    chance = random.Random(7)  # noqa: S311 - not a secret
    shuffled = chance.sample(PLANTED, len(PLANTED))

    def endless():
        while True:
            yield from shuffled

    return endless()


@pytest.fixture
def planted_case(manager, values):
    made = factories.make_case(by=manager, family_name=NAMES[0])
    child = Child.objects.get(case=made)
    with change("plant", by=manager, case=made) as written:
        child.given_names, child.address, child.nhs_number = NAMES[1], ADDRESSES[0], NHS_NUMBERS[0]
        written.save(child)
    return made


def told(response) -> str:
    """Return what an answer says outside its page: status line, headers and cookies."""
    return f"{response.status_code} {response.headers} {response.cookies}"


def reached(step: int) -> list:
    return [one for one in ours() if one.name not in SKIPPED][::step]


STEPS = pytest.mark.parametrize("step", [15, pytest.param(1, marks=pytest.mark.long)])


@STEPS
def test_forms_leave_nothing_in_logs_addresses_audit_sessions_jobs_or_files(
    watch, values, planted_case, manager, mailoutbox, step, tmp_path
):
    client = sign_in(Client(raise_request_exception=False), manager)
    meeting = actions.arrange_meeting(
        panel=factories.panel(), held_on=datetime.date(2014, 11, 4), members=[], by=manager
    )
    said = []
    for address in reached(step):
        kwargs = {
            name: value
            for name, value in values_for(address, planted_case.reference, meeting).items()
            if name in address.parameters
        }
        url = reverse(address.name, kwargs=kwargs)
        page = client.get(url, {"page": next(values)})
        is_page = page.headers.get("Content-Type", "").startswith("text/html")
        fields = fields_of(page.content.decode()) if is_page else {}
        typed = {name: offered[0] if offered else next(values) for name, offered in fields.items()}
        answers = [page, client.post(url, typed), client.post(url, {"q": next(values)})]
        said += [told(answer) for answer in answers]
    file = SimpleUploadedFile(f"{NAMES[2]}.txt", f"{NAMES[3]} {NHS_NUMBERS[1]}".encode())
    said.append(
        told(
            client.post(
                reverse("upload_document", args=[planted_case.reference]),
                {"title": NAMES[4], "file": file, "third_party": "no"},
            )
        )
    )
    for at in range(0, len(PLANTED), 100):
        hundred = {f"field-{number}": value for number, value in enumerate(PLANTED[at : at + 100])}
        hundred |= {"q": PLANTED[at], "family_name": PLANTED[at + 1], "text": PLANTED[at + 2]}
        for url in (reverse("find_case"), reverse("cdop:notify"), "/no/such/page/"):
            said += [told(client.post(url, hundred)), told(client.get(url, hundred))]
    client.get(f"/cases/{NAMES[5]}/", {"q": NAMES[6]})
    client.get(f"/{quote(ADDRESSES[3])}/no-such-page/")
    client.post("/accounts/login/", {"login": f"{NAMES[7]}@example.org", "password": NAMES[8]})
    do_jobs()
    adapters.post_office.submit(int).result(timeout=5)

    assert Child.objects.get(case=planted_case).family_name in PLANTED
    assert "404 of GET no page" in watch.log.getvalue()
    assert AuditEntry.objects.count() > 50
    assert planted_in("\n".join(said)) == set()
    assert planted_in(watch.log.getvalue()) == set()
    assert planted_in(audit_text()) == set()
    assert planted_in(stored_by("django_session", JOBS)) == set()
    assert planted_in("\n".join(str(one.message()) for one in mailoutbox)) == set()
    assert in_clear() == set()
    assert list(tmp_path.iterdir()) == []
    assert [name for name in watch.files if not is_expected(name)] == []


class NoMeeting:
    """A meeting that is not there, for addresses that name one."""

    pk = "00000000-0000-4000-8000-000000000000"


def is_expected(name: str) -> bool:
    """The databases, and what is written of the tests themselves."""
    data = str(settings.DATA)
    return name.startswith((data, "/dev/", str(settings.MEDIA_ROOT))) or "/.pytest" in name


def audit_text() -> str:
    fields = [field.attname for field in AuditEntry._meta.concrete_fields if field.name != "mac"]
    return "\n".join(map(str, AuditEntry.objects.values_list(*fields)))


def stored_by(*tables: str) -> str:
    found = []
    for table in tables:
        with connections["default"].cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def in_clear() -> set[str]:
    """Return the columns of records that hold a planted value and are declared to be of a person.

    A column that is declared identifying or narrative is sealed, whatever was typed into it.
    """
    found = set()
    for model in apps.get_models():
        kept = [*getattr(model, "identifying", ()), *getattr(model, "narrative", ())]
        columns = [
            field.column
            for field in model._meta.concrete_fields
            if field.name in kept and not isinstance(field, models.ForeignKey)
        ]
        alias = "keys" if model._meta.app_label == "keystore" else "default"
        with connections[alias].cursor() as cursor:
            for column in columns:
                cursor.execute(f'SELECT "{column}" FROM "{model._meta.db_table}"')  # noqa: S608
                for (value,) in cursor.fetchall():
                    text = bytes(value) if isinstance(value, bytes | memoryview) else str(value)
                    if planted_in(text):
                        found.add(f"{model._meta.db_table}.{column}")
    return found


@STEPS
def test_an_error_of_any_page_says_nothing_but_a_reference(
    watch, values, planted_case, manager, monkeypatch, step
):
    client = sign_in(Client(raise_request_exception=False), manager)
    client.get("/")

    def break_down(self, *args, **kwargs):
        child, address = next(values), next(values)  # locals, as a view has them
        raise ValueError(f"{child} of {address} cannot be shown")

    monkeypatch.setattr(Template, "render", break_down)
    answers = []
    for address in reached(step):
        given = values_for(address, planted_case.reference, NoMeeting)
        url = reverse(address.name, kwargs={k: given[k] for k in address.parameters})
        answers.append(client.get(url, {"q": next(values)}))
        answers.append(client.post(url, {"name": next(values), "text": next(values)}))
    broken = [answer for answer in answers if answer.status_code == 500]
    logged = watch.log.getvalue()

    assert len(broken) >= len(answers) // 3
    for answer in broken:
        [reference] = re.findall(rb"\b[0-9a-f]{8}\b", answer.content)
        assert answer.content == errors.last_resort(reference.decode())
        assert f"[{reference.decode()}]" in logged
    assert planted_in(b"".join(one.content for one in broken)) == set()
    assert planted_in("\n".join(told(one) for one in answers)) == set()
    assert "ValueError" in logged
    assert planted_in(logged) == set()


def test_jobs_that_fail_and_messages_say_nothing(
    watch, values, planted_case, manager, monkeypatch, mailoutbox
):
    monkeypatch.setattr(jobs, "_jobs", dict(jobs._jobs))

    @jobs.job("leaky")
    def leaky(case) -> None:
        child = next(values)
        raise ValueError(f"{child} in {case}")

    for _ in range(20):
        jobs.enqueue("leaky", case=planted_case.pk)
    with transaction.atomic():
        outbox.put(
            to=manager,
            template="work_due",
            rule="test",
            day=timezone.localdate(),
            case=planted_case,
            count=2,
        )
    do_jobs()
    person = factories.make_user(Role.CDR_MANAGER, name=NAMES[9], email="asha@example.org")
    Client().post(reverse("account_reset_password"), {"email": person.email})
    adapters.post_office.submit(int).result(timeout=5)

    assert DBTaskResult.objects.filter(status="FAILED").count() >= 20
    assert len(mailoutbox) == 2
    assert planted_in("\n".join(str(one.message()) for one in mailoutbox)) == set()
    assert planted_in(stored_by(JOBS)) == set()
    assert "JobFailed" in stored_by(JOBS)
    assert "ValueError" in watch.log.getvalue()
    assert planted_in(watch.log.getvalue()) == set()


def test_a_paper_says_of_itself_nothing_that_it_holds():
    blocks = [pdf.Heading(NAMES[0]), pdf.Words(ADDRESSES[0]), pdf.Fact(NAMES[1], NHS_NUMBERS[0])]
    data = pdf.draw(blocks, title="Paper", footer="Example panel", watermark="A Reader")
    closed = pdf.close(data, password="a throw-away password")
    reader = PdfReader(io.BytesIO(data))

    assert planted_in(pdf.pages_of(data)[0])  # it is drawn,
    assert planted_in(str(reader.metadata) + str(reader.xmp_metadata)) == set()
    assert set(reader.metadata or {}) <= {
        *("/Title", "/Author", "/Creator", "/Producer", "/Subject", "/Keywords", "/Trapped"),
        *("/CreationDate", "/ModDate"),
    }
    assert planted_in(closed) == set()  # and closed it is not to be seen at all
    assert str(Path.home()) not in str(reader.metadata)


KEEPS = re.compile(rb"localStorage|indexedDB|document\.cookie|caches\.(open|match)|serviceWorker")


def test_pages_keep_nothing_in_the_browser():
    for file in (Path(casereview.__file__).parent / "static" / "casereview").glob("*.js"):
        text = file.read_bytes()
        assert not KEEPS.search(text), file.name
        # The kit remembers which of its sections are open, by their number.
        assert text.count(b"sessionStorage") <= 3, file.name


def test_looking_for_a_thousand_values_is_quick():
    began = time.process_time()
    planted_in(b"A word of a log, and another 9998000000. " * 5_000)

    assert time.process_time() - began < 5
