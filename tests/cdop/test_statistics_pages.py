"""The statistics pages: figures of one's own boards, given out through the gate, and to whom."""

import csv
import datetime
import io
import json
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casereview.models import AuditEntry, Population, Release, StandingRole
from casereview.pdf import pages_of
from casereview.records import change
from casereview.rules.access_table import Role, roles_for
from cdop.codes import categories_of_death
from tests import factories
from tests.cdop.reviewed import DATA, bring_in, make_death
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

EXPECTED = json.loads((DATA / "llr_2014_15.expected.json").read_text(encoding="utf-8"))
HOME = "/statistics/"
REVIEWS = "/statistics/reviews/?year=2015&years=1"
GIVE = "/statistics/give/"
TIME = "/statistics/time/?year=2015&years=1"
RATES = "/statistics/rates/?year=2015&years=5"
MODIFIABLE = "/statistics/modifiable/?year=2015&years=1"
PAGES = (HOME, REVIEWS, TIME, RATES, MODIFIABLE)


def words(response):
    return re.sub(r"\s+", " ", Page(response.content.decode()).words)


def rows_of(response, key):
    """Return the cells of a table of the page by the first words of its rows."""
    page = response.content.decode()
    table = page.split(f'id="{key}"', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return {re.sub("<[^>]*>", "", one[0]): one[1:] for one in cells}


def figures(response, key):
    return rows_of(response, f"figures-{key}")


@pytest.fixture
def year(db):
    """Twenty-four reviews: of malignancy only three had modifiable factors."""
    with change("open_case", by=None) as written:
        for category, outcome, number in (
            ("3", "M", 8),
            ("3", "N", 6),
            ("4", "M", 3),
            ("4", "N", 7),
        ):
            for _ in range(number):
                make_death(
                    written,
                    completed_on=datetime.date(2015, 3, 2),
                    category=category,
                    outcome=outcome,
                )


@pytest.fixture
def manager(db):
    return factories.make_user(Role.CDR_MANAGER)


def of_board(role, code):
    """Return a person with a role at one board."""
    user = factories.make_user(None, email=f"{role}-{code}@example.org")
    with change("give_role", by=None) as written:
        written.save(
            StandingRole(user=user, role=role, board=factories.board(code), given_at=timezone.now())
        )
    return user


def give(client, audience="public", **more):
    return client.post(GIVE, {"year": "2015", "years": "1", "for": audience, **more})


def test_the_panel_sees_the_published_year_whole(client, manager):
    bring_in()
    sign_in(client, manager)

    response = client.get(REVIEWS)

    group = figures(response, "group")
    items = EXPECTED["all"]
    assert group["All"][:4] == [str(items[f"AG-0{n}"]) for n in (2, 3, 4, 1)]
    for code, label in categories_of_death():
        counted = items["AG-13"].get(code, {"total": 0})["total"]
        assert figures(response, "category").get(label, [0] * 4)[3] == str(counted) or not counted
    assert [group[name][3] for name in ("Neonatal", "Expected", "Unexpected")] == ["23", "23", "25"]
    assert group["All"][4] == "32%"
    assert "Nothing is hidden" in words(response)
    assert not Release.objects.exists()
    time = client.get(TIME)
    assert time.content.decode().count("<circle") == 2 * 71
    assert rows_of(time, "days-table")["Death to notification"][0] == "71"
    rates = client.get(RATES)
    # 22 per cent were published for 2013-14, the last before 2014-15.
    assert "England, 22% in 2013-14" in words(rates)
    seen, decided = items["AG-02"], items["AG-02"] + items["AG-03"]
    point = rows_of(rates, "funnel-table")["2014-15"]
    assert point[:2] == [str(seen), str(decided)]
    assert point[3] == f"{0.22 * decided:.1f}"


def test_what_is_given_is_protected_recorded_and_read_again_from_its_files(client, manager, year):
    sign_in(client, manager)
    shown = client.get(f"{REVIEWS}&for=public")
    assert "c: not given" in words(shown)
    small = [n for row in figures(shown, "category").values() for n in row[:3] if n.isdigit()]
    assert small and not any(0 < int(n) < 5 for n in small)

    response = give(client)

    release = Release.objects.get()
    assert response.url == f"/statistics/given/{release.number}/"
    page = client.get(response.url)
    assert figures(page, "category") == figures(shown, "category")
    entry = AuditEntry.objects.filter(action="export_statistics", outcome="done").get()
    assert json.loads(entry.detail)["release"] == release.number
    rows = list(csv.reader(io.StringIO(client.get(f"{response.url}csv/").content.decode())))
    table = rows[rows.index([]) + 1 :]
    by_name = {row[0]: row[1:] for row in rows if row}
    for name, numbers in figures(page, "group").items():
        if name != "All":
            assert by_name[name] == numbers
    assert table[0][0] == "Kind of death"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{response.url}xlsx/").content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    first = next(row for row in cells if row[0] == "Malignancy")
    assert [str(value) for value in first[1:4]] == figures(page, "category")["Malignancy"][:3]
    whole = "".join(str(value) for row in cells for value in row)
    assert f"Release {release.number}" in whole
    assert not any(isinstance(value, int) and 0 < value < 5 for row in cells for value in row)
    assert give(client).url == response.url


def test_a_death_more_is_not_told_by_the_next_release(client, manager, year):
    sign_in(client, manager)
    give(client)
    total = figures(client.get("/statistics/given/1/"), "group")["All"][2]
    assert total == "24"
    make_death(completed_on=datetime.date(2015, 3, 2), category="3", outcome="M")

    shown = figures(client.get(f"{REVIEWS}&for=public"), "group")

    assert shown["All"][2] == "c"
    assert figures(client.get(REVIEWS), "group")["All"][3] == "25"


def test_the_panel_s_file_needs_a_fresh_proof_and_is_no_release(client, manager, year):
    sign_in(client, manager, proved=False)
    assert "for" not in give(client, "panel", format="csv").headers.get("Content-Disposition", "")
    assert not AuditEntry.objects.filter(action="export_statistics", outcome="done").exists()
    sign_in(client, manager)

    response = give(client, "panel", format="csv")

    assert response["Content-Disposition"] == 'attachment; filename="statistics.csv"'
    assert "Nothing is hidden" in response.content.decode()
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "role",
    [Role.CONTRIBUTOR, Role.PANEL_MEMBER, Role.RETURN_OFFICER, Role.BOARD_MEMBER, Role.AUDITOR],
)
def test_each_role_opens_the_pages_of_the_table_and_no_other(client, role):
    sign_in(client, factories.make_user(role))

    opened = {page: client.get(page).status_code for page in PAGES}

    staff = role in roles_for("view_statistics")
    panel = role in roles_for("work_out_statistics")
    assert opened == {page: 200 if (staff if page == HOME else panel) else 403 for page in PAGES}
    maker = role in (Role.CDR_MANAGER, Role.RETURN_OFFICER)
    assert give(client).status_code == (302 if maker else 403)


def test_contributors_leads_reviewers_and_action_owners_are_kept_out():
    outside = {Role.CONTRIBUTOR, Role.AGENCY_LEAD, Role.LEAD_REVIEWER, Role.ACTION_OWNER}

    assert set(Role) - set(roles_for("view_statistics")) == outside


def test_figures_are_of_one_s_own_boards_and_nobody_else_s(client, year):
    other = of_board(Role.CDR_MANAGER, "NOTTINGHAM")
    sign_in(client, other)

    response = client.get(REVIEWS)

    assert "No review was completed in these years" in words(response)
    assert client.get(f"{REVIEWS}&board=LEICESTER").status_code == 404
    assert give(client, board="LEICESTER").status_code == 404


def test_a_board_member_reads_what_was_given_to_their_board_only(client, manager, year):
    sign_in(client, manager)
    give(client, "board")
    here = of_board(Role.BOARD_MEMBER, "LEICESTER")
    there = of_board(Role.BOARD_MEMBER, "NOTTINGHAM")

    sign_in(client, here)
    assert "Child death reviews completed in 2014-15" in words(client.get(HOME))
    assert client.get("/statistics/given/1/").status_code == 200
    sign_in(client, there)
    assert "Nothing has been given out yet" in words(client.get(HOME))
    for path in ("/statistics/given/1/", "/statistics/given/1/csv/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["year=0", "year=99999999", "years=4", "for=all", "board=<b>", "year=2015&years=x"]
)
def test_what_cannot_be_asked_for_is_not_found(client, manager, query):
    sign_in(client, manager)

    assert client.get(f"/statistics/reviews/?{query}").status_code == 404


def test_rates_come_with_exact_intervals_once_a_population_is_entered(client, manager):
    for _ in range(7):
        make_death()
    sign_in(client, manager)
    assert "not entered" in words(client.get(RATES))
    form = {
        "year": "2015",
        "group": "under_18",
        "number": "105000",
        "source": "Example estimate 2014",
    }
    assert "Select the board" in words(client.post("/statistics/rates/population/", form))

    for board in ("LEICESTER", "LEICS_RUTLAND"):
        posted = client.post("/statistics/rates/population/", {**form, "board": board})
        assert posted.status_code == 302, words(posted)

    # Garwood: 7 of 210,000, so 2.8145 to 14.4227 of them.
    shown = rows_of(client.get(RATES), "rates-under_18")
    assert Population.objects.count() == 2
    assert shown["2014-15"] == ["7", "210,000", "3.3", "1.3 to 6.9"]
    assert shown["2013-14"] == ["0", "not entered", "–", "–"]
    hidden = client.get(f"{RATES}&for=public")
    assert "shown to the panel only" in words(hidden)
    assert rows_of(hidden, "rates-under_18")["2014-15"][0] == "7"
    make_death(born_on=datetime.date(2008, 5, 12))
    # One of eight was older than a year: the infants and the whole would tell.
    hidden = client.get(f"{RATES}&for=public")
    told = [rows_of(hidden, f"rates-{of}")["2014-15"] for of in ("under_18", "live_births")]
    assert [row[0] for row in told] in (["8", "c"], ["c", "7"], ["c", "c"])
    assert ["c", "210,000", "c", "c"] == told[0] or told[1][0] == "c"


@pytest.fixture
def rates(db):
    """Deaths of 2014-15: seven infants, and two older children, whose number is small."""
    with change("test", by=None) as written:
        for _ in range(7):
            make_death(written)
        for _ in range(2):
            make_death(written, born_on=datetime.date(2006, 5, 12))
        for board in ("LEICESTER", "LEICS_RUTLAND"):
            for group, number in (("under_18", 105_000), ("live_births", 5_000)):
                written.save(
                    Population(
                        board=factories.board(board),
                        year=2015,
                        group=group,
                        number=number,
                        source="=Example estimate",
                        entered_at=timezone.now(),
                    )
                )


def test_the_panel_s_rates_leave_as_files_that_are_read_again(client, manager, rates):
    sign_in(client, manager)
    asked = {"years": "5", "of": "rates"}

    table = give(client, "panel", format="csv", **asked)
    book = openpyxl.load_workbook(io.BytesIO(give(client, "panel", format="xlsx", **asked).content))
    paper = "".join(pages_of(give(client, "panel", format="pdf", **asked).content))

    rows = list(csv.reader(io.StringIO(table.content.decode())))
    # Garwood: 9 of 210,000 and 7 of 10,000.
    assert ["2014-15", "9", "210000", "4.3", "2.0 to 8.1"] in rows
    assert ["2014-15", "7", "10000", "0.7", "0.3 to 1.4"] in rows
    assert ["Population: =Example estimate."] in rows
    cells = [[cell.value for cell in row][:5] for row in book.active.iter_rows()]
    assert ["2014-15", 9, 210_000, 4.3, "2.0 to 8.1"] in cells
    assert "2.0 to 8.1" in paper and "not to be passed on" in paper
    assert not Release.objects.exists()


def test_rates_given_to_everybody_stand_as_given_and_tell_no_small_number(client, manager, rates):
    sign_in(client, manager)

    response = give(client, years="5", of="rates")

    release = Release.objects.get()
    client.get(response.url)  # says that it was done, once
    page = client.get(response.url)
    told = [rows_of(page, f"rates-{of}")["2014-15"] for of in ("under_18", "live_births")]
    # Nine less seven are two: one of the numbers is not given, nor its rate, nor its interval.
    assert sorted(row[0] for row in told)[-1] == "c"
    for deaths, children, rate, interval in told:
        assert deaths != "c" or (rate, interval) == ("c", "c")
        assert children in ("210,000", "10,000")
    for end in ("csv", "xlsx", "pdf"):
        assert client.get(f"{response.url}{end}/").status_code == 200
    rows = list(csv.reader(io.StringIO(client.get(f"{response.url}csv/").content.decode())))
    assert {tuple(row[1:]) for row in rows if row[:1] == ["2014-15"]} == {
        tuple(cell.replace(",", "") for cell in row) for row in told
    }
    # What was entered since changes nothing that was given; new rates are a release of their own.
    with change("test", by=None) as written:
        for row in Population.objects.all():
            row.number *= 2
            written.save(row)
    assert words(client.get(response.url)) == words(page)
    assert give(client, years="5", of="rates").url != response.url
    assert Release.objects.exclude(pk=release.pk).get().shown == release.shown


def test_deprivation_is_a_table_once_somebody_looked_it_up(client, manager, year):
    sign_in(client, manager)
    assert "Deprivation of the area" not in client.get(REVIEWS).content.decode()
    done = {"completed_on": datetime.date(2015, 3, 2), "category": "3", "outcome": "M"}
    for tenth in ("1", "2", "2", "1", "1", "1", "8"):
        make_death(deprivation=tenth, **done)

    whole = figures(client.get(REVIEWS), "deprivation")
    public = figures(client.get(f"{REVIEWS}&for=public"), "deprivation")

    assert whole["Most deprived fifth (tenths 1 and 2)"][3] == "6"
    assert whole["Tenths 7 and 8"][3] == "1"
    assert whole["Not known"][3] == "24"
    assert public["Tenths 7 and 8"][2] == "c"
    small = [n for row in public.values() for n in row[:3] if n.isdigit()]
    assert small and not any(0 < int(n) < 5 for n in small)


def test_reasons_are_read_by_who_may_read_the_reviews_and_by_nobody_else(client, manager):
    case = make_death(
        completed_on=datetime.date(2014, 9, 2),
        category="3",
        outcome="M",
        reason="A stair gate was not there",
    )
    member = factories.make_user(Role.PANEL_MEMBER)
    page = f"{MODIFIABLE}&category=3"
    sign_in(client, manager)
    told = client.get(page)
    row = rows_of(told, "modifiable")["Trauma and other external factors"]
    assert row == ["1", "1", "100%", "21% to 100%", "none published by then", ""]
    assert "A stair gate was not there" in words(told)
    sign_in(client, member)
    said = words(client.get(page))
    assert "A stair gate" not in said and case.reference not in said
    factories.recuse(manager, case)
    sign_in(client, manager)
    told = client.get(page)
    assert "A stair gate" not in words(told) and case.reference not in words(told)
    # Counted all the same: figures are the same for every reader.
    assert rows_of(told, "modifiable")["Trauma and other external factors"][0] == "1"


def test_the_pages_ask_the_database_as_often_for_many_as_for_few(client, manager):
    sign_in(client, manager)
    make_death(completed_on=datetime.date(2014, 9, 2), category="3", outcome="M")
    pages = (REVIEWS, TIME, RATES, MODIFIABLE)

    def asked():
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
        return found

    asked()
    few = asked()
    for day in range(3, 9):
        make_death(completed_on=datetime.date(2014, 9, day), category="3", outcome="N")

    assert asked() == few
