"""An administrator enters the real form of a year without code, and the return follows."""

import io
import re

import openpyxl
import pytest

from casereview.models import AuditEntry
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from cdop import return_forms
from cdop.models import ReturnForm
from tests import factories
from tests.agreed import take_out
from tests.cdop.reviewed import make_death
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

YEAR = ReturnYear(2015)
FORM = "/returns/forms/2015/"


def words(response):
    # Cells stand side by side: without a space their words would run together.
    return re.sub(r"\s+", " ", Page(response.content.decode().replace("<", " <")).words)


@pytest.fixture
def administrator(client, db):
    user = factories.make_user(Role.ADMINISTRATOR)
    sign_in(client, user)
    return user


def enter(client, part, seen=0, **typed):
    return client.post(f"{FORM}enter/{part}/", {"seen": seen, **typed})


def codes_of(client, part):
    page = client.get(f"{FORM}enter/{part}/").content.decode()
    return re.search(r'<textarea name="codes"[^>]*>([^<]*)', page)[1].strip()


def test_wording_order_codes_deadline_and_checks_are_entered_and_the_file_follows(
    client, administrator
):
    codes = codes_of(client, "AG-11").replace("Female", "Girls").replace("F | F", "F | 2")
    about = {"status": "CONFIRMED", "source": "LSCB1 2014-15, the form", "coverage": "modifiable"}
    deadline = {"deadline_day": "29", "deadline_month": "5", "deadline_year": "2015"}

    enter(client, "form", 0, **about, **deadline)
    enter(client, "AG-11", 1, question="Sex <b>of</b> child", number="Q4", place="5", codes=codes)
    enter(client, "V13", 2, severity="off", words="Not on the form")

    page = words(client.get(FORM))
    template = return_forms.template_of(YEAR)
    assert "LSCB1 2014-15, the form" in page
    assert "Due Friday 29 May 2015" in page
    assert "Sex <b>of</b> child" in page
    assert "Not on the form Not asked" in page
    assert "Entry 3" in page
    assert template.version == "2014-04-01/3"
    assert template.items[0].item == "AG-11"
    make_death(completed_on=YEAR.last_day, event="OTHER")
    officer = factories.make_user(Role.RETURN_OFFICER)
    sign_in(client, officer)
    said = words(client.get("/returns/2015/"))
    assert "Due Friday 29 May 2015" in said
    assert "Girls" in said
    book = openpyxl.load_workbook(
        io.BytesIO(client.post("/returns/2015/export/", {"format": "xlsx"}).content)
    )
    assert ("2", "Girls") in {row[:2] for row in book.worksheets[0].values}
    # The one review has no modifiable factors, so it has no row.
    rows = take_out(client, "/returns/2015/child-level/")
    book = openpyxl.load_workbook(io.BytesIO(rows.content))
    sheet = list(book.worksheets[1].values)
    assert "with modifiable factors, and no other" in sheet[1][0]
    assert len(sheet) == 4
    for file_format in ("csv", "pdf", "json"):
        assert client.post("/returns/2015/export/", {"format": file_format}).status_code == 200
    assert AuditEntry.objects.filter(action="change_return_form", outcome="done").count() == 3


def test_what_somebody_else_entered_meanwhile_is_not_lost(client, administrator):
    enter(client, "V13", 0, severity="off", words="first")

    response = enter(client, "V13", 0, severity="error", words="second")

    assert "Somebody else has entered something of this form meanwhile" in words(response)
    assert ReturnForm.objects.get().content["checks"]["V13"]["words"] == "first"


@pytest.mark.parametrize(
    ("part", "typed", "says"),
    [
        ("AG-11", {"question": "x", "place": "1", "codes": "X | 1 | y"}, "not one of our codes"),
        ("AG-11", {"question": "", "place": "1", "codes": ""}, "Enter the wording"),
        ("AG-11", {"question": "x", "place": "0", "codes": ""}, "whole number from 1"),
        ("V13", {"severity": "fatal", "words": "x"}, "severity"),
        ("form", {"status": "", "source": "x"}, "status"),
    ],
)
def test_what_cannot_be_entered_is_said(client, administrator, part, typed, says):
    response = enter(client, part, **typed)

    assert response.status_code == 200
    assert says in words(response)
    assert not ReturnForm.objects.exists()


@pytest.mark.parametrize("part", ["AG-99", "V99", "x", "AG-11%0A"])
def test_a_part_that_no_form_has_is_not_found(client, administrator, part):
    assert client.get(f"{FORM}enter/{part}/").status_code == 404


def test_two_years_are_shown_side_by_side(client, administrator):
    same = words(client.get(f"{FORM}beside/2016/"))
    enter(client, "AG-11", 0, question="Sex of the child", place="50", codes="")

    differ = words(client.get(f"{FORM}beside/2016/"))

    assert "They do not differ" in same
    assert "AG-11: wording Sex of the child Completed reviews by gender" in differ
    assert client.get(f"{FORM}beside/1999/").status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "changes"),
    [
        (Role.RETURN_OFFICER, 200, 403),
        (Role.CDR_MANAGER, 200, 403),
        (Role.ADMINISTRATOR, 200, 200),
        (Role.PANEL_MEMBER, 403, 403),
        (None, 403, 403),
    ],
)
def test_who_may_read_and_who_may_change_a_form(client, role, reads, changes):
    sign_in(client, factories.make_user(role))

    assert client.get("/returns/forms/").status_code == reads
    assert client.get(FORM).status_code == reads
    assert client.get(f"{FORM}enter/AG-11/").status_code == changes
    assert client.post(f"{FORM}enter/V13/", {"seen": 0}).status_code == changes
