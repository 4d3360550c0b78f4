"""Asking agencies: who is let in and told, who is reminded, and what a request taken back ends."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import access, outbox, reminders, work_list
from casereview import actions as kernel
from casereview.actions import NotAllowed
from casereview.models import AgencyRequest, AuditEntry, Case, OutboxMessage
from casereview.outbox import text_of
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.working_days import add_working_days
from cdop import gathering_work
from cdop.actions import asking
from cdop.actions.reporting import say_no_record
from cdop.chasing import chase_reports
from cdop.report_links import request_of
from tests import factories
from tests.cdop.asked import agency_with_lead, ask, ask_contact, contact_of, due_since, returned
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

ONE_CASE = ("view_agency_reports", "request_report")
ONE_REQUEST = ("remind_agency", "escalate_request", "withdraw_request", "renew_report_link")


def url_of(name, case, *more):
    return reverse(f"cdop:{name}", args=[case.reference, *more])


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def messages_to(user, rule):
    return OutboxMessage.objects.filter(to_user=user, rule=rule).count()


def test_a_request_lets_the_lead_in_tells_them_and_begins_gathering(case, manager):
    agency = agency_with_lead()

    [request] = ask(case, manager, agency, question="Who saw the child last?")

    assert fresh(case).stage == Case.Stage.GATHERING
    assert (request.legal_power, request.form, request.form_version) == ("s14B", "form_b", "later")
    assert access.on_case(agency.lead, case).roles == {Role.AGENCY_LEAD}
    assert not access.can(agency.lead, "view_case", case)
    assert messages_to(agency.lead, "report_asked") == 1
    assert AuditEntry.objects.filter(action="request_report", case=case.pk).exists()


def test_a_contact_gets_a_link_and_a_code_that_are_kept_nowhere(case, manager):
    contact = contact_of(factories.make_agency(kind="GP"))

    asked = ask_contact(case, manager, contact)

    assert request_of(asked.token).pk == asked.request.pk
    assert asked.token not in repr(asked) and asked.code not in repr(asked)
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize("stage", [Case.Stage.REVIEWED, Case.Stage.PASSED_ON])
def test_a_case_past_its_panel_is_asked_about_no_more(case, manager, stage):
    agency = agency_with_lead()
    with change("plant", by=None, case=case) as written:
        case.stage = stage
        if stage == Case.Stage.PASSED_ON:
            case.passed_on_to, case.passed_on_on = factories.board("NOTTINGHAM"), factories.DIED
        written.save(case)

    with pytest.raises(NotAllowed, match="before the panel completes"):
        ask(case, manager, agency)


def test_an_agency_is_not_asked_twice_while_it_is_waited_for(case, manager):
    agency = agency_with_lead()
    [request] = ask(case, manager, agency)

    with pytest.raises(NotAllowed, match="remind it"):
        ask(case, manager, agency)
    returned(request)
    ask(case, manager, agency)

    assert AgencyRequest.objects.filter(case=case, agency=agency).count() == 2


def test_a_lead_who_has_withdrawn_from_the_case_is_not_asked(case, manager):
    agency = agency_with_lead()
    factories.recuse(agency.lead, case)

    with pytest.raises(NotAllowed, match="withdrawn"):
        ask(case, manager, agency)

    assert not AgencyRequest.objects.exists()


def test_a_request_taken_back_ends_the_link_and_the_admission(case, manager):
    agency, contact = agency_with_lead(), contact_of(factories.make_agency())
    [request] = ask(case, manager, agency)
    asked = ask_contact(case, manager, contact)

    for one in (request, asked.request):
        asking.withdraw_request(request=fresh(one), reason="Asked in error", by=manager)

    assert access.on_case(agency.lead, case).roles == frozenset()
    assert request_of(asked.token) is None
    assert fresh(case).stage == Case.Stage.NOTIFIED


def test_a_lead_who_is_asked_twice_keeps_the_other_request(case, manager):
    agency = agency_with_lead()
    [first] = ask(case, manager, agency)
    returned(first)
    [second] = ask(case, manager, agency)

    asking.withdraw_request(request=second, reason="Not needed", by=manager)

    assert access.on_case(agency.lead, case).roles == {Role.AGENCY_LEAD}
    assert fresh(case).stage == Case.Stage.READY


def test_reminding_twice_a_day_is_refused_and_a_settled_request_is_left_alone(case, manager):
    agency = agency_with_lead()
    [request] = ask(case, manager, agency)

    told = asking.remind_agency(request=fresh(request), by=manager)

    assert told == [agency.lead]
    with pytest.raises(NotAllowed, match="today"):
        asking.remind_agency(request=fresh(request), by=manager)
    returned(request)
    with pytest.raises(NotAllowed, match="no longer"):
        asking.escalate_request(request=fresh(request), by=manager)


def test_the_daily_round_reminds_once_a_day_and_escalates_once(case, manager, people):
    doctor = people[Role.DESIGNATED_DOCTOR]
    agency = agency_with_lead()
    [request] = ask(case, manager, agency)
    late = due_since(request, 2)
    today = timezone.localdate()

    assert [chase_reports(today), chase_reports(today)] == [1, 0]
    assert messages_to(agency.lead, "report_overdue") == 1
    tenth = add_working_days(late.due_on, 10)
    assert chase_reports(tenth) == 1
    assert messages_to(doctor, "report_escalated") == 1
    assert fresh(request).escalated_at is not None


def test_the_round_is_part_of_the_reminders_of_the_day(case, manager):
    agency = agency_with_lead()
    due_since(ask(case, manager, agency)[0], 1)

    reminders.remind(timezone.localdate().toordinal())

    assert messages_to(agency.lead, "report_overdue") == 1


def test_a_contact_who_does_not_answer_is_escalated_to_the_lead_who_is_let_in(case, manager):
    agency = agency_with_lead()
    asked = ask_contact(case, manager, contact_of(agency))

    told = asking.escalate_request(request=fresh(asked.request), by=manager)

    assert told == [agency.lead]
    assert access.on_case(agency.lead, case).roles == {Role.AGENCY_LEAD}


def written_to(contact, **facts):
    return list(OutboxMessage.objects.filter(to_contact=contact, **facts))


def test_a_contact_with_an_address_is_reminded_once_a_day_without_link_or_case(case, manager):
    contact = contact_of(factories.make_agency(), email="reception@example.org")
    asked = ask_contact(case, manager, contact)
    due_since(asked.request, 1)

    for _ in range(2):
        reminders.remind(timezone.localdate().toordinal())
    outbox.send_messages()

    [message] = written_to(contact, rule="report_overdue")
    assert message.state == OutboxMessage.State.SENT
    [sent] = [one for one in mail.outbox if one.to == ["reception@example.org"]]
    said = sent.subject + sent.body
    for kept in (asked.token, asked.code, case.reference, "Example", contact.agency.name):
        assert kept not in said
    assert fresh(asked.request).reminded_at is not None


@pytest.mark.parametrize("what", ["no address", "retired", "sealed", "withdrawn"])
def test_a_contact_who_may_not_be_written_to_is_left_to_the_manager(case, manager, what):
    agency = factories.make_agency()
    contact = contact_of(agency, email="" if what == "no address" else "reception@example.org")
    asked = ask_contact(case, manager, contact)
    due_since(asked.request, 1)
    if what == "withdrawn":
        kernel.declare_interest(
            case=case,
            agency=agency,
            ground="criticised",
            level="withdraws",
            grounds="Named in the papers",
            by=manager,
        )
    with change("plant", by=None, case=case) as written:
        if what == "retired":
            contact.retired_on = timezone.localdate()
            written.save(contact)
        if what == "sealed":
            sealed = fresh(case)
            sealed.sealed = True
            written.save(sealed)

    reminders.remind(timezone.localdate().toordinal())

    assert written_to(contact) == []
    assert fresh(asked.request).reminded_at is None


def test_a_contact_who_is_gone_when_the_message_is_sent_gets_none(case, manager):
    contact = contact_of(factories.make_agency(), email="reception@example.org")
    asked = ask_contact(case, manager, contact)
    asking.remind_agency(request=fresh(asked.request), by=manager)
    with change("retire_agency_contact", by=manager) as written:
        contact.retired_on = timezone.localdate()
        written.save(contact)

    outbox.send_messages()

    assert [one.state for one in written_to(contact)] == [OutboxMessage.State.GIVEN_UP]
    assert mail.outbox == []


def test_the_page_says_whether_a_contact_is_written_to(client, case, manager):
    with_address = contact_of(factories.make_agency(), name="Desk", email="desk@example.org")
    without = contact_of(factories.make_agency())
    sign_in(client, manager)

    pages = [
        client.get(
            reverse(
                "cdop:remind_agency",
                args=[case.reference, ask_contact(case, manager, contact).request.pk],
            )
        ).content.decode()
        for contact in (with_address, without)
    ]

    assert "An e-mail reminds Desk of the link and code" in pages[0]
    assert "No e-mail address is kept for Reception" in pages[1]


def test_no_message_tells_of_a_case(case, manager):
    agency = agency_with_lead()
    [request] = ask(case, manager, agency)
    asking.remind_agency(request=fresh(request), by=manager)

    assert OutboxMessage.objects.count() == 2
    for message in OutboxMessage.objects.all():
        text = " ".join(text_of(message))
        assert case.reference not in text and "Example" not in text


@pytest.mark.parametrize("name", ONE_CASE)
def test_the_manager_opens_the_pages_and_nobody_kept_out_does(
    client, case, manager, outsider, name
):
    agency_with_lead()
    away = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(away, case)

    assert sign_in(client, manager).get(url_of(name, case)).status_code == 200
    for person in (outsider, away):
        response = sign_in(client, person).get(url_of(name, case))
        assert response.status_code == 404
        assert b"Example" not in response.content
    with change("leave", by=None) as written:
        manager.is_active = False
        written.save(manager)
    assert client.get(url_of(name, case)).status_code in (302, 404)


@pytest.mark.parametrize("name", ONE_REQUEST)
def test_a_request_of_another_case_is_not_found(client, case, manager, name):
    other = factories.make_case(by=manager)
    request = ask_contact(other, manager, contact_of(factories.make_agency())).request
    sign_in(client, manager)

    for method in (client.get, client.post):
        assert method(url_of(name, case, request.pk)).status_code == 404
    assert client.get(url_of(name, other, request.pk)).status_code == 200


def test_the_agencies_lead_opens_none_of_the_managers_pages(client, case, manager):
    agency = agency_with_lead()
    [request] = ask(case, manager, agency)
    sign_in(client, agency.lead)

    pages = [url_of(name, case) for name in (*ONE_CASE, "view_evidence")]
    pages += [url_of(name, case, request.pk) for name in ONE_REQUEST]
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.get(reverse("cdop:view_timeliness")).status_code == 403


def test_asking_by_the_page_shows_link_and_code_once(client, case, manager):
    hospital = agency_with_lead(name="Soar Hospital", kind="HOSPITAL")
    surgery = factories.make_agency(name="Hill Surgery", kind="GP")
    contact_of(surgery)
    sign_in(client, manager)
    page = Page(client.get(url_of("request_report", case)).content.decode())
    ticked = {one["value"] for one in page.all("input", name="agencies") if "checked" in one}
    due = timezone.localdate() + datetime.timedelta(days=20)

    response = client.post(
        url_of("request_report", case),
        {
            "agencies": sorted(ticked),
            "due_on_day": due.day,
            "due_on_month": due.month,
            "due_on_year": due.year,
            "question": "Who saw the child last?",
        },
    )

    assert ticked == {str(hospital.pk), str(surgery.pk)}
    body = response.content.decode()
    assert response.status_code == 200 and "/r/" in body and "Hill Surgery" in body
    again = client.get(url_of("view_agency_reports", case)).content.decode()
    assert "Soar Hospital" in again and "/r/" not in again
    assert fresh(AgencyRequest.objects.get(agency=surgery)).question == "Who saw the child last?"


def test_an_error_keeps_what_was_typed(client, case, manager):
    agency = agency_with_lead()
    sign_in(client, manager)

    response = client.post(
        url_of("request_report", case), {"agencies": [str(agency.pk)], "question": "Qxtyped"}
    )

    assert response.status_code == 200
    assert "Enter the due date" in response.content.decode()
    assert "Qxtyped" in response.content.decode()
    assert not AgencyRequest.objects.exists()


def test_many_are_reminded_at_once_after_a_confirmation(client, case, manager):
    agencies = [agency_with_lead(), agency_with_lead()]
    requests = ask(case, manager, *agencies)
    elsewhere = ask(foreign(manager), manager, agency_with_lead())
    url = reverse("cdop:remind_agencies")
    typed = {"requests": [str(one.pk) for one in requests]}
    sign_in(client, manager)

    confirm = client.post(url, typed)
    assert confirm.status_code == 200 and "Remind of 2 reports?" in confirm.content.decode()
    assert not OutboxMessage.objects.filter(rule="report_overdue").exists()
    client.post(url, {**typed, "confirmed": "yes"})
    refused = client.post(url, {"requests": [str(elsewhere[0].pk)], "confirmed": "yes"})

    assert OutboxMessage.objects.filter(rule="report_overdue").count() == 2
    assert refused.status_code == 200 and fresh(elsewhere[0]).reminded_at is None


def foreign(manager):
    board = factories.board("NOTTINGHAM")
    return factories.make_case(
        by=manager,
        residence_board=board,
        notifying_board=board,
        place_of_death_board=board,
        reviewing_board=board,
    )


def test_timeliness_counts_only_cases_one_may_see_and_names_none(client, case, manager):
    agency = agency_with_lead(name="Soar Hospital")
    returned(ask(case, manager, agency)[0])
    ask(foreign(manager), manager, agency_with_lead(name="Trent Hospital"))

    body = sign_in(client, manager).get(reverse("cdop:view_timeliness")).content.decode()

    assert "Soar Hospital" in body and "Trent Hospital" not in body
    assert case.reference not in body


def test_the_queries_of_the_lists_do_not_grow_with_agencies(client, case, manager):
    ask(case, manager, agency_with_lead())
    sign_in(client, manager)
    pages = [
        url_of("view_agency_reports", case),
        url_of("request_report", case),
        reverse("cdop:remind_agencies"),
        reverse("cdop:view_timeliness"),
    ]
    few = [_queries(client, page) for page in pages]
    ask(case, manager, *[agency_with_lead() for _ in range(5)])
    for _ in range(3):
        contact_of(agency_with_lead())

    assert [_queries(client, page) for page in pages] == few


def _queries(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(page).status_code == 200
    return len(caught)


def test_overdue_reports_come_to_the_manager_and_what_is_ready_too(case, manager):
    [request] = ask(case, manager, agency_with_lead())
    today = timezone.localdate()

    [waiting] = tasks(manager, today)
    due_since(request, 3)
    [overdue] = tasks(manager, today)
    returned(request)
    with change("plant", by=None, case=case) as written:
        written.case = fresh(case)
        asking.settle_stage(written)
    [ready] = tasks(manager, today)

    assert waiting.waiting_for == "1 agency"
    assert "overdue" in overdue.task and not overdue.waiting_for
    assert ready.task == "Put the case on a meeting’s agenda"
    assert fresh(case).stage == Case.Stage.READY


def tasks(user, today):
    return gathering_work.work(user, today)


def test_the_last_agency_to_answer_makes_the_case_ready(case, manager):
    first, second = agency_with_lead(), contact_of(agency_with_lead())
    [request] = ask(case, manager, first)
    asked = ask_contact(case, manager, second)

    say_no_record(request=fresh(request), by=first.lead, name="Ada Example")
    assert fresh(case).stage == Case.Stage.GATHERING
    say_no_record(request=fresh(asked.request), by=None, name="Bea Example")

    assert fresh(case).stage == Case.Stage.READY


def test_the_overdue_reports_of_several_cases_are_one_line_that_lists_exactly_these(
    client, manager
):
    today = timezone.localdate()
    cases = [factories.make_case(by=manager) for _ in range(3)]
    asked = [one for case in cases for one in ask(case, manager, agency_with_lead())]
    asked += ask(cases[0], manager, agency_with_lead(), agency_with_lead())
    for one in asked[:-1]:
        due_since(one, 3)
    items = work_list.items_of(manager, today)
    lines = [line for group in work_list.grouped(items, today) for line in group["items"]]
    [line] = [line for line in lines if line["task"].startswith("Chase ")]

    page = Page(sign_in(client, manager).get(line["url"]).content.decode())

    boxes = page.all("input", name="requests")
    assert line["task"] == f"Chase {len(boxes)} overdue agency reports"
    assert {box["value"] for box in boxes} == {str(one.pk) for one in asked[:-1]}
    assert all("checked" in box for box in boxes)
    assert f"Overdue ({len(boxes)})" in page.words and f"All ({len(asked)})" in page.words


def test_the_confirmation_lists_each_report_and_leaves_out_who_was_reminded_today(
    client, case, manager
):
    first, second = ask(case, manager, agency_with_lead(), agency_with_lead())
    url = reverse("cdop:remind_agencies")
    sign_in(client, manager)
    client.post(url, {"requests": [str(first.pk)], "confirmed": "yes"})

    typed = {"requests": [str(first.pk), str(second.pk)]}
    page = Page(client.post(url, typed).content.decode())

    assert "Remind of 1 report?" in page.words
    assert first.agency.name in page.words and second.agency.name in page.words
    assert page.words.count("Left out: reminded today already") == 1
