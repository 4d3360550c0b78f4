"""What could do most harm asks anew who is sitting there."""

import time

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from casereview import demo, step_up
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


def asking(request, user, **session):
    """Return a request that has a session and somebody signed in."""
    request.user, request.session = user, SessionStore()
    request.session.update(session)
    return request


def test_what_asks_says_so_keeps_its_name_and_shows_the_page(outsider):
    def view(request, number, *, word):
        """Show a page."""
        return HttpResponse(f"{number} {word}")

    guarded = step_up.step_up_required(view)
    request = asking(RequestFactory().get("/x/"), outsider, **{proof.PROVED_AT: int(time.time())})

    assert guarded(request, 3, word="plum").content == b"3 plum"
    assert (guarded.__name__, guarded.__doc__) == ("view", "Show a page.")
    assert guarded.needs_fresh_proof is True


@pytest.mark.parametrize(
    ("before", "back"),
    [
        ("http://testserver/a/page/?part=2", "%2Fa%2Fpage%2F%3Fpart%3D2"),
        ("http://testserver/a/page/", "%2Fa%2Fpage%2F"),
        ("https://elsewhere.example.com/x?part=2", "%2F"),
        ("", "%2F"),
    ],
)
def test_after_a_form_one_comes_back_to_the_page_it_was_on(administrator, before, back):
    request = RequestFactory().post("/x/", headers={"Referer": before} if before else {})

    before_it = step_up._page_before(asking(request, administrator))

    assert step_up.urlencode({"next": before_it}) == f"next={back}"


def test_a_page_can_name_where_to_come_back_to(client, administrator):
    sign_in(client, administrator)

    answer = step_up.ask_for_proof(
        asking(RequestFactory().get("/x/"), administrator), "/a/page/?file=again#file"
    )

    assert answer["Location"] == f"{AGAIN}?next=%2Fa%2Fpage%2F%3Ffile%3Dagain%23file"


def test_only_what_was_not_done_is_asked_for_again(client, administrator):
    sign_in(client, administrator, proved=False)

    looked = client.get(ADD)
    told_of_a_look = list(get_messages(looked.wsgi_request))
    sent = client.post(ADD, SOMEBODY)
    told_of_a_form = [str(one) for one in get_messages(sent.wsgi_request)]

    assert told_of_a_look == []
    assert told_of_a_form == ["Confirm that it is you, then do it again"]


def test_who_has_nothing_to_prove_it_with_is_sent_to_set_something_up(administrator):
    administrator.set_unusable_password()

    answer = step_up.ask_for_proof(asking(RequestFactory().get("/x/"), administrator))

    assert answer["Location"] == f"{reverse('mfa_index')}?next=%2Fx%2F"
