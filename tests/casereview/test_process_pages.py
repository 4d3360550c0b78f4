"""Other processes beside the review, the pauses of its clock, and the group's line on the case."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import process_page, process_work, registries
from casereview.actions import NotAllowed, clocks, processes
from casereview.case_header import scr_line
from casereview.models import Case, Clock, ClockPause, ParallelProcess
from casereview.records import Conflict
from casereview.rules.access_table import Role
from tests import factories
from tests.cdop.filling import day
from tests.kept_out import let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
TODAY = timezone.localdate
BEGAN = datetime.date(2014, 5, 20)


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name=NAME)


@pytest.fixture
def desk(client, manager):
    return sign_in(client, manager)


def at(name, case, *keys):
    return reverse(name, args=[case.reference, *keys])


def record(case, by, kind="INQ", **facts):
    return processes.record_process(
        case=case, kind=kind, by=by, **{"status": "open", "began_on": BEGAN, **facts}
    )


def tasks(user):
    return [item.task for item in process_work.work(user, TODAY())]


# --- Who opens it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["view_processes", "record_process", "pause_clock", "record_scr_state"]
)
def test_a_stranger_the_recused_and_the_leaver_are_kept_out(client, case, manager, name):
    record(case, manager, body=NAME)

    assert let_in(client, case, at(name, case), NAME) == []


def test_the_doctor_reads_the_processes_and_changes_none(client, case, manager, people):
    process = record(case, manager)
    sign_in(client, people[Role.DESIGNATED_DOCTOR])

    assert client.get(at("view_processes", case)).status_code == 200
    assert client.get(at("change_process", case, process.pk)).status_code == 403


def test_a_process_or_pause_of_another_case_is_not_found(desk, case, manager):
    other = factories.make_case(by=manager)
    process = record(other, manager)
    pause = clocks.pause_clock(case=other, since=BEGAN, reason="Inquest", by=manager)

    assert desk.get(at("change_process", case, process.pk)).status_code == 404
    assert desk.get(at("resume_clock", case, pause.pk)).status_code == 404


# --- Processes -----------------------------------------------------------------------------------


def test_a_process_is_recorded_with_what_may_not_be_done(desk, case):
    typed = {
        "kind": "INQ",
        "status": "open",
        "body": "Coroner of Leicester",
        "restriction": "Wait for the post-mortem",
        **day("began_on", BEGAN),
    }

    html = desk.post(at("record_process", case), typed, follow=True).content.decode()

    assert "Coroner of Leicester" in html
    assert "Meanwhile: Wait for the post-mortem" in html
    page = desk.get(at("view_case", case)).content.decode()
    assert "inquest: began" in page


def test_a_hold_says_what_may_not_be_done(desk, case, manager):
    response = desk.post(
        at("record_process", case), {"kind": "POL", "status": "open", "hold_review": "on"}
    )

    assert "Enter what may not be done meanwhile" in response.content.decode()
    with pytest.raises(NotAllowed, match="meanwhile"):
        record(case, manager, hold_family_contact=True)
    assert not ParallelProcess.objects.exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"kind": "XYZ"}, "Select the process"),
        ({"status": "odd"}, "Select how far"),
        ({"ended_on": BEGAN - datetime.timedelta(days=1)}, "on or after the beginning"),
        ({"began_on": datetime.date(2100, 1, 1)}, "not in the future"),
        ({"kind": "PFD_OURS", "began_on": None}, "day of the coroner"),
    ],
)
def test_what_contradicts_itself_is_refused(case, manager, facts, words):
    with pytest.raises(NotAllowed, match=words):
        record(case, manager, **facts)


def test_a_process_changed_meanwhile_is_a_conflict(case, manager):
    process = record(case, manager)
    processes.change_process(process=process, conclusion="Natural causes", by=manager)

    with pytest.raises(Conflict):
        processes.change_process(process=process, version=1, conclusion="", by=manager)


def test_a_report_addressed_to_us_is_answered_in_56_days(desk, case, manager):
    process = record(case, manager, "PFD_OURS")

    clock = Clock.objects.get(case=case)
    assert process.reply_due_on == clock.due_on == BEGAN + datetime.timedelta(days=56)
    assert "Reply to the coroner’s report to prevent future deaths" in tasks(manager)
    html = desk.get(at("view_processes", case)).content.decode()
    assert "Reply to a report to prevent future deaths" in html
    processes.change_process(
        process=process, replied_on=BEGAN + datetime.timedelta(days=50), by=manager
    )
    clock.refresh_from_db()
    assert clock.met_on == BEGAN + datetime.timedelta(days=50)
    assert tasks(manager) == []


def test_two_reports_to_us_have_a_clock_each_and_a_copy_has_none(case, manager):
    record(case, manager, "PFD_OURS")
    record(case, manager, "PFD_OURS", began_on=BEGAN + datetime.timedelta(days=9))
    record(case, manager, "PFD_SEEN")

    assert Clock.objects.filter(case=case).count() == 2


def test_a_process_that_should_be_over_is_asked_after(case, manager):
    process = record(case, manager, expected_on=TODAY() - datetime.timedelta(days=1))

    assert tasks(manager) == ["Ask how far it is: Coroner's investigation and inquest"]
    processes.change_process(process=process, status="ended", by=manager)
    assert tasks(manager) == []


# --- The clock and its pauses --------------------------------------------------------------------


def test_the_clock_is_paused_with_a_reason_and_runs_again(desk, case):
    desk.post(at("pause_clock", case), {"reason": "The inquest", **day("since", BEGAN)})
    pause = ClockPause.objects.get(case=case)
    paused = desk.get(at("view_processes", case)).content.decode()
    assert "The inquest" in paused
    assert "Stands still since 20 May 2014" in paused
    last = BEGAN + datetime.timedelta(days=9)

    desk.post(at("resume_clock", case, pause.pk), day("until", last))

    clock = Clock.objects.get(case=case)
    assert clock.due_on == datetime.date(2015, 5, 22)
    assert "10 days of waiting" in clock.worked_out
    html = desk.get(at("view_processes", case)).content.decode()
    assert "Stands still" not in html
    assert "10 days of waiting left out" in html


@pytest.mark.parametrize(
    ("since", "reason", "words"),
    [
        (BEGAN, " ", "Enter why"),
        (datetime.date(2014, 5, 1), "Inquest", "on or after the death"),
        (datetime.date(2100, 1, 1), "Inquest", "not in the future"),
    ],
)
def test_a_pause_without_reason_or_on_an_odd_day_is_refused(case, manager, since, reason, words):
    with pytest.raises(NotAllowed, match=words):
        clocks.pause_clock(case=case, since=since, reason=reason, by=manager)

    assert not Clock.objects.filter(case=case).exists()


def test_a_clock_that_stands_is_not_paused_again_and_a_pause_ends_once(case, manager):
    pause = clocks.pause_clock(case=case, since=BEGAN, reason="Inquest", by=manager)

    with pytest.raises(NotAllowed, match="End the pause"):
        clocks.pause_clock(case=case, since=BEGAN, reason="Police", by=manager)
    with pytest.raises(NotAllowed, match="on or after the first"):
        clocks.resume_clock(pause=pause, until=BEGAN - datetime.timedelta(days=1), by=manager)
    clocks.resume_clock(pause=pause, until=BEGAN, by=manager)
    with pytest.raises(NotAllowed, match="ended already"):
        clocks.resume_clock(pause=pause, until=BEGAN, by=manager)


def test_time_is_shown_with_and_without_waiting_up_to_completion(case, manager, monkeypatch):
    pause = clocks.pause_clock(case=case, since=BEGAN, reason="Inquest", by=manager)
    clocks.resume_clock(pause=pause, until=BEGAN + datetime.timedelta(days=9), by=manager)
    done = case.died_on + datetime.timedelta(days=100)
    monkeypatch.setattr(registries, "completions", [lambda case: done])

    time = process_page.page(case, TODAY())["time"]

    assert (time.days, time.waited, time.without_waiting) == (100, 10, 90)


def test_a_process_that_holds_pauses_the_clock_and_ends_only_its_own_pause(case, manager):
    by_hand = clocks.pause_clock(case=case, since=BEGAN, reason="Expert report", by=manager)
    process = record(
        case, manager, "POL", hold_review=True, restriction="The prosecutor asks to wait"
    )
    held = ClockPause.objects.exclude(pk=by_hand.pk).get(case=case)
    assert (held.since, held.until) == (TODAY(), None)
    assert "The prosecutor asks to wait" in held.reason

    processes.change_process(process=process, status="ended", by=manager)

    held.refresh_from_db()
    by_hand.refresh_from_db()
    assert held.until == TODAY()
    assert by_hand.until is None
    processes.change_process(process=process, status="open", by=manager)
    assert ClockPause.objects.filter(case=case, until=None).count() == 2


def test_a_hold_that_stays_makes_one_pause_however_often_it_is_saved(case, manager):
    process = record(case, manager, hold_review=True, restriction="Wait")
    for words in ("Wait", "Wait longer", "Wait on"):
        processes.change_process(process=process, restriction=words, by=manager)

    assert ClockPause.objects.filter(case=case).count() == 1


# --- The serious case review group ---------------------------------------------------------------


def test_the_status_of_the_return_follows_the_group_and_one_line_of_dates_is_shown(desk, case):
    desk.post(
        at("record_scr_state", case),
        {
            "state": "review",
            "version": str(case.version),
            **day("referred_on", BEGAN),
            **day("decided_on", datetime.date(2014, 7, 1)),
        },
    )

    case.refresh_from_db()
    assert case.scr_status == "IN_PROGRESS"
    line = "Serious case review group: referred May 2014; decided July 2014: review"
    assert scr_line(case) == line
    assert line in desk.get(at("view_processes", case)).content.decode()


def test_going_back_takes_the_later_days_away(case, manager):
    days = {"referred_on": BEGAN, "decided_on": BEGAN}
    processes.record_scr_state(case=case, state="no_review", by=manager, **days)
    assert case.scr_status == "CONSIDERED"

    processes.record_scr_state(case=case, state="", by=manager)

    assert (case.scr_status, case.scr_referred_on, case.scr_decided_on) == ("NONE", None, None)


@pytest.mark.parametrize(
    ("state", "days"),
    [
        ("referred", {}),
        ("review", {"referred_on": BEGAN}),
        ("published", {"referred_on": BEGAN, "decided_on": BEGAN}),
        ("review", {"referred_on": BEGAN, "decided_on": BEGAN - datetime.timedelta(days=1)}),
        ("odd", {}),
    ],
)
def test_a_state_without_its_days_in_order_is_refused(case, manager, state, days):
    with pytest.raises(NotAllowed):
        processes.record_scr_state(case=case, state=state, by=manager, **days)

    assert Case.objects.get(pk=case.pk).scr_state == ""


# --- What it costs -------------------------------------------------------------------------------


def test_the_page_and_the_work_cost_the_same_for_any_number(desk, case, manager):
    late = {"expected_on": BEGAN, "hold_review": True, "restriction": "Wait"}

    def asked():
        with CaptureQueriesContext(connection) as page:
            assert desk.get(at("view_processes", case)).status_code == 200
        with CaptureQueriesContext(connection) as work:
            tasks(manager)
        return len(page), len(work)

    record(case, manager, "PFD_OURS", **late)
    asked()
    few = asked()
    for _ in range(4):
        record(case, manager, "PFD_OURS", **late)
        record(factories.make_case(by=manager), manager, "PFD_OURS", **late)

    assert asked() == few


def test_references_of_others_are_identifiers(case, manager):
    record(case, manager, their_reference="COR/14/0815")

    assert "COR/14/0815" in process_work.identifiers(case)
