"""Meeting mode: the room of one meeting stays awake; whatever else is asked ends as before."""

import datetime

import pytest
from django.urls import reverse

from casereview import actions, meeting_mode
from casereview.models import Meeting
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.meeting_times import room_open_until
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
MINUTE = 60
# 10:00 in London on 2 March 2026, in seconds since 1970.
TEN = datetime.datetime(2026, 3, 2, 10, tzinfo=datetime.UTC)


@pytest.fixture
def clock(monkeypatch):
    """One clock for the sitting and for the meeting; it stands still until it is told to go on."""

    class Clock:
        now = TEN.timestamp()

        def time(self) -> float:
            return self.now

        def on(self, minutes: int) -> None:
            self.now += minutes * MINUTE

    stopped = Clock()
    for module in ("middleware", "sign_in.proof", "sign_in.record"):
        monkeypatch.setattr(f"casereview.{module}.time", stopped)
    monkeypatch.setattr("tests.signed_in.time", stopped)
    monkeypatch.setattr(
        "django.utils.timezone.now",
        lambda: datetime.datetime.fromtimestamp(stopped.now, tz=datetime.UTC),
    )
    return stopped


@pytest.fixture
def member():
    return factories.make_user(Role.PANEL_MEMBER)


def arrange(panel, manager, member, *cases, **facts):
    facts.setdefault("held_on", TEN.date())
    facts.setdefault("starts_at", datetime.time(10))
    meeting = actions.arrange_meeting(panel=panel, members=[member], by=manager, **facts)
    for case in cases:
        actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    return meeting


@pytest.fixture
def meeting(clock, panel, manager, member, case):
    return arrange(panel, manager, member, case)


@pytest.fixture
def reader(client, meeting, member):
    return sign_in(client, member)


def room_of(meeting, n=1):
    return reverse("cdop:open_room", args=[meeting.pk, n])


def enter(client, meeting):
    return client.post(reverse("cdop:enter_meeting_mode", args=[meeting.pk]))


def is_ended(response) -> bool:
    return response.status_code == 302 and "ended=" in response.headers["Location"]


def test_the_room_stays_awake_through_a_long_discussion(reader, clock, meeting, case):
    enter(reader, meeting)

    for _ in range(5):
        clock.on(40)
        page = reader.get(room_of(meeting))
        assert page.status_code == 200
        assert case.reference in page.content.decode()


def test_without_meeting_mode_the_room_ends_when_idle(reader, clock, meeting):
    reader.get(room_of(meeting))
    clock.on(17)

    assert is_ended(reader.get(room_of(meeting)))


@pytest.mark.parametrize(
    "name",
    ["your_work", "list_cases", "list_meetings", "view_meeting", "cdop:enter_meeting_mode"],
)
def test_every_other_page_still_ends_although_the_room_was_just_read(reader, clock, meeting, name):
    enter(reader, meeting)
    clock.on(17)
    assert reader.get(room_of(meeting)).status_code == 200
    takes_key = name in ("view_meeting", "cdop:enter_meeting_mode")

    assert is_ended(reader.get(reverse(name, args=[meeting.pk] if takes_key else [])))
    assert (
        is_ended(reader.get(room_of(meeting)))
        or "/login/" in reader.get(room_of(meeting)).headers["Location"]
    )


def test_the_papers_of_the_very_case_end_outside_the_room(reader, clock, meeting, case):
    enter(reader, meeting)
    clock.on(17)

    assert is_ended(reader.get(reverse("cdop:view_panel_review", args=[case.reference])))


def test_the_room_of_another_meeting_ends(reader, clock, panel, manager, member, meeting, case):
    other = arrange(panel, manager, member, case)
    enter(reader, meeting)
    clock.on(17)

    assert is_ended(reader.get(room_of(other)))


def test_the_room_closes_thirty_minutes_after_the_longest_a_meeting_lasts(reader, clock, meeting):
    enter(reader, meeting)
    clock.on(4 * 60 + 29)
    assert reader.get(room_of(meeting)).status_code == 200
    clock.on(1)

    assert is_ended(reader.get(room_of(meeting)))


def test_the_room_closes_thirty_minutes_after_the_meeting_was_ended(
    reader, clock, manager, meeting
):
    enter(reader, meeting)
    clock.on(60)
    actions.end_meeting(meeting=Meeting.objects.get(pk=meeting.pk), by=manager)
    clock.on(29)
    assert reader.get(room_of(meeting)).status_code == 200
    clock.on(1)

    assert is_ended(reader.get(room_of(meeting)))


def test_a_sitting_still_ends_after_ten_hours(reader, clock, meeting):
    session = reader.session
    reader.get(room_of(meeting))
    enter(reader, meeting)
    session = reader.session
    session["began"] = int(clock.now) - 10 * 3600
    session.save()
    clock.on(1)

    assert is_ended(reader.get(room_of(meeting)))


def test_meeting_mode_asks_for_a_fresh_proof(client, meeting, member):
    sign_in(client, member, proved=False)

    answer = enter(client, meeting)

    assert "/accounts/" in answer.headers["Location"]
    assert meeting_mode.SESSION not in client.session


@pytest.mark.parametrize("minutes", [-31, 4 * 60 + 30])
def test_meeting_mode_is_entered_only_around_the_meeting(
    clock, panel, manager, member, case, client, minutes
):
    meeting = arrange(panel, manager, member, case)
    clock.on(minutes)
    sign_in(client, member)

    enter(client, meeting)

    assert meeting_mode.SESSION not in client.session


def test_a_stranger_opens_no_room(clock, meeting, outsider, client):
    sign_in(client, outsider)
    assert enter(client, meeting).status_code == 403
    assert client.get(room_of(meeting)).status_code == 404

    sign_in(client, factories.make_user(Role.PANEL_MEMBER))
    assert enter(client, meeting).status_code == 404
    assert client.get(room_of(meeting)).status_code == 404


def test_a_session_that_names_no_meeting_ends(reader, clock, meeting):
    enter(reader, meeting)
    for kept in ("nonsense", 7, None, str(factories.make_user(None).pk)):
        session = reader.session
        session[meeting_mode.SESSION] = kept
        session["seen"] = int(clock.now) - 3600
        session.save()
        assert is_ended(reader.get(room_of(meeting))), kept
        sign_in(reader, factories.make_user(Role.PANEL_MEMBER))


def test_a_meeting_that_is_cancelled_keeps_no_room_awake(reader, clock, manager, meeting):
    enter(reader, meeting)
    with change("arrange_meeting", by=manager) as written:
        row = Meeting.objects.get(pk=meeting.pk)
        row.state = Meeting.State.CANCELLED
        written.save(row)
    clock.on(31)

    assert is_ended(reader.get(room_of(meeting)))


def test_a_member_who_withdraws_in_the_meeting_loses_the_case_in_the_room(
    reader, meeting, member, case
):
    enter(reader, meeting)
    assert reader.get(room_of(meeting)).status_code == 200

    factories.recuse(member, case)

    assert reader.get(room_of(meeting)).status_code == 404


def test_ending_late_does_not_keep_the_room_open_longer():
    late = TEN + datetime.timedelta(hours=9)

    assert room_open_until(TEN, late) == room_open_until(TEN, None)
