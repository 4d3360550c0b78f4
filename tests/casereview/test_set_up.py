"""Leading a new installation: whose page it is, agencies from a file, a name and a colour."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview.models import Agency, AgencyContact, AuditEntry
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
ROLES = (Role.CDR_MANAGER, Role.LEARNING_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
IMPORT = "/admin-area/agencies/import/"
FILE = (
    "name,kind,board,email,telephone,contact name,contact post,contact email,contact telephone\n"
    "Example Trust,HOSPITAL,LEICESTER,trust@example.org,,Duty desk,,desk@example.org,\n"
    "Example Trust,HOSPITAL,LEICESTER,trust@example.org,,Night desk,,,0116 496 0000\n"
    "Example Force,POLICE,,,,,,,\n"
)


def upload(client, text: str):
    file = SimpleUploadedFile("agencies.csv", text.encode(), content_type="text/csv")
    return client.post(IMPORT, {"rows": file})


def counts() -> tuple[int, int]:
    return Agency.objects.count(), AgencyContact.objects.count()


@pytest.mark.parametrize("name", ["view_set_up", "import_agencies", "agencies_template"])
def test_the_pages_are_the_administrators(name, people, outsider):
    users = {role: people[role] for role in ROLES} | {None: outsider}

    answers = {
        role: sign_in(Client(), user).get(reverse(name)).status_code for role, user in users.items()
    }

    assert {role for role, status in answers.items() if status == 200} == {Role.ADMINISTRATOR}
    assert set(answers.values()) == {200, 403}
    assert Client().get(reverse(name))["Location"].startswith("/accounts/login/")


def test_a_leaver_is_kept_out(client, people):
    administrator = people[Role.ADMINISTRATOR]
    sign_in(client, administrator)
    with change("deactivate_person", by=None) as written:
        administrator.is_active = False
        written.save(administrator)

    assert client.get(reverse("view_set_up")).status_code in {302, 403}
    assert upload(client, FILE).status_code in {302, 403}
    assert not Agency.objects.filter(name="Example Trust").exists()


def test_what_is_missing_is_led_to_and_falls_away(client, people, settings):
    settings.SOCIAL_CARE_TELEPHONE = ""
    sign_in(client, people[Role.ADMINISTRATOR])
    before = client.get(reverse("view_set_up"))
    settings.BACKUP_PUBLIC_KEY = "ab" * 32
    settings.SITE_NAME = "Examplewide reviews"
    settings.SOCIAL_CARE_TELEPHONE = "0116 496 0000"
    after = client.get(reverse("view_set_up"))

    missing = [
        {one.title for one in page.context["rows"] if not one.done} for page in (before, after)
    ]
    assert missing[0] - missing[1] == {
        "To whom backups of the keys are sealed",
        "Name and colour",
        "Whom to telephone about a child at risk",
    }
    assert before.context["needed"] - after.context["needed"] == 2
    assert "before the first real case" in without_token(before)
    assert AuditEntry.objects.filter(action="view_set_up").count() == 2


def test_agencies_and_contacts_come_in_once(client, people):
    sign_in(client, people[Role.ADMINISTRATOR])
    start = counts()

    answer = upload(client, FILE)
    first = counts()
    upload(client, FILE)

    assert answer["Location"] == reverse("view_agencies")
    assert (first[0] - start[0], first[1] - start[1]) == (2, 2)
    assert counts() == first
    trust = Agency.objects.get(name="Example Trust")
    assert (trust.board.code, trust.kind, trust.email) == (
        "LEICESTER",
        "HOSPITAL",
        "trust@example.org",
    )
    assert AuditEntry.objects.filter(action="import_agencies").exists()


def test_one_bad_row_keeps_the_whole_file_out(client, people):
    sign_in(client, people[Role.ADMINISTRATOR])
    start = counts()

    page = without_token(upload(client, FILE + "Example Circus,CIRCUS,,,,,,,\n"))
    broken = [upload(client, text) for text in ("", 'name,kind\n"x', "name;kind\n")]
    binary = client.post(IMPORT, {"rows": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")})

    assert "Row 5: write the kind as in the list of kinds" in page
    assert {one.status_code for one in [*broken, binary]} == {200}
    assert counts() == start


def test_the_template_is_a_file_that_is_taken(client, people):
    sign_in(client, people[Role.ADMINISTRATOR])

    file = client.get(reverse("agencies_template")).content.decode("utf-8-sig")

    assert upload(client, file).status_code == 302
    assert AgencyContact.objects.filter(name="Duty desk").exists()


def test_the_page_asks_as_often_for_many_as_for_few(client, people):
    sign_in(client, people[Role.ADMINISTRATOR]).get(reverse("view_set_up"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("view_set_up"))
    for _ in range(5):
        factories.make_agency()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("view_set_up"))

    assert len(few) == len(many)


def test_a_name_and_a_colour_stand_on_every_page(client, settings):
    plain = client.get("/help/").content.decode()
    settings.SITE_NAME, settings.SITE_COLOUR = "Exampleshire <reviews>", "#4a1d6b"
    page = client.get("/help/").content.decode()
    sheet = client.get(reverse("colour"))

    assert "colour.css" not in plain
    assert "Exampleshire &lt;reviews&gt;" in page
    assert page.count(reverse("colour")) == 1
    assert sheet["Content-Type"].startswith("text/css")
    assert "background: #4a1d6b;" in sheet.content.decode()
