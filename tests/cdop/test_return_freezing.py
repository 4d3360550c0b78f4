"""A return is frozen whole, revised with a reason, and shown as published beside as now."""

import csv
import datetime
import io
import json
import re

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from casereview import actions, pdf
from casereview.actions import NotAllowed
from casereview.models import AuditEntry, Board, Child, PanelBoard, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from cdop import counting, return_keeping, return_reread
from cdop.actions import returning
from cdop.models import AnnualReturn, PanelReview
from cdop.return_files import Beside, export_return
from cdop.rules.frozen_return import figures_digest
from tests import agreed, factories
from tests.cdop.reviewed import make_death
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

YEAR = ReturnYear(2015)
RETURN = "/returns/2015/"
FREEZE = "/returns/2015/freeze/"
SENT = "/returns/2015/sent/1/"
COMPARE = "/returns/2015/compare/"
COMMENTS = "/returns/2015/comments/"


@pytest.fixture
def officer(db):
    return factories.make_user(Role.RETURN_OFFICER)


@pytest.fixture
def manager(db):
    return factories.make_user(Role.CDR_MANAGER)


def words(response):
    # Cells stand side by side: without a space their words would run together.
    return re.sub(r"\s+", " ", Page(response.content.decode().replace("<", " <")).words)


def seen(client):
    return re.search(r'name="seen" value="([0-9a-f]{64})"', client.get(FREEZE).content.decode())[1]


def press(client, **typed):
    return client.post(FREEZE, {"seen": seen(client), "looked": "on", **typed})


def freeze(user, reason="", errors_explained="", scope=None):
    scope = scope or counting.scope_of(user, YEAR)
    counted, _ = counting.count_return(YEAR, scope)
    return returning.freeze_annual_return(
        year=YEAR,
        scope=scope,
        area_name="Here",
        seen=figures_digest(counted),
        reason=reason,
        errors_explained=errors_explained,
        by=user,
    )


def correct(case, by, **values):
    actions.correct_record(
        record=Child.objects.get(case=case),
        by=by,
        case=case,
        reason="Qxreason of the correction",
        **values,
    )


def test_the_officer_freezes_the_year_and_it_is_kept_whole(client, officer):
    make_death(completed_on=YEAR.last_day)
    sign_in(client, officer)
    client.post(
        COMMENTS,
        {
            "seen": "0",
            "comments": "=1+1 <b>late</b>",
            "signed_off_by": "The chair",
            "local_total": "1",
        },
    )

    response = press(client)

    assert response["Location"] == f"{SENT}?board=LEICESTER#file"
    kept = AnnualReturn.objects.get(frozen_at__isnull=False)
    assert (kept.year, kept.area, kept.revision, kept.completed) == (2015, "LEICESTER", 1, 1)
    assert kept.board.code == "LEICESTER"
    assert kept.frozen["document"]["items"]["AG-01"] == 1
    assert kept.frozen["lists"]["cdop/category_of_death"]
    assert (kept.template, kept.frozen_by) == ("lscb1-2014-15", officer)
    assert return_keeping.intact(kept)
    said = words(client.get(SENT))
    assert kept.digest in said
    assert "What is kept gives this digest still" in said
    assert "=1+1 <b>late</b>" in said
    assert "Signed off by The chair" in said
    entry = json.loads(AuditEntry.objects.get(action="freeze_annual_return", outcome="done").detail)
    assert entry["digest"] == kept.digest


def test_freezing_asks_for_a_fresh_proof_and_writes_nothing_without(client, officer):
    make_death(completed_on=YEAR.last_day)
    sign_in(client, officer, proved=False)

    responses = client.get(FREEZE), client.post(FREEZE, {"looked": "on"})

    assert {response.status_code for response in responses} == {302}
    assert not AnnualReturn.objects.exists()


def test_a_later_correction_changes_a_frozen_year_only_as_a_revision(client, officer, manager):
    case = make_death(completed_on=YEAR.last_day, sex="F", family_name="Qxname")
    first = freeze(officer)
    digest = first.digest
    correct(case, manager, sex="M")
    sign_in(client, officer)

    page, compared = words(client.get(RETURN)), words(client.get(COMPARE))

    first = AnnualReturn.objects.get(pk=first.pk)
    assert (first.digest, return_keeping.intact(first)) == (digest, True)
    assert first.frozen["document"]["items"]["AG-11"]["F"]["total"] == 1
    assert "Make a revision, with a reason: 2 figures are not what was sent" in page
    assert "Completed reviews by gender: Female AG-11 1 0" in compared
    assert "Sex: from “Female” to “Male”" in compared
    assert f"Correct the record: {manager}" in compared
    assert "Qxreason" not in compared
    assert "Qxname" not in compared
    refused = press(client)
    assert "Enter why the return is revised" in words(refused)
    press(client, reason="Sex was recorded wrongly")
    second = AnnualReturn.objects.get(revision=2)
    assert second.frozen["document"]["items"]["AG-11"]["M"]["total"] == 1
    assert second.frozen["moved"]["cases"][case.reference]["facts"] == [["sex", "F", "M"]]
    said = words(client.get("/returns/2015/sent/2/"))
    assert "Why it was revised Sex was recorded wrongly" in said
    assert f"Correct the record: {manager}" in said
    figure = words(client.get("/returns/2015/figures/AG-11/F/", {"revision": "1"}))
    assert case.reference in figure
    assert "revision 1 as it was sent" in figure


def test_a_reopened_review_stays_counted_and_needs_no_revision(client, officer, manager):
    case = make_death(completed_on=YEAR.last_day)
    freeze(officer)
    review = PanelReview.objects.get(case=case)
    with change("reopen_panel_review", by=manager, case=case) as written:
        review.state, review.agreed_on = PanelReview.State.REOPENED, None
        written.save(review)
    sign_in(client, officer)

    assert "1 counted review is under revision" in words(client.get(RETURN))
    assert "Nothing has moved" in words(client.get(COMPARE))
    assert "nothing to revise" in words(client.get(FREEZE))
    with pytest.raises(NotAllowed, match="Nothing has moved"):
        freeze(officer, reason="Because")


def test_a_case_that_was_closed_later_is_said_to_be_no_longer_counted(client, officer, manager):
    case = make_death(completed_on=YEAR.last_day)
    freeze(officer)
    with change("close_not_for_review", by=manager, case=case) as written:
        case.stage, case.out_of_scope_reason = case.Stage.NOT_FOR_REVIEW, "stillbirth"
        written.save(case)
    sign_in(client, officer)

    said = words(client.get(COMPARE))

    assert "(signed off by the CDOP) in the year AG-01 1 0" in said
    assert "Not for review: from no to yes" in said


def test_figures_that_moved_since_they_were_seen_are_not_frozen(client, officer):
    make_death(completed_on=YEAR.last_day)
    sign_in(client, officer)
    old = seen(client)
    make_death(completed_on=YEAR.last_day)

    response = client.post(FREEZE, {"seen": old, "looked": "on"})

    assert "The figures changed since you opened this page" in words(response)
    assert not AnnualReturn.objects.filter(frozen_at__isnull=False).exists()


def test_an_error_goes_only_with_an_explanation(client, officer):
    make_death(completed_on=YEAR.last_day, outcome="M")
    sign_in(client, officer)

    refused = press(client)
    frozen = press(client, errors_explained="The factor is being coded")

    assert "or say why the return goes as it is" in words(refused)
    assert frozen.status_code == 302
    assert "The factor is being coded" in words(client.get(SENT))


def test_a_year_that_is_still_running_is_not_frozen(officer, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *a: YEAR.last_day)

    with pytest.raises(NotAllowed, match="after the year has ended"):
        freeze(officer)


def test_nobody_freezes_the_same_revision_twice(officer):
    make_death(completed_on=YEAR.last_day)
    freeze(officer)

    with pytest.raises(NotAllowed, match="Enter why the return is revised"):
        freeze(officer)


def test_comments_written_by_two_people_at_once_are_not_lost(client, officer):
    sign_in(client, officer)
    client.post(COMMENTS, {"seen": "0", "comments": "first"})

    response = client.post(COMMENTS, {"seen": "0", "comments": "second"})

    assert "Somebody else has written here meanwhile" in words(response)
    assert AnnualReturn.objects.get().comments == "first"
    assert "second" in response.content.decode()


def test_the_return_of_each_board_of_a_panel_is_kept_for_itself(client):
    both = factories.make_user(None)
    with change("give_role", by=None) as written:
        written.save(
            StandingRole(
                user=both,
                role=Role.RETURN_OFFICER,
                panel=factories.panel(),
                given_at=timezone.now(),
            )
        )
    one = factories.make_user(Role.RETURN_OFFICER)
    make_death(completed_on=YEAR.last_day)
    elsewhere = make_death(completed_on=YEAR.last_day, residence="LEICS_RUTLAND")
    freeze(both)
    sign_in(client, both)
    assert PanelBoard.objects.filter(panel=factories.panel()).count() > 1

    of_both = AnnualReturn.objects.get()
    client.post(
        f"{FREEZE}?board=LEICESTER",
        {
            "seen": re.search(
                r'value="([0-9a-f]{64})"',
                client.get(FREEZE, {"board": "LEICESTER"}).content.decode(),
            )[1],
            "looked": "on",
        },
    )
    sign_in(client, one)

    assert of_both.area == "LEICESTER+LEICS_RUTLAND"
    assert of_both.completed == 2
    assert AnnualReturn.objects.get(area="LEICESTER").completed == 1
    sent = client.get(SENT)
    assert "1 – Number of child death" in words(sent)
    assert (
        elsewhere.reference
        not in client.get("/returns/2015/figures/AG-01/", {"revision": "1"}).content.decode()
    )
    assert client.get(SENT, {"board": "LEICS_RUTLAND"}).status_code == 404


def test_each_board_of_a_panel_has_its_own_files_freeze_and_revisions(client, manager):
    """A correction in one area moves that area's return and the panel's, and not the other's."""
    both = factories.make_user(None)
    role = StandingRole(
        user=both, role=Role.RETURN_OFFICER, panel=factories.panel(), given_at=timezone.now()
    )
    with change("give_role", by=None) as written:
        written.save(role)
    make_death(completed_on=YEAR.last_day, sex="F")
    here = make_death(completed_on=YEAR.last_day, residence="LEICS_RUTLAND", sex="F")
    boards = ("LEICESTER", "LEICS_RUTLAND")
    for board in (None, *boards):
        freeze(both, scope=counting.Scope(board, frozenset(boards)))
    correct(here, manager, sex="M")
    freeze(both, "Sex corrected", scope=counting.Scope("LEICS_RUTLAND", frozenset(boards)))
    sign_in(client, both)

    said = {
        board: words(client.get(COMPARE, {"board": board} if board else {}))
        for board in ("", *boards)
    }
    listed = words(client.get("/returns/"))
    files = {
        board: client.post(f"{RETURN}export/", {"format": "json", "board": board, "revision": "1"})
        for board in ("", *boards)
    }

    assert "Nothing has moved" in said["LEICESTER"]
    assert "Nothing has moved" in said["LEICS_RUTLAND"]
    assert "Sex: from “Female” to “Male”" in said[""]
    names = {board.code: board.name for board in Board.objects.filter(code__in=boards)}
    assert f"{names['LEICESTER']}: 1 as published for 2014-15" in listed
    revisions = dict.fromkeys(AnnualReturn.objects.values_list("area", flat=True), 0)
    for area, revision in AnnualReturn.objects.values_list("area", "revision"):
        revisions[area] = max(revisions[area], revision)
    assert revisions == {"LEICESTER": 1, "LEICS_RUTLAND": 2, "LEICESTER+LEICS_RUTLAND": 1}
    documents = {board: json.loads(file.content) for board, file in files.items()}
    assert [documents[board]["lscb"] for board in ("", *boards)] == [None, *boards]
    assert [documents[board]["items"]["AG-11"]["F"]["total"] for board in ("", *boards)] == [
        2,
        1,
        1,
    ]
    assert "annual-return-2014-15-leics-rutland-revision-1" in str(files["LEICS_RUTLAND"].headers)


@pytest.mark.parametrize("role", [None, Role.PANEL_CHAIR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_comes_near_what_was_sent(client, officer, role):
    make_death(completed_on=YEAR.last_day)
    freeze(officer)
    sign_in(client, factories.make_user(role))

    addresses = (SENT, COMPARE, FREEZE, COMMENTS, "/returns/2015/readiness/", "/returns/2015/ask/")

    assert {client.get(address).status_code for address in addresses} == {403}


def test_who_has_left_and_who_withdrew_learn_nothing_of_a_case(client, officer):
    case = make_death(completed_on=YEAR.last_day, sex="F", ethnicity="")
    freeze(officer)
    correct(case, officer, sex="M")
    factories.recuse(officer, case)
    sign_in(client, officer)

    pages = [
        client.get(address)
        for address in (
            COMPARE,
            FREEZE,
            "/returns/2015/figures/AG-01/?revision=1",
            "/returns/2015/readiness/",
            "/returns/2015/readiness/?by=agency",
            "/returns/2015/readiness/?by=field",
        )
    ]
    assert all(page.status_code == 200 for page in pages)
    assert not any(case.reference in page.content.decode() for page in pages)
    assert "1 case withheld" in words(pages[0])
    assert client.get(f"/returns/2015/cases/{case.reference}/").status_code == 404
    client.post("/returns/2015/ask/", {"case": case.reference})
    assert not AuditEntry.objects.filter(action="ask_for_missing", outcome="done").exists()
    with change("deactivate_person", by=None) as written:
        officer.is_active = False
        written.save(officer)
    assert client.get(SENT).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/returns/2015/sent/9/",
        "/returns/2015/sent/99999999999/",
        "/returns/2015/compare/",
        "/returns/2015/compare/?revision=x",
        "/returns/2015/figures/AG-01/?revision=1",
        "/returns/2015/figures/AG-01/?revision=%00",
        "/returns/2009/freeze/",
        "/returns/2015/cases/CD-1999-0001/",
        "/returns/2015/comments/?board=NOTTINGHAM",
    ],
)
def test_what_was_never_sent_is_not_found(client, officer, address):
    sign_in(client, officer)

    assert client.get(address).status_code == 404


def test_a_frozen_return_that_was_altered_says_so(client, officer):
    make_death(completed_on=YEAR.last_day)
    kept = freeze(officer)
    with connection.cursor() as cursor:  # whoever owns the database can
        on = " ON cdop_annualreturn" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER cdop_annualreturn_update{on}")
    with change("comment_on_return", by=None) as written:
        kept = AnnualReturn.objects.get(pk=kept.pk)
        kept.frozen = {**kept.frozen, "comments": "put in later"}
        written.save(kept)
    sign_in(client, officer)

    assert "does not give the digest made when it was frozen" in words(client.get(SENT))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cdop_annualreturn SET completed = 2 WHERE revision = 1",
        "UPDATE cdop_annualreturn SET frozen_at = NULL, frozen_by_id = NULL WHERE revision = 1",
        "DELETE FROM cdop_annualreturn WHERE revision = 1",
        "INSERT OR REPLACE INTO cdop_annualreturn SELECT * FROM cdop_annualreturn",
        "TRUNCATE cdop_annualreturn CASCADE",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_frozen_return(officer, statement):
    of_the_other = "TRUNCATE" if connection.vendor == "sqlite" else "REPLACE"
    if of_the_other in statement:
        pytest.skip("a statement of the other database")
    make_death(completed_on=YEAR.last_day)
    kept = freeze(officer)
    connection.check_constraints()

    with (
        pytest.raises(DatabaseError, match="appended to, never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AnnualReturn.objects.get(pk=kept.pk).completed == 1


def test_what_is_not_frozen_yet_is_written_again_until_it_is(client, officer):
    make_death(completed_on=YEAR.last_day)
    sign_in(client, officer)
    client.post(COMMENTS, {"seen": "0", "comments": "first"})
    client.post(COMMENTS, {"seen": "1", "comments": "second"})

    kept = freeze(officer)

    assert kept.comments == "second"
    with pytest.raises(DatabaseError), transaction.atomic():
        with change("comment_on_return", by=officer) as written:
            row = AnnualReturn.objects.get(pk=kept.pk)
            row.comments = "third"
            written.save(row)


def test_the_files_of_a_frozen_return_hold_what_was_sent(client, officer, manager):
    case = make_death(completed_on=YEAR.last_day, sex="F", family_name="Qxname")
    kept = freeze(officer)
    correct(case, manager, sex="M")
    sign_in(client, officer)

    files = {
        each: client.post(f"{RETURN}export/", {"format": each, "revision": "1"})
        for each in ("json", "csv", "xlsx", "pdf")
    }
    figures_alone = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
    files["xlsx"] = agreed.take_out(client, f"{RETURN}child-level/?revision=1")

    assert len(figures_alone.worksheets) == 1
    assert json.loads(files["json"].content)["items"]["AG-11"]["F"]["total"] == 1
    rows = list(csv.DictReader(io.StringIO(files["csv"].content.decode())))
    assert [row["total"] for row in rows if (row["item"], row["code"]) == ("AG-11", "F")] == ["1"]
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
    form, child_level = book.worksheets
    assert ("Digest", kept.digest) in {row[:2] for row in form.values}
    heads, row = list(child_level.values)[2:4], list(child_level.values)[4]
    assert heads[1][0] == "Local case identifier"
    pseudonym = kept.row_references["pseudonyms"][case.reference]
    assert row[0] == pseudonym
    assert row[3] == "F"
    text = "".join(pdf.pages_of(files["pdf"].content))
    assert kept.digest[:16] in text
    assert "Signed for the panel" in text
    for file in files.values():
        assert case.reference.encode() not in file.content
        assert b"Qxname" not in file.content
    shown = "".join(str(cell) for sheet in book for line in sheet.values for cell in line)
    assert case.reference not in shown
    assert case.reference not in text
    assert "annual-return-2014-15-leicester-revision-1.pdf" in files["pdf"]["Content-Disposition"]


def test_a_row_keeps_its_pseudonym_in_a_revision_and_has_another_elsewhere(officer, manager):
    case = make_death(completed_on=YEAR.last_day, sex="F")
    first = freeze(officer)
    correct(case, manager, sex="M")
    second = freeze(officer, reason="Sex corrected")

    assert first.row_references["pseudonyms"] == second.row_references["pseudonyms"]
    other = return_keeping.pseudonym_of(ReturnYear(2016), "LEICESTER", case.reference)
    assert other not in first.row_references["pseudonyms"].values()


@pytest.mark.parametrize("file_format", ["json", "csv", "xlsx", "pdf"])
def test_a_file_that_does_not_hold_the_figures_is_not_handed_over(file_format, officer):
    make_death(completed_on=YEAR.last_day)
    counted, _ = counting.count_return(YEAR, counting.Scope())
    content = export_return(counted, file_format, by=officer, beside=Beside()).content
    make_death(completed_on=YEAR.last_day)
    other, _ = counting.count_return(YEAR, counting.Scope())

    with pytest.raises(return_reread.NotAsCounted):
        return_reread.check_again(content, file_format, other)
    return_reread.check_again(content, file_format, counted)


def test_the_queries_of_what_was_sent_do_not_grow_with_the_cases(
    client, officer, manager, django_assert_max_num_queries
):
    with change("open_case", by=None) as written:
        cases = [make_death(written, completed_on=YEAR.last_day, sex="F") for _ in range(12)]
    freeze(officer)
    sign_in(client, officer)
    numbers = []
    for several in (cases[:1], cases[1:]):
        for case in several:
            correct(case, manager, sex="M")
        numbers.append([count(client, address) for address in (RETURN, COMPARE, SENT, FREEZE)])

    assert numbers[0] == numbers[1]


def count(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_one_press_asks_the_keeper_and_the_answer_ends_it(client, officer, manager):
    from cdop import return_work

    case = make_death(completed_on=YEAR.last_day, ethnicity="")
    whole = make_death(completed_on=YEAR.last_day)
    sign_in(client, officer)

    before = words(client.get("/returns/2015/readiness/"))
    client.post("/returns/2015/ask/", {"case": case.reference})
    after = words(client.get("/returns/2015/readiness/"))
    (item,) = return_work.asked_for_a_return(manager, datetime.date(2015, 4, 2))

    assert "1 of 2 completed reviews lacks nothing" in before
    assert "Ethnic group" in before
    assert "Ask about all 1" in before
    assert "Ask about all" not in after
    assert item.task == "Find out what the annual return for 2014-15 lacks: Ethnic group"
    assert item.reference == case.reference
    assert item.due_on == datetime.date(2015, 5, 1)
    client.post("/returns/2015/ask/", {"all": "1"})
    assert AuditEntry.objects.filter(action="ask_for_missing", outcome="done").count() == 1
    correct(case, manager, ethnicity="WBRI")
    assert return_work.asked_for_a_return(manager, datetime.date(2015, 4, 2)) == []
    assert whole.reference not in after


def test_a_case_says_where_it_was_counted_and_why(client, officer, manager):
    case = make_death(completed_on=YEAR.last_day, cp_plan="", died_in="NOTTINGHAM")
    late = make_death(completed_on=YEAR.last_day + datetime.timedelta(days=1))
    freeze(officer)
    sign_in(client, officer)

    said = words(client.get(f"/returns/2015/cases/{case.reference}/"))
    ongoing = words(client.get(f"/returns/2015/cases/{late.reference}/"))
    sign_in(client, manager)
    of_case = words(client.get(f"/cases/{case.reference}/returns/"))

    assert "AG-01 Completed 31 March 2015" in said
    assert "nothing is recorded, so it counts as not known" in said
    assert "lived in Leicester Safeguarding Children Board, died in Nottingham" in said
    assert "revision 1" in said
    assert "completed on 1 April 2015, which is in another year" in ongoing
    assert "Annual return 2014-15" in of_case
    assert "Counted in revision 1" in of_case


def test_a_change_on_last_year_is_asked_about_and_explained(client, officer):
    with change("open_case", by=None) as written:
        make_death(written, completed_on=YEAR.previous.last_day, died_on=datetime.date(2014, 1, 1))
        for _ in range(6):
            make_death(written, completed_on=YEAR.last_day)
    sign_in(client, officer)

    assert "Not yet" in words(client.get(RETURN))
    page = client.get(COMMENTS)
    assert "6, and 1 last year. Why?" in words(page)
    client.post(COMMENTS, {"seen": "0", "change_1": "A backlog was reviewed"})
    assert "A backlog was reviewed" in words(client.get(RETURN))
    freeze(officer)
    assert "A backlog was reviewed" in words(client.get(SENT))
