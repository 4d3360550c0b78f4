"""The page of a case with the group: where it stands, its clocks, files and safety."""

import datetime

import pytest
from django.urls import reverse

from casereview import access
from casereview.actions import NotAllowed
from casereview.actions.processes import record_scr_state
from casereview.models import Case, Child
from casereview.rules.access_table import Role
from casereview.work_list import items_of
from scr.models import FileSecured, Referral
from tests import factories, scr_factories
from tests.scr.referring import day, let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
NAME = "Qxchildname"


@pytest.fixture
def referral(manager):
    case = factories.make_case(by=manager, family_name=NAME)
    agency = factories.make_agency(name="Example hospital")
    return scr_factories.make_referral(
        by=manager, case=case, agencies=[agency], grounds="Qxgrounds"
    )


def url_of(name: str, referral: Referral, *more) -> str:
    return reverse(f"scr:{name}", args=[referral.case.reference, *more])


PAGES = {
    "view_scr": Role.SCR_MEMBER,
    "secure_files": Role.BOARD_MANAGER,
    "record_scr_safety": Role.BOARD_MANAGER,
    "settle_lead": Role.BOARD_MANAGER,
    "view_criteria": Role.SCR_MEMBER,
    "begin_assessment": Role.SCR_MEMBER,
}


@pytest.mark.parametrize("page", PAGES)
def test_it_opens_to_the_group_and_says_the_child_by_reference_alone(
    client, people, referral, page
):
    response = sign_in(client, people[PAGES[page]]).get(url_of(page, referral))

    assert response.status_code == 200
    assert referral.case.reference in response.content.decode()
    assert NAME not in response.content.decode()


@pytest.mark.parametrize("page", [*PAGES, "lock_assessment"])
def test_it_is_closed_to_everybody_else(client, referral, page):
    role = PAGES.get(page, Role.SCR_MEMBER)
    if page in ("view_scr", "view_criteria"):
        # These take no form: what is posted is only looked at again.
        assert let_in(client, referral.case, url_of(page, referral), role) == []
        return

    assert let_in(client, referral.case, url_of(page, referral), role) == []


def test_the_page_shows_the_edition_the_clocks_and_what_is_next(client, people, referral):
    page = sign_in(client, people[Role.SCR_MEMBER]).get(url_of("view_scr", referral))

    words = page.content.decode()
    assert "Working Together to Safeguard Children 2015" in words
    assert "Decide whether to hold a serious case review" in words
    assert "Thursday 7 May 2015" in words
    assert "Assess the criteria and lock the assessment" in words
    assert "Example hospital" in words


def test_the_manager_of_the_panel_sees_a_line_of_dates_and_no_paper(client, manager, referral):
    case = sign_in(client, manager).get(reverse("view_case", args=[referral.case.reference]))
    paper = client.get(url_of("view_scr", referral))

    assert "referred April 2015" in case.content.decode()
    assert "Decide whether" not in case.content.decode()
    assert "wt2015" not in case.content.decode()
    assert paper.status_code == 403


def test_the_history_holds_the_groups_clocks_from_the_panels_manager(client, manager, referral):
    page = sign_in(client, manager).get(reverse("view_history", args=[referral.case.reference]))

    assert "wt2015" not in page.content.decode()
    assert "Qxgrounds" not in page.content.decode()


def test_who_the_child_is_is_shown_to_the_office_alone_for_a_fresh_proof(client, people, referral):
    url = url_of("view_scr_identity", referral)

    member = sign_in(client, people[Role.SCR_MEMBER]).post(url)
    stale = sign_in(client, people[Role.BOARD_MANAGER], proved=False).post(url)
    shown = sign_in(client, people[Role.BOARD_MANAGER]).post(url)

    assert member.status_code == 403
    assert stale.status_code == 302
    assert NAME in shown.content.decode()


def test_files_not_sealed_after_two_working_days_come_to_the_offices_work(people, referral):
    row = FileSecured.objects.get()
    office = people[Role.BOARD_MANAGER]

    on_day = [item.task for item in items_of(office, row.asked_on)]
    later = [item.task for item in items_of(office, row.asked_on + datetime.timedelta(days=6))]

    assert "Chase 1 agency for sealed files" not in on_day
    assert "Chase 1 agency for sealed files" in later


def test_the_office_records_who_secured_and_sealed_an_agencys_files(client, people, referral):
    row = FileSecured.objects.get()
    url = url_of("record_file", referral, row.pk)
    answers = {
        **day("secured_on", datetime.date(2015, 4, 8)),
        **day("sealed_on", datetime.date(2015, 4, 9)),
        "version": row.version,
    }

    refused = sign_in(client, people[Role.BOARD_MANAGER]).post(url, answers)
    client.post(url, {**answers, "secured_by": "Perrin Oakes, records manager"})

    row.refresh_from_db()
    assert "Enter who secured the files" in refused.content.decode()
    assert row.sealed_on == datetime.date(2015, 4, 9)
    assert row.secured_by == "Perrin Oakes, records manager"


def test_another_cases_file_is_not_found(client, people, referral, manager):
    other = scr_factories.make_referral(
        by=manager,
        case=factories.make_case(by=manager, family_name="Other"),
        agencies=[factories.make_agency()],
    )
    row = FileSecured.objects.get(referral=other)

    page = sign_in(client, people[Role.BOARD_MANAGER]).get(url_of("record_file", referral, row.pk))

    assert page.status_code == 404


def test_children_not_known_to_be_safe_stay_in_front_until_they_are(client, people, manager):
    case = factories.make_case(by=manager)
    referral = scr_factories.make_referral(by=manager, case=case, siblings_safe="NK")
    office = people[Role.BOARD_MANAGER]
    before = [item for item in items_of(office, datetime.date(2015, 4, 8)) if item.urgent]

    sign_in(client, office).post(
        url_of("record_scr_safety", referral),
        {"siblings_safe": "Y", "immediate_safety": "Seen at home", "version": referral.version},
    )

    assert [item.reference for item in before] == [case.reference]
    assert not [item for item in items_of(office, datetime.date(2015, 4, 8)) if item.urgent]


def lead_typed(referral, **more) -> dict:
    return {"looked_after": "N", "version": referral.version, **more}


def test_who_leads_is_asked_where_it_is_not_known(client, people, manager):
    case = factories.make_case(by=manager, residence_board=None)
    referral = scr_factories.make_referral(by=manager, case=case)
    office = people[Role.BOARD_MANAGER]

    page = sign_in(client, office).get(url_of("view_scr", referral))
    client.post(url_of("settle_lead", referral), lead_typed(referral, home="LEICESTER"))
    after = client.get(url_of("view_scr", referral))

    assert "Which board leads is not settled" in page.content.decode()
    assert "Which board leads is not settled" not in after.content.decode()


def test_a_case_another_board_leads_leaves_the_group_at_once(client, people, referral):
    member = people[Role.SCR_MEMBER]
    sees = access.can(member, "view_scr", referral.case)

    sign_in(client, people[Role.BOARD_MANAGER]).post(
        url_of("settle_lead", referral), lead_typed(referral, home="NOTTINGHAM")
    )

    referral.refresh_from_db()
    assert sees
    assert referral.state == Referral.State.PASSED_ON
    assert not access.can(member, "view_scr", referral.case)
    assert access.can(people[Role.BOARD_MANAGER], "view_scr", referral.case)


def test_a_board_with_people_here_takes_the_case_over_with_its_group(client, people, referral):
    theirs = scr_factories.make_scr_people("NOTTINGHAM")

    sign_in(client, people[Role.BOARD_MANAGER]).post(
        url_of("settle_lead", referral), lead_typed(referral, home="NOTTINGHAM")
    )

    referral.refresh_from_db()
    assert referral.state == Referral.State.RECEIVED
    assert access.can(theirs[Role.SCR_MEMBER], "view_scr", referral.case)
    assert not access.can(people[Role.BOARD_MANAGER], "view_scr", referral.case)


def refer_typed(**more) -> dict:
    return {
        "grounds": "Qxgrounds",
        **day("event_on", factories.DIED),
        "event_board": "LEICESTER",
        "looked_after": "N",
        "siblings_safe": "Y",
        **more,
    }


def test_the_panels_manager_refers_a_case_and_sees_no_papers(client, manager, case):
    url = reverse("scr:refer_for_scr", args=[case.reference])

    response = sign_in(client, manager).post(url, refer_typed())

    case.refresh_from_db()
    assert response.status_code == 302
    assert case.scr_state == Case.ScrState.REFERRED
    assert Referral.objects.get(case=case).grounds == "Qxgrounds"
    assert not access.can(manager, "view_scr", case)


def test_what_was_done_is_asked_where_other_children_may_not_be_safe(client, manager, case):
    url = reverse("scr:refer_for_scr", args=[case.reference])

    page = sign_in(client, manager).post(url, refer_typed(siblings_safe="N"))

    assert "Telephone children’s social care" in page.content.decode()
    assert not Referral.objects.exists()


def test_a_case_is_with_the_group_once_at_a_time(client, manager, referral):
    url = reverse("scr:refer_for_scr", args=[referral.case.reference])

    page = sign_in(client, manager).post(url, refer_typed())

    assert "is with the serious case review group already" in page.content.decode()
    assert Referral.objects.count() == 1


def test_the_child_of_a_case_of_harm_is_nobodys_by_name_but_the_offices(people, manager):
    case = scr_factories.make_harm_case(by=people[Role.BOARD_MANAGER], family_name=NAME)
    scr_factories.make_referral(by=people[Role.BOARD_MANAGER], case=case)

    assert Child.objects.get(case=case).family_name == NAME
    assert not access.can(manager, "view_identity", case)
    assert access.can(people[Role.BOARD_MANAGER], "view_scr_identity", case)
    assert not access.can(people[Role.SCR_CHAIR], "view_scr_identity", case)


def test_where_the_group_stands_is_not_set_by_hand_beside_its_records(manager, referral):
    with pytest.raises(NotAllowed, match="Leave this to the group"):
        record_scr_state(case=referral.case, state="", by=manager)
