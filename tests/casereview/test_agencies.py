"""Agencies, their leads and contacts."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview.actions import agencies as actions
from casereview.actions.admissions import NotAllowed
from casereview.models import Agency, AgencyContact
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db):
    return factories.make_user(Role.ADMINISTRATOR)


@pytest.fixture
def admin_client(client, administrator):
    return sign_in(client, administrator)


@pytest.fixture
def agency(db):
    return factories.make_agency(name="Example Hospital")


@pytest.mark.parametrize(
    ("page", "may"),
    [
        ("view_agencies", {Role.ADMINISTRATOR, Role.CDR_MANAGER}),
        ("view_agency", {Role.ADMINISTRATOR, Role.CDR_MANAGER}),
        ("add_agency_contact", {Role.ADMINISTRATOR, Role.CDR_MANAGER}),
        ("add_agency", {Role.ADMINISTRATOR}),
        ("change_agency", {Role.ADMINISTRATOR}),
    ],
)
def test_the_pages_open_to_whom_the_table_says(page, may, people, outsider, agency):
    whole = page in {"view_agencies", "add_agency"}
    address = reverse(page, args=[] if whole else [agency.pk])

    answers = {role: sign_in(Client(), user).get(address) for role, user in people.items()}

    assert {role for role, answer in answers.items() if answer.status_code == 200} == may
    assert {answer.status_code for answer in answers.values()} == {200, 403}
    assert sign_in(Client(), outsider).get(address).status_code == 403


def test_an_agency_is_added(admin_client):
    empty = admin_client.get(reverse("view_agencies")).content.decode()
    answer = admin_client.post(
        reverse("add_agency"),
        {
            "name": "Example Trust",
            "kind": "HOSPITAL",
            "board": str(factories.board().pk),
            "email": "Safeguarding@example.org",
            "telephone": "0116 496 0000",
        },
    )

    agency = Agency.objects.get(name="Example Trust")
    assert "Add the first agency" in empty
    assert answer["Location"] == reverse("view_agency", args=[agency.pk])
    assert (agency.board.code, agency.email) == ("LEICESTER", "safeguarding@example.org")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": "", "kind": "HOSPITAL"}, "Enter the name"),
        ({"name": "X", "kind": "CIRCUS"}, "Select the kind of agency"),
        ({"name": "X", "kind": "HOSPITAL", "email": "x"}, "like name@example.org"),
        ({"name": "X", "kind": "HOSPITAL", "board": "1"}, "Select the board"),
        ({"name": "example hospital", "kind": "HOSPITAL"}, "Enter another name"),
    ],
)
def test_what_cannot_be_an_agency_is_refused(admin_client, agency, typed, message):
    answer = admin_client.post(reverse("add_agency"), typed)

    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert Agency.objects.count() == 1


def test_a_lead_works_at_the_agency(admin_client, administrator, agency):
    lead = factories.make_user(Role.AGENCY_LEAD, agency=agency, name="Lee Example")
    stranger = factories.make_user(None)
    typed = {"name": agency.name, "kind": "HOSPITAL", "version": "1", "lead": str(lead.pk)}

    answer = admin_client.post(reverse("change_agency", args=[agency.pk]), typed)
    agency.refresh_from_db()

    assert answer.status_code == 302
    assert agency.lead == lead
    assert "Lee Example" in admin_client.get(reverse("view_agencies")).content.decode()
    with pytest.raises(NotAllowed, match="works at this agency"):
        actions.change_agency(agency=agency, by=administrator, lead=stranger)


def test_a_change_over_somebody_elses_is_not_made(admin_client, administrator, agency):
    actions.change_agency(agency=agency, by=administrator, name="First Name")

    answer = admin_client.post(
        reverse("change_agency", args=[agency.pk]),
        {"name": "Second Name", "kind": "HOSPITAL", "version": "1"},
    )

    assert "Somebody else changed this meanwhile" in answer.content.decode()
    assert 'value="Second Name"' in answer.content.decode()
    assert Agency.objects.get(pk=agency.pk).name == "First Name"


def test_a_contact_is_added_and_retired_by_a_manager(client, manager, agency):
    sign_in(client, manager)
    nowhere = client.post(reverse("add_agency_contact", args=[agency.pk]), {"name": "Desk"})
    client.post(
        reverse("add_agency_contact", args=[agency.pk]),
        {"name": "Desk", "email": "desk@example.org"},
    )
    contact = AgencyContact.objects.get(agency=agency)
    shown = client.get(reverse("view_agency", args=[agency.pk])).content.decode()

    client.post(reverse("retire_agency_contact", args=[agency.pk, contact.pk]))

    assert "Enter an e-mail address or a telephone number" in nowhere.content.decode()
    assert "desk@example.org" in shown
    after = client.get(reverse("view_agency", args=[agency.pk])).content.decode()
    assert "desk@example.org" not in after
    assert AgencyContact.history.filter(id=contact.pk).count() == 2


def test_a_contact_is_retired_only_through_its_own_agency(admin_client, administrator, agency):
    contact = actions.add_agency_contact(
        agency=agency, by=administrator, name="Desk", telephone="0116 496 0001"
    )
    other = factories.make_agency()

    answer = admin_client.post(reverse("retire_agency_contact", args=[other.pk, contact.pk]))

    assert answer.status_code == 404
    assert AgencyContact.objects.get(pk=contact.pk).retired_on is None


def test_the_list_asks_the_database_as_often_for_many_as_for_one(admin_client, agency):
    admin_client.get(reverse("view_agencies"))
    with CaptureQueriesContext(connection) as few:
        admin_client.get(reverse("view_agencies"))
    for _ in range(20):
        factories.make_agency()
    with CaptureQueriesContext(connection) as many:
        page = admin_client.get(reverse("view_agencies")).content.decode()

    assert "21 agencies" in page
    assert len(few) == len(many)


def test_an_absent_agency_is_not_found(admin_client):
    address = reverse("view_agency", args=["00000000-0000-4000-8000-000000000000"])

    assert admin_client.get(address).status_code == 404
