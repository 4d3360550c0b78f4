"""Returns and given figures for programs: the page's own numbers, hidden where the page hides."""

import datetime
import json

import pytest
from django.utils import timezone

from casereview.models import AuditEntry, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from cdop import counting, return_layout
from tests import factories
from tests.cdop.reviewed import make_death
from tests.html import without_token
from tests.reading import ask, token_of
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _switched_on(settings):
    settings.API = True


@pytest.fixture
def officer(db):
    return factories.make_user(Role.RETURN_OFFICER)


@pytest.fixture
def year(db):
    """Twenty-four reviews: of malignancy only three had modifiable factors."""
    numbers = (("3", "M", 8), ("3", "N", 6), ("4", "M", 3), ("4", "N", 7))
    with change("open_case", by=None) as written:
        for category, outcome, number in numbers:
            for _ in range(number):
                make_death(
                    written,
                    completed_on=datetime.date(2015, 3, 2),
                    category=category,
                    outcome=outcome,
                )


def test_a_return_has_the_figures_of_its_page(year, officer):
    answer = ask(token_of(officer), "/api/returns/2015").json()

    return_year = ReturnYear(2015)
    counted, _ = counting.count_return(return_year, counting.scope_of(officer, return_year))
    figures = {
        (line["item"], line["code"]): line["counts"]
        for section in answer["sections"]
        for line in [*section["figures"], *(one for t in section["tables"] for one in t["lines"])]
    }
    expected = {
        (line.item, line.code): dict(line.counts)
        for section in return_layout.sections(counted)
        for line in [*section.figures, *(one for t in section.tables for one in t.lines)]
    }
    assert figures == expected
    assert figures["AG-01", ""]["total"] == 24
    assert answer["first_day"] == "2014-04-01" and answer["template"] == counted.template.status
    assert json.loads(AuditEntry.objects.filter(action="view_return").last().detail)["year"] == 2015


@pytest.mark.parametrize("path", ["/api/returns/1066", "/api/returns/2015?board=NOWHERE"])
def test_a_return_that_is_not_there_is_not_found(path, officer):
    assert ask(token_of(officer), path).status_code == 404


def test_a_return_is_for_those_who_make_it(people):
    assert ask(token_of(people[Role.DESIGNATED_DOCTOR]), "/api/returns/2015").status_code == 403


def of_nottingham(role):
    user = factories.make_user(None, email="elsewhere@example.org")
    board = factories.board("NOTTINGHAM")
    with change("test", by=None) as written:
        written.save(StandingRole(user=user, role=role, board=board, given_at=timezone.now()))
    return user


def test_given_figures_are_as_they_were_given_and_to_whom(client, year, officer):
    sign_in(client, officer)
    given = {"year": "2015", "years": "1", "format": "csv"}
    client.post("/statistics/give/", given | {"for": "board"})
    page = without_token(client.get("/statistics/given/1/"))
    secret, elsewhere = token_of(officer), token_of(of_nottingham(Role.CDR_MANAGER))

    [release] = ask(secret, "/api/statistics").json()["releases"]
    answer = ask(secret, "/api/statistics/1").json()

    assert (release["number"], release["audience"]) == (1, "board")
    category = next(one for one in answer["tables"] if one["key"] == "category")
    rows = {row["label"]: row["numbers"] for row in category["rows"]}
    [malignancy] = [numbers for label, numbers in rows.items() if "alignan" in label]
    assert None in malignancy and rows["All"][-1] == 24
    assert len(category["columns"]) == len(malignancy)
    assert answer["legend"] and answer["legend"][:9] in page
    assert ask(elsewhere, "/api/statistics").json()["releases"] == []
    assert ask(elsewhere, "/api/statistics/1").status_code == 404
    assert ask(secret, "/api/statistics/2").status_code == 404
