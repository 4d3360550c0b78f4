"""The register of what is asked for under a power: who may read it, its days, its bundles."""

import re
from datetime import date

import pytest
from django.urls import reverse

from casereview import information_request_page
from casereview.actions import NotAllowed, disclosures, documents
from casereview.actions import information_requests as actions
from casereview.models import Disclosure, InformationRequest
from casereview.records import Conflict
from casereview.rules.access_table import Role
from tests import factories
from tests.kept_out import leave
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

SECRET = "Quillfeather"
FACTS = {
    "power": "CORONER",
    "received_on": date(2015, 1, 5),
    "stated_day": date(2015, 1, 19),
    "asked_by_whom": f"Coroner {SECRET}",
    "asked_for": f"The report about {SECRET}",
    "legal_basis": "Notice under Schedule 5, paragraph 1",
}


def logged(case, by, **facts):
    panel = facts.pop("panel", None) or case.panel
    return actions.log_information_request(panel=panel, case=case, by=by, **(FACTS | facts))


def at(name, *keys):
    return reverse(name, args=keys)


def typed(about, **answers):
    return {
        "panel": str(about.panel_id),
        "power": "CORONER",
        "case": about.reference,
        "received_on_day": "5",
        "received_on_month": "1",
        "received_on_year": "2015",
        "stated_day_day": "19",
        "stated_day_month": "1",
        "stated_day_year": "2015",
        "asked_by_whom": f"Coroner {SECRET}",
        "their_reference": "L/17",
        "asked_for": "The report",
        "legal_basis": "Notice of 4 January",
    } | answers


def test_a_request_is_logged_answered_and_closed_on_the_register(client, manager, case):
    sign_in(client, manager)
    empty = client.get(at("list_information_requests")).content.decode()
    response = client.post(at("log_information_request"), typed(case))
    made = InformationRequest.objects.get()
    page = client.get(at("view_information_request", made.pk)).content.decode()
    register = client.get(at("list_information_requests")).content.decode()

    assert "No request has been logged" in empty
    assert response.headers["Location"] == at("view_information_request", made.pk)
    assert made.due_on == date(2015, 1, 19)
    assert SECRET in page
    assert "first judgements" in page
    assert case.reference in register
    assert SECRET not in register
    assert "Overdue" in register

    closed = client.post(
        at("end_information_request", made.pk),
        {
            "version": made.version,
            "state": "partly",
            "ended_on_day": "12",
            "ended_on_month": "1",
            "ended_on_year": "2015",
            "answer": "The report, without the aunt’s words: told in confidence",
        },
    )
    made.refresh_from_db()

    assert closed.status_code == 302
    assert (made.state, made.ended_by) == ("partly", manager)
    assert "Answered in part" in client.get(at("list_information_requests")).content.decode()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"case": "CD-1999-0999"}, "no case of yours has it"),
        ({"case": ""}, "Enter the reference of the case"),
        ({"stated_day_day": "", "stated_day_month": "", "stated_day_year": ""}, "Enter the day"),
        ({"power": "FREEDOM_OF_INFORMATION"}, "Leave the case out"),
        ({"asked_for": " "}, "Enter the papers or figures asked for"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, manager, case, answers, said):
    sign_in(client, manager)

    page = client.post(at("log_information_request"), typed(case, **answers))

    assert page.status_code == 200
    html = page.content.decode()
    assert "There is a problem" in html
    assert said in html
    assert "Notice of 4 January" in html
    assert not InformationRequest.objects.exists()


def test_the_public_is_given_the_paragraph_on_small_numbers(client, manager, case):
    panel = case.panel
    made = logged(None, manager, panel=panel, power="FREEDOM_OF_INFORMATION", stated_day=None)
    sign_in(client, manager)

    html = client.get(at("view_information_request", made.pk)).content.decode()

    assert "Small numbers are hidden" in html
    assert made.due_on == date(2015, 2, 2)


def test_a_month_is_moved_once_with_its_reason_and_no_other_power_is(manager, case):
    made = logged(case, manager, power="SUBJECT_ACCESS", stated_day=None)
    told = {"told_on": date(2015, 2, 1), "because": "Many papers", "by": manager}
    with pytest.raises(NotAllowed, match="before the first day is over"):
        actions.extend_information_request(request=made, **(told | {"told_on": date(2015, 2, 6)}))

    actions.extend_information_request(request=made, **told)

    assert made.due_on == date(2015, 4, 5)
    with pytest.raises(NotAllowed, match="cannot be moved"):
        actions.extend_information_request(request=made, **told)
    with pytest.raises(NotAllowed, match="cannot be moved"):
        actions.extend_information_request(request=logged(case, manager), **told)


def test_two_who_close_a_request_do_not_overwrite_each_other(manager, case):
    made = logged(case, manager)
    seen = made.version
    ended = {"state": "answered", "answer": "All", "ended_on": date(2015, 1, 9), "by": manager}
    actions.end_information_request(request=made, version=seen, **ended)

    with pytest.raises((Conflict, NotAllowed)):
        actions.end_information_request(request=made, version=seen, **ended)


def test_a_bundle_answers_a_request_of_its_own_case_and_withholds_by_default(client, manager, case):
    made = logged(case, manager)
    elsewhere = logged(factories.make_case(by=manager), manager)
    paper = documents.upload_document(
        case=case,
        content=b"One.\n\nAunt Joan said so.",
        file_name="a.txt",
        title="Paper",
        third_party=True,
        by=manager,
    )
    documents.accept_document(document=paper, reason="Read by hand", by=manager)
    facts = {"asked_by_whom": "Coroner", "purpose": "Notice", "documents": [paper], "by": manager}
    with pytest.raises(NotAllowed, match="about this case"):
        disclosures.prepare_disclosure(case=case, request=elsewhere, **facts)
    sign_in(client, manager)
    begun = client.get(at("prepare_disclosure", case.reference) + f"?request={made.pk}")

    bundle = disclosures.prepare_disclosure(case=case, request=made, **facts)
    part = bundle.parts.order_by("place").first()
    shown = client.get(
        at("decide_disclosure_part", case.reference, bundle.pk, part.pk)
    ).content.decode()

    assert f"Coroner {SECRET}" in begun.content.decode()
    assert Disclosure.objects.get().request == made
    assert re.search(r'value="withhold"[^>]* checked', shown)


def test_nobody_else_reads_it_and_the_auditor_reads_no_name(client, manager, case):
    made = logged(case, manager)
    recused, leaver = factories.make_user(Role.CDR_MANAGER), factories.make_user(Role.CDR_MANAGER)
    factories.recuse(recused, case)
    auditor = factories.make_user(Role.AUDITOR)
    page = at("view_information_request", made.pk)

    for who in (
        recused,
        factories.make_user(None),
        auditor,
        factories.make_user(Role.PANEL_MEMBER),
    ):
        sign_in(client, who)
        for name in ("view", "extend", "end"):
            response = client.get(at(f"{name}_information_request", made.pk))
            assert response.status_code in (403, 404), (who, name)
            assert SECRET not in response.content.decode()
    sign_in(client, recused)
    assert case.reference not in client.get(at("list_information_requests")).content.decode()
    sign_in(client, auditor)
    register = client.get(at("list_information_requests")).content.decode()
    assert case.reference in register
    assert SECRET not in register
    assert page not in register
    sign_in(client, leaver)
    leave(leaver)
    assert client.get(page).status_code == 302


def test_the_register_does_not_ask_for_each_row(manager, case, django_assert_max_num_queries):
    for _ in range(6):
        logged(case, manager)
    today = date(2015, 1, 10)

    with django_assert_max_num_queries(8):
        assert len(information_request_page.rows(manager, today)) == 6
    with django_assert_max_num_queries(8):
        items = information_request_page.work(manager, today)
    assert {one.due_on for one in items} == {date(2015, 1, 19)}


def test_who_asked_is_a_name_that_no_paper_may_hold(manager, case):
    logged(case, manager)

    assert f"Coroner {SECRET}" in information_request_page.identifiers(case)
