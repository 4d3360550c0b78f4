"""Ten days before a panel agencies are asked; nothing is an answer, and silence is shown."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions as kernel
from casereview.actions import NotAllowed
from casereview.models import LearningPoint, Meeting, OutboxMessage, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.agency_learning import LEARNED
from learning.actions import updates
from learning.agency_updates import ask_agencies, work
from learning.models import AgencyUpdate
from tests import factories
from tests.cdop.asked import agency_with_lead, answered, ask
from tests.learning.learned import learned
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TEXT = "Midwives now ask where the baby sleeps"


def days(number):
    return timezone.localdate() + datetime.timedelta(days=number)


def as_(user):
    return sign_in(Client(), user)


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def led(name):
    """An agency whose lead holds the role for it."""
    agency = agency_with_lead(name=name)
    held = StandingRole.objects.get(user=agency.lead)
    with change("give_role", by=None) as written:
        held.board, held.agency = None, agency
        written.save(held)
    return agency


@pytest.fixture
def agency():
    return led("Example Midwifery")


@pytest.fixture
def member(agency):
    return factories.make_user(Role.PANEL_MEMBER, agency=agency)


@pytest.fixture
def meeting(manager, member):
    return arranged(manager, member, 8)


def arranged(manager, member, ahead):
    return kernel.arrange_meeting(
        panel=factories.panel(), held_on=days(ahead), members=[member], by=manager
    )


def asked():
    ask_agencies(timezone.now())
    return AgencyUpdate.objects.get()


def test_each_member_agency_is_asked_once_within_ten_days(manager, member, agency):
    for ahead in (-1, 11):
        arranged(manager, member, ahead)
    assert ask_agencies(timezone.now()) == 0
    near = arranged(manager, member, 10)

    assert (ask_agencies(timezone.now()), ask_agencies(timezone.now())) == (1, 0)

    update = AgencyUpdate.objects.get()
    assert (update.meeting, update.agency, update.answer) == (near, agency, "")
    told = OutboxMessage.objects.filter(template="agency_update")
    assert {one.to_user for one in told} == {agency.lead, member}


def test_silence_is_shown_at_the_meeting_and_on_the_work_of_those_asked(
    people, meeting, member, agency
):
    asked()

    page = as_(people[Role.PANEL_CHAIR]).get(at("view_standing_item", meeting.pk))

    assert "No answer yet: Example Midwifery" in page.content.decode()
    assert [one.due_on for one in work(member, timezone.localdate())] == [meeting.held_on]


def test_nothing_is_an_answer(people, meeting, member):
    update = asked()
    client = as_(member)

    unsaid = client.post(at("answer_agency_update", update.pk), {"version": "1"})
    said = client.post(at("answer_agency_update", update.pk), {"version": "1", "answer": "nothing"})

    assert b"Select whether something was learned" in unsaid.content
    assert said.status_code == 302
    shown = as_(people[Role.PANEL_CHAIR]).get(at("view_standing_item", meeting.pk))
    assert "Nothing since the last meeting" in shown.content.decode()
    assert "No answer yet" not in shown.content.decode()
    assert work(member, timezone.localdate()) == []


def test_what_its_own_reports_say_is_confirmed_by_the_lead_and_proposed(
    case, manager, meeting, member, agency
):
    answer = answered(ask(case, manager, agency)[0], LEARNED, section="F", text=TEXT)
    update = asked()
    where = at("answer_agency_update", update.pk)
    assert TEXT not in as_(member).get(where).content.decode()
    client = as_(agency.lead)
    assert TEXT in client.get(where).content.decode()

    client.post(where, {"version": "1", "answer": "something", "confirmed": [str(answer.pk)]})

    point = LearningPoint.objects.get(source="agency")
    assert (point.state, point.case, point.statement) == ("proposed", case, TEXT)
    assert point.raised_by_agency == agency
    assert TEXT not in client.get(where).content.decode()
    shown = as_(manager).get(at("view_standing_item", meeting.pk)).content.decode()
    assert "Confirmed what its reports say" in shown and TEXT not in shown


def test_an_agency_that_withdrew_from_the_case_is_offered_nothing_of_it(
    case, manager, meeting, agency
):
    answer = answered(ask(case, manager, agency)[0], LEARNED, section="F", text=TEXT)
    update = asked()
    factories.recuse(agency.lead, case, by=manager)
    where = at("answer_agency_update", update.pk)

    response = as_(agency.lead).post(
        where, {"version": "1", "answer": "something", "confirmed": [str(answer.pk)]}
    )

    assert response.status_code == 200
    assert TEXT not in response.content.decode()
    assert not LearningPoint.objects.exists()


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"answer": "something"}, "Enter what was learned"),
        ({"answer": "nothing", "text": "But yes"}, "take out the text"),
        ({"answer": ""}, "Select whether"),
        ({"answer": "something", "text": "Ada Example taught us"}, "Take out what names"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(case, manager, meeting, member, facts, says):
    kernel.put_on_agenda(meeting=meeting, case=case, by=manager, reason="It is urgent")
    update = asked()

    with pytest.raises(NotAllowed, match=says):
        updates.answer_agency_update(update=update, by=member, **facts)


def test_it_is_asked_of_one_agency_and_until_the_meeting_is_over(
    people, meeting, member, agency, outsider
):
    update = asked()
    stranger = led("Another agency").lead
    where = at("answer_agency_update", update.pk)
    for user in (stranger, people[Role.PANEL_MEMBER]):
        assert as_(user).get(where).status_code == 404
        assert as_(user).post(where, {"answer": "nothing"}).status_code == 404
        assert "Example Midwifery" not in as_(user).get(at("list_agency_updates")).content.decode()
    for user in (outsider, people[Role.LEARNING_LEAD]):
        assert as_(user).get(where).status_code == 403
    assert as_(agency.lead).get(where).status_code == 200
    with change("end_meeting", by=None) as written:
        meeting.state = Meeting.State.HELD
        written.save(meeting)

    assert as_(agency.lead).get(where).status_code == 404


def test_who_left_answers_no_more(meeting, member):
    update = asked()
    client = as_(member)
    with change("leave", by=None) as written:
        member.is_active = False
        written.save(member)

    response = client.post(at("answer_agency_update", update.pk), {"answer": "nothing"})

    assert response.status_code == 302
    assert AgencyUpdate.objects.get().answer == ""


def test_the_standing_item_is_for_those_of_the_panel(people, meeting, outsider):
    for role in (Role.LEARNING_LEAD, Role.CDR_MANAGER, Role.PANEL_MEMBER, Role.PANEL_CHAIR):
        assert as_(people[role]).get(at("view_standing_item", meeting.pk)).status_code == 200
    for user in (outsider, people[Role.SCR_MEMBER], people[Role.AGENCY_LEAD]):
        assert as_(user).get(at("view_standing_item", meeting.pk)).status_code == 403


def test_the_standing_item_tells_what_is_new_since_the_meeting_before(
    people, manager, meeting, member
):
    before = arranged(manager, member, -20)
    learned(1, days(-30), statement="It was known then")
    learned(2, days(-3), statement="It is new since")
    client = as_(people[Role.PANEL_CHAIR])

    def shown():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(at("view_standing_item", meeting.pk)).content.decode()
        return page, len(queries)

    page, one = shown()

    assert before.held_on < meeting.held_on
    assert "It is new since" in page and "It was known then" not in page
    for number in range(3, 8):
        learned(number, days(-2), "smoking")
    assert shown()[1] == one


def test_the_meeting_leads_to_its_standing_item(manager, meeting):
    page = as_(manager).get(reverse("view_meeting", args=[meeting.pk])).content.decode()

    assert at("view_standing_item", meeting.pk) in page
