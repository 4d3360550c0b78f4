"""What could do most harm asks anew who is sitting there."""

import time

import pytest
from django.urls import reverse

from casereview import demo
from casereview.models import AuditEntry, User
from casereview.rules.access_table import Role
from casereview.sign_in import proof
from tests import factories
from tests.signed_in import PASSWORD, code_now, sign_in

pytestmark = pytest.mark.django_db

ADD = "/admin-area/people/add/"
AGAIN = "/accounts/second-factor/again/"
SOMEBODY = {"name": "Bea Example", "email": "bea@example.org"}


@pytest.fixture
def administrator(db):
    return factories.make_user(Role.ADMINISTRATOR)


def prove(client, seconds_ago: int) -> None:
    session = client.session
    session[proof.PROVED_AT] = int(time.time()) - seconds_ago
    session.save()


def test_a_fresh_proof_opens_the_page(client, administrator):
    sign_in(client, administrator)

    assert client.get(ADD).status_code == 200


def test_without_a_fresh_proof_one_is_asked_and_leads_back(client, administrator):
    sign_in(client, administrator, proved=False)

    asked = client.get(ADD)
    answered = client.post(asked["Location"], {"code": code_now(), "next": ADD})

    assert asked["Location"] == f"{AGAIN}?next=%2Fadmin-area%2Fpeople%2Fadd%2F"
    assert answered["Location"] == ADD
    assert client.get(ADD).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(298, 200), (301, 302)])
def test_a_proof_is_good_for_five_minutes(client, administrator, seconds, status):
    sign_in(client, administrator)
    prove(client, seconds)

    assert client.get(ADD).status_code == status


def test_a_proof_of_the_future_is_none(client, administrator):
    sign_in(client, administrator)
    prove(client, -60)

    assert client.get(ADD).status_code == 302


def test_nothing_is_done_without_a_proof_and_the_page_before_is_shown_again(client, administrator):
    sign_in(client, administrator, proved=False)

    answer = client.post(ADD, SOMEBODY, headers={"Referer": f"http://testserver{ADD}"})

    assert answer["Location"] == f"{AGAIN}?next=%2Fadmin-area%2Fpeople%2Fadd%2F"
    assert not User.objects.filter(email="bea@example.org").exists()


def test_a_page_before_of_another_site_is_not_gone_back_to(client, administrator):
    sign_in(client, administrator, proved=False)

    answer = client.post(ADD, SOMEBODY, headers={"Referer": "https://elsewhere.example.com/x"})

    assert answer["Location"] == f"{AGAIN}?next=%2F"


def test_the_password_alone_is_no_proof_for_somebody_with_a_second_factor(client, administrator):
    sign_in(client, administrator, proved=False)

    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert client.get(ADD).status_code == 302


def test_a_wrong_code_is_no_proof(client, administrator):
    sign_in(client, administrator, proved=False)

    answer = client.post(AGAIN, {"code": "000000"})

    assert answer.status_code == 200
    assert client.get(ADD).status_code == 302


def test_who_may_not_do_it_is_refused_before_anything_is_asked(client, outsider):
    sign_in(client, outsider, proved=False)

    assert client.get(ADD).status_code == 403


def test_being_asked_is_on_record(client, administrator):
    sign_in(client, administrator, proved=False)

    client.get(ADD)

    entry = AuditEntry.objects.get(action="step_up")
    assert (entry.actor, entry.outcome) == (administrator.pk, "refused")


def test_in_a_demo_the_persona_confirms_by_the_link(client, administrator, settings):
    settings.DEMO = True
    demo.mark_demo_database()
    client.post(demo.persona_path(administrator))
    fresh = client.get(ADD)
    prove(client, 400)

    asked = client.get(ADD)
    page = client.get(asked["Location"])
    answered = client.post(asked["Location"])

    assert fresh.status_code == 200
    assert asked["Location"].startswith("/demo/")
    assert "Confirm and go on" in page.content.decode()
    assert answered["Location"] == ADD
    assert client.get(ADD).status_code == 200


def test_a_persona_link_leads_back_to_this_site_only(client, administrator, settings):
    settings.DEMO = True
    demo.mark_demo_database()

    answer = client.post(f"{demo.persona_path(administrator)}?next=https://elsewhere.example.com/")

    assert answer["Location"] == "/"
