"""The return officer's day: a year is read, checked and traced, and its file is made."""

import json
import re

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone

from casereview.models import AuditEntry, Case, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories
from tests.cdop.reviewed import DATA
from tests.journeys.looking import Reader
from tests.journeys.signing_in import show_code, sit_down

EXPECTED = json.loads((DATA / "llr_2014_15.expected.json").read_text(encoding="utf-8"))
RETURN = "Annual return, 2014-15"


@pytest.fixture
def officer(db):
    """One who makes the return of both boards of the panel."""
    user = factories.make_user(None, name="Colin Counting")
    role = StandingRole(
        user=user, role=Role.RETURN_OFFICER, panel=factories.panel(), given_at=timezone.now()
    )
    with change("give_role", by=None) as written:
        written.save(role)
    return user


@pytest.fixture
def imported(db):
    """The fictional year, brought in as its file is brought in."""
    call_command("import_cases", str(DATA / "llr_2014_15.csv"))


def test_a_return_officer_makes_the_file_of_a_year_without_seeing_a_case(
    page, problems, officer, imported, tmp_path
):
    reader = Reader(sit_down(page, officer, proved=False))

    reader.open("/", "Your work")
    reader.follow("Returns", "Annual returns")
    reader.follow("2014-15", RETURN)
    read_checks_and_gaps(reader)
    trace_a_figure(reader)
    book = make_the_file(reader, tmp_path)

    rows = [row for row in openpyxl.load_workbook(book).active.values if row[0]]
    totals = {item: value for item, value in EXPECTED["all"].items() if isinstance(value, int)}
    assert {row[0]: row[2] for row in rows if row[0] in totals} == totals
    assert AuditEntry.objects.filter(action="export_annual_return", actor=officer.pk).exists()
    see_no_case(reader, problems)


def read_checks_and_gaps(reader: Reader) -> None:
    """The page says what is to be checked and what is missing, and whose turn it is."""
    said = reader.page.locator("main").inner_text()
    assert "RECONSTRUCTED template – not the statutory form" in said
    assert "Confirm the event" in said
    reader.press("See the gaps", RETURN)
    assert reader.page.url.endswith("#gaps")
    assert reader.page.get_by_role("heading", name="Gaps by case").is_visible()


def trace_a_figure(reader: Reader) -> None:
    """A figure is opened and counted; its cases are withheld from who may not see them."""
    number = EXPECTED["all"]["AG-02"]
    named = re.compile(rf"^{number}\s+– Of these: modifiable")
    reader.page.get_by_role("link", name=named).first.click()
    reader.look("Of these: modifiable factors identified")
    said = reader.page.locator("main").inner_text()
    assert f"{number} cases" in said
    reader.follow("Back to the return", RETURN)
    reader.page.get_by_label("Residents of").select_option("LEICESTER")
    reader.press("Show this board", RETURN)
    number = EXPECTED["by_lscb"]["LEICESTER"]["AG-01"]
    assert reader.page.locator(".app-stats__number").first.inner_text().startswith(f"{number}")
    reader.page.get_by_label("Residents of").select_option("")
    reader.press("Show this board", RETURN)


def make_the_file(reader: Reader, folder):
    """The file is handed over once a fresh code has proved who asks; return where it was kept."""
    page = reader.page
    reader.press("Excel, laid out as the form", "Confirm that it is you")
    assert page.get_by_text("Confirm that it is you, then do it again").is_visible()
    show_code(page, "Confirm")
    reader.look(RETURN)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Excel, laid out as the form").click()
    assert waiting.value.suggested_filename == "annual-return-2014-15.xlsx"
    waiting.value.save_as(folder / "return.xlsx")
    return folder / "return.xlsx"


def see_no_case(reader: Reader, problems: list[str]) -> None:
    """No page gave a link to a case, and the address of one leads nowhere."""
    assert not any('href="/cases/' in read for read in reader.read)
    assert problems == []
    reference = Case.objects.first().reference
    reader.open(f"/cases/{reference}/", "Page not found")
    assert [problem for problem in problems if "404" in problem] == problems
    problems.clear()
