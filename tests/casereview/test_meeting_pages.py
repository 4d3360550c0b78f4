"""Panel meetings: who sees which, and that a case kept from somebody is nowhere on them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions, meetings
from casereview.models import AgendaItem, Attendance, Meeting
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
DAY = datetime.date(2014, 11, 4)


@pytest.fixture
def member():
    return factories.make_user(Role.PANEL_MEMBER)


@pytest.fixture
def meeting(panel, manager, member, case):
    meeting = actions.arrange_meeting(panel=panel, held_on=DAY, members=[member], by=manager)
    actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    return meeting


def page_of(meeting):
    return reverse("view_meeting", args=[meeting.pk])


def test_a_member_sees_the_meeting_and_the_reference_of_its_case(client, meeting, member, case):
    sign_in(client, member)

    assert case.reference in client.get(page_of(meeting)).content.decode()
    assert "4 November 2014" in client.get(reverse("list_meetings")).content.decode()


def test_a_withdrawn_member_sees_neither_the_case_nor_its_count(client, meeting, member, case):
    factories.recuse(member, case)
    sign_in(client, member)

    assert case.reference not in client.get(page_of(meeting)).content.decode()
    assert meetings.case_counts(member, [meeting]) == {}


def test_a_member_who_is_not_invited_sees_no_meeting(client, meeting):
    sign_in(client, factories.make_user(Role.PANEL_MEMBER))

    assert client.get(page_of(meeting)).status_code == 404
    assert "4 November 2014" not in client.get(reverse("list_meetings")).content.decode()


@pytest.mark.parametrize("name", ["list_meetings", "arrange_meeting"])
def test_an_outsider_is_refused(client, outsider, name):
    assert sign_in(client, outsider).get(reverse(name)).status_code == 403


def test_who_has_left_is_sent_to_sign_in(client, meeting, member):
    sign_in(client, member)
    with change("leave", by=None) as written:
        member.is_active = False
        written.save(member)

    assert client.get(page_of(meeting)).status_code == 302


def test_a_manager_arranges_a_meeting_and_invites(client, manager, panel, member):
    chair = factories.make_user(Role.PANEL_CHAIR)
    sign_in(client, manager)

    response = client.post(
        reverse("arrange_meeting"),
        {
            "panel": str(panel.pk),
            "held_on_day": "4",
            "held_on_month": "11",
            "held_on_year": "2014",
            "starts_at": "14.30",
            "theme": "Neonatal deaths",
            "chair": str(chair.pk),
            "members": [str(member.pk)],
        },
    )

    meeting = Meeting.objects.get()
    assert response.headers["Location"] == page_of(meeting)
    assert (meeting.held_on, meeting.starts_at) == (DAY, datetime.time(14, 30))
    assert set(Attendance.objects.values_list("user", "as_chair")) == {
        (chair.pk, True),
        (member.pk, False),
    }


def test_a_meeting_without_a_day_is_not_arranged(client, manager, panel):
    response = sign_in(client, manager).post(
        reverse("arrange_meeting"), {"panel": str(panel.pk), "starts_at": "half past two"}
    )

    body = response.content.decode()
    assert "Enter the day of the meeting" in body
    assert "Enter the time as hours and minutes" in body
    assert "half past two" in body
    assert not Meeting.objects.exists()


def test_a_manager_puts_a_case_on_an_agenda_and_takes_it_off(client, manager, panel, member, case):
    meeting = actions.arrange_meeting(panel=panel, held_on=DAY, members=[member], by=manager)
    sign_in(client, manager)
    url = reverse("put_on_agenda", args=[case.reference])
    assert f"{url}?meeting={meeting.pk}" in client.get(page_of(meeting)).content.decode()

    said = client.post(url, {"meeting": str(meeting.pk)}).content.decode()
    assert "No notification is recorded" in said
    assert "Enter why it goes to the panel although this is missing" in said
    client.post(url, {"meeting": str(meeting.pk), "reason": "The coroner asked for it"})
    item = AgendaItem.objects.get()
    assert sign_in(client, member).get(page_of(meeting)).content.decode().count(case.reference)

    sign_in(client, manager)
    off = reverse("take_off_agenda", args=[case.reference, item.pk])
    assert "Enter the reason" in client.post(off, {"reason": ""}).content.decode()
    client.post(off, {"reason": "Waiting for the inquest"}, follow=True)
    assert not AgendaItem.objects.exists()
    assert case.reference not in sign_in(client, member).get(page_of(meeting)).content.decode()


def test_an_agenda_item_of_another_case_is_not_found(client, manager, meeting, case):
    other = factories.make_case(by=manager)
    item = AgendaItem.objects.get(case=case)

    url = reverse("take_off_agenda", args=[other.reference, item.pk])
    assert sign_in(client, manager).post(url, {"reason": "A reason"}).status_code == 404
    assert AgendaItem.objects.filter(pk=item.pk).exists()


def test_a_manager_of_another_panel_sees_neither_meeting_nor_case(client, meeting, case):
    other = factories.make_user(None)
    with change("give_role", by=None) as written:
        from django.utils import timezone

        from casereview.models import StandingRole

        written.save(
            StandingRole(
                user=other,
                role=Role.CDR_MANAGER,
                board=factories.board("NOTTINGHAM"),
                given_at=timezone.now(),
            )
        )
    sign_in(client, other)

    assert client.get(page_of(meeting)).status_code == 404
    assert client.get(reverse("put_on_agenda", args=[case.reference])).status_code == 404


def test_the_queries_of_the_pages_do_not_grow(client, manager, meeting, panel, member):
    sign_in(client, manager)

    def asked(url):
        with CaptureQueriesContext(connection) as context:
            assert client.get(url).status_code == 200
        return len(context)

    urls = [reverse("list_meetings"), page_of(meeting)]
    before = [asked(url) for url in urls]
    for day in range(1, 5):
        extra = factories.make_case(by=manager)
        actions.put_on_agenda(meeting=meeting, case=extra, by=manager)
        actions.arrange_meeting(
            panel=panel, held_on=DAY.replace(day=day), members=[member], by=manager
        )
        factories.make_case(by=manager)

    assert [asked(url) for url in urls] == before


def test_your_work_links_to_the_next_meeting_only_for_who_may_open_it(client, panel, manager):
    coming = timezone.localdate() + datetime.timedelta(days=5)
    meeting = actions.arrange_meeting(panel=panel, held_on=coming, members=[], by=manager)
    doctor = factories.make_user(Role.DESIGNATED_DOCTOR)

    seen = {user.pk: sign_in(client, user).get("/").content.decode() for user in (manager, doctor)}

    assert all("Next meeting:" in page for page in seen.values())
    assert page_of(meeting) in seen[manager.pk]
    assert page_of(meeting) not in seen[doctor.pk]
