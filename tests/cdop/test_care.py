"""Care for readers: what may distress stays closed until it is opened, and how much was read."""

import datetime
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.actions.reading import choose_notices
from casereview.fields import EncryptedTextField
from casereview.models import AuditEntry, Panel, StandingRole
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from cdop.models import Notification
from tests import factories
from tests.cdop.asked import agency_with_lead, answered, ask
from tests.cdop.reviews import at_panel, record_all
from tests.html import Page, without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
PLANTED = "Plantedcircumstances"
SAID = "Plantedanswer of an agency"
NOTICE = "suicide or self-harm, and how it was done"
SOON = datetime.timedelta(days=7)


def told(case, by, event="SUICIDE"):
    with change("test", by=by, case=case) as written:
        written.save(
            Notification(
                case=case, notified_on=case.notified_on, event=event, circumstances=PLANTED
            )
        )
    return case


@pytest.fixture
def case(case, manager):
    return told(case, manager)


@pytest.fixture
def at(case, manager):
    return at_panel(case, manager, held_on=timezone.localdate() + SOON)


@pytest.fixture
def read(monkeypatch):
    """The names of the sealed fields that were opened."""
    names: list[str] = []
    real = EncryptedTextField.open

    def spy(self, instance, value):
        names.append(self.name)
        return real(self, instance, value)

    monkeypatch.setattr(EncryptedTextField, "open", spy)
    return names


def address(case):
    return reverse("cdop:view_notification", args=[case.reference])


def opened():
    return [json.loads(one.detail) for one in AuditEntry.objects.filter(action="open_narrative")]


def test_what_may_distress_is_not_read_until_it_is_opened_and_the_opening_is_on_record(
    client, case, manager, read
):
    sign_in(client, manager)

    before = without_token(client.get(address(case)))
    assert NOTICE in before
    assert PLANTED not in before
    assert "circumstances" not in read
    assert opened() == []

    answer = client.post(address(case), {"open_part": "notification"})
    assert answer["Location"] == address(case)
    after = [without_token(client.get(address(case))) for _ in range(2)]
    assert all(PLANTED in one and NOTICE not in one for one in after)
    assert opened() == [{"part": "notification", "by": "button"}]
    assert AuditEntry.objects.get(action="open_narrative").case == case.pk

    another = sign_in(Client(), manager)
    assert PLANTED not in without_token(another.get(address(case)))


def test_a_case_that_calls_for_no_notice_is_shown(client, manager):
    case = told(factories.make_case(by=manager), manager, event="NEONATAL")

    page = without_token(sign_in(client, manager).get(address(case)))

    assert PLANTED in page
    assert "Before you read" not in page
    assert opened() == []


def test_evidence_review_and_room_wait_too(client, at, manager, read):
    [request] = ask(at.case, manager, agency_with_lead())
    answered(request, "C04", "Y", text=SAID)
    record_all(at)
    pages = {
        "evidence": reverse("cdop:view_evidence", args=[at.case.reference]),
        "panel_review": reverse("cdop:view_panel_review", args=[at.case.reference]),
        "room": reverse("cdop:open_room", args=[at.meeting.pk, 1]),
    }
    sign_in(client, at.chair)
    read.clear()

    closed = [without_token(client.get(page)) for page in pages.values()]
    assert all(NOTICE in page and SAID not in page for page in closed)
    assert not {"text", "summary", "learning", "circumstances"} & set(read)

    for part, page in pages.items():
        client.post(page, {"open_part": part})
    shown = [without_token(client.get(page)) for page in pages.values()]
    assert SAID in shown[0]
    assert SAID in shown[2] or "Withheld here" in shown[2]
    assert not any("Before you read" in page for page in shown)
    assert [one["part"] for one in opened()] == list(pages)


def test_who_has_just_written_the_review_is_shown_it_and_another_is_not(client, at, manager):
    record_all(at)
    review = reverse("cdop:view_panel_review", args=[at.case.reference])
    writing = reverse("cdop:record_learning", args=[at.case.reference])
    sign_in(client, manager)
    assert NOTICE in without_token(client.get(review))

    seen = Page(client.get(writing).content.decode()).all("input", name="seen")[0]["value"]
    answer = client.post(writing, {"seen": seen, "issues": "", "learning": "A lesson of ours"})

    assert answer.status_code == 302
    shown = without_token(client.get(review))
    assert "A lesson of ours" in shown and "Open it when you are ready" not in shown
    assert opened() == [{"part": "panel_review", "by": "writing"}]
    chair = sign_in(Client(), at.chair)
    assert "A lesson of ours" not in without_token(chair.get(review))


@pytest.mark.parametrize(
    ("choice", "event", "closed", "recorded"),
    [
        ("noticed", "SUICIDE", True, 0),
        ("every", "NEONATAL", True, 0),
        ("line", "SUICIDE", False, 1),
        ("line", "NEONATAL", False, 0),
    ],
)
def test_a_reader_is_told_as_they_chose_and_it_is_on_record_all_the_same(
    client, manager, choice, event, closed, recorded
):
    case = told(factories.make_case(by=manager), manager, event=event)
    sign_in(client, manager).post(reverse("choose_notices"), {"notices": choice, "version": "0"})

    pages = [without_token(client.get(address(case))) for _ in range(2)]

    assert [PLANTED not in page for page in pages] == [closed, closed]
    assert len(opened()) == recorded
    looks = AuditEntry.objects.filter(action="view_notification", outcome="allowed")
    assert looks.count() == 2


def test_once_a_case_opens_its_other_parts_and_no_other_case(client, case, manager):
    other = told(factories.make_case(by=manager), manager)
    choose_notices(notices="case", by=manager)
    sign_in(client, manager)
    page = reverse("cdop:view_evidence", args=[case.reference])

    assert "Before you read" in without_token(client.get(page))
    client.post(address(case), {"open_part": "notification"})

    assert "Before you read" not in without_token(client.get(page))
    assert PLANTED not in without_token(client.get(address(other)))
    assert [one["by"] for one in opened()] == ["button", "setting"]


def test_a_press_opens_nothing_for_who_may_not_look(client, case, people, outsider, manager):
    factories.recuse(manager, case)
    gone = people[Role.DESIGNATED_DOCTOR]
    signed = {user: sign_in(Client(), user) for user in (outsider, manager, gone)}
    with change("deactivate_person", by=None) as written:
        gone.is_active = False
        written.save(gone)

    answers = [
        one.post(address(case), {"open_part": "notification"}).status_code
        for one in signed.values()
    ]

    assert answers[:2] == [404, 404]
    assert answers[2] in {302, 403, 404}
    assert opened() == []


@pytest.mark.parametrize("part", ["", "evidence", "<b>", "notification\n"])
def test_another_word_than_the_pages_own_opens_nothing(client, case, manager, part):
    page = sign_in(client, manager).post(address(case), {"open_part": part})

    assert PLANTED not in without_token(page)
    assert opened() == []


def test_a_choice_is_ones_own_and_not_overwritten(client, manager):
    choose_notices(notices="line", by=manager)

    with pytest.raises(Conflict):
        choose_notices(notices="case", by=manager, version=0)
    page = sign_in(client, manager).post(reverse("choose_notices"), {"notices": "never"})
    assert "Select the way in which you are told" in without_token(page)


def test_a_reader_sees_what_was_asked_of_them_and_where_to_turn(client, at):
    sign_in(client, at.member)
    client.post(
        reverse("cdop:open_room", args=[at.meeting.pk, 1]), {"open_part": "room"}, follow=True
    )

    response = client.get(reverse("view_reading"))

    load = response.context["load"]
    assert (load.asked, load.cases, load.looks, load.opened) == (1, 1, 2, 1)
    assert "no weakness" in without_token(response)
    assert at.case.reference not in without_token(response)


def test_a_chair_sees_counts_of_their_own_panels_members_only(client, at, people, outsider):
    page = reverse("view_panel_reading", args=[at.meeting.panel_id])
    member = sign_in(Client(), at.member)
    member.get(reverse("cdop:view_panel_review", args=[at.case.reference]))

    response = sign_in(client, at.chair).get(page)

    rows = {row[0]: [one["text"] for one in row[1:]] for row in response.context["table"]["rows"]}
    assert rows[at.member.name] == ["1", "1", "1", "0"]
    assert at.case.reference not in without_token(response)
    assert outsider.name not in without_token(response)
    assert member.get(page).status_code == 403
    assert sign_in(Client(), people[Role.CDR_MANAGER]).get(page).status_code == 403
    other = factories.make_user(Role.PANEL_CHAIR)
    with change("test", by=None) as written:
        elsewhere = Panel(code="ELSEWHERE", name="Another panel")
        written.save(elsewhere)
        held = StandingRole.objects.get(user=other)
        held.panel = elsewhere
        written.save(held)
    assert sign_in(Client(), other).get(page).status_code == 404


def test_what_is_kept_from_chair_or_member_is_not_counted(client, at, manager):
    page = reverse("view_panel_reading", args=[at.meeting.panel_id])
    sign_in(Client(), at.member).get(reverse("cdop:view_panel_review", args=[at.case.reference]))
    sign_in(client, at.chair)

    def row():
        rows = client.get(page).context["table"]["rows"]
        return next([one["text"] for one in row[1:]] for row in rows if row[0] == at.member.name)

    factories.recuse(at.member, at.case)
    assert row() == ["0", "1", "1", "0"]
    factories.recuse(at.chair, at.case)
    assert row() == ["0", "0", "0", "0"]


def test_the_chairs_page_asks_as_often_for_many_members_as_for_few(client, at):
    page = reverse("view_panel_reading", args=[at.meeting.panel_id])
    sign_in(client, at.chair).get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for _ in range(4):
        factories.make_user(Role.PANEL_MEMBER)
    with CaptureQueriesContext(connection) as many:
        client.get(page)

    assert len(few) == len(many)
