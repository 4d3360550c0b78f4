"""Names that go to member agencies before a meeting: to whom, until when, and what they answer."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions, registries
from casereview.actions import NotAllowed
from casereview.actions.record_checks import answer_record_check, send_record_checks
from casereview.models import AuditEntry, Child, OutboxMessage, RecordCheck, StandingRole
from casereview.outbox import text_of
from casereview.record_checks import checks_for, work
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME, NUMBER = "Quillfeather", "9990000018"


def agency_with_lead(name):
    agency = factories.make_agency(name=name)
    lead = factories.make_user(Role.AGENCY_LEAD, name=f"Lead of {name}", agency=agency)
    held = StandingRole.objects.get(user=lead)
    with change("give_role", by=None) as written:
        held.board, held.agency = None, agency
        written.save(held)
    return agency, lead


@pytest.fixture
def case(manager):
    case = factories.make_case(by=manager, family_name=NAME)
    child = Child.objects.get(case=case)
    with change("correct_record", by=manager, case=case) as written:
        child.nhs_number = NUMBER
        written.save(child)
    return case


@pytest.fixture
def hospital():
    return agency_with_lead("Example Hospital")


@pytest.fixture
def meeting(panel, manager, case, hospital):
    allow(panel)
    meeting = actions.arrange_meeting(
        panel=panel,
        held_on=timezone.localdate() + datetime.timedelta(days=7),
        members=[factories.make_user(Role.PANEL_MEMBER, agency=hospital[0])],
        by=manager,
    )
    actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    return meeting


@pytest.fixture
def lead(hospital):
    return hospital[1]


@pytest.fixture
def check(meeting, case, hospital, manager):
    return send(meeting, [case], [hospital[0]], manager)[0]


def allow(panel, allowed=True):
    with change("change_panel", by=None) as written:
        panel.names_first = allowed
        written.save(panel)


def send(meeting, cases, agencies, by):
    return send_record_checks(meeting=meeting, cases=cases, agencies=agencies, by=by)


def names_for(meeting):
    return reverse("view_record_check", args=[meeting.pk])


def answer_to(check):
    return reverse("answer_record_check", args=[check.pk])


def test_the_manager_sends_names_and_the_lead_is_told_without_one(
    client, manager, meeting, case, hospital, lead
):
    sign_in(client, manager)
    url = reverse("send_record_checks", args=[meeting.pk])
    shown = client.get(url).content.decode()

    client.post(url, {"cases": [str(case.pk)], "agencies": [str(hospital[0].pk)]})

    kept = RecordCheck.objects.get()
    assert NAME not in shown
    assert (kept.case, kept.agency, kept.meeting, kept.sent_by) == (
        case,
        hospital[0],
        meeting,
        manager,
    )
    message = OutboxMessage.objects.get(template="record_checks")
    said = " ".join(text_of(message))
    assert message.to_user == lead and message.case is None
    assert not any(word in said for word in (NAME, "Ada", case.reference))
    entry = AuditEntry.objects.get(action="send_record_checks", outcome="done")
    assert entry.case == case.pk


def test_the_lead_sees_name_dates_and_number_and_each_look_is_on_record(
    client, meeting, case, lead, check
):
    page = sign_in(client, lead).get(names_for(meeting)).content.decode()

    for words in (NAME, "1 July 2013", "12 May 2014", "999 000 0018", case.reference):
        assert words in page
    entry = AuditEntry.objects.get(action="view_record_check", case=case.pk)
    assert entry.actor == lead.pk


def test_names_are_shown_to_a_fresh_proof_only(client, lead, meeting, check):
    sign_in(client, lead, proved=False)

    answers = [client.get(names_for(meeting)), client.get(answer_to(check))]

    assert [one.status_code for one in answers] == [302, 302]
    assert not AuditEntry.objects.filter(action="view_record_check", case__isnull=False).exists()


def test_nobody_else_sees_a_name(client, meeting, check, people, outsider, hospital):
    colleague = factories.make_user(Role.CONTRIBUTOR, agency=hospital[0])
    elsewhere = agency_with_lead("Another Trust")[1]
    strangers = [outsider, colleague, elsewhere, people[Role.PANEL_CHAIR], people[Role.CDR_MANAGER]]

    for user in strangers:
        for url in (names_for(meeting), answer_to(check)):
            answer = sign_in(Client(), user).get(url)

            assert answer.status_code in (403, 404)
            assert NAME not in answer.content.decode()


def test_who_moved_to_another_agency_or_left_sees_nothing(lead, check):
    before = checks_for(lead).count()
    with change("change_person", by=None) as written:
        lead.agency = factories.make_agency()
        written.save(lead)
    moved = checks_for(lead).count()
    with change("change_person", by=None) as written:
        lead.agency, lead.is_active = check.agency, False
        lead.left_at = timezone.now()
        written.save(lead)

    assert (before, moved, checks_for(lead).count()) == (1, 0, 0)


@pytest.mark.parametrize("what", ["agency", "person", "sealed", "off", "policy", "ended", "past"])
def test_a_name_is_gone_as_soon_as_it_may_not_be_seen(manager, meeting, case, lead, check, what):
    facts = {"case": case, "level": "withdraws", "grounds": "Criticised", "by": manager}
    before = checks_for(lead).count()
    match what:
        case "agency":
            actions.declare_interest(agency=check.agency, ground="criticised", **facts)
        case "person":
            actions.declare_interest(user=lead, ground="family", **facts)
        case "off":
            actions.take_off_agenda(item=meeting.agenda.get(), by=manager, reason="Not ready")
        case "policy":
            allow(meeting.panel, False)
        case _:
            with change("test", by=manager) as written:
                match what:
                    case "sealed":
                        facts["case"].sealed = True
                        written.save(facts["case"])
                    case "ended":
                        meeting.state = "held"
                        written.save(meeting)
                    case "past":
                        meeting.held_on = timezone.localdate() - datetime.timedelta(days=1)
                        written.save(meeting)

    assert (before, checks_for(lead).count()) == (1, 0)


def test_an_agency_that_has_withdrawn_is_left_out_of_the_case_only(
    manager, meeting, case, hospital
):
    other = factories.make_case(by=manager)
    actions.put_on_agenda(meeting=meeting, case=other, by=manager)
    actions.declare_interest(
        case=case,
        agency=hospital[0],
        ground="criticised",
        level="withdraws",
        grounds="Named in the report",
        by=manager,
    )

    sent = send(meeting, [case, other], [hospital[0]], manager)

    assert [one.case for one in sent] == [other]


def test_what_may_not_be_sent_is_refused(manager, meeting, case, hospital, check):
    stranger = factories.make_case(by=manager)
    no_lead = factories.make_agency()
    meeting.attendances.first()
    actions.invite_to_meeting(
        meeting=meeting, user=factories.make_user(Role.PANEL_MEMBER, agency=no_lead), by=manager
    )

    for cases, agencies, words in (
        ([stranger], [hospital[0]], "cases of this agenda"),
        ([case], [no_lead], "each with a lead"),
        ([case], [agency_with_lead("Not a member")[0]], "agencies of those invited"),
        ([case], [hospital[0]], "nothing is left"),
    ):
        with pytest.raises(NotAllowed, match=words):
            send(meeting, cases, agencies, manager)
    allow(meeting.panel, False)
    with pytest.raises(NotAllowed, match="policy"):
        send(meeting, [case], [hospital[0]], manager)


def test_the_page_is_not_there_where_the_policy_keeps_names(client, manager, meeting):
    allow(meeting.panel, False)
    sign_in(client, manager)

    answer = client.get(reverse("send_record_checks", args=[meeting.pk]))

    assert answer.status_code == 404
    page = client.get(reverse("view_meeting", args=[meeting.pk])).content.decode()
    assert "Names to member agencies" not in page


def test_the_lead_answers_and_the_manager_reads_it(client, manager, meeting, lead, check):
    sign_in(client, lead)
    typed = {
        "answer": "other_name",
        "known_as": "Ada Otherwise",
        "note": "Under the mother’s name",
        "version": check.version,
    }

    done = client.post(answer_to(check), typed)

    assert done.url == names_for(meeting)
    check.refresh_from_db()
    assert (check.answer, check.answered_by, check.known_as) == (
        "other_name",
        lead,
        "Ada Otherwise",
    )
    sign_in(client, manager)
    page = client.get(reverse("send_record_checks", args=[meeting.pk])).content.decode()
    assert "Known by another name: Ada Otherwise" in page
    assert lead.name in page
    words = [word for found in registries.identifiers for word in found(check.case)]
    assert "Ada Otherwise" in words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"answer": ""}, "Select whether your agency knows this child"),
        ({"answer": "other_name"}, "Enter the name by which your agency knows this child"),
        ({"answer": "known", "version": "99"}, "Somebody else changed this meanwhile"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_words(client, lead, check, typed, words):
    sign_in(client, lead)

    page = client.post(answer_to(check), {"version": check.version, **typed}).content.decode()

    assert words in page
    assert RecordCheck.objects.get().answer == ""


def test_two_answers_at_once_do_not_overwrite_each_other(lead, check):
    stale = RecordCheck.objects.select_related("case").get(pk=check.pk)
    answer_record_check(check=check, answer="known", by=lead)

    with pytest.raises(Conflict):
        answer_record_check(check=stale, answer="not_known", by=lead)


def test_a_name_without_an_answer_is_the_leads_work(lead, meeting, check, people):
    today = timezone.localdate()
    before = work(lead, today)
    answer_record_check(check=check, answer="not_known", by=lead)

    assert [(one.task, one.due_on) for one in before] == [
        ("Look for a name in your agency’s records", meeting.held_on)
    ]
    assert work(lead, today) == []
    assert work(people[Role.PANEL_CHAIR], today) == []


def test_the_queries_do_not_grow_with_the_names(client, manager, meeting, hospital, lead, check):
    pages = [
        (sign_in(Client(), lead), reverse("list_record_checks")),
        (sign_in(Client(), manager), reverse("send_record_checks", args=[meeting.pk])),
    ]

    def asked():
        counts = []
        for desk, url in pages:
            with CaptureQueriesContext(connection) as context:
                assert desk.get(url).status_code == 200
            counts.append(len(context))
        return counts

    before = asked()
    for _ in range(3):
        more = factories.make_case(by=manager)
        actions.put_on_agenda(meeting=meeting, case=more, by=manager)
        send(meeting, [more], [hospital[0]], manager)

    assert asked() == before
