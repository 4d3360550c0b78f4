"""Every case says what is next to everybody who sees it, and no more than they may know."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import case_page, work_list
from casereview.models import AgendaItem, Attendance, Meeting
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.models import PanelReview
from cdop.waiting_steps import next_steps, standing
from tests import factories
from tests.cdop.asked import agency_with_lead, ask
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.CDR_MANAGER, Role.DESIGNATED_DOCTOR, Role.PANEL_MEMBER])
def test_at_every_stage_the_next_box_says_what_why_and_whose(people, manager, role):
    user, today = people[role], timezone.localdate()
    for stage in ("notified", "gathering", "ready", "reviewed", "not_for_review", "passed_on"):
        reason = "stillbirth" if stage == "not_for_review" else ""
        case = factories.make_case(by=manager, stage=stage, out_of_scope_reason=reason)
        if role == Role.PANEL_MEMBER:
            factories.admit(user, case, role, by=manager)

        step = case_page.next_step(user, case, today)

        assert step is not None, stage
        assert step["title"] and step["why"].endswith("."), (stage, step)


def test_the_manager_is_led_to_the_requests_and_a_member_is_told_no_number(client, people, manager):
    case = factories.make_case(by=manager)
    ask(case, manager, agency_with_lead(), agency_with_lead())
    member = people[Role.PANEL_MEMBER]
    factories.admit(member, case, Role.PANEL_MEMBER, by=manager)
    url = reverse("view_case", args=[case.reference])

    theirs = Page(sign_in(client, member).get(url).content.decode())
    own = Page(sign_in(client, manager).get(url).content.decode())

    assert "Next: wait for the agencies’ reports" in theirs.words
    assert "Next: wait for 2 agencies to report" in own.words
    assert "Due in" in own.words
    assert own.all("a", href=reverse("cdop:view_agency_reports", args=[case.reference]))


def meeting_in(days: int) -> Meeting:
    held_on = timezone.localdate() + datetime.timedelta(days=days)
    meeting = Meeting(panel=factories.panel(), held_on=held_on)
    with change("plant", by=None) as written:
        written.save(meeting)
    return meeting


def test_a_chair_who_withdrew_is_not_waited_for(people, manager):
    case, meeting = factories.make_case(by=manager, stage="ready"), meeting_in(-2)
    chair = people[Role.PANEL_CHAIR]
    with change("plant", by=None, case=case) as written:
        written.save(PanelReview(case=case, category_of_death="10", modifiable_outcome="N"))
        written.save(AgendaItem(case=case, meeting=meeting, place=1))
        written.save(
            Attendance(
                meeting=meeting, user=chair, as_chair=True, attended=Attendance.Attended.CAME
            )
        )

    assert "wait for the chair" in next_steps(manager, case)[0].title
    factories.recuse(chair, case)

    assert standing(case, sees_reports=True).chair_withdrew
    assert "deputy" in next_steps(manager, case)[0].title


def test_somebody_of_one_panel_is_not_told_which_panel_meets(people, manager):
    meeting_in(7)

    meeting = work_list.next_meeting(manager, timezone.localdate())

    assert meeting is not None and meeting.panel == ""
