"""Who comes to a meeting: deputies, the quorum of each case, the invitation, and the end."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from casereview import access, actions, meeting_mode
from casereview.actions import NotAllowed
from casereview.invitations import invitation
from casereview.meeting_quorum import quorum_of
from casereview.models import (
    AgencyRequest,
    Attendance,
    Interest,
    Meeting,
    OutboxMessage,
    ParallelProcess,
    Reason,
)
from casereview.outbox import text_of
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
DAY = datetime.date(2014, 11, 4)


@pytest.fixture
def members():
    return [
        factories.make_user(Role.PANEL_MEMBER, name=f"Member {n}", agency=factories.make_agency())
        for n in range(4)
    ]


@pytest.fixture
def meeting(panel, manager, members, case):
    meeting = actions.arrange_meeting(
        panel=panel,
        held_on=DAY,
        starts_at=datetime.time(14),
        place="Committee room 2",
        theme="Neonatal deaths",
        members=members,
        by=manager,
    )
    actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    return meeting


def all_came(meeting, manager, *away):
    actions.record_attendance(
        meeting=meeting,
        by=manager,
        came={
            one.pk: "apologies" if one.user in away else "came" for one in meeting.attendances.all()
        },
    )


def counted(meeting):
    return next(iter(quorum_of(meeting, meeting.agenda.all()).values()))


def test_a_manager_records_who_came_and_the_page_says_whether_it_is_quorate(
    client, manager, meeting, members
):
    sign_in(client, manager)
    url = reverse("record_attendance", args=[meeting.pk])
    rows = {one.user: one for one in meeting.attendances.select_related("user")}
    answers = {f"came_{row.pk.hex}": "came" for row in rows.values()}
    answers[f"came_{rows[members[0]].pk.hex}"] = "apologies"

    said = client.post(url, answers, follow=True).content.decode()

    assert "Quorate" in said
    assert "3 of the 2 members and 3 of the 3 agencies needed" in said
    assert "sent apologies" in said


def test_who_informs_only_or_has_withdrawn_does_not_count_for_that_case(
    manager, meeting, members, case
):
    all_came(meeting, manager)
    other = factories.make_case(by=manager)
    actions.put_on_agenda(meeting=meeting, case=other, by=manager)
    actions.declare_interest(
        case=case, user=members[0], level="informs_only", grounds="Treated", by=manager
    )
    actions.declare_interest(
        case=case, agency=members[1].agency, level="withdraws", grounds="Employer", by=manager
    )

    found = {
        item.case: one
        for item, one in zip(
            meeting.agenda.order_by("place"),
            [
                quorum_of(meeting, meeting.agenda.all())[i.pk]
                for i in meeting.agenda.order_by("place")
            ],
            strict=True,
        )
    }

    assert (found[case].members, found[case].agencies, found[case].met) == (2, 2, False)
    assert (found[other].members, found[other].agencies, found[other].met) == (4, 4, True)


def test_a_panel_sets_its_own_quorum(manager, meeting):
    all_came(meeting, manager)
    with change("set_quorum", by=manager) as written:
        meeting.panel.quorum_members, meeting.panel.quorum_agencies = 5, 1
        written.save(meeting.panel)

    assert not counted(Meeting.objects.get(pk=meeting.pk)).met


def test_a_deputy_counts_for_the_agency_of_the_member_and_is_admitted(
    client, manager, meeting, members, case
):
    deputy = factories.make_user(Role.PANEL_MEMBER)
    sign_in(client, manager)
    place = meeting.attendances.get(user=members[0])

    client.post(
        reverse("record_attendance", args=[meeting.pk]),
        {"invite": "1", "person": str(deputy.pk), "place_of": str(place.pk)},
    )
    all_came(meeting, manager, members[0], members[3])

    row = meeting.attendances.get(user=deputy)
    assert (row.agency, row.deputy_for) == (members[0].agency, members[0])
    assert access.can(deputy, "view_panel_review", case)
    assert (counted(meeting).members, counted(meeting).agencies) == (3, 3)


def test_a_deputy_who_has_withdrawn_is_not_admitted(manager, meeting, members, case):
    deputy = factories.make_user(Role.PANEL_MEMBER)
    factories.recuse(deputy, case, by=manager)

    actions.invite_to_meeting(meeting=meeting, user=deputy, by=manager)

    assert not access.can(deputy, "view_case", case)


def test_nobody_is_invited_twice_or_to_a_meeting_that_is_over(manager, meeting, members):
    with pytest.raises(NotAllowed, match="invited already"):
        actions.invite_to_meeting(meeting=meeting, user=members[0], by=manager)
    actions.end_meeting(meeting=meeting, by=manager)

    with pytest.raises(NotAllowed, match="over"):
        actions.invite_to_meeting(
            meeting=meeting, user=factories.make_user(Role.PANEL_MEMBER), by=manager
        )


@pytest.mark.parametrize("name", ["record_attendance", "end_meeting"])
def test_a_member_and_an_outsider_record_nothing(client, meeting, members, outsider, name):
    url = reverse(name, args=[meeting.pk])

    assert sign_in(client, members[0]).post(url).status_code == 403
    assert sign_in(client, outsider).post(url).status_code == 403


def test_the_manager_of_another_panel_does_not_find_the_meeting(client, meeting):
    from casereview.models import Panel, StandingRole

    with change("add", by=None) as written:
        elsewhere = Panel(code="ELSEWHERE", name="Elsewhere")
        written.save(elsewhere)
        user = factories.make_user(None)
        written.save(
            StandingRole(user=user, role=Role.CDR_MANAGER, panel=elsewhere, given_at=timezone.now())
        )
    sign_in(client, user)

    assert client.get(reverse("record_attendance", args=[meeting.pk])).status_code == 404
    assert client.post(reverse("end_meeting", args=[meeting.pk])).status_code == 404
    assert client.get(reverse("download_invitation", args=[meeting.pk])).status_code == 404


def test_an_invitation_opens_again_and_says_nothing_of_a_case(client, meeting, members, case):
    body = sign_in(client, members[0]).get(reverse("download_invitation", args=[meeting.pk]))

    calendar = Calendar.from_ical(body.content)
    event = calendar.walk("VEVENT")[0]
    assert body.headers["Content-Type"] == "text/calendar"
    assert calendar["METHOD"] == "REQUEST"
    assert (str(event["SUMMARY"]), str(event["CLASS"])) == ("Panel meeting", "PRIVATE")
    assert event.start == datetime.datetime(2014, 11, 4, 14, tzinfo=datetime.UTC)
    assert str(event["LOCATION"]) == "Committee room 2"
    text = body.content.decode()
    assert not any(word in text for word in (case.reference, "Example", "Neonatal", "case of"))


def test_an_invitation_downloaded_again_keeps_its_uid_and_counts_on(manager, meeting, members):
    now = timezone.now()
    first = Calendar.from_ical(invitation(meeting, members[0], now)).walk("VEVENT")[0]
    with change("arrange_meeting", by=manager) as written:
        meeting.starts_at = None
        written.save(meeting)
    later = Calendar.from_ical(invitation(meeting, members[1], now)).walk("VEVENT")[0]

    assert first["UID"] == later["UID"]
    assert int(later["SEQUENCE"]) > int(first["SEQUENCE"])
    assert later.start == DAY


def test_a_cancelled_meeting_cancels_its_invitation(manager, meeting, members):
    with change("arrange_meeting", by=manager) as written:
        meeting.state = Meeting.State.CANCELLED
        written.save(meeting)

    calendar = Calendar.from_ical(invitation(meeting, members[0], timezone.now()))

    assert calendar["METHOD"] == "CANCEL"


def test_the_agenda_says_in_words_what_each_case_still_lacks(client, manager, meeting, case):
    with change("ask", by=manager, case=case) as written:
        written.save(
            AgencyRequest(
                case=case,
                agency=factories.make_agency(),
                form="form_b",
                form_version="1",
                requested_at=timezone.now(),
            )
        )
        written.save(ParallelProcess(case=case, kind="inquest", hold_review=True))
    waiting = factories.make_case(by=manager)

    said = sign_in(client, manager).get(reverse("view_meeting", args=[meeting.pk]))
    page = said.content.decode()

    assert "1 agency report is outstanding" in page
    assert "Another process asks the panel to wait" in page
    # A neonatal panel looks for neonatal deaths first; the other is among all cases.
    assert waiting.reference not in page
    everything = client.get(reverse("view_meeting", args=[meeting.pk]), {"group": ""})
    assert waiting.reference in everything.content.decode()


def test_a_child_who_never_left_hospital_belongs_to_the_neonatal_panel(
    client, manager, meeting, case
):
    from cdop.models import Notification

    child = factories.make_case(by=manager)
    with change("plant", by=manager, case=child) as written:
        written.save(
            Notification(case=child, notified_on=child.notified_on, never_left_hospital="Y")
        )

    page = sign_in(client, manager).get(reverse("view_meeting", args=[meeting.pk]))

    assert child.reference in page.content.decode()


def test_an_interest_declared_at_the_meeting_is_decided_there_by_the_chair(
    client, manager, meeting, members, case
):
    chair = factories.make_user(Role.PANEL_CHAIR)
    actions.invite_to_meeting(meeting=meeting, user=chair, by=manager, as_chair=True)
    item = meeting.agenda.get()
    sign_in(client, members[0])
    answer = client.post(
        reverse("declare_interest", args=[case.reference]) + f"?item={item.pk}",
        {"level": "noted", "ground": "other", "grounds": "Taught the brother"},
    )
    assert answer.headers["Location"] == reverse("view_meeting", args=[meeting.pk])
    interest = case.interests.get()
    assert interest.agenda_item == item

    page = sign_in(client, chair).get(reverse("view_meeting", args=[meeting.pk])).content.decode()
    url = reverse("decide_interest", args=[case.reference, interest.pk])
    assert url in page
    client.post(url, {"level": "withdraws", "reason": "Too close"})

    assert not access.can(members[0], "view_case", case)
    page = sign_in(Client(), members[0]).get(reverse("view_meeting", args=[meeting.pk]))
    assert case.reference not in page.content.decode()


def test_the_queries_of_the_meeting_do_not_grow_with_its_cases(client, manager, meeting, case):
    sign_in(client, manager)
    urls = [
        reverse("view_meeting", args=[meeting.pk]),
        reverse("cdop:enter_meeting_mode", args=[meeting.pk]),
        reverse("cdop:view_minutes", args=[meeting.pk]),
        reverse("cdop:open_room", args=[meeting.pk, 1]),
    ]

    def asked(url):
        with CaptureQueriesContext(connection) as context:
            assert client.get(url).status_code == 200
        return len(context)

    before = [asked(url) for url in urls]
    for _ in range(3):
        extra = factories.make_case(by=manager)
        actions.put_on_agenda(meeting=meeting, case=extra, by=manager)
        actions.declare_interest(
            case=extra, user=manager, level="noted", grounds="Knows the ward", by=manager
        )

    assert [asked(url) for url in urls] == before


def cancel(client, meeting, reason="The chair is ill"):
    return client.post(reverse("cancel_meeting", args=[meeting.pk]), {"reason": reason})


def test_a_cancelled_meeting_lets_go_of_its_cases_and_tells_its_members(
    client, manager, meeting, members, case
):
    before = access.can(members[0], "view_panel_review", case)
    actions.declare_interest(
        case=case,
        user=members[1],
        level="noted",
        grounds="Taught the brother",
        by=members[1],
        agenda_item=meeting.agenda.get(),
    )

    answer = cancel(sign_in(client, manager), meeting)

    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.agenda.count()) == ("cancelled", 0)
    assert (before, access.can(members[0], "view_panel_review", case)) == (True, False)
    assert Interest.objects.get().agenda_item is None
    told = OutboxMessage.objects.filter(template="meeting_cancelled")
    assert {one.to_user for one in told} == set(members)
    assert case.reference not in " ".join(text_of(told[0]))
    why = Reason.objects.get(case=case, action="take_off_agenda")
    assert why.text == "The chair is ill"


def test_the_room_of_a_cancelled_meeting_is_closed_and_the_case_waits_for_another(
    client, panel, manager, meeting, case
):
    now = meeting_mode.begins_at(meeting)
    before = meeting_mode.may_open(meeting, now)
    cancel(sign_in(client, manager), meeting)
    another = actions.arrange_meeting(
        panel=panel, held_on=DAY + datetime.timedelta(days=7), by=manager
    )

    page = client.get(reverse("view_meeting", args=[another.pk])).content.decode()

    meeting.refresh_from_db()
    assert (before, meeting_mode.may_open(meeting, now)) == (True, False)
    assert case.reference in page
    assert "Cancelled" in client.get(reverse("list_meetings")).content.decode()


def test_cancelling_needs_a_reason_and_a_meeting_that_is_not_over(client, manager, meeting):
    sign_in(client, manager)
    page = cancel(client, meeting, " ").content.decode()
    actions.end_meeting(meeting=meeting, by=manager)

    with pytest.raises(NotAllowed, match="This meeting is over"):
        actions.cancel_meeting(meeting=meeting, by=manager, reason="Too late")

    assert "Enter the reason" in page


def test_a_meeting_that_considered_a_case_is_ended_not_cancelled(manager, meeting, case):
    item = meeting.agenda.get()
    with change("record_item_outcome", by=manager, case=case) as written:
        item.outcome = "held"
        written.save(item)

    with pytest.raises(NotAllowed, match="End the meeting instead"):
        actions.cancel_meeting(meeting=meeting, by=manager, reason="Snow")

    assert Meeting.objects.get(pk=meeting.pk).state == "planned"


def test_nobody_but_the_manager_of_the_panel_cancels(client, meeting, members, outsider):
    answers = [cancel(sign_in(client, user), meeting) for user in (members[0], outsider)]

    assert [one.status_code for one in answers] == [403, 403]
    assert Meeting.objects.get(pk=meeting.pk).state == "planned"


# --- Told of it, and changed ---------------------------------------------------------------------


def coming(panel, manager, members, **facts):
    day = timezone.localdate() + datetime.timedelta(days=20)
    return actions.arrange_meeting(
        panel=panel, held_on=day, place="Quernstone Hall", members=members, by=manager, **facts
    )


def test_those_invited_are_told_once_without_a_word_of_when_where_or_why(panel, manager, members):
    meeting = coming(panel, manager, [*members[:2], manager], theme="Neonatal deaths")
    actions.invite_to_meeting(meeting=meeting, user=members[2], by=manager)

    told = list(OutboxMessage.objects.order_by("pk"))
    assert [one.to_user for one in told] == members[:3]
    words = {" ".join(text_of(one)) for one in told}
    assert len(words) == 1
    [said] = words
    assert "You are invited to a panel meeting" in said
    assert "Quernstone" not in said and "Neonatal" not in said and str(meeting.pk) not in said
    assert {one.case for one in told} == {None}


def test_nobody_is_told_of_a_meeting_that_is_past(meeting):
    assert not OutboxMessage.objects.exists()


def test_a_meeting_moves_with_its_agenda_and_those_invited_are_told(
    client, panel, manager, members, case
):
    meeting = coming(panel, manager, members[:2])
    actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    before = Calendar.from_ical(invitation(meeting, members[0], timezone.now()))
    day = meeting.held_on + datetime.timedelta(days=7)
    typed = {"held_on_day": day.day, "held_on_month": day.month, "held_on_year": day.year}
    typed |= {"starts_at": "14:00", "place": "Other Hall", "version": meeting.version}

    url = reverse("change_meeting", args=[meeting.pk])
    wrong = sign_in(client, manager).post(url, typed | {"starts_at": "noon"}).content.decode()
    page = client.post(url, typed, follow=True).content.decode()

    assert "such as 14:00" in wrong and "noon" in wrong
    assert "Other Hall" in page and case.reference in page
    moved = Meeting.objects.get(pk=meeting.pk)
    assert (moved.held_on, moved.starts_at) == (day, datetime.time(14))
    after = Calendar.from_ical(invitation(moved, members[0], timezone.now()))
    events = [one.walk("VEVENT")[0] for one in (before, after)]
    assert events[0]["UID"] == events[1]["UID"]
    assert int(events[0]["SEQUENCE"]) < int(events[1]["SEQUENCE"])
    assert access.can(members[0], "view_case", case)
    told = OutboxMessage.objects.filter(template="meeting_changed")
    assert {one.to_user for one in told} == set(members[:2]) and len(told) == 2
    assert "Other Hall" not in " ".join(text_of(told[0]))
    # Typed over what somebody else has changed meanwhile, it is shown again with what was typed.
    stale = client.post(url, typed | {"place": "Third Hall"}).content.decode()
    assert "Somebody else changed this meeting" in stale and "Third Hall" in stale


def test_a_theme_alone_tells_nobody(panel, manager, members):
    meeting = coming(panel, manager, members[:1])
    actions.change_meeting(
        meeting=meeting,
        by=manager,
        held_on=meeting.held_on,
        place=meeting.place,
        theme="Suicide",
    )

    assert not OutboxMessage.objects.filter(template="meeting_changed").exists()


def test_what_was_considered_or_is_over_is_not_moved(manager, meeting, case):
    def move(day):
        return actions.change_meeting(meeting=meeting, by=manager, held_on=day)

    with pytest.raises(NotAllowed, match="on or after the death"):
        move(case.died_on - datetime.timedelta(days=1))
    item = meeting.agenda.get()
    with change("record_item_outcome", by=manager, case=case) as written:
        item.outcome = "held"
        written.save(item)
    with pytest.raises(NotAllowed, match="A case was considered"):
        move(DAY)
    actions.end_meeting(meeting=meeting, by=manager)
    with pytest.raises(NotAllowed, match="over or in session"):
        move(DAY)


def test_nobody_but_the_manager_of_the_panel_changes_a_meeting(client, meeting, members, outsider):
    url = reverse("change_meeting", args=[meeting.pk])
    answers = [sign_in(Client(), user).get(url).status_code for user in (members[0], outsider)]

    assert answers == [403, 403]


def test_a_meetings_theme_chooses_the_cases_it_looks_for_first(client, panel, manager):
    from cdop.models import Notification

    wanted, other = (factories.make_case(by=manager) for _ in range(2))
    for case, event in ((wanted, "SUICIDE"), (other, "RTC")):
        with change("plant", by=manager, case=case) as written:
            written.save(Notification(case=case, notified_on=case.notified_on, event=event))
    meeting = coming(panel, manager, [], theme="Apparent suicide and self-harm")

    page = sign_in(client, manager).get(reverse("view_meeting", args=[meeting.pk]))

    assert wanted.reference in page.content.decode()
    assert other.reference not in page.content.decode()
    meeting = coming(panel, manager, [], theme="Sudden unexpected deaths")
    page = client.get(reverse("view_meeting", args=[meeting.pk]))
    assert other.reference in page.content.decode()


def test_attendance_is_refused_when_the_minutes_are_agreed(panel, manager, meeting):
    actions.write_minutes(meeting=meeting, by=manager, text="As captured")
    later = actions.arrange_meeting(panel=panel, held_on=datetime.date(2014, 12, 2), by=manager)
    actions.agree_minutes(meeting=meeting, at=later, by=manager)

    with pytest.raises(NotAllowed, match="agreed"):
        actions.record_attendance(meeting=meeting, by=manager, came={})
    with pytest.raises(NotAllowed, match="agreed"):
        actions.write_minutes(meeting=meeting, by=manager, text="Otherwise")
    assert Attendance.objects.filter(meeting=meeting, attended="came").count() == 0
