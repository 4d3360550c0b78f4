"""The manager asks agencies, chases them, and settles where they contradict each other."""

import pytest

from casereview.models import AgencyRequest, Case, OutboxMessage
from cdop.actions.reporting import say_no_record
from tests.cdop.asked import agency_with_lead, answered, contact_of, due_since, returned
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down


@pytest.fixture
def agencies(db):
    hospital = agency_with_lead(name="Soar Hospital", kind="HOSPITAL")
    police = agency_with_lead(name="Charnwood Police", kind="POLICE")
    surgery = agency_with_lead(name="Hill Surgery", kind="GP")
    contact_of(surgery, name="Practice manager")
    return hospital, police, surgery


def test_a_manager_asks_agencies_chases_them_and_settles_a_contradiction(
    page, case, manager, agencies
):
    hospital, police, surgery = agencies
    reader = Reader(sit_down(page, manager))
    base = f"/cases/{case.reference}"

    reader.open(f"{base}/agencies/", "Agency reports")
    reader.press("Ask agencies", "Ask agencies")
    page.get_by_label("Who is asked at Hill Surgery").select_option(
        label="Practice manager, by link and code"
    )
    page.get_by_label("What you ask in particular").fill("Who saw the child last?")
    reader.press("Ask these agencies", "Send each link and its code separately")
    assert "/r/" in page.content()
    reader.press("I have noted them", "Agency reports")
    assert "Waiting for 3 agencies" in page.content()

    asked = {one.agency_id: one for one in AgencyRequest.objects.select_related("case", "agency")}
    due_since(asked[police.pk], 4)
    reader.open("/agencies/reports/", "Reports waited for")
    reader.press("Continue", "Remind of 1 report?")
    reader.press("Remind of 1", "Reports waited for")
    assert OutboxMessage.objects.filter(to_user=police.lead, rule="report_overdue").count() == 1

    for agency, code in ((hospital, "Y"), (police, "N")):
        answered(asked[agency.pk], "C04", code, text="As the record has it")
        returned(asked[agency.pk])
    say_no_record(request=AgencyRequest.objects.get(agency=surgery), by=None, name="Ada Example")
    assert Case.objects.get(pk=case.pk).stage == Case.Stage.READY
    reader.open(f"{base}/agencies/", "Agency reports")
    reader.follow("Read the evidence side by side", "The evidence, side by side")
    with page.expect_navigation():
        page.get_by_role("link", name="Settle").click()
    reader.look("Agencies differ")
    reader.press("Settle it", "Agencies differ")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Why it is settled so").fill("The hospital’s letters say so")
    reader.press("Settle it", "The evidence, side by side")
    assert "Settled: Yes" in page.content()

    reader.open("/agencies/timeliness/", "Timeliness")
    assert case.reference not in page.content()
