"""The response to an unexpected death: phases, joint visits, triggers, and the draft of Form C."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.family import ask_family_question, settle_family_question
from casereview.actions.family_letters import draft_family_letter
from casereview.models import Clock, ClockPause
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from cdop import actions, response_work
from cdop.actions import responding
from cdop.actions.completing import keeps_open
from cdop.models import Notification, PanelReview, ResponsePhase
from tests import factories
from tests.cdop import reviews
from tests.cdop.filling import day
from tests.kept_out import let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
TODAY = timezone.localdate
DIED = factories.DIED


def make_case(by, died_on=DIED, expectedness="UNEXPECTED"):
    case = factories.make_case(by=by, family_name=NAME, died_on=died_on, notified_on=died_on)
    with change("test", by=by, case=case) as written:
        written.save(
            Notification(
                case=case,
                notified_on=died_on,
                expectedness=expectedness,
                submitted_by=by,
                submitted_at=timezone.now(),
            )
        )
    return case


@pytest.fixture
def case(manager):
    return make_case(manager)


@pytest.fixture
def recent(manager):
    return make_case(manager, died_on=TODAY() - datetime.timedelta(days=3))


@pytest.fixture
def desk(client, manager):
    return sign_in(client, manager)


def at(name, case, *keys):
    return reverse(f"cdop:{name}", args=[case.reference, *keys])


def record(case, by, phase="FINAL", **facts):
    return responding.record_response_phase(
        case=case, phase=phase, by=by, **{"held_on": case.died_on, **facts}
    )


# --- Who opens it --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["view_response", "draft_form_c"])
def test_a_stranger_the_recused_and_the_leaver_are_kept_out(client, case, name):
    assert let_in(client, case, at(name, case), NAME) == []


def test_who_is_kept_out_records_no_phase_and_no_trigger(client, case, recent):
    assert let_in(client, case, at("record_response_phase", case, "FINAL"), NAME) == []
    assert let_in(client, recent, at("record_response_triggers", recent), NAME) == []


def test_the_doctor_of_the_panel_records_the_response(client, case, people):
    sign_in(client, people[Role.DESIGNATED_DOCTOR])

    client.post(at("record_response_phase", case, "PHASE_1"), day("held_on", DIED))

    assert ResponsePhase.objects.get(case=case).recorded_by == people[Role.DESIGNATED_DOCTOR]


# --- Phases before 2018 --------------------------------------------------------------------------


def test_each_phase_stands_with_its_clock(desk, case):
    html = desk.get(at("view_response", case)).content.decode()

    assert "Rapid response" in html
    assert "The agencies respond together to this death." in html
    assert "Overdue since Saturday 17 May 2014" in html
    assert "84 days after the death." in html


def test_a_joint_visit_is_recorded_with_who_attended_and_what_was_found(desk, case):
    typed = {
        "visit": "joint",
        "attended": ["JR1", "JR2"],
        "attended_by": "Dr Amis\nDC Boyle",
        "findings": "The cot was safe",
        **day("held_on", DIED + datetime.timedelta(days=1)),
    }

    html = desk.post(
        at("record_response_phase", case, "VISIT"), typed, follow=True
    ).content.decode()

    assert "Joint visit of police and health" in html
    assert "Done on Tuesday 13 May 2014" in html
    assert "The cot was safe" in html
    assert {"Dr Amis", "DC Boyle"} <= set(response_work.identifiers(case))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"visit": ""}, "visited together"),
        ({"visit": "joint", "attended": ["JR2"]}, "health professional"),
        ({"visit": "none", "attended": ["XX"]}, "who attended"),
        ({"visit": "none", "held_on": DIED - datetime.timedelta(days=1)}, "on or after"),
        ({"visit": "none", "held_on": datetime.date(2100, 1, 1)}, "not in the future"),
    ],
)
def test_a_visit_that_contradicts_itself_is_refused(case, manager, facts, words):
    with pytest.raises(NotAllowed, match=words):
        record(case, manager, "VISIT", **facts)

    assert not ResponsePhase.objects.exists()


def test_a_phase_of_the_other_edition_is_not_there(desk, case, manager):
    assert desk.get(at("record_response_phase", case, "JAR_MEETING")).status_code == 404
    assert desk.get(at("record_response_triggers", case)).status_code == 404
    with pytest.raises(NotAllowed, match="before the joint agency response"):
        responding.record_response_triggers(case=case, triggers=["J1"], by=manager)


def test_a_phase_changed_meanwhile_is_a_conflict(case, manager):
    record(case, manager)

    with pytest.raises(Conflict):
        record(case, manager, version=0)


def test_a_confirmed_expected_death_has_no_response(desk, manager):
    case = make_case(manager, expectedness="EXPECTED")
    notification = Notification.objects.get(case=case)
    with change("test", by=manager, case=case) as written:
        notification.expectedness_confirmed_by = manager
        notification.expectedness_confirmed_at = timezone.now()
        written.save(notification)

    html = desk.get(at("view_response", case)).content.decode()

    assert "No joint response is needed" in html
    assert "final case discussion" not in html


# --- Triggers from 2018 --------------------------------------------------------------------------


def test_a_death_from_2018_asks_for_the_five_triggers(desk, recent):
    html = desk.get(at("view_response", recent)).content.decode()

    assert "Joint agency response" in html
    assert "Not asked yet" in html
    desk.post(at("record_response_triggers", recent), {"met": "Y", "triggers": ["J2"]})
    html = desk.get(at("view_response", recent)).content.decode()
    assert "Sudden with no immediately apparent cause" in html
    assert "The agencies respond together" in html
    assert "First meeting of the agencies" in html


def test_none_of_the_triggers_is_an_answer(desk, recent):
    desk.post(at("record_response_triggers", recent), {"met": "N"})

    html = desk.get(at("view_response", recent)).content.decode()
    assert "None of the five triggers is met." in html
    assert "No joint response is needed" in html


def test_work_goes_from_the_triggers_through_the_phases_to_nothing(recent, manager):
    def tasks():
        return [item.task for item in response_work.work(manager, TODAY())]

    assert tasks() == ["Say whether a trigger of the joint agency response is met"]
    responding.record_response_triggers(case=recent, triggers=["J4"], by=manager)
    assert tasks() == ["Record the response: Visit to the home or the scene"]
    record(recent, manager, "VISIT", visit="none")
    assert tasks() == ["Record the response: First meeting of the agencies"]
    step = response_work.next_steps(manager, recent)[0]
    assert step.title == "record the response: First meeting of the agencies"
    record(recent, manager, "JAR_MEETING")
    assert tasks() == []
    assert response_work.next_steps(manager, recent) == []


def test_a_death_of_long_ago_is_not_put_on_todays_list(case, manager):
    assert response_work.work(manager, TODAY()) == []


# --- Form C --------------------------------------------------------------------------------------


def test_the_final_case_discussion_drafts_form_c_for_the_panel(desk, case, manager):
    record(case, manager)
    assert at("draft_form_c", case) in desk.get(at("view_response", case)).content.decode()

    desk.post(at("draft_form_c", case), {"cause_of_death": "Unascertained", "summary": "A baby"})

    review = PanelReview.objects.get(case=case)
    assert (review.state, review.cause_of_death, review.summary) == (
        "draft",
        "Unascertained",
        "A baby",
    )
    assert at("draft_form_c", case) not in desk.get(at("view_response", case)).content.decode()


def test_the_draft_overwrites_nothing_the_panel_has_written(case, manager):
    record(case, manager)
    actions.record_panel_review(case=case, by=manager, seen=None, summary="The panel’s words")

    responding.draft_form_c(case=case, cause_of_death="Sepsis", summary="Theirs", by=manager)

    review = PanelReview.objects.get(case=case)
    assert (review.cause_of_death, review.summary) == ("Sepsis", "The panel’s words")
    with pytest.raises(NotAllowed, match="Leave the panel’s draft"):
        responding.draft_form_c(case=case, cause_of_death="Other", summary="Other", by=manager)


def test_nothing_is_drafted_before_the_discussion_or_without_words(case, manager):
    with pytest.raises(NotAllowed, match="Record the final case discussion"):
        responding.draft_form_c(case=case, cause_of_death="Sepsis", summary="", by=manager)
    record(case, manager)
    with pytest.raises(NotAllowed, match="Enter the cause"):
        responding.draft_form_c(case=case, cause_of_death=" ", summary="", by=manager)


# --- Completion waits for the family, and tells them ----------------------------------------------


def test_no_review_is_completed_while_a_question_of_the_family_is_open(client, case, manager):
    at_panel = reviews.at_panel(case, manager)
    reviews.record_all(at_panel)
    question = ask_family_question(case=case, question="Why?", asked_on=DIED, by=manager)
    sign_in(client, manager)

    with pytest.raises(NotAllowed, match="Settle the family’s questions first"):
        actions.complete_panel_review(
            case=case, by=at_panel.chair, reason="Agreed by letter", meeting=at_panel.meeting
        )
    html = client.get(at("view_panel_review", case)).content.decode()
    assert "Settle the family’s questions first" in html
    with pytest.raises(NotAllowed, match="Settle the family’s questions first"):
        actions.close_not_for_review(
            case=case, out_of_scope_reason="adult", reason="Birth certificate", by=manager
        )
    settle_family_question(question=question, answer="It is not known", by=manager)
    assert keeps_open(case) == []
    actions.complete_panel_review(
        case=case, by=at_panel.chair, reason="Agreed by letter", meeting=at_panel.meeting
    )


def test_a_letter_is_drafted_from_the_decisions_in_plain_words(case, manager):
    at_panel = reviews.at_panel(case, manager)
    reviews.record_all(at_panel)
    with pytest.raises(NotAllowed, match="Complete the panel review first"):
        draft_family_letter(case=case, by=manager)
    actions.complete_panel_review(
        case=case, by=at_panel.chair, reason="Agreed by letter", meeting=at_panel.meeting
    )

    text = draft_family_letter(case=case, by=manager).text

    assert "The review was completed on 4 November 2014." in text
    assert "Ada" in text
    assert "things that could be done differently for other children" in text
    for term in ("modifiable", "category", "CDOP", "Form C", "neonatal"):
        assert term.lower() not in text.lower(), term


def test_completing_a_review_meets_its_clock(case, manager):
    from casereview.actions.clocks import pause_clock, resume_clock

    at_panel = reviews.at_panel(case, manager)
    reviews.record_all(at_panel)
    pause = pause_clock(case=case, since=DIED, reason="Inquest", by=manager)
    resume_clock(pause=ClockPause.objects.get(pk=pause.pk), until=DIED, by=manager)

    actions.complete_panel_review(
        case=case, by=at_panel.chair, reason="Agreed by letter", meeting=at_panel.meeting
    )

    assert Clock.objects.get(case=case, rule="review").met_on == reviews.HELD


# --- What it costs -------------------------------------------------------------------------------


def test_the_page_and_the_work_cost_the_same_for_any_number(desk, recent, manager):
    def asked():
        with CaptureQueriesContext(connection) as page:
            assert desk.get(at("view_response", recent)).status_code == 200
        with CaptureQueriesContext(connection) as work:
            response_work.work(manager, TODAY())
        return len(page), len(work)

    responding.record_response_triggers(case=recent, triggers=["J2"], by=manager)
    record(recent, manager, "VISIT", visit="none")
    asked()
    few = asked()
    responding.record_response_triggers(case=recent, triggers=["J1", "J2"], by=manager)
    for _ in range(3):
        other = make_case(manager, died_on=TODAY() - datetime.timedelta(days=9))
        responding.record_response_triggers(case=other, triggers=["J1"], by=manager)

    assert asked() == few


def test_a_death_notified_today_has_until_the_next_working_day_for_its_triggers(manager):
    case = make_case(manager, died_on=TODAY())

    item = next(item for item in response_work.work(manager, TODAY()))

    assert item.reference == case.reference
    assert item.due_on > TODAY()
