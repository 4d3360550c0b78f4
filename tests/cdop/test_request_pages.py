"""The pages of requests: an agency's people see their request, and nothing else of the case."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview import work_list
from casereview.models import AgencyRequest, AuditEntry, FamilyLink, Person
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.actions import reporting
from cdop.actions.reporting import Provenance, Said
from cdop.forms.reporting import SectionForm
from cdop.models import AgencyAnswer
from cdop.report_sight import report_of
from tests import factories
from tests.cdop.requested import ask, make_request, typed
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
WHO = Provenance(said_by="Lea Leading")
ONE = ["view_request", "say_no_record", "hand_in_report", "hand_parts", "sign_off_report"]


@pytest.fixture
def asked(manager):
    return ask(manager)


@pytest.fixture
def lead(asked):
    return sign_in(Client(), asked.lead)


def url(asked, name: str, *args) -> str:
    return reverse(f"cdop:{name}", args=[asked.request.pk, *args])


def section_post(asked, code: str, **answers: str) -> dict[str, str]:
    report = report_of(asked.again())
    form = SectionForm(report=report, section=report.section(code))
    stamp = report.stamp(report.section(code))
    return typed(form, said_by="Lea Leading", stamp=stamp, **answers)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_request_says_what_is_asked_by_which_power_and_by_when(asked, lead):
    said = text_of(lead.get(url(asked, "view_request")))

    assert "Children Act 2004, section 14B" in said
    assert "Due in " in said
    assert "Was the baby weighed in February?" in said
    assert "Ada Planted" in said
    assert "Mother Mary Planted, born 2 January 1990" in said
    assert "9990000018" not in said  # more of the mother than finding her record needs
    assert "No record of this child or family" in said


def test_every_section_is_shown_and_says_how_far_it_is(asked, lead):
    reporting.answer_request(
        request=asked.request, section="F", said=[Said("F01", code="N")], by=asked.lead, who=WHO
    )

    said = text_of(lead.get(url(asked, "view_request")))

    assert "Service provision" in said and "1 of 3 answered" in said
    assert "Sign off and return" in said


def test_a_section_is_saved_and_leads_to_the_next(asked, lead):
    post = section_post(asked, "E", E01="Y", E01_text="Seldom fed", E02="NK", do="continue")

    response = lead.post(url(asked, "answer_request", "E"), post)

    assert response.headers["Location"] == url(asked, "answer_request", "F")
    rows = {row.question: row for row in AgencyAnswer.objects.all()}
    assert rows["E01"].text == "Seldom fed"
    assert rows["E02"].code == "NK"
    assert set(rows) == {"E01", "E02"}


def test_what_was_saved_is_shown_again(asked, lead):
    lead.post(url(asked, "answer_request", "E"), section_post(asked, "E", E01="Y", E01_text="Hm"))

    again = lead.get(url(asked, "answer_request", "E")).content.decode()

    assert re.search(r'name="E01"[^>]*value="Y" checked', again)
    assert "Hm</textarea>" in again


def test_an_answer_opens_the_questions_that_hang_on_it(asked, lead):
    address = url(asked, "answer_request", "F")

    response = lead.post(address, section_post(asked, "F", F01="Y", do="continue"), follow=True)

    assert response.redirect_chain[-1][0] == address
    assert "Your answers open 4 more questions" in text_of(response)
    assert 'name="F02"' in response.content.decode()


def test_a_known_fact_is_confirmed_or_corrected(asked, lead):
    address = url(asked, "answer_request", "B")
    assert "On record: " in text_of(lead.get(address))

    lead.post(address, section_post(asked, "B", B012="right"))
    confirmed = AgencyAnswer.objects.get()
    lead.post(address, section_post(asked, "B", B012="wrong", B012_text="HOME"))
    corrected = AgencyAnswer.objects.get()

    assert (confirmed.code, confirmed.how) == ("HOSP_ED", "confirmed")
    assert (corrected.code, corrected.how) == ("HOME", "corrected")


def test_words_without_a_choice_are_an_answer_and_a_choice_without_words_asks(asked, lead):
    address = url(asked, "answer_request", "B")

    kept = lead.post(address, section_post(asked, "B", B014_text="Found at six"))
    refused = lead.post(address, section_post(asked, "B", B014="words", B014_text=""))

    assert kept.status_code == 302
    assert AgencyAnswer.objects.get().text == "Found at six"
    assert "Enter the answer to: What happened" in text_of(refused)


def test_a_conflict_keeps_what_was_typed(asked, lead):
    post = section_post(asked, "E", E06="words", E06_text="Loved the baby")
    reporting.answer_request(
        request=asked.request, section="E", said=[Said("E01", code="N")], by=asked.lead, who=WHO
    )

    response = lead.post(url(asked, "answer_request", "E"), post)

    assert "Somebody else saved this section" in text_of(response)
    assert "Loved the baby" in response.content.decode()


def test_no_record_is_one_click_and_a_confirmation(asked, lead):
    page = lead.get(url(asked, "say_no_record"))

    response = lead.post(url(asked, "say_no_record"), {"name": "Lea Leading"}, follow=True)

    assert "We have no record: return the report" in text_of(page)
    assert "No record of this child or family. Said by Lea Leading" in text_of(response)
    assert asked.again().state == AgencyRequest.State.NO_RECORD


def test_the_lead_hands_a_part_to_a_colleague_who_hands_it_in(asked, lead):
    post = {"part_5": str(asked.colleague.pk)}
    lead.post(url(asked, "hand_parts"), post)
    colleague = sign_in(Client(), asked.colleague)

    shown = text_of(colleague.get(url(asked, "view_request")))
    colleague.post(url(asked, "answer_request", "F"), section_post(asked, "F", F01="N"))
    colleague.post(url(asked, "hand_in_report"))

    assert "Service provision" in shown and "Parenting capacity" not in shown
    assert colleague.get(url(asked, "answer_request", "E")).status_code == 404
    assert colleague.get(url(asked, "sign_off_report")).status_code == 404
    assert colleague.get(url(asked, "hand_parts")).status_code == 404
    assert "Handed in. The lead of your agency" in text_of(
        colleague.get(url(asked, "view_request"))
    )
    response = lead.post(url(asked, "sign_off_report"), follow=True)
    assert "signed off by Lea Leading" in text_of(response)
    assert asked.again().state == AgencyRequest.State.RETURNED


def test_a_returned_report_is_corrected_with_a_reason(asked, lead):
    lead.post(url(asked, "answer_request", "F"), section_post(asked, "F", F01="N"))
    lead.post(url(asked, "sign_off_report"))
    assert lead.get(url(asked, "answer_request", "F")).status_code == 302
    address, post = url(asked, "correct_report", "F"), section_post(asked, "F", F01="NK")

    refused = lead.post(address, post)
    kept = lead.post(address, post | {"reason": "Misread the record"})

    assert "Why is the report corrected" in text_of(refused)
    assert kept.status_code == 302
    assert AgencyAnswer.objects.get().code == "NK"


@pytest.mark.parametrize("name", ONE)
def test_a_request_of_others_is_not_there(asked, manager, outsider, name):
    strangers = [
        outsider,
        manager,
        ask(manager, case=asked.case, kind="POLICE").lead,
        factories.make_user(Role.CONTRIBUTOR, agency=asked.agency),
    ]

    for stranger in strangers:
        response = sign_in(Client(), stranger).get(url(asked, name))
        assert response.status_code == 404
        assert "Planted" not in response.content.decode()
        assert asked.case.reference not in response.content.decode()


def test_the_recused_and_the_leaver_find_nothing(asked, lead):
    factories.recuse(asked.lead, asked.case)
    recused = [lead.get(url(asked, name)).status_code for name in ONE]
    listed = text_of(lead.get(reverse("cdop:list_requests")))
    with change("leave", by=None) as written:
        asked.lead.is_active = False
        written.save(asked.lead)

    assert set(recused) == {404}
    assert asked.case.reference not in listed
    assert "/accounts/login/" in lead.get(url(asked, "view_request")).headers["Location"]


def test_a_request_opens_nothing_else_of_the_case(asked, lead):
    for name in ("view_case", "view_history", "view_sharing"):
        assert lead.get(reverse(name, args=[asked.case.reference])).status_code == 404
    for name in ("view_notification", "view_panel_review"):
        address = reverse(f"cdop:{name}", args=[asked.case.reference])
        assert lead.get(address).status_code == 404


def test_every_look_is_on_record_and_so_is_a_refusal(asked, lead, outsider):
    lead.get(url(asked, "view_request"))
    sign_in(Client(), outsider).get(url(asked, "view_request"))

    entries = AuditEntry.objects.filter(action="view_request").order_by("seq")
    assert [(one.actor, one.outcome) for one in entries] == [
        (asked.lead.pk, "allowed"),
        (outsider.pk, "refused"),
    ]
    assert {one.case for one in entries} == {asked.case.pk}


def test_the_work_list_says_what_waits_and_for_whom(asked, manager):
    today = asked.request.requested_at.date()

    def tasks(user):
        return [(one.task, one.waiting_for) for one in work_list.items_of(user, today)]

    assert tasks(asked.lead) == [("Answer the request for a report", "")]
    reporting.hand_parts(request=asked.request, given={"F": asked.colleague}, by=asked.lead)
    assert tasks(asked.colleague) == [("Answer the request for a report", "")]
    assert tasks(asked.lead)[0][1] == "those you handed parts to"
    reporting.answer_request(
        request=asked.request,
        section="F",
        said=[Said("F01", code="Y")],
        by=asked.colleague,
        who=WHO,
    )
    reporting.hand_in_report(request=asked.request, by=asked.colleague)
    assert tasks(asked.colleague)[0][1] == "the lead of your agency to sign it off"
    assert tasks(asked.lead) == [("Sign off the report", "")]


def test_the_list_asks_the_same_number_of_questions_however_long(asked, lead, manager):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            lead.get(reverse("cdop:list_requests"))
        return len(asked_for)

    queries()
    before = queries()
    for _ in range(3):
        make_request(asked.case, asked.agency, manager, to=asked.lead)

    assert queries() == before
    assert text_of(lead.get(reverse("cdop:list_requests"))).count(asked.case.reference) == 4


def test_a_section_asks_the_database_no_more_for_a_large_family(asked, lead, manager):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked_for:
            assert lead.get(url(asked, "answer_request", "A")).status_code == 200
        return len(asked_for)

    queries()
    before = queries()
    with change("plant", by=manager, case=asked.case) as written:
        for number in range(4):
            person = Person(given_names=f"Child {number}", family_name="Planted")
            written.save(person)
            written.save(FamilyLink(case=asked.case, person=person, relation="sibling"))

    assert queries() == before
    shown = text_of(lead.get(url(asked, "answer_request", "A")))
    assert "other child of the household? – Brother or sister 4" in shown
    assert "Child 3" not in shown
