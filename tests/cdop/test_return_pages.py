"""The pages of the annual return: figures for who makes it, cases only for who may see them."""

import csv
import datetime
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext

from casereview.models import AuditEntry
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from cdop import return_work
from cdop.models import PanelReview
from tests import factories
from tests.cdop.reviewed import DATA, bring_in, make_death
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

YEAR = ReturnYear(2015)
EXPECTED = json.loads((DATA / "llr_2014_15.expected.json").read_text(encoding="utf-8"))
LIST = "/returns/"
RETURN = "/returns/2015/"
EXPORT = "/returns/2015/export/"
COMPLETED = "/returns/2015/figures/AG-01/"


@pytest.fixture
def officer(db):
    return factories.make_user(Role.RETURN_OFFICER)


@pytest.fixture
def manager(db):
    return factories.make_user(Role.CDR_MANAGER)


def words(response):
    return re.sub(r"\s+", " ", Page(response.content.decode()).words)


def links(response):
    return {attrs["href"] for attrs in Page(response.content.decode()).all("a") if "href" in attrs}


def text_of_rows(response):
    return response.content.decode().split("<main", 1)[1]


def test_the_years_are_listed_with_what_was_completed(client, manager):
    bring_in()
    sign_in(client, manager)

    response = client.get(LIST)

    assert RETURN in links(response)
    assert "2014-15 71 – The year has ended" in words(response)


def test_the_return_shows_every_figure_of_the_document(client, manager):
    bring_in()
    sign_in(client, manager)

    response = client.get(RETURN)

    said = words(response)
    assert "71 – Number of child death" in said
    assert "RECONSTRUCTED template – not the statutory form" in said
    assert "Collected in May 2015; the exact day is not known" in said
    shown = links(response)
    for item, value in EXPECTED["all"].items():
        for code in value if isinstance(value, dict) else ():
            assert f"{RETURN}figures/{item}/{code}/" in shown


def test_a_board_is_chosen_by_its_code_and_kept_in_every_link(client, manager):
    bring_in()
    sign_in(client, manager)

    response = client.get(RETURN, {"board": "LEICS_RUTLAND"})

    total = EXPECTED["by_lscb"]["LEICS_RUTLAND"]["AG-01"]
    assert f"{total} – Number of child death" in words(response)
    assert f"{COMPLETED}?board=LEICS_RUTLAND" in links(response)


def test_a_figure_opens_to_as_many_cases_as_it_says(client, manager):
    bring_in()
    sign_in(client, manager)

    response = client.get(f"{RETURN}figures/AG-10/A4/M/")

    counted = EXPECTED["all"]["AG-10"]["A4"]["M"]
    assert f"{counted} cases" in words(response)
    assert response.content.decode().count('href="/cases/CD-') == counted
    assert "Completed " in words(response)


def test_out_of_area_says_where_and_ongoing_says_when(client, manager):
    make_death(died_in="NOTTINGHAM", notified_on=YEAR.first_day)
    sign_in(client, manager)

    away = words(client.get(f"{RETURN}figures/AG-40/"))
    ongoing = words(client.get(f"{RETURN}figures/AG-31/2015/"))

    assert "lived in Leicester Safeguarding Children Board, died in Nottingham" in away
    assert "Notified 1 April 2014; not completed by 31 March 2015" in ongoing


def test_the_officer_sees_references_without_links_and_who_can_put_a_gap_right(client, officer):
    case = make_death(completed_on=YEAR.last_day, ethnicity="")
    sign_in(client, officer)

    page = client.get(RETURN)
    figure = client.get(COMPLETED)

    for response in (page, figure):
        assert case.reference in words(response)
        assert f"/cases/{case.reference}/" not in links(response)
        assert "Example" not in text_of_rows(response)
    assert f"The CDR manager of the {case.panel.name}" in words(page)


def test_the_manager_opens_the_case_with_the_gap(client, manager):
    case = make_death(completed_on=YEAR.last_day, ethnicity="")
    sign_in(client, manager)

    response = client.get(RETURN)

    assert f"/cases/{case.reference}/" in links(response)


def test_the_officer_of_one_board_sees_that_board_alone(client, officer):
    make_death(completed_on=YEAR.last_day)
    other = make_death(completed_on=YEAR.last_day, residence="LEICS_RUTLAND")
    sign_in(client, officer)

    page = client.get(RETURN)
    figure = client.get(COMPLETED)
    asked = client.get(RETURN, {"board": "LEICS_RUTLAND"})

    assert "1 – Number of child death" in words(page)
    assert other.reference not in words(figure)
    assert asked.status_code == 404


def test_a_role_for_all_sees_all_boards(client):
    user = factories.make_user(None)
    everywhere(user, Role.RETURN_OFFICER)
    make_death(completed_on=YEAR.last_day)
    make_death(completed_on=YEAR.last_day, residence="NOTTINGHAM")
    sign_in(client, user)

    response = client.get(RETURN)

    assert "2 – Number of child death" in words(response)
    assert "All boards together" in words(response)


def everywhere(user, role):
    from django.utils import timezone

    from casereview.models import StandingRole

    with change("give_role", by=None) as written:
        written.save(StandingRole(user=user, role=role, given_at=timezone.now()))


@pytest.mark.parametrize("role", [Role.CDR_MANAGER, Role.RETURN_OFFICER])
def test_a_case_one_withdrew_from_is_only_counted(client, role):
    user = factories.make_user(role)
    case = make_death(completed_on=YEAR.last_day, ethnicity="")
    other = make_death(completed_on=YEAR.last_day)
    factories.recuse(user, case)
    sign_in(client, user)

    page = client.get(RETURN)
    figure = client.get(COMPLETED)

    assert "2 – Number of child death" in words(page)
    assert "1 case withheld" in words(figure)
    assert other.reference in words(figure)
    for response in (page, figure):
        assert case.reference not in response.content.decode()
    assert "1 case with gaps withheld" in words(page)


def test_a_sealed_case_is_only_counted(client, manager):
    case = make_death(completed_on=YEAR.last_day, sealed=True)
    sign_in(client, manager)

    response = client.get(COMPLETED)

    assert "1 case withheld" in words(response)
    assert case.reference not in response.content.decode()


@pytest.mark.parametrize("address", [LIST, RETURN, COMPLETED, EXPORT])
@pytest.mark.parametrize("role", [None, Role.PANEL_MEMBER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_opens_a_return(client, address, role):
    case = make_death(completed_on=YEAR.last_day)
    sign_in(client, factories.make_user(role))

    response = client.get(address)

    assert response.status_code == 403
    assert case.reference not in response.content.decode()
    assert "Example" not in text_of_rows(response)


@pytest.mark.parametrize("address", [LIST, RETURN, COMPLETED, EXPORT])
def test_who_has_left_opens_nothing(client, officer, address):
    sign_in(client, officer)
    with change("deactivate_person", by=None) as written:
        officer.is_active = False
        written.save(officer)

    response = client.get(address)

    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize(
    "address",
    [
        "/returns/2009/",
        "/returns/0/",
        "/returns/99999999999999999999/",
        "/returns/2015/?board=NOWHERE",
        "/returns/2015/?board=WALES",
        "/returns/2015/figures/AG-99/",
        "/returns/2015/figures/AG-10/",
        "/returns/2015/figures/AG-10/Z9/",
        "/returns/2015/figures/AG-10/A1/Q/",
        "/returns/2015/figures/AG-01/A1/",
        "/returns/2015/figures/AG-50/",
        "/returns/2009/export/",
    ],
)
def test_a_figure_or_year_that_is_not_there_is_not_found(client, manager, address):
    sign_in(client, manager)

    response = client.post(address) if "export" in address else client.get(address)

    assert response.status_code == 404


def test_a_page_of_gaps_that_is_not_there_is_the_nearest_one(client, manager):
    make_death(completed_on=YEAR.last_day, ethnicity="")
    sign_in(client, manager)

    assert client.get(RETURN, {"page": "99"}).status_code == 200
    assert client.get(RETURN, {"page": "x"}).status_code == 200


def test_a_check_names_its_cases(client, manager):
    case = make_death(completed_on=YEAR.last_day, outcome="M")
    sign_in(client, manager)

    said = words(client.get(RETURN))

    assert "Record the modifiable factor, or change the outcome. Check V26" in said
    assert case.reference in said


def test_a_reopened_review_is_counted_and_marked(client, manager):
    case = make_death(completed_on=YEAR.last_day)
    review = PanelReview.objects.get(case=case)
    with change("reopen_panel_review", by=None, case=case) as written:
        review.state = PanelReview.State.REOPENED
        written.save(review)
    sign_in(client, manager)

    assert "1 counted review is under revision" in words(client.get(RETURN))
    assert "Completed 31 March 2015; now under revision" in words(client.get(COMPLETED))


@pytest.mark.parametrize("address", [LIST, RETURN, COMPLETED, "/returns/2015/figures/AG-11/F/"])
def test_the_queries_of_a_page_do_not_grow_with_the_cases(client, manager, address):
    from django.db import connection

    sign_in(client, manager)
    make_deaths(10)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    make_deaths(90)

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)


def make_deaths(number):
    with change("open_case", by=None) as written:
        for _ in range(number):
            make_death(written, completed_on=YEAR.last_day, ethnicity="", expectedness="")


@pytest.mark.parametrize("address", [LIST, RETURN, COMPLETED])
def test_no_page_opens_anything_sealed_of_a_child(client, manager, address, monkeypatch):
    make_deaths(3)
    sign_in(client, manager)
    monkeypatch.setattr("casereview.keys.opening_key", None)

    assert client.get(address).status_code == 200


def test_the_files_of_the_page_hold_the_same_figures(client, manager):
    bring_in()
    sign_in(client, manager)

    document = json.loads(download(client, "json").content)
    table = list(csv.DictReader(io.StringIO(download(client, "csv").content.decode())))
    book = openpyxl.load_workbook(io.BytesIO(download(client, "xlsx").content))

    assert document["items"] == EXPECTED["all"]
    totals = {row["item"]: int(row["total"]) for row in table if not row["code"]}
    assert totals == {k: v for k, v in EXPECTED["all"].items() if isinstance(v, int)}
    cells = {row[0]: row[2] for row in book.active.values if row[0] in totals}
    assert cells == totals


def download(client, file_format, **data):
    response = client.post(EXPORT, {"format": file_format, **data})
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; ")
    return response


def test_a_board_of_the_page_is_the_board_of_the_file(client, manager):
    bring_in()
    sign_in(client, manager)

    response = download(client, "json", board="LEICESTER")

    document = json.loads(response.content)
    assert document["lscb"] == "LEICESTER"
    assert document["items"] == EXPECTED["by_lscb"]["LEICESTER"]
    assert "annual-return-2014-15-leicester.json" in response["Content-Disposition"]


def test_the_export_is_on_record_with_who_made_it(client, officer):
    sign_in(client, officer)

    download(client, "csv")

    entry = AuditEntry.objects.filter(action="export_annual_return", outcome="done").get()
    assert entry.actor == officer.pk
    assert entry.acting_role == Role.RETURN_OFFICER
    assert json.loads(entry.detail)["board"] == "LEICESTER"


def test_the_export_asks_for_a_fresh_proof(client, officer):
    sign_in(client, officer, proved=False)

    response = client.post(EXPORT, {"format": "json"})

    assert response.status_code == 302
    assert not AuditEntry.objects.filter(action="export_annual_return", outcome="done").exists()


def test_a_fresh_proof_leads_back_to_the_file_that_is_still_to_be_made(client, officer):
    sign_in(client, officer, proved=False)

    asked = client.post(EXPORT, {"format": "json", "board": "LEICESTER"})

    back = parse_qs(urlsplit(asked["Location"]).query)["next"][0]
    assert back == f"{RETURN}?file=again&board=LEICESTER#file"
    assert "The file is not made yet" in words(client.get(back))
    assert "The file is not made yet" not in words(client.get(RETURN))


def test_an_address_alone_exports_nothing(client, officer):
    sign_in(client, officer)

    response = client.get(EXPORT)

    assert response.status_code == 302
    assert response["Location"] == RETURN
    assert not AuditEntry.objects.filter(action="export_annual_return", outcome="done").exists()


def test_a_format_that_is_not_written_is_said(client, officer):
    sign_in(client, officer)

    response = client.post(EXPORT, {"format": "doc"}, follow=True)

    assert "Select Excel, PDF, CSV or JSON" in words(response)


def test_another_boards_file_is_not_there(client, officer):
    sign_in(client, officer)

    response = client.post(EXPORT, {"format": "json", "board": "LEICS_RUTLAND"})

    assert response.status_code == 404


def test_the_return_to_make_is_work_with_its_gaps(officer):
    make_death(completed_on=YEAR.last_day, ethnicity="")
    make_death(completed_on=YEAR.last_day)

    before = return_work.return_to_make(officer, YEAR.last_day)
    after = return_work.return_to_make(officer, YEAR.last_day.replace(month=4, day=1))

    assert before == []
    assert after[0].url == RETURN
    assert "1 review of 2 completed has something missing" in after[0].why
    assert "the exact day is not known. The first of May is taken here" in after[0].why
    assert after[0].due_on == datetime.date(2015, 5, 1)


def test_the_return_is_nobody_elses_work(outsider):
    make_death(completed_on=YEAR.last_day)

    assert return_work.return_to_make(outsider, YEAR.last_day.replace(month=4, day=1)) == []


def test_an_imported_year_comes_out_as_it_was_counted_independently(tmp_path):
    call_command("import_cases", str(DATA / "llr_2014_15.csv"))

    call_command("export_annual_return", "2015", str(tmp_path / "all.json"))
    for board in EXPECTED["by_lscb"]:
        call_command(
            "export_annual_return", "2015", str(tmp_path / f"{board}.json"), "--lscb", board
        )

    document = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert document["items"] == EXPECTED["all"]
    assert document["groups"] == EXPECTED["groups"]
    for board, items in EXPECTED["by_lscb"].items():
        written = json.loads((tmp_path / f"{board}.json").read_text(encoding="utf-8"))
        assert written["items"] == items


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ([{"outcome": "M"}], "Next: put right what the checks found"),
        ([{"ethnicity": ""}], "Next: find out what is missing in 1 case"),
        ([{"expectedness": "UNSURE"}], "Next: look at what the checks ask"),
        ([{}], "Next: make the file"),
    ],
)
def test_the_page_says_what_to_do_next(client, manager, facts, says):
    for each in facts:
        make_death(completed_on=YEAR.last_day, **each)
    # One gap in many is not a table of unknowns.
    make_deaths_without_gaps(10)
    sign_in(client, manager)

    assert says in words(client.get(RETURN))


def make_deaths_without_gaps(number):
    with change("open_case", by=None) as written:
        for _ in range(number):
            make_death(written, completed_on=YEAR.last_day)
