"""Sending a referral, and what the office of the board that leads does with it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview import access
from casereview.keystore.models import DataKey
from casereview.models import (
    AuditEntry,
    Case,
    CaseGroupObjectPermission,
    Incident,
    IntakeItem,
    OutboxMessage,
)
from casereview.rules.access_table import Role
from casereview.work_list import items_of
from cdop import intake_work
from cdop.actions.notifying import log_notification
from cdop.actions.said import Said
from scr.models import FileSecured, Referral
from tests import factories, scr_factories
from tests.html import without_token
from tests.kept_out import leave
from tests.scr.referring import ONCE, agency_lead, child, day, typed
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
SEND = "/referrals/new/"


@pytest.fixture
def office(people):
    return people[Role.BOARD_MANAGER]


def send(client, sender, **more) -> IntakeItem:
    response = sign_in(client, sender).post(SEND, typed(**more))
    assert response.status_code == 302, response.content.decode()
    return IntakeItem.objects.get(pk=ONCE)


def accept(client, user, item, **more):
    url = reverse("scr:accept_referral", args=[item.pk])
    return sign_in(client, user).post(url, {"a-version": item.version, **more})


def test_the_sender_gets_a_receipt_and_nothing_of_what_is_held(client, office):
    factories.make_case(family_name="Qxreferred")
    sender = agency_lead()

    item = send(client, sender)
    page = without_token(client.get(reverse("scr:sent_referral", args=[item.pk])))

    assert item.receipt in page
    assert "Received" in page
    assert "Qx" not in page
    assert "CD-" not in page


def test_sent_twice_it_is_kept_once(client, office):
    sender = agency_lead()
    send(client, sender)

    send(client, sender)

    assert IntakeItem.objects.count() == 1


def test_nobody_sends_over_what_another_sent(client, office):
    send(client, agency_lead())

    page = sign_in(client, agency_lead()).post(SEND, typed())

    assert page.status_code == 200
    assert "Begin the referral anew" in page.content.decode()


def test_a_child_is_added_without_losing_what_was_typed(client, office):
    page = sign_in(client, agency_lead()).post(SEND, typed(do="add", grounds="Qxkept"))

    html = page.content.decode()
    assert 'name="child1-family_name"' in html
    assert "Qxkept" in html
    assert "There is a problem" not in html


def test_children_not_known_to_be_safe_are_telephoned_about_before_it_is_sent(
    client, office, settings
):
    settings.SOCIAL_CARE_TELEPHONE = "0116 496 0999"
    unsafe = typed(siblings_safe="NK")

    page = sign_in(client, agency_lead()).post(SEND, unsafe)

    assert "0116 496 0999" in page.content.decode()
    assert not IntakeItem.objects.exists()
    client.post(SEND, {**unsafe, "understood": "on"})
    assert IntakeItem.objects.get().urgent


def test_an_urgent_referral_is_at_the_top_of_the_offices_work(client, office):
    send(client, agency_lead(), siblings_safe="N", understood="on")

    first = items_of(office, datetime.date(2015, 4, 1))

    assert any(item.urgent and "decide on a referral" in item.task for item in first)
    assert OutboxMessage.objects.filter(to_user=office, template="referral_urgent").exists()


def test_a_referral_is_no_notification_from_outside(client, office, manager):
    item = send(client, agency_lead())

    assert intake_work.waiting(manager) == []
    page = sign_in(client, manager).get(reverse("cdop:read_intake", args=[item.pk]))
    assert page.status_code == 404


@pytest.mark.parametrize("who", ["lead", "cdr_manager", "other_board"])
def test_only_the_office_of_the_board_reads_it(client, office, people, who):
    sender = agency_lead()
    item = send(client, sender)
    reader = {
        "lead": sender,
        "cdr_manager": people[Role.CDR_MANAGER],
        "other_board": scr_factories.make_scr_user(
            Role.BOARD_MANAGER, factories.board("NOTTINGHAM")
        ),
    }[who]

    page = sign_in(client, reader).get(reverse("scr:read_referral", args=[item.pk]))

    assert page.status_code in (403, 404)
    assert "Qx" not in without_token(page)


def test_a_manager_who_has_left_reads_nothing(client, office):
    item = send(client, agency_lead())
    sign_in(client, office)
    leave(office)

    page = client.get(reverse("scr:read_referral", args=[item.pk]))

    assert page.status_code == 302


def test_the_office_sees_why_who_leads_and_what_follows(client, office):
    item = send(client, agency_lead())

    page = sign_in(client, office).get(reverse("scr:read_referral", args=[item.pk]))

    words = page.content.decode()
    assert "Qxgrounds" in words
    assert f"{factories.board()} leads." in words
    assert "A case of serious harm is opened" in words


def test_each_child_becomes_a_case_and_a_referral_of_one_incident(client, office):
    agency = factories.make_agency()
    item = send(client, agency_lead(), children=2, agencies=[str(agency.pk)])

    response = accept(client, office, item)

    referrals = list(Referral.objects.order_by("case__reference"))
    assert response.status_code == 302
    assert [one.case.kind for one in referrals] == ["serious_harm", "serious_harm"]
    assert {one.case.incident_id for one in referrals} == {Incident.objects.get().pk}
    assert {one.framework for one in referrals} == {"wt2023"}
    assert FileSecured.objects.filter(agency=agency).count() == 2
    assert all(one.case.panel_id is None for one in referrals)


def test_accepted_it_is_sealed_under_the_case_and_the_quarantine_is_destroyed(
    client, office, django_capture_on_commit_callbacks
):
    item = send(client, agency_lead())

    with django_capture_on_commit_callbacks(execute=True):
        accept(client, office, item)

    item.refresh_from_db()
    assert item.content is None
    assert not DataKey.objects.using("keys").filter(owner_kind="intake", owner_id=item.pk).exists()
    assert Referral.objects.get().grounds.startswith("Qxgrounds")


def test_it_opens_the_case_to_the_group_and_to_nobody_else(client, office, people):
    item = send(client, agency_lead())

    accept(client, office, item)

    case = Case.objects.get(kind="serious_harm")
    roles = set(
        CaseGroupObjectPermission.objects.filter(content_object=case).values_list("role", flat=True)
    )
    assert roles >= {"board_manager", "scr_member", "scr_chair", "independent_chair"}
    assert access.can(people[Role.SCR_MEMBER], "view_scr", case)
    assert not access.can(people[Role.CDR_MANAGER], "view_case", case)
    assert not access.can(people[Role.PANEL_CHAIR], "view_case", case)


def test_a_death_on_record_is_offered_and_the_referral_hangs_on_it(client, office, manager):
    known = factories.make_case(by=manager, family_name="Qxreferred")
    death = child(
        given_names="Ada",
        happened="died",
        **day("born_on", datetime.date(2013, 7, 1)),
        **day("died_on", factories.DIED),
    )
    item = send(client, agency_lead(), **death)
    page = sign_in(client, office).get(reverse("scr:read_referral", args=[item.pk]))

    refused = accept(client, office, item)
    accept(client, office, item, case0=known.reference)

    assert known.reference in page.content.decode()
    assert "Select for each child" in refused.content.decode()
    known.refresh_from_db()
    assert known.scr_state == Case.ScrState.REFERRED
    assert Case.objects.count() == 1


def test_a_death_not_on_record_opens_its_case(client, office):
    death = child(happened="died", **day("died_on", datetime.date(2015, 3, 3)))
    item = send(client, agency_lead(), **death)

    accept(client, office, item)

    case = Case.objects.get()
    assert case.kind == Case.Kind.DEATH
    assert case.reference.startswith("CD-")
    assert case.notified_on is None


def test_a_manager_who_withdrew_from_the_childs_case_reads_nothing(client, office, manager):
    known = factories.make_case(by=manager, family_name="Qxreferred")
    factories.recuse(office, known, by=manager)
    death = child(
        given_names="Ada",
        happened="died",
        **day("born_on", datetime.date(2013, 7, 1)),
        **day("died_on", factories.DIED),
    )
    item = send(client, agency_lead(), **death)

    page = sign_in(client, office).get(reverse("scr:read_referral", args=[item.pk]))
    taken = accept(client, office, item, case0=known.reference)

    assert page.status_code == taken.status_code == 404
    assert not Referral.objects.exists()


def test_social_care_is_told_before_an_urgent_referral_is_accepted(client, office):
    item = send(client, agency_lead(), siblings_safe="N", understood="on")

    refused = accept(client, office, item)
    accept(client, office, item, **{"a-told": "Perrin Oakes told the duty team at ten"})

    assert "Telephone children’s social care first" in refused.content.decode()
    assert "duty team" in Referral.objects.get().immediate_safety


def test_today_the_authority_where_it_happened_leads(client, office):
    item = send(client, agency_lead(), **child(home="NOTTINGHAM"))

    response = accept(client, office, item)

    referral = Referral.objects.get()
    assert referral.board.code == "LEICESTER"
    assert response.status_code == 302


def test_the_board_where_the_child_lives_led_in_the_days_of_the_boards(office, people):
    case = factories.make_case(residence_board=factories.board("NOTTINGHAM"))

    referral = scr_factories.make_referral(
        case=case, by=people[Role.CDR_MANAGER], received_by=factories.board()
    )

    assert referral.board.code == "NOTTINGHAM"
    assert referral.state == Referral.State.PASSED_ON
    assert access.can(office, "view_scr", case)
    assert not access.can(people[Role.SCR_MEMBER], "view_scr", case)
    assert not case.clocks.filter(rule__contains=".").exists()


def test_a_rejection_needs_a_reason(client, office):
    item = send(client, agency_lead())
    url = reverse("scr:reject_referral", args=[item.pk])

    refused = sign_in(client, office).post(url, {"r-version": item.version})
    client.post(url, {"r-version": item.version, "r-reason": "Sent in error"})

    item.refresh_from_db()
    assert "Enter the reason for the rejection" in refused.content.decode()
    assert item.state == IntakeItem.State.REJECTED
    assert item.reason == "Sent in error"


def test_two_managers_do_not_decide_over_each_other(client, office):
    item = send(client, agency_lead())
    accept(client, office, item)

    again = accept(client, office, item)

    assert again.status_code == 302
    assert Referral.objects.count() == 1


def test_what_was_sent_reaches_no_audit_entry(client, office):
    item = send(client, agency_lead())
    accept(client, office, item)

    written = " ".join(str(one.detail) for one in AuditEntry.objects.all())

    assert "Qx" not in written


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    client, office, manager, django_assert_max_num_queries
):
    scr_factories.make_referral(by=manager)
    sign_in(client, office)
    client.get("/referrals/")
    with CaptureQueriesContext(connection) as one:
        client.get("/referrals/")
    for number in range(3):
        scr_factories.make_referral(
            by=manager, case=factories.make_case(by=manager, family_name=f"Other{number}")
        )

    with django_assert_max_num_queries(len(one)):
        page = client.get("/referrals/")

    assert page.content.decode().count("CD-2014") >= 4


def test_a_death_that_was_referred_first_takes_its_notification_later(client, office, manager):
    death = child(
        given_names="Ada",
        happened="died",
        **day("born_on", datetime.date(2013, 7, 1)),
        **day("died_on", datetime.date(2015, 3, 3)),
    )
    accept(client, office, send(client, agency_lead(), **death))
    case = Case.objects.get()
    work = [item.task for item in items_of(manager, datetime.date(2015, 4, 1))]
    said = Said(
        died_on=datetime.date(2015, 3, 3),
        notified_on=datetime.date(2015, 4, 1),
        residence_board="LEICESTER",
        child={"given_names": "Ada", "family_name": "Qxreferred"},
    )

    log_notification(by=manager, said=said, merge_with=case)

    case.refresh_from_db()
    assert "Log the notification of the death (Form A)" in work
    assert Case.objects.count() == 1
    assert case.notified_on == datetime.date(2015, 4, 1)
    assert case.notifications.count() == 1
    assert case.scr_state == Case.ScrState.REFERRED
