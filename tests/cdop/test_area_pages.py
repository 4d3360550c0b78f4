"""Four facts of area, and a case passed to another panel until the two agree who reviews."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import access, process_work
from casereview.actions import NotAllowed
from casereview.actions.areas import record_passing_answer
from casereview.models import Case, CasePassing
from casereview.records import change
from cdop import actions
from tests import factories
from tests.cdop.filling import day
from tests.kept_out import let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
NAME = "Quillfeather"
WITH = "Ms Holt, manager of the other panel"


@pytest.fixture
def case(manager):
    return factories.make_case(
        by=manager,
        family_name=NAME,
        residence_board=factories.board("NOTTINGHAM"),
        place_of_death_board=factories.board("LEICESTER"),
        notifying_board=factories.board("LEICESTER"),
    )


@pytest.fixture
def passed(case, manager):
    actions.pass_on_case(
        case=case, board=factories.board("NOTTINGHAM"), passed_on_on=TODAY(), by=manager
    )
    return CasePassing.objects.get(case=case)


def at(name, case, *keys):
    return reverse(name, args=[case.reference, *keys])


@pytest.mark.parametrize("name", ["view_area"])
def test_a_stranger_the_recused_and_the_leaver_are_kept_out(client, case, name):
    assert let_in(client, case, at(name, case), NAME) == []


def test_the_four_facts_stand_on_the_case_and_on_the_page_of_its_area(client, case, manager):
    sign_in(client, manager)

    for name in ("view_case", "view_area"):
        html = client.get(at(name, case)).content.decode()
        for label in ("Lived in the area of", "Died in the area of", "Notified by"):
            assert label in html, (name, label)
        assert "Nottingham" in html
        assert "Leicester" in html


def test_passing_on_is_tracked_until_the_panels_agree(client, passed, case, manager):
    case.refresh_from_db()
    assert (case.stage, passed.answer, passed.sent_by) == ("passed_on", "", manager)
    waiting = [item for item in process_work.work(manager, TODAY())]
    assert [item.task for item in waiting] == ["Agree which panel reviews the death, and record it"]
    assert waiting[0].waiting_for == "Nottingham"
    sign_in(client, manager)

    typed = {"answer": "they_review", "agreed_with": WITH, **day("answered_on", TODAY())}
    html = client.post(
        at("record_passing_answer", case, passed.pk), typed, follow=True
    ).content.decode()

    assert WITH in html
    assert "The panel it was sent to reviews" in html
    assert Case.objects.get(pk=case.pk).stage == "passed_on"
    assert process_work.work(manager, TODAY()) == []


def test_a_case_that_comes_back_is_reviewed_here(client, passed, case, manager, panel):
    sign_in(client, manager)
    typed = {"answer": "we_review", "agreed_with": WITH, "board": "LEICESTER"}

    client.post(at("record_passing_answer", case, passed.pk), typed | day("answered_on", TODAY()))

    back = Case.objects.get(pk=case.pk)
    assert (back.stage, back.panel, back.passed_on_to) == ("notified", panel, None)
    assert back.reviewing_board.code == "LEICESTER"
    assert back.residence_board.code == "NOTTINGHAM"
    assert access.can(manager, "view_case", back)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"answer": ""}, "Select which panel"),
        ({"agreed_with": " "}, "Enter with whom"),
        ({"answered_on": datetime.date(2100, 1, 1)}, "not in the future"),
        ({"answered_on": datetime.date(2010, 1, 1)}, "on or after"),
        ({"answer": "we_review"}, "Select the board"),
    ],
)
def test_half_an_agreement_is_refused_and_changes_nothing(passed, case, manager, facts, words):
    usual = {"answer": "they_review", "agreed_with": WITH, "answered_on": TODAY()}

    with pytest.raises(NotAllowed, match=words):
        record_passing_answer(passing=passed, by=manager, **{**usual, **facts})

    assert CasePassing.objects.get(pk=passed.pk).answer == ""
    assert Case.objects.get(pk=case.pk).stage == "passed_on"


def test_what_was_agreed_is_agreed_once(passed, manager):
    usual = {"answer": "they_review", "agreed_with": WITH, "answered_on": TODAY()}
    record_passing_answer(passing=passed, by=manager, **usual)

    with pytest.raises(NotAllowed, match="agreed already"):
        record_passing_answer(passing=passed, by=manager, **usual)


def test_a_passing_of_another_case_is_not_found(client, passed, manager):
    other = factories.make_case(by=manager)
    sign_in(client, manager)

    assert client.get(at("record_passing_answer", other, passed.pk)).status_code == 404


def test_the_queries_of_the_area_page_do_not_grow_with_the_times_it_was_passed(
    client, case, manager, passed
):
    sign_in(client, manager)

    def asked():
        with CaptureQueriesContext(connection) as context:
            assert client.get(at("view_area", case)).status_code == 200
        return len(context)

    before = asked()
    for code in ("BIRMINGHAM", "LONDON_CAMDEN", "WALES"):
        with change("pass_on_case", by=manager, case=case) as written:
            written.save(
                CasePassing(
                    case=case, to_board=factories.board(code), sent_on=TODAY(), sent_by=manager
                )
            )

    assert asked() == before
