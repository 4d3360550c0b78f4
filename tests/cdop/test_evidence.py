"""The evidence side by side: what each reader sees of it, and where agencies contradict."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.models import Child, FamilyLink, Person
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import gathering_work
from cdop.actions.contradicting import settle_contradiction
from cdop.contradictions import of_case, waiting_in
from cdop.evidence import WITHHELD, evidence_of
from cdop.models import AgencyAnswer, Contradiction
from tests import factories
from tests.cdop.asked import agency_with_lead, answered, ask
from tests.cdop.reviews import at_panel
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

HEALTH = "C04"  # Did the child have a health condition before the event?


@pytest.fixture
def two(case, manager):
    """Two agencies that were asked, by their requests."""
    hospital = agency_with_lead(name="Soar Hospital", kind="HOSPITAL")
    surgery = agency_with_lead(name="Hill Surgery", kind="GP")
    return ask(case, manager, hospital, surgery)


def page_of(case):
    return reverse("cdop:view_evidence", args=[case.reference])


def settle_page(case, question, *about):
    return reverse("cdop:settle_contradiction", args=[case.reference, question, *about])


def mother_of(case, *, family_name="Qxmother"):
    person = Person(family_name=family_name, given_names="Qxgiven Anne")
    with change("plant", by=None, case=case) as written:
        written.save(person)
        written.save(FamilyLink(case=case, person=person, relation="mother"))
    return person


def test_each_question_stands_with_every_agencys_answer_source_and_date(case, manager, two):
    first, second = two
    answered(first, HEALTH, "Y", text="Asthma since three")
    answered(second, HEALTH, "NK")
    answered(second, "C05", "N", handed_in=False)

    [section] = evidence_of(manager, case).sections

    assert section.agencies == ["Hill Surgery", "Soar Hospital"]
    [row] = section.rows
    assert row.about == "The child" and not row.differs
    assert [cell.answers[0].words for cell in row.cells] == ["Not known", "Yes"]
    assert row.cells[1].answers[0].text.text == "Asthma since three"
    assert row.cells[1].answers[0].said_by == "Nurse Qxsaidby"


@pytest.mark.parametrize("role", [Role.CDR_MANAGER, Role.DESIGNATED_DOCTOR])
def test_manager_and_doctor_read_it(client, case, people, two, role):
    answered(two[0], HEALTH, "Y", text="Seen in clinic")

    response = sign_in(client, people[role]).get(page_of(case))

    assert response.status_code == 200
    assert b"Seen in clinic" in response.content and b"Soar Hospital" in response.content


@pytest.mark.parametrize("who", ["member", "chair"])
def test_the_panel_reads_it_without_names_agencies_or_days(client, case, manager, two, who):
    at = at_panel(case, manager)
    mother = mother_of(case)
    answered(two[0], HEALTH, "Y", text="Ada was seen in clinic")
    answered(two[0], "C05", "Y", text="A squint, mended early")
    answered(two[1], "D02", "N", section="D", about=mother, text="Told by Mrs QXMOTHER herself")
    answered(two[1], "D03", "N", section="D", about=mother, text="Anne was well")
    answered(two[1], "A02", "N", section="A", text="Qxbirth differs")

    body = sign_in(client, getattr(at, who)).get(page_of(case)).content.decode()

    assert "Mother" in body and "A squint, mended early" in body
    assert "Hospital services" in body and "General practitioner" in body
    assert body.count(WITHHELD) == 3
    for word in ("Ada was", "QXMOTHER", "Anne was", "Qxsaidby", "Soar Hospital", "Qxbirth"):
        assert word not in body


def test_outsiders_the_recused_and_leavers_do_not_reach_it(client, case, manager, outsider, two):
    at = at_panel(case, manager)
    answered(two[0], HEALTH, "Y", text="Qxanswer")
    answered(two[1], HEALTH, "N")
    factories.recuse(at.member, case)

    for person in (outsider, at.member):
        sign_in(client, person)
        for page in (page_of(case), settle_page(case, HEALTH)):
            response = client.get(page)
            assert response.status_code == 404 and b"Qxanswer" not in response.content
    sign_in(client, at.chair)
    assert client.get(settle_page(case, HEALTH)).status_code == 403
    with change("leave", by=None) as written:
        at.chair.is_active = False
        written.save(at.chair)
    assert client.get(page_of(case)).status_code == 302


def test_a_contradiction_is_listed_first_and_settled_with_a_reason(client, case, manager, two):
    answered(two[0], HEALTH, "Y")
    answered(two[1], HEALTH, "N")
    before = list(AgencyAnswer.objects.values_list("pk", "code", "version").order_by("pk"))
    sign_in(client, manager)
    page = client.get(page_of(case)).content.decode()

    refused = client.post(settle_page(case, HEALTH), {"code": "Y"})
    done = client.post(settle_page(case, HEALTH), {"code": "Y", "reason": "Letter of the clinic"})

    assert "To be settled" in page and page.index("contradictions") < page.index("section-C")
    assert refused.status_code == 200 and "Enter the reason" in refused.content.decode()
    assert done.status_code == 302
    row = Contradiction.objects.get()
    assert (row.settled_code, row.reason, row.settled_by) == ("Y", "Letter of the clinic", manager)
    assert list(AgencyAnswer.objects.values_list("pk", "code", "version").order_by("pk")) == before
    settled = client.get(page_of(case)).content.decode()
    assert "Settled: Yes" in settled and "Letter of the clinic" in settled
    assert "To be settled" not in settled


def test_what_an_agency_says_of_itself_contradicts_nobody(case, two):
    for section, question in (("A", "A02"), ("F", "F01")):
        answered(two[0], question, "Y", section=section)
        answered(two[1], question, "N", section=section)

    assert of_case(case) == []


def test_a_contradiction_opens_again_when_an_agency_then_says_otherwise(case, manager, two):
    answered(two[0], HEALTH, "Y")
    answered(two[1], HEALTH, "N")
    settle_contradiction(case=case, question=HEALTH, code="Y", reason="As written", by=manager)
    assert waiting_in([case.pk]) == {}
    with pytest.raises(NotAllowed, match="settled already"):
        settle_contradiction(case=case, question=HEALTH, code="N", reason="Again", by=manager)

    [third] = ask(case, manager, agency_with_lead(kind="HV"))
    answered(third, HEALTH, "N")

    assert waiting_in([case.pk]) == {case.pk: 1}
    settle_contradiction(case=case, question=HEALTH, code="NK", reason="Unclear", by=manager)
    row = Contradiction.objects.get()
    assert (row.settled_code, row.version) == ("NK", 2)


@pytest.mark.parametrize(("code", "match"), [("NA", "one of the answers"), ("", "one of the")])
def test_it_is_settled_only_on_an_answer_given_or_on_not_known(case, manager, two, code, match):
    answered(two[0], HEALTH, "Y")
    answered(two[1], HEALTH, "N")

    with pytest.raises(NotAllowed, match=match):
        settle_contradiction(case=case, question=HEALTH, code=code, reason="Because", by=manager)
    with pytest.raises(NotAllowed, match="answer differently"):
        settle_contradiction(case=case, question="C05", code="Y", reason="Because", by=manager)


def test_a_contradiction_about_one_person_is_that_persons(client, case, manager, two):
    mother, other = mother_of(case), mother_of(factories.make_case(by=manager))
    answered(two[0], "D03", "Y", section="D", about=mother)
    answered(two[1], "D03", "N", section="D", about=mother)
    sign_in(client, manager)

    assert client.get(settle_page(case, "D03")).status_code == 404
    assert client.get(settle_page(case, "D03", other.pk)).status_code == 404
    response = client.get(settle_page(case, "D03", mother.pk))

    assert response.status_code == 200
    assert "Mother" in response.content.decode() and "Qxmother" not in response.content.decode()


def test_a_reason_that_names_the_child_is_withheld_from_the_panel(client, case, manager, two):
    at = at_panel(case, manager)
    answered(two[0], HEALTH, "Y")
    answered(two[1], HEALTH, "N")
    settle_contradiction(case=case, question=HEALTH, code="Y", reason="Ada had it", by=manager)

    body = sign_in(client, at.member).get(page_of(case)).content.decode()

    assert WITHHELD in body and "Ada had it" not in body


def test_contradictions_come_to_the_managers_work_and_next_step(case, manager, two):
    answered(two[0], HEALTH, "Y")
    answered(two[1], HEALTH, "N")
    today = timezone.localdate()

    keys = [item.key for item in gathering_work.work(manager, today)]
    steps = [step.title for step in gathering_work.next_steps(manager, case)]

    assert f"contradictions {case.reference}" in keys
    assert steps == ["settle where agencies contradict each other"]
    assert gathering_work.work(factories.make_user(Role.PANEL_MEMBER), today) == []


def test_a_day_that_tells_who_the_child_was_is_shown_by_month_to_the_panel(case, manager, two):
    at = at_panel(case, manager)
    born = Child.objects.get(case=case).born_on
    answer = answered(two[0], HEALTH, "Y")
    with change("plant", by=None, case=case) as written:
        answer.fact_on = born
        written.save(answer)

    def shown(reader):
        return evidence_of(reader, case).sections[0].rows[0].cells[0].answers[0].fact_on

    assert (shown(at.member), shown(manager)) == (f"{born:%B %Y}", "1 July 2013")
    assert born == datetime.date(2013, 7, 1)


def test_the_queries_do_not_grow_with_agencies_answers_and_cases(client, case, manager, two):
    mother = mother_of(case)
    for one in two:
        answered(one, HEALTH, "Y" if one is two[0] else "N")
        answered(one, "D03", "Y", section="D", about=mother)
    sign_in(client, manager)
    page, work = page_of(case), reverse("your_work")
    few = [_queries(client, page), _queries(client, work)]

    more = ask(case, manager, *[agency_with_lead(kind="HV") for _ in range(4)])
    for one in more:
        answered(one, HEALTH, "N", text="Seen")
        answered(one, "D03", "N", section="D", about=mother)
    other = factories.make_case(by=manager)
    for number, one in enumerate(ask(other, manager, agency_with_lead(), agency_with_lead())):
        answered(one, HEALTH, "YN"[number])

    assert [_queries(client, page), _queries(client, work)] == few


def _queries(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(page).status_code == 200
    return len(caught)


def test_a_question_that_an_agency_is_not_asked_is_told_from_an_answer_it_owes(case, manager):
    practice, care = (agency_with_lead(kind=kind) for kind in ("GP", "CSC"))
    first, second = ask(case, manager, practice, care)
    answered(first, "C07", "Y")  # immunisations: not asked of social care
    answered(first, "C08", "N")
    answered(second, "C04", "Y")

    [section] = evidence_of(manager, case).sections

    asked = {row.question: {cell.agency: cell.asked for cell in row.cells} for row in section.rows}
    assert asked["Were the child’s immunisations up to date?"][care.name] is False
    assert asked["Was there concern about the child’s development?"][care.name] is True
