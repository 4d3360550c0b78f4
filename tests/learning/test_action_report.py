"""The quarterly report on actions: exceptions first, of one's own board, and naming nobody."""

import datetime
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import pdf
from casereview.actions import action_plan
from casereview.models import AuditEntry, EffectReview
from casereview.rules.access_table import Role
from learning.action_report import action_report
from learning.rules.quarters import Quarter
from tests import factories, scr_factories
from tests.composite_factories import FAMILIES, action_of, add_action, make_family_case, make_owner
from tests.html import without_token
from tests.kept_out import leave
from tests.review_factories import make_review
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
NAMES = ("view_action_report", "export_action_report")


def url(name: str, *keys) -> str:
    return reverse(f"action_report:{name}", args=keys)


def now() -> Quarter:
    return Quarter.containing(timezone.localdate())


@pytest.fixture
def world(db):
    """Actions of one finding: late, blocked, on track, refused, and done with its effect seen."""
    world = make_review(case=make_family_case(FAMILIES[0]))
    today, manager, owner = timezone.localdate(), world.manager, make_owner("Qxowner Person")
    late = action_of(world, owner, text="Qxlate", due_on=today - 60 * DAY)

    def add(text: str, due_on: datetime.date, **said):
        row = add_action(late.recommendation, manager, owner, text=text, due_on=due_on)
        if said:
            row = action_plan.report_progress(action=row, by=owner, **said)
        return row

    def show(row, answer: str):
        evidence = action_plan.give_action_evidence(action=row, text="Seen", by=owner)
        facts = {"reason": "More"} if answer == "not_enough" else {"months": 6}
        action_plan.answer_evidence(evidence=evidence, answer=answer, by=manager, **facts)

    add("Qxblocked", today + 200 * DAY, begun_on=today, blocked_by="No money")
    add("Qxontrack", today + 200 * DAY, begun_on=today)
    add("Qxnotbegun", today + 200 * DAY)
    show(add("Qxrefused", today + 200 * DAY, done_on=today), "not_enough")
    done = add("Qxdone", today + 9 * DAY, done_on=today)
    show(done, "accepted")
    action_plan.review_effect(
        action=done, reached="practice", seen="In 18 of 20 files", by=manager, reviewed_on=today
    )
    return world


def named(rows) -> list[str]:
    return sorted(one.action.text for one in rows)


def test_each_action_is_where_a_board_looks_for_it(world):
    report = action_report(world.manager, now(), timezone.localdate())

    assert named(report.red) == ["Qxblocked", "Qxlate"]
    assert named(report.amber) == ["Qxrefused"] == named(report.refused)
    assert named(report.on_track) == ["Qxontrack"]
    assert named(report.not_begun) == ["Qxnotbegun"]
    assert named(report.done) == ["Qxdone"]
    assert report.exceptions == 3
    assert [(one.row.action.text, one.reviewed_on) for one in report.effects_made] == [
        ("Qxdone", timezone.localdate())
    ]
    assert (report.boards, report.stronger) == (factories.board().name, "6 of 6")
    assert {code: number for code, _, number in report.counts} == {
        "red": 2,
        "amber": 1,
        "green": 1,
        "grey": 1,
        "blue": 1,
    }


def test_an_effect_review_that_is_due_is_an_exception(world):
    before = action_report(world.manager, now(), timezone.localdate())
    review = EffectReview.objects.get()
    later = Quarter.containing(review.due_on)
    assert before.effects_due == []

    row = add_action(
        review.action.recommendation,
        world.manager,
        make_owner(),
        text="Qxnew",
        due_on=now().last_day,
    )
    action_plan.report_progress(action=row, by=row.owner, done_on=timezone.localdate())
    evidence = action_plan.give_action_evidence(action=row, text="Seen", by=row.owner)
    action_plan.answer_evidence(evidence=evidence, answer="accepted", months=6, by=world.manager)

    due = action_report(world.manager, later, later.last_day).effects_due
    assert [one.row.action.text for one in due] == ["Qxnew"]


def test_the_page_and_the_paper_say_the_same_and_name_nobody(client, world):
    """Neither owner nor case nor child: a board reads what is done, not by whom to whom."""
    member = factories.make_user(Role.BOARD_MEMBER)
    sign_in(client, member)

    page = client.get(url("view_action_report", now())).content.decode()
    response = client.get(url("export_action_report", now()))
    paper = " ".join(" ".join(pdf.pages_of(response.content)).split())

    for words in ("Qxlate", "Qxblocked", "Qxontrack", "Qxnotbegun", "Qxrefused", "Qxdone"):
        assert words in page and words in paper, words
    for title in ("Exceptions", "Red: 2", "Evidence that was not enough: 1", "Not begun: 1"):
        assert title in page and title in paper, title
    for text in (page, paper):
        assert world.case.reference not in text and "Qxowner" not in text
        assert not any(word in text for word in FAMILIES[0].words)
    entry = AuditEntry.objects.get(action="export_action_report", outcome="done")
    assert (entry.actor, json.loads(entry.detail)["exceptions"]) == (member.pk, 3)


def test_the_paper_asks_for_a_fresh_proof(client, world):
    sign_in(client, world.manager, proved=False)

    response = client.get(url("export_action_report", now()))

    assert response.status_code == 302 and "/accounts/" in response.headers["Location"]


@pytest.mark.parametrize("quarter", ["nonsense", "2999-Q1", "2015-Q9"])
def test_a_quarter_that_is_not_there_or_still_to_come_has_no_report(client, world, quarter):
    sign_in(client, world.manager)

    for name in NAMES:
        assert client.get(url(name, quarter)).status_code == 404


def test_who_may_read_it_and_of_which_board(client, world):
    away = factories.board("NOTTINGHAM")
    recused = scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())
    factories.recuse(recused, world.case)
    home = [
        world.people[role]
        for role in (Role.BOARD_MANAGER, Role.SCR_MEMBER, Role.SCR_CHAIR, Role.INDEPENDENT_CHAIR)
    ]
    for user in [*home, factories.make_user(Role.LEARNING_LEAD)]:
        sign_in(client, user)
        assert "Qxlate" in client.get(url(NAMES[0], now())).content.decode(), user.name
    for user in (
        scr_factories.make_scr_user(Role.BOARD_MANAGER, away),
        scr_factories.make_scr_user(Role.BOARD_MEMBER, away),
        recused,
    ):
        sign_in(client, user)
        page = client.get(url(NAMES[0], now()))
        assert page.status_code == 200 and "Qx" not in without_token(page), user.name
    for user in (
        factories.make_user(None),
        make_owner(),
        *(factories.make_user(role) for role in (Role.CDR_MANAGER, Role.ADMINISTRATOR)),
    ):
        sign_in(client, user)
        pages = [url("list_action_reports"), *(url(name, now()) for name in NAMES)]
        assert {client.get(one).status_code for one in pages} == {403}, user.name
    sign_in(client, recused)
    leave(recused)
    assert "/accounts/login/" in client.get(url(NAMES[0], now())).headers["Location"]


def test_it_asks_the_same_however_many_actions(client, world):
    sign_in(client, world.manager)

    def asked() -> int:
        client.get(url(NAMES[0], now()))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(NAMES[0], now()))
        return len(queries)

    before = asked()
    recommendation = EffectReview.objects.get().action.recommendation
    for _ in range(3):
        add_action(recommendation, world.manager, make_owner(), due_on=now().last_day)

    assert asked() == before
