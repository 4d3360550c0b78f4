"""Every list is shown with where it is from and how sure it is."""

import re
from datetime import date
from html import escape

import pytest
from django.test import Client
from django.urls import reverse

from casereview.codelists import all_lists
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client):
    return sign_in(client, factories.make_user(Role.ADMINISTRATOR))


def test_only_an_administrator_sees_the_lists(people, outsider):
    for address in (
        reverse("view_code_lists"),
        reverse("view_code_list", args=["cdop", "category_of_death"]),
    ):
        opened = {
            role
            for role, user in people.items()
            if sign_in(Client(), user).get(address).status_code == 200
        }

        assert opened == {Role.ADMINISTRATOR}
        assert sign_in(Client(), outsider).get(address).status_code == 403


def _in_words(version: str) -> str:
    try:
        day = date.fromisoformat(version)
    except ValueError:
        return version
    return f"{day.day} {day:%B %Y}"


def test_the_page_names_every_list_with_its_source_and_version(admin_client):
    page = admin_client.get(reverse("view_code_lists")).content.decode()

    for found in all_lists():
        assert reverse("view_code_list", args=[found.app, found.name]) in page
        assert escape(found.title) in page
        assert _in_words(found.version) in page
    for title in ("Time limits", "Forms", "Annual return, year by year", "Code lists"):
        assert title in page


@pytest.mark.parametrize("found", all_lists(), ids=lambda one: f"{one.app}-{one.name}")
def test_each_list_shows_every_code_and_how_sure_it_is(admin_client, found):
    page = admin_client.get(reverse("view_code_list", args=[found.app, found.name]))
    text = page.content.decode()

    assert page.status_code == 200
    codes = re.findall(r'<th scope="row" class="govuk-table__header">([^<]+)</th>', text)
    assert codes == [code.code.replace("&", "&amp;") for code in found.codes]
    if found.status == "RECONSTRUCTED":
        assert "not checked by a practitioner; not called statutory" in text
    else:
        assert "read in the named source" in text


def test_a_list_that_is_not_there_is_not_found(admin_client):
    assert admin_client.get(reverse("view_code_list", args=["cdop", "panels"])).status_code == 404
    assert admin_client.get("/admin-area/lists/cdop/..%2Fsettings/").status_code == 404
