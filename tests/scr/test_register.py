"""The decisions register: anonymous, complete, and the same in the page and both files."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from casereview import pdf
from casereview.models import AuditEntry
from casereview.rules.access_table import Role
from scr.register import number_of, register
from scr.register_files import COLUMNS
from tests import agreed, factories, scr_factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2015, 6, 1)
LOOKED_AFTER = {
    "under_18_at_event": "yes",
    "event": "died",
    "custody_death": "no",
    "mha_detained": "no",
    "dol_order_16_17": "no",
    "abuse_or_neglect": "no",
    "looked_after": "yes",
    "regulated_setting": "no",
    "learning_potential": "yes",
}


@pytest.fixture
def group():
    return scr_factories.make_scr_people()


@pytest.fixture
def decided(group):
    case = factories.make_case(family_name="Qxchild")
    referral = scr_factories.make_referral(case=case)
    scr_factories.make_assessment(
        by=group[Role.SCR_MEMBER], referral=referral, answers=LOOKED_AFTER
    )
    scr_factories.make_recommendation(group, case, recommended="alternative_review", dissent=True)
    scr_factories.make_decision(group, case, decided="none")
    return case


def url(file_format: str = "") -> str:
    if file_format:
        return reverse("scr:export_scr_register", args=[file_format])
    return reverse("scr:view_scr_register")


def test_the_page_shows_every_line_that_holds_and_no_child(client, group, decided):
    inspector = factories.make_user(Role.BOARD_MEMBER)
    sign_in(client, inspector)

    text = client.get(url()).content.decode()

    assert number_of(decided) in text
    assert "The criteria are not met; there is learning for another kind of review" in text
    assert "To be notified: A looked after child died" in text
    assert "Alternative multi-agency learning review; 1 dissent" in text
    assert "The decision from the recommendation" in text
    assert "kept, 7 days to spare" in text
    assert "Not for publication" in text
    # The chair judged every criterion met; where the tool said otherwise, both stand there.
    assert "The person was 18 or over when it happened: not met; whoever decided: met" in text
    assert decided.reference not in text
    assert "Qxchild" not in text and "The example reasons of the chair" not in text


def test_the_files_are_read_again_and_say_what_the_page_says(client, group, decided):
    sign_in(client, group[Role.BOARD_MANAGER])

    book = load_workbook(io.BytesIO(agreed.take_out(client, url("xlsx")).content))
    pages = " ".join(pdf.pages_of(agreed.take_out(client, url("pdf")).content))

    rows = [[cell for cell in row] for row in book["Decisions"].iter_rows(values_only=True)]
    row = dict(zip(rows[4], rows[5], strict=True))
    years = list(book["Years"].iter_rows(values_only=True))
    assert tuple(rows[4]) == COLUMNS
    assert row["Number"] == number_of(decided)
    assert row["Decision"] == "30.04.2015: No further review"
    assert row["Referred"] == "2015-04-07"
    assert years[4] == (2016, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1)
    assert "The child died, and abuse or neglect is known or suspected: not met" in row["Criteria"]
    assert number_of(decided) in pages and "No further review" in pages
    for text in (str(rows), pages):
        assert "Qxchild" not in text and decided.reference not in text


def test_taking_the_register_out_is_on_record_and_needs_a_fresh_proof(client, group, decided):
    sign_in(client, group[Role.INDEPENDENT_CHAIR], proved=False)
    asked = client.get(url("xlsx"))
    sign_in(client, group[Role.INDEPENDENT_CHAIR])

    agreed.take_out(client, url("xlsx"))

    entry = AuditEntry.objects.filter(action="export_scr_register", outcome="done").get()
    assert asked.status_code == 302
    assert '"rows":1' in entry.detail.replace(" ", "")


def test_one_year_is_read_and_taken_out_alone(client, group, decided):
    sign_in(client, group[Role.BOARD_MANAGER])

    whole = client.get(url()).content.decode()
    this = client.get(url() + "?year=2016").content.decode()
    other = client.get(url() + "?year=2015").content.decode()
    odd = client.get(url() + "?year=２０１６").content.decode()
    file = agreed.take_out(client, url("xlsx") + "?year=2016")

    title = load_workbook(io.BytesIO(file.content))["Decisions"]["A1"].value
    assert '<a class="govuk-link" href="?year=2016">2016</a>' in whole
    assert number_of(decided) in this and "?year=2016" in this and "All years" in this
    assert number_of(decided) not in other
    assert "Nothing was referred, decided or published in that year" in other
    assert number_of(decided) in odd
    assert title.endswith("year to 31 March 2016")
    assert "decisions-register-2016.xlsx" in file.headers["Content-Disposition"]


def test_what_is_put_off_is_not_decided_and_goes_on_waiting(group):
    case = scr_factories.make_assessment(by=group[Role.SCR_MEMBER]).case
    scr_factories.make_recommendation(group, case, recommended="defer")
    scr_factories.make_decision(group, case, decided="defer")

    year = register(group[Role.BOARD_MANAGER], TODAY).years[0]

    assert (year.considered, year.decided, year.waiting) == (1, 0, 1)


def test_a_board_reads_its_own_register_only(group, decided):
    elsewhere = factories.board("NOTTINGHAM")
    other = scr_factories.make_scr_user(Role.BOARD_MANAGER, elsewhere)

    assert register(other, TODAY).rows == []
    assert len(register(group[Role.BOARD_MANAGER], TODAY).rows) == 1


def test_who_has_withdrawn_finds_no_row_of_the_case(group, decided):
    factories.recuse(group[Role.SCR_CHAIR], decided)

    assert register(group[Role.SCR_CHAIR], TODAY).rows == []


@pytest.mark.parametrize(
    "role", [Role.CDR_MANAGER, Role.PANEL_MEMBER, Role.SCR_MEMBER, Role.ADMINISTRATOR, None]
)
def test_nobody_else_opens_the_register(client, role):
    sign_in(client, factories.make_user(role))

    assert client.get(url()).status_code == 403
    assert client.get(url("xlsx")).status_code == 403


def test_the_register_asks_the_same_however_many_cases(group, decided):
    reader = group[Role.BOARD_MANAGER]
    register(reader, TODAY)
    with CaptureQueriesContext(connection) as one:
        register(reader, TODAY)
    for _ in range(3):
        scr_factories.make_assessment(by=group[Role.SCR_MEMBER])

    with CaptureQueriesContext(connection) as four:
        found = register(reader, TODAY)

    assert len(found.rows) == 4
    assert len(four) == len(one)
