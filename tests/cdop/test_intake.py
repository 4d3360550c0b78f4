"""What managers do with notifications from outside: read, accept, merge, reject, escalate."""

import datetime
import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import audit, keys, registries, upkeep
from casereview.database import KEYS
from casereview.keystore.models import DataKey
from casereview.models import (
    AuditEntry,
    Case,
    Child,
    IntakeItem,
    OutboxMessage,
    Panel,
    PanelBoard,
    StandingRole,
)
from casereview.outbox import text_of
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.working_days import LONDON, written
from casereview.verification import verify
from cdop.actions.intake import escalate_unread, managers_for, receive_notification
from cdop.intake_work import work
from cdop.models import Notification
from tests import factories
from tests.cdop.test_notifying_from_outside import outside
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

LIST = "/notifications/intake/"
MONDAY = datetime.datetime(2026, 3, 2, 10, tzinfo=LONDON)
ALL = frozenset(registries.chores)


def received(*, board: str = "LEICESTER", urgent: bool = False, at=None, **facts) -> IntakeItem:
    """A notification that came in from outside, as the public page hands it over."""
    typed = {name: [value] for name, value in outside(**facts).items()}
    key = uuid.uuid4()
    item = receive_notification(key=key, typed=typed, board=board, urgent=urgent)
    if at is not None:
        with change("set_back", by=None) as written:
            item.received_at = at
            written.save(item)
    return item


def page_of(item: IntakeItem, what: str = "") -> str:
    return f"{LIST}{item.pk}/{what}"


def other_manager():
    """A manager of a panel that serves Nottingham, and not Leicester."""
    user = factories.make_user(Role.CDR_MANAGER)
    held = StandingRole.objects.get(user=user)
    panel = Panel(code="NOTTS", name="Example panel of Nottingham")
    serves = PanelBoard(
        panel=panel, board=factories.board("NOTTINGHAM"), since=datetime.date(2010, 4, 1)
    )
    with change("give_role", by=None) as written:
        held.panel = panel
        for row in (panel, serves, held):
            written.save(row)
    return user


@pytest.fixture
def desk(client, manager):
    """A browser in which the CDR manager is signed in."""
    return sign_in(client, manager)


def accept(desk, item, **more):
    return desk.post(page_of(item, "accept/"), {"version": item.version, **more})


def test_a_manager_reads_what_came_in_and_it_counts_as_read(desk, manager):
    item = received()
    before = desk.get(LIST).content.decode()
    notifications = desk.get("/notifications/").content.decode()

    page = desk.get(page_of(item)).content.decode()

    assert "Not read yet" in before
    assert f'href="{LIST}"' in notifications
    assert "Planted" not in before
    assert "Planted" in page
    assert "Nora Notifier" in page
    assert "Read, not decided" in desk.get(LIST).content.decode()
    read = AuditEntry.objects.get(action="read_intake", key=item.pk)
    assert read.actor == manager.pk
    assert "Planted" not in read.detail
    assert verify().ok


def test_an_accepted_notification_becomes_a_case_and_leaves_quarantine(
    desk, manager, django_capture_on_commit_callbacks
):
    item = received(circumstances="Found in the cot")

    with django_capture_on_commit_callbacks(execute=True):
        response = accept(desk, item)

    case = Case.objects.get()
    item.refresh_from_db()
    assert response.headers["Location"] == reverse(
        "cdop:notification_receipt", args=[case.reference]
    )
    assert (item.state, item.case, item.decided_by) == ("accepted", case, manager)
    assert Child.objects.get(case=case).family_name == "Planted"
    notification = Notification.objects.get(case=case)
    assert notification.notifier_name == "Nora Notifier"
    assert notification.circumstances == "Found in the cot"
    assert notification.notified_on == timezone.localdate(item.received_at)
    assert notification.location_of_death == "HOSP_ED"
    assert case.place_of_death_board.code == "LEICESTER"
    assert "born_alive" in notification.to_chase
    assert not DataKey.objects.using(KEYS).filter(owner_kind="intake", owner_id=item.pk).exists()
    page = desk.get(page_of(item)).content.decode()
    assert case.reference in page
    assert "Planted" not in page
    assert AuditEntry.objects.filter(action="accept_intake", case=case.pk).exists()
    desk.get(reverse("view_history", args=[case.reference]))
    assert not AuditEntry.objects.filter(action="integrity_failure").exists()
    assert verify().ok


def test_it_is_accepted_once(desk):
    item = received()
    accept(desk, item)

    accept(desk, item)

    assert Case.objects.count() == 1


def test_what_another_manager_changed_meanwhile_is_not_decided_on(desk):
    item = received()

    page = accept(desk, item, version=item.version + 1).content.decode()

    assert "Read this page again" in page
    assert not Case.objects.exists()


def test_the_same_death_is_shown_and_merged_by_a_person(desk):
    accept(desk, received())
    first = Case.objects.get()
    item = received(notifier_name="Second Caller")

    page = desk.get(page_of(item)).content.decode()
    asked = accept(desk, item).content.decode()
    accept(desk, item, same=first.reference)

    item.refresh_from_db()
    assert f"Yes, the same as {first.reference}" in page
    assert "Select whether this is the same death as a case you have" in asked
    assert item.state == "merged"
    assert item.case.merged_into == first
    assert Notification.objects.count() == 2


def test_a_case_that_was_not_offered_cannot_be_merged_with(desk, case):
    accept(desk, received())
    item = received()

    page = accept(desk, item, same=case.reference).content.decode()

    assert "Select whether this is the same death" in page
    item.refresh_from_db()
    assert item.state == "waiting"


def test_a_rejection_needs_a_reason_and_keeps_it(desk):
    item = received()

    refused = desk.post(page_of(item, "reject/"), {"version": item.version, "reason": ""})
    response = desk.post(
        page_of(item, "reject/"), {"version": item.version, "reason": "Sent to try the page"}
    )

    item.refresh_from_db()
    assert "Enter the reason" in refused.content.decode()
    assert response.status_code == 302
    assert (item.state, item.reason) == ("rejected", "Sent to try the page")
    assert not Case.objects.exists()
    assert "Sent to try the page" in desk.get(page_of(item)).content.decode()
    assert "Rejected" in desk.get(LIST).content.decode()


URGENT = {"other_children": "not_safe", "told": "nobody"}


def test_the_first_act_on_an_urgent_one_is_to_tell_social_care(desk, manager):
    item = received(urgent=True, **URGENT)
    page = desk.get(page_of(item)).content.decode()

    refused = accept(desk, item).content.decode()
    rejected = desk.post(
        page_of(item, "reject/"), {"version": item.version, "reason": "No"}
    ).content.decode()
    today = timezone.localdate()
    told = {
        "told_on_day": today.day,
        "told_on_month": today.month,
        "told_on_year": today.year,
        "told_by": "Teller Example",
    }
    desk.post(page_of(item, "told/"), {"version": item.version, **told})
    item.refresh_from_db()
    after = desk.get(page_of(item)).content.decode()
    accept(desk, item)

    assert "First: tell children’s social care" in page
    assert page.index("First: tell") < page.index("What was sent")
    assert "Tell children’s social care first" in refused
    assert "Tell children’s social care first" in rejected
    assert f"told on {written(today)} by Teller Example" in after
    notification = Notification.objects.get()
    assert notification.social_care_told_on == today
    assert notification.social_care_told_by == manager
    assert "Teller Example" in notification.told_about_children
    assert not notification.nobody_told
    assert notification.other_children == "not_safe"


@pytest.mark.parametrize("told_by", ["", "x" * 300])
def test_telling_social_care_needs_a_day_and_a_name(desk, told_by):
    item = received(urgent=True, **URGENT)

    page = desk.post(page_of(item, "told/"), {"version": item.version, "told_by": told_by})

    assert "There is a problem" in page.content.decode()
    item.refresh_from_db()
    assert "told" not in item.content


def test_your_work_puts_the_urgent_ones_on_top(desk, manager):
    received()
    received()
    urgent = received(urgent=True, **URGENT)

    items = work(manager, timezone.localdate())

    assert [one.urgent for one in items] == [True, False]
    assert items[0].url == page_of(urgent)
    assert items[1].task == "Read and decide on 2 notifications from outside"
    page = desk.get("/").content.decode()
    assert "Tell children’s social care about the other children" in page
    assert "Planted" not in page


def test_a_manager_elsewhere_finds_nothing_and_one_of_nobodys_area_is_everybodys(client, manager):
    item, stray = received(), received(board="")
    elsewhere = other_manager()
    desk = sign_in(client, elsewhere)

    missing = desk.get(page_of(item))
    acted = [accept(desk, item), desk.post(page_of(item, "reject/"), {"reason": "No"})]

    assert missing.status_code == 404
    assert missing.content == desk.get(page_of(IntakeItem(id=uuid.uuid4()))).content
    assert [one.status_code for one in acted] == [404, 404]
    assert desk.get(page_of(stray)).status_code == 200
    assert desk.get(LIST).content.decode().count("Not read yet") == 0
    assert not Case.objects.exists()


def test_who_accepted_elsewhere_is_not_read_by_a_manager_of_another_panel(client, manager):
    item = received()
    accept(sign_in(client, manager), item)

    response = sign_in(client, other_manager()).get(page_of(item))

    assert response.status_code == 404


def test_who_is_recused_from_the_case_reads_its_notification_no_more(desk, manager):
    item = received()
    accept(desk, item)
    case = Case.objects.get()
    factories.recuse(manager, case)

    response = desk.get(page_of(item))

    assert response.status_code == 404
    assert case.reference not in desk.get(LIST).content.decode()


def test_that_social_care_was_told_is_never_filled_in_beforehand(desk):
    page = Page(desk.get(page_of(received(urgent=True, **URGENT))).content.decode())

    assert "value" not in page.by_id("id_told_by")
    assert "value" not in page.by_id("id_told_on_0")


def test_nobody_but_managers_sees_a_notification_from_outside(client, people, outsider):
    item = received()
    for user in [outsider, *(one for role, one in people.items() if role != Role.CDR_MANAGER)]:
        desk = sign_in(client, user)

        answers = [
            desk.get(LIST),
            desk.get(page_of(item)),
            *(desk.post(page_of(item, what)) for what in ("told/", "accept/", "reject/")),
        ]

        assert [one.status_code for one in answers] == [403] * 5
        assert all(b"Planted" not in one.content for one in answers)
        assert work(user, timezone.localdate()) == []


def test_who_has_left_sees_nothing(desk, manager):
    item = received()
    with change("leave", by=None) as written:
        manager.is_active = False
        written.save(manager)

    response = desk.get(page_of(item))

    assert response.status_code == 302
    assert managers_for("LEICESTER") == []


def test_reading_asks_nothing_to_be_changed(desk):
    item = received()

    desk.get(page_of(item))

    item.refresh_from_db()
    assert item.version == 1


def test_the_list_asks_the_database_as_often_for_many_as_for_few(desk):
    def asked() -> int:
        with (
            CaptureQueriesContext(connections["default"]) as main,
            CaptureQueriesContext(connections[KEYS]) as store,
        ):
            desk.get(LIST)
        return len(main) + len(store)

    received()
    desk.get(LIST)
    with keys.held():
        few = asked()
    for _ in range(5):
        received()

    with keys.held():
        many = asked()

    assert many == few


def test_four_office_hours_unread_tell_the_deputies_once(manager):
    deputy = factories.make_user(Role.CDR_MANAGER)
    received(at=MONDAY)

    before = escalate_unread(MONDAY + datetime.timedelta(hours=3, minutes=59))
    then = escalate_unread(MONDAY + datetime.timedelta(hours=4))
    again = escalate_unread(MONDAY + datetime.timedelta(hours=5))

    assert (before, then, again) == (0, 1, 0)
    told = OutboxMessage.objects.filter(template="intake_unread")
    assert {one.to_user for one in told} == {manager, deputy}
    assert not OutboxMessage.objects.filter(template="intake", to_user=deputy).exists()


def name_deputy(panel, user):
    with change("change_panel", by=None) as written:
        panel.deputy = user
        written.save(panel)


def test_the_deputy_named_for_the_panel_is_told_and_the_other_managers_are_not(manager, panel):
    factories.make_user(Role.CDR_MANAGER)
    deputy = factories.make_user(Role.CDR_MANAGER)
    name_deputy(panel, deputy)
    received(at=MONDAY)

    escalate_unread(MONDAY + datetime.timedelta(hours=4))

    told = OutboxMessage.objects.filter(template="intake_unread")
    assert {one.to_user for one in told} == {manager, deputy}


def test_a_deputy_is_told_first_of_nothing_though_the_longest_in_the_role(manager, panel):
    other = factories.make_user(Role.CDR_MANAGER)
    name_deputy(panel, manager)
    received(at=MONDAY)

    first = {one.to_user for one in OutboxMessage.objects.filter(template="intake")}
    escalate_unread(MONDAY + datetime.timedelta(hours=4))

    assert first == {other}
    assert managers_for("LEICESTER") == [other, manager]
    told = OutboxMessage.objects.filter(template="intake_unread")
    assert {one.to_user for one in told} == {manager, other}


def test_the_list_says_who_stands_in(desk, manager, panel):
    none_named = desk.get(LIST).content.decode()
    name_deputy(panel, factories.make_user(Role.CDR_MANAGER, name="Dora Deputy"))

    named = desk.get(LIST).content.decode()

    assert "goes to the other managers: no deputy is named" in none_named
    assert "goes to the deputy, Dora Deputy." in named


def test_an_urgent_one_shows_the_number_of_the_area_where_the_child_lived(desk, settings):
    settings.SOCIAL_CARE_TELEPHONE = "0800 496 0000"
    board = factories.board("LEICS_RUTLAND")
    with change("change_board", by=None) as written:
        board.social_care_telephone = "0116 496 0555"
        written.save(board)
    near = received(urgent=True, residence_board="LEICS_RUTLAND", **URGENT)
    other = received(urgent=True, residence_board="NOTTINGHAM", **URGENT)

    pages = [desk.get(page_of(item)).content.decode() for item in (near, other)]

    assert f"in {board.name}: 0116 496 0555" in pages[0]
    assert "0800 496 0000" in pages[1] and "0116 496 0555" not in pages[1]


def test_the_night_and_the_weekend_do_not_count(manager):
    factories.make_user(Role.CDR_MANAGER)
    friday = datetime.datetime(2026, 3, 6, 16, tzinfo=LONDON)
    received(at=friday)

    assert escalate_unread(friday + datetime.timedelta(days=2)) == 0
    assert escalate_unread(friday + datetime.timedelta(days=2, hours=20)) == 1


def test_what_was_read_does_not_escalate(desk, manager):
    item = received(at=MONDAY)
    desk.get(page_of(item))

    assert escalate_unread(MONDAY + datetime.timedelta(days=1)) == 0


def test_where_there_is_no_deputy_an_administrator_is_told(people):
    asked = {people[Role.CDR_MANAGER], people[Role.ADMINISTRATOR]}
    received(at=MONDAY)

    escalate_unread(MONDAY + datetime.timedelta(days=1))

    told = OutboxMessage.objects.filter(template="intake_unread")
    assert {one.to_user for one in told} == asked


def test_the_tick_escalates(manager):
    received(at=MONDAY)

    done = upkeep.tick(MONDAY + datetime.timedelta(days=1))

    assert "escalated" in ALL
    assert done["escalated"] == 1


def test_no_message_says_anything_of_the_child(manager):
    received(urgent=True, **URGENT)
    received(at=MONDAY)
    escalate_unread(MONDAY + datetime.timedelta(days=1))

    texts = [" ".join(text_of(one)) for one in OutboxMessage.objects.all()]

    assert len(texts) >= 3
    assert not any("Planted" in text or "Ada" in text for text in texts)


def test_managers_of_the_place_of_death_come_first_to_hand(manager):
    elsewhere = other_manager()

    assert managers_for("LEICESTER") == [manager]
    assert managers_for("NOTTINGHAM") == [elsewhere]
    assert managers_for("") == [manager, elsewhere]


def test_the_page_is_whole(desk):
    page = Page(desk.get(page_of(received(urgent=True, **URGENT))).content.decode())

    assert len(page.ids()) == len(set(page.ids()))
    assert audit.ALLOWED in set(AuditEntry.objects.values_list("outcome", flat=True))
