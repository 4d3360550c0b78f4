"""The messages of a demo as a page: there alone, for the administrator alone, without a secret."""

import datetime

import pytest
from django.db import transaction
from django.urls import reverse

from casereview import access, demo, outbox
from casereview.rules.access_table import Role
from tests import factories
from tests.html import Page
from tests.kept_out import leave
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 2)


@pytest.fixture
def in_demo(settings):
    settings.DEMO = True
    demo.mark_demo_database()


def put(to, template, **more):
    with transaction.atomic():
        return outbox.put(to=to, template=template, rule=template, day=DAY, **more)


def test_the_administrator_of_a_demo_reads_what_would_have_gone(client, in_demo, people):
    case = factories.make_case(by=people[Role.CDR_MANAGER], family_name="Plantedname")
    put(people[Role.CDR_MANAGER], "work_due", count=3, case=case)
    put(people[Role.PANEL_CHAIR], "choose_password")
    administrator = people[Role.ADMINISTRATOR]

    page = Page(sign_in(client, administrator).get(reverse("list_pages")).content.decode())
    assert page.all("a", href=reverse("view_demo_messages"))
    response = client.get(reverse("view_demo_messages"))

    words = Page(response.content.decode()).words
    assert "You have 3 items due in Case review" in words
    assert people[Role.CDR_MANAGER].name in words
    assert "Plantedname" not in words and case.reference not in words
    assert "(for its reader alone)" in words and "/accounts/password" not in words


def test_where_there_is_no_demo_there_is_no_such_page(client, people):
    put(people[Role.CDR_MANAGER], "work_due")
    sign_in(client, people[Role.ADMINISTRATOR])

    response = client.get(reverse("view_demo_messages"))

    assert response.status_code == 404
    assert response.content == access.not_found().content
    assert reverse("view_demo_messages") not in client.get(reverse("list_pages")).content.decode()


def test_an_administrator_who_has_left_reads_them_no_more(client, in_demo, people):
    put(people[Role.CDR_MANAGER], "work_due")
    sign_in(client, people[Role.ADMINISTRATOR])
    leave(people[Role.ADMINISTRATOR])

    left = client.get(reverse("view_demo_messages"))

    assert left.status_code == 302 and "/accounts/login/" in left.headers["Location"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_reads_them(client, in_demo, people, role):
    put(people[Role.CDR_MANAGER], "work_due")

    response = sign_in(client, people[role]).get(reverse("view_demo_messages"))

    assert response.status_code == 403
    assert "items due" not in response.content.decode()


def test_a_message_of_the_night_waits_for_the_morning_unless_it_cannot(
    settings, manager, monkeypatch
):
    settings.QUIET_HOURS = (20, 7)
    night = datetime.datetime(2026, 3, 2, 23, 30, tzinfo=datetime.UTC)
    monkeypatch.setattr(outbox.timezone, "now", lambda: night)

    waits, urgent = put(manager, "work_due"), put(manager, "intake_urgent")

    assert waits.next_try_at == datetime.datetime(2026, 3, 3, 7, tzinfo=datetime.UTC)
    assert urgent.next_try_at == night
