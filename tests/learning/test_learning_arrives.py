"""Near misses of agencies and files of earlier learning: who may, what is taken in, what is not."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.models import AuditEntry, LearningPoint, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.spreadsheets import Sheet, csv_bytes, xlsx_bytes
from learning import actions, near_misses, theme_page
from tests import factories
from tests.signed_in import sign_in
from tests.working import do_jobs

pytestmark = pytest.mark.django_db

State = LearningPoint.State
HEADER = ["learned_on", "source", "theme", "statement"]
ROWS = [
    ["2016-05-02", "panel_review", "safe_sleep", "A baby slept on a sofa with a parent."],
    ["2016-06-02", "Near miss", "Button battery and magnet ingestion", "A cell was swallowed."],
    ["2017-01-02", "Audit", "T05", "=1+1 said nobody asked about low mood."],
]


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def as_(user):
    return sign_in(Client(), user)


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


@pytest.fixture
def contributor(db):
    return factories.make_user(
        Role.CONTRIBUTOR, agency=factories.make_agency(name="Ambulance Service")
    )


# Near misses.


def near_miss(user, **facts):
    return as_(user).post(
        at("report_near_miss"),
        {
            "statement": "A crew found a baby on a sofa and moved him to a cot.",
            "happened_on_day": "2",
            "happened_on_month": "5",
            "happened_on_year": "2020",
            "events": "3",
            "agency": str(user.agency_id),
            "theme": "safe_sleep",
            **facts,
        },
    )


def test_an_agency_reports_near_misses_in_a_series_of_their_own(contributor, lead):
    assert near_miss(contributor).status_code == 302

    point = LearningPoint.objects.get()
    assert point.reference == "NM-2020-0001"
    assert (point.source, point.state, point.events) == ("near_miss", State.PROPOSED, 3)
    assert point.raised_by_agency == contributor.agency
    own = as_(contributor).get(at("list_near_misses")).content
    assert b"moved him to a cot" in own
    assert at("view_learning_point", point.pk).encode() not in own
    actions.accept_learning_point(
        point=point, by=lead, told=actions.Told(point.statement, "safe_sleep", events=3)
    )
    assert near_misses.by_theme(factories.panel()) == {"safe_sleep": 3}
    assert theme_page.points_by_theme(factories.panel()) == {}


def test_an_agency_sees_no_other_agencys_reports_and_opens_no_learning(contributor, lead, people):
    near_miss(contributor)
    other = factories.make_user(
        Role.AGENCY_LEAD, agency=factories.make_agency(name="Another Service")
    )
    point = LearningPoint.objects.get()

    assert b"moved him" not in as_(other).get(at("list_near_misses")).content
    assert b"moved him" not in as_(people[Role.PANEL_MEMBER]).get(at("list_near_misses")).content
    assert b"moved him" in as_(lead).get(at("list_near_misses")).content
    for user in (contributor, other):
        assert as_(user).get(at("view_learning_point", point.pk)).status_code == 404
        assert as_(user).get(at("list_learning")).status_code == 403


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.RETURN_OFFICER])
def test_others_neither_report_nor_read_near_misses(role):
    client = as_(factories.make_user(role))

    assert client.get(at("list_near_misses")).status_code == 403
    assert client.post(at("report_near_miss"), {}).status_code == 403


def test_somebody_whose_role_ended_reports_no_more(contributor):
    client = as_(contributor)
    with change("end_role", by=None) as written:
        role = StandingRole.objects.get(user=contributor)
        role.ended_at, role.ended_by = timezone.now(), contributor
        written.save(role)

    assert client.get(at("report_near_miss")).status_code == 403


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"statement": ""}, "Enter what nearly happened"),
        ({"statement": "Found on 3 May 2014"}, "Take a day out of the text"),
        ({"events": "0"}, "whole number from 1"),
        ({"happened_on_year": "2999"}, "Enter a day it happened"),
        ({"agency": ""}, "Select the agency"),
    ],
)
def test_what_is_wrong_with_a_near_miss_is_said_and_nothing_is_kept(contributor, facts, says):
    response = near_miss(contributor, **facts)

    assert says in response.content.decode()
    assert not LearningPoint.objects.exists()


def test_an_agency_reports_for_itself_alone(contributor):
    other = factories.make_agency(name="Another Service")

    response = near_miss(contributor, agency=str(other.pk))

    assert response.status_code == 200
    assert not LearningPoint.objects.exists()


# Files.


def upload(client, content, name="learning.csv"):
    return client.post(
        at("import_learning"), {"file": SimpleUploadedFile(name, content), "board": ""}
    )


def checked(client, content, name="learning.csv"):
    """Hand a file in, have it checked, and return where it is with its page."""
    url = upload(client, content, name).url
    do_jobs()
    return url, client.get(url).content.decode()


def take_in(client, url):
    client.post(url, {"act": "confirm"})
    do_jobs()
    return client.get(url).content.decode()


def test_a_file_is_shown_before_it_is_taken_in_all_at_once(lead):
    client = as_(lead)
    url, page = checked(client, csv_bytes([HEADER, *ROWS]))
    assert not LearningPoint.objects.exists()

    receipt = take_in(client, url)

    assert "Bring in 3 rows" in page
    assert "Suicide and self-harm" in page
    assert "3 new" in receipt and "NM-2016-0001" in receipt
    points = LearningPoint.objects.order_by("reference")
    assert [
        (one.reference, one.source, one.theme, one.state, one.back_captured) for one in points
    ] == [
        ("LP-2016-0001", "panel_review", "safe_sleep", "accepted", True),
        ("LP-2017-0001", "audit", "suicide", "accepted", True),
        ("NM-2016-0001", "near_miss", "button_battery", "accepted", True),
    ]
    entry = AuditEntry.objects.get(action="import_learning", outcome="done")
    assert "sofa" not in entry.detail


def test_a_workbook_is_read_like_a_csv_file_for_a_board(lead):
    rows = [["Date learned", "Source", "Topic", "Learning point"], *ROWS]
    file = SimpleUploadedFile("learning.xlsx", xlsx_bytes([Sheet("Learning", rows)]))
    client = as_(lead)

    url = client.post(at("import_learning"), {"file": file, "board": str(factories.board().pk)}).url
    form = client.get(url).context["form"]
    url = client.post(url, {name: field.initial for name, field in form.fields.items()}).url
    do_jobs()
    take_in(client, url)

    assert LearningPoint.objects.count() == 3
    assert {one.board for one in LearningPoint.objects.all()} == {factories.board()}


def test_errors_are_told_by_row_with_likely_themes_and_nothing_is_taken_in(lead):
    rows = [
        HEADER,
        ["2016-05-02", "audit", "", "A swallowed magnet perforated the bowel"],
        ["2999-05-02", "audit", "safe_sleep", "Ada lived at LE3 1AB"],
        ["2016-05-02", "audit", "safe_sleep", "A good row"],
    ]
    client = as_(lead)

    url, page = checked(client, csv_bytes(rows))
    taken = take_in(client, url)

    assert "Fill in this cell; likely: Button battery" in page
    assert "Enter a real day" in page and "Take out a postcode" in page
    assert "2 rows to correct" in page and "A good row" in page
    assert "LE3 1AB" not in page and "Brought in" not in taken
    assert not LearningPoint.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b'learned_on,source\n"open', "quotation mark"),
        (b"PK\x03\x04 not a workbook", "Save the workbook again"),
        (b"", "The submitted file is empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(lead, content, says):
    assert says in upload(as_(lead), content).content.decode()


def test_the_same_file_is_not_taken_in_twice(lead):
    client = as_(lead)
    first, second = (checked(client, csv_bytes([HEADER, *ROWS]))[0] for _ in range(2))
    take_in(client, first)

    late = take_in(client, second)
    _, again = checked(client, csv_bytes([HEADER, *ROWS]))

    assert LearningPoint.objects.count() == 3
    assert "Something changed between" in late
    for page in (late, again):
        assert "LP-2016-0001: says the same" in page and "Nothing to bring in" in page


def test_a_file_that_was_read_is_its_readers_own_and_can_be_thrown_away(lead, manager):
    client = as_(lead)
    url, _ = checked(client, csv_bytes([HEADER, *ROWS]))

    assert as_(manager).get(url).status_code == 404
    client.post(url, {"act": "discard"})
    assert client.get(url).status_code == 404
    assert not LearningPoint.objects.exists()


def test_all_rows_are_taken_in_or_none(lead):
    good = actions.EarlierLearning(
        "audit", datetime.date(2016, 5, 2), actions.Told("Said", "safe_sleep")
    )
    bad = actions.EarlierLearning(
        "audit", datetime.date(2016, 5, 2), actions.Told("Said", "no_such_theme")
    )

    with pytest.raises(NotAllowed):
        actions.import_learning(rows=[good, bad], board=None, by=lead)

    assert not LearningPoint.objects.exists()


def test_the_template_is_a_file_that_can_be_read(lead):
    client = as_(lead)
    template = client.get(at("learning_template"))

    assert upload(client, template.content).status_code == 302


def test_panel_members_take_no_file_in(people):
    client = as_(people[Role.PANEL_MEMBER])

    for name in ("import_learning", "learning_template"):
        assert client.get(at(name)).status_code == 403


def test_a_workbook_that_unpacks_to_too_much_is_refused(lead):
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 41_000_000)

    page = upload(as_(lead), packed.getvalue(), "big.xlsx").content.decode()

    assert "Save the workbook again" in page
