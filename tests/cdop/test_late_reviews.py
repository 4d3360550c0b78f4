"""Reviews that are not complete months after the death, in the manager's work."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casereview import actions as kernel
from casereview import registries
from casereview.actions.clocks import pause_clock, resume_clock
from casereview.models import Case, ParallelProcess
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.months import add_months
from cdop.late_work import work
from tests import factories
from tests.cdop.asked import agency_with_lead, answered, ask

pytestmark = pytest.mark.django_db


def died(months: int, **facts) -> Case:
    day = add_months(timezone.localdate(), -months)
    return factories.make_case(by=None, died_on=day, notified_on=day, **facts)


def late(user):
    return work(user, timezone.localdate())


@pytest.mark.parametrize(("months", "said"), [(6, "6"), (8, "6"), (9, "9"), (12, "12"), (15, "12")])
def test_a_review_that_is_open_at_a_mark_is_the_managers_work(manager, months, said):
    case = died(months)

    [one] = late(manager)

    assert one.reference == case.reference
    assert one.task == f"The review is not complete {said} months after the death"
    assert one.due_on == add_months(case.died_on, int(said))
    assert one.why == "Held up by: no meeting has it on its agenda."


def test_before_six_months_and_once_reviewed_nothing_is_said(manager):
    died(5)
    done = died(13)
    with change("plant", by=None, case=done) as written:
        done.stage = Case.Stage.REVIEWED
        written.save(done)

    assert late(manager) == []


def test_an_old_death_that_was_imported_and_never_asked_about_does_not_fill_the_list(manager):
    died(120)

    assert late(manager) == []


def test_what_holds_it_up_is_said_in_words(manager, panel):
    case = died(7)
    ask(case, manager, agency_with_lead(), agency_with_lead())
    with change("record_process", by=manager, case=case) as written:
        written.save(ParallelProcess(case=case, kind="inquest", status="open", hold_review=True))
    meeting = kernel.arrange_meeting(
        panel=panel, held_on=timezone.localdate() + datetime.timedelta(days=9), by=manager
    )
    kernel.put_on_agenda(meeting=meeting, case=case, by=manager)

    [one] = late(manager)

    assert "2 agency reports have not come" in one.why
    assert "inquest" in one.why.casefold()
    day = meeting.held_on
    assert f"it goes to the panel on {day.day} {day:%B %Y}" in one.why


def test_a_review_that_only_waits_for_its_signature_is_said_to(manager, panel):
    case = died(7)
    day = timezone.localdate() - datetime.timedelta(days=9)
    meeting = kernel.arrange_meeting(panel=panel, held_on=day, by=manager)
    kernel.put_on_agenda(meeting=meeting, case=case, by=manager)

    assert late(manager)[0].why.startswith(f"Held up by: the panel considered it on {day.day} ")
    assert late(manager)[0].why.endswith("and it is not signed.")


def test_pauses_are_stated_and_a_standing_clock_waits(manager):
    case = died(12)
    since = timezone.localdate() - datetime.timedelta(days=30)
    pause = pause_clock(case=case, since=since, reason="Inquest", by=manager)

    [standing] = late(manager)
    resume_clock(pause=pause, until=since + datetime.timedelta(days=9), by=manager)
    [running] = late(manager)

    assert standing.waiting_for == "the end of a pause"
    assert f"the clock stands since {since.day} {since:%B %Y}" in standing.why
    assert "31 days of it were legitimate waiting" in standing.why
    assert running.waiting_for == ""
    assert "10 days of it were legitimate waiting" in running.why


def test_nobody_else_is_told(people, outsider):
    case = died(12)
    recused = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(recused, case)

    told = [late(user) for user in (outsider, recused, people[Role.PANEL_CHAIR])]

    assert told == [[], [], []]


def test_the_queries_do_not_grow_with_the_reviews(manager):
    def asked():
        with CaptureQueriesContext(connection) as context:
            late(manager)
        return len(context)

    died(7)
    few = asked()
    for months in (6, 9, 12):
        ask(died(months), manager, agency_with_lead())

    assert asked() == few


def test_those_who_answered_for_an_agency_are_among_the_words_a_paper_must_not_hold(case, manager):
    [request] = ask(case, manager, agency_with_lead())
    answered(request, "B07", "Y", said_by="Nurse Qxsaidby")

    words = [word for found in registries.identifiers for word in found(case)]

    assert "Nurse Qxsaidby" in words
