"""The return officer's day: a year is read, asked about, traced and frozen, and its files made."""

import json
import re

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone

from casereview import actions
from casereview.models import AuditEntry, Case, Child, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.models import AnnualReturn, PanelReview
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
def manager(db):
    return factories.make_user(Role.CDR_MANAGER)


@pytest.fixture
def imported(db):
    """The fictional year, brought in as its file is brought in."""
    call_command("import_cases", str(DATA / "llr_2014_15.csv"))


def test_a_return_officer_goes_from_gaps_to_frozen_files_without_seeing_a_case(
    page, problems, officer, imported, manager, tmp_path
):
    reader = Reader(sit_down(page, officer, proved=False))

    reader.open("/", "Your work")
    reader.follow("Returns", "Annual returns")
    reader.follow("2014-15", RETURN)
    read_checks_and_gaps(reader)
    ask_for_what_is_missing(reader)
    trace_a_figure(reader)
    freeze_the_year(reader)
    book = make_the_files(reader, tmp_path)

    kept = AnnualReturn.objects.get(frozen_at__isnull=False)
    assert (kept.completed, kept.frozen_by) == (EXPECTED["all"]["AG-01"], officer)
    rows = [row for row in openpyxl.load_workbook(book).worksheets[0].values if row[0]]
    totals = {item: value for item, value in EXPECTED["all"].items() if isinstance(value, int)}
    assert {row[0]: row[2] for row in rows if row[0] in totals} == totals
    assert AuditEntry.objects.filter(action="export_annual_return", actor=officer.pk).exists()
    correct_one_case(manager)
    revise_the_year(reader)
    assert AnnualReturn.objects.filter(revision=2).get().completed == kept.completed
    assert AnnualReturn.objects.get(pk=kept.pk).digest == kept.digest
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


def ask_for_what_is_missing(reader: Reader) -> None:
    """One press asks whoever keeps the cases; the page says that they were asked."""
    reader.follow(
        "Readiness by case, by agency and by field, and asking for what is missing",
        "What the return lacks",
    )
    reader.page.get_by_role("button", name=re.compile("^Ask about all")).click()
    reader.look("What the return lacks")
    assert reader.page.get_by_text("finds it among their work").is_visible()
    reader.follow("By field", "What the return lacks")
    reader.follow("Back to the return", RETURN)


def freeze_the_year(reader: Reader) -> None:
    """The year is frozen once a fresh code has proved who asks."""
    page = reader.page
    reader.press("Freeze the return", "Confirm that it is you")
    with page.expect_navigation():
        show_code(page, "Confirm")
    reader.look("Freeze the return, 2014-15")
    reader.press("Freeze the return", "Freeze the return, 2014-15")
    page.get_by_label("I have looked at the figures").check()
    reader.press("Freeze the return", "as it was sent")
    assert page.get_by_text("What is kept gives this digest still").is_visible()


def make_the_files(reader: Reader, folder):
    """Each file of what was frozen is handed over; return where the workbook was kept."""
    for button, ending in (("PDF, to sign off", "pdf"), ("Excel, laid out as the form", "xlsx")):
        with reader.page.expect_download() as waiting:
            reader.page.get_by_role("button", name=button).click()
        name = f"annual-return-2014-15-revision-1.{ending}"
        assert waiting.value.suggested_filename == name
        waiting.value.save_as(folder / f"return.{ending}")
    reader.follow("As published beside as now", "as published beside as now")
    return folder / "return.xlsx"


def correct_one_case(manager) -> None:
    """The manager of the cases puts right what nobody of the return may touch."""
    review = PanelReview.objects.filter(modifiable_outcome="N").order_by("case__reference").first()
    child = Child.objects.get(case=review.case)
    actions.correct_record(
        record=child,
        by=manager,
        case=review.case,
        reason="Entered wrongly",
        sex="M" if child.sex == "F" else "F",
    )


def revise_the_year(reader: Reader) -> None:
    """What was sent stands beside what counts now; a revision says why, and what it moved."""
    reader.open("/returns/2015/compare/", "as published beside as now")
    assert "Sex: from" in reader.page.locator("main").inner_text()
    reader.follow("Back to the return", RETURN)
    reader.press("Make a revision", "Revise the return, 2014-15")
    reader.page.get_by_label("Why is the return revised?").fill("A child’s sex was corrected")
    reader.page.get_by_label("I have looked at the figures").check()
    reader.press("Freeze the revision", "as it was sent")
    said = reader.page.locator("main").inner_text()
    assert "A child’s sex was corrected" in said
    assert "Completed reviews by gender" in said


def see_no_case(reader: Reader, problems: list[str]) -> None:
    """No page gave a link to a case, and the address of one leads nowhere."""
    assert not any('href="/cases/' in read for read in reader.read)
    assert problems == []
    reference = Case.objects.first().reference
    reader.open(f"/cases/{reference}/", "Page not found")
    assert [problem for problem in problems if "404" in problem] == problems
    problems.clear()
