"""Signing in: password, second factor, nothing revealed, everything on record."""

import json
import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from casereview import audit, demo
from casereview.models import AuditEntry, User
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.sign_in import adapters, proof
from tests import factories
from tests.html import without_token
from tests.processes import share_the_cache
from tests.signed_in import PASSWORD, SECRET, code_now, give_authenticator_app, sign_in

pytestmark = pytest.mark.django_db

LOGIN, SHOW = "/accounts/login/", "/accounts/second-factor/show/"


@pytest.fixture
def person(db):
    user = factories.make_user(Role.CDR_MANAGER, email="asha@example.org", name="Asha Example")
    give_authenticator_app(user)
    return user


def entries(action):
    return list(AuditEntry.objects.filter(action=action).order_by("seq"))


def with_password(client, email="asha@example.org", password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def bare(response) -> str:
    text = without_token(response)
    return text.replace("asha@example.org", "?").replace("nobody@example.org", "?")


def test_a_password_and_a_code_sign_a_person_in(client, person):
    first = with_password(client)
    second = client.post(SHOW, {"code": code_now()})

    assert (first.status_code, first["Location"]) == (302, SHOW)
    assert (second.status_code, second["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.get(reverse("mfa_index")).status_code == 200


def test_a_password_alone_opens_nothing(client, person):
    with_password(client)

    assert "_auth_user_id" not in client.session
    assert client.get(reverse("mfa_index"))["Location"].startswith(LOGIN)


def test_a_code_works_once(client, person):
    code = code_now()
    with_password(client)
    client.post(SHOW, {"code": code})
    client.post(reverse("account_logout"))

    with_password(client)
    again = client.post(SHOW, {"code": code})

    assert again.status_code == 200
    assert "Enter the code again" in again.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_code_works_once_across_processes_that_share_the_cache(client, person, settings):
    share_the_cache(settings)
    code = code_now()
    with_password(client)
    client.post(SHOW, {"code": code})
    client.post(reverse("account_logout"))

    with_password(client)
    again = client.post(SHOW, {"code": code})

    assert again.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_signs_in_once(client, person):
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    with_password(client)
    first = client.post(SHOW, {"code": code})
    client.post(reverse("account_logout"))

    with_password(client)
    again = client.post(SHOW, {"code": code})

    assert first.status_code == 302
    assert again.status_code == 200


def test_secrets_of_factors_lie_sealed_in_the_database(person):
    RecoveryCodes.activate(person)
    seed = Authenticator.objects.get(type="recovery_codes").wrap().instance.data["seed"]

    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        rows = [row[0] for row in cursor.fetchall()]

    assert len(rows) == 2
    assert SECRET not in "".join(str(row) for row in rows)
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_now())
    opened = adapters.SecondFactorAdapter().decrypt(seed)
    assert len(opened) == 80
    assert opened not in "".join(str(row) for row in rows)


def test_somebody_without_a_second_factor_reaches_only_its_set_up(client):
    factories.make_user(Role.CDR_MANAGER, email="new@example.org")

    answer = with_password(client, "new@example.org")

    assert answer["Location"] == "/"
    for address in ("/", "/accounts/single-sign-on/", "/accounts/second-factor/passkeys/", "/no/"):
        assert client.get(address)["Location"] == reverse("mfa_index"), address
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("account_change_password")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_rest(client):
    user = factories.make_user(Role.CDR_MANAGER, email="new@example.org")
    with_password(client, "new@example.org")
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]

    done = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert 'role="img"' in page.content.decode()
    assert " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) in page.content.decode()
    assert secret not in page.content.decode()
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(done["Location"]).content.decode()
    assert len(re.findall(r"<li>\d{8}</li>", codes)) == 10
    assert "cannot be shown again" in client.get(done["Location"]).content.decode()
    assert proof.has_factor(user)
    assert client.session[proof.SECOND_FACTOR] == str(user.pk)


def test_a_sitting_begun_with_a_password_alone_gains_nothing_when_a_factor_is_set_up_elsewhere(
    client,
):
    user = factories.make_user(Role.CDR_MANAGER, email="new@example.org")
    with_password(client, "new@example.org")
    give_authenticator_app(user)

    answer = client.get("/")

    assert answer["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


def test_a_known_and_an_unknown_address_are_answered_alike(client, person):
    known = with_password(client, password="not the right password")
    unknown = with_password(client, "nobody@example.org", "not the right password")

    assert known.status_code == unknown.status_code == 200
    assert "do not match" in known.content.decode()
    assert bare(known) == bare(unknown)


def test_asking_for_a_new_password_tells_nothing(client, person, mailoutbox):
    known = client.post(reverse("account_reset_password"), {"email": "asha@example.org"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    adapters.post_office.submit(int).result(timeout=5)

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mailoutbox] == [["asha@example.org"]]
    assert "Asha" not in mailoutbox[0].body + mailoutbox[0].subject


def test_a_mail_server_that_fails_changes_no_answer(client, person, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1

    answer = client.post(reverse("account_reset_password"), {"email": "asha@example.org"})
    adapters.post_office.submit(int).result(timeout=5)

    assert answer["Location"] == reverse("account_reset_password_done")
    assert "was not sent" in caplog.text
    assert "asha" not in caplog.text


def test_a_new_password_is_set_by_link_once_and_signs_nobody_in(client, person):
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    link = f"/accounts/password/reset/key/{key}/"
    form = client.get(link)["Location"]
    new = {"password1": "umbrella tinsel quarry", "password2": "umbrella tinsel quarry"}

    done = client.post(form, new)

    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert "_auth_user_id" not in client.session
    assert with_password(client, password="umbrella tinsel quarry")["Location"] == SHOW
    assert "no longer works" in client.get(link).content.decode()
    assert [one.outcome for one in entries("change_password")] == [audit.DONE]
    assert User.objects.get(pk=person.pk).version == person.version


@pytest.mark.parametrize("weak", ["short", "password1234", "asha@example.org"])
def test_a_weak_password_is_refused_in_plain_words(client, person, weak):
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    form = client.get(f"/accounts/password/reset/key/{key}/")["Location"]

    answer = client.post(form, {"password1": weak, "password2": weak})

    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()


def test_six_wrong_passwords_lock_the_account_for_a_while_and_no_longer(client, person):
    cache.clear()
    for _ in range(5):
        with_password(client, password="not the right password")

    locked = with_password(client)

    assert locked.status_code == 200
    assert "Wait five minutes" in locked.content.decode()


def test_an_address_is_locked_alike_whether_or_not_there_is_an_account(client, person):
    cache.clear()
    pages = []
    for email in ("asha@example.org", "nobody@example.org"):
        cache.clear()
        for _ in range(6):
            answer = with_password(client, email, "not the right password")
        pages.append(bare(answer))

    assert pages[0] == pages[1]


def test_many_tries_from_one_place_are_stopped_whatever_it_says_of_itself(client):
    cache.clear()
    answers = [
        client.post(
            LOGIN,
            {"login": f"somebody-{number}@example.org", "password": "not the right one"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
        for number in range(31)
    ]

    assert answers[-1].status_code == 429


def test_nobody_signs_up(client):
    for address in ("/accounts/signup/", "/accounts/email/", "/accounts/3rdparty/signup/"):
        assert client.get(address).status_code in (302, 404), address
        assert client.get(address, follow=True).request["PATH_INFO"] in (LOGIN, address)

    before = User.objects.count()
    client.post("/accounts/signup/", {"email": "x@example.org", "password1": PASSWORD})

    assert User.objects.count() == before


def test_a_closed_account_is_refused_at_its_next_request(client, person):
    sign_in(client, person)
    assert client.get(reverse("mfa_index")).status_code == 200

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get(reverse("mfa_index"))["Location"].startswith(LOGIN)


def test_signing_in_changes_the_session_key_and_signing_out_clears_the_browser(client, person):
    client.get(LOGIN)
    with_password(client)
    before = client.session.session_key
    client.post(SHOW, {"code": code_now()})
    after = client.session.session_key

    out = client.post(reverse("account_logout"))

    assert before != after
    assert out["Location"] == f"{LOGIN}?ended=signed_out"
    assert out["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "You have signed out" in client.get(out["Location"]).content.decode()


def test_signing_in_and_out_is_on_record_without_the_address(client, person):
    with_password(client, password="not the right password")
    with_password(client)
    client.post(SHOW, {"code": "000000"})
    client.post(SHOW, {"code": code_now()})
    client.post(reverse("account_logout"))

    [wrong], [right] = entries("sign_in_failed"), entries("sign_in")
    factors = entries("show_second_factor")
    assert (wrong.outcome, wrong.actor) == (audit.REFUSED, None)
    assert json.loads(wrong.detail) == {
        "address_digest": audit.digest_of("e-mail address", "asha@example.org")
    }
    assert (right.outcome, right.actor) == (audit.DONE, person.pk)
    assert json.loads(right.detail) == {"methods": ["password", "mfa"]}
    assert [one.outcome for one in factors] == [audit.REFUSED, audit.DONE]
    assert [json.loads(one.detail) for one in entries("sign_out")] == [{"why": "signed out"}]
    assert not AuditEntry.objects.filter(detail__icontains="asha").exists()


@pytest.mark.django_db(transaction=True)
def test_adding_and_removing_a_factor_is_on_record(client):
    user = factories.make_user(Role.CDR_MANAGER, email="new@example.org")
    with_password(client, "new@example.org")
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]

    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    client.post(reverse("mfa_deactivate_totp"))

    kinds = [(one.actor, json.loads(one.detail)["kind"]) for one in entries("add_second_factor")]
    assert (user.pk, "totp") in kinds
    assert entries("remove_second_factor")
    assert client.get("/")["Location"] == reverse("mfa_index")


ISSUER = "0123456789abcdef"


@pytest.fixture
def provider(settings):
    app = {"provider_id": ISSUER, "name": "the trust", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": "https://issuer.example.org"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


def come_back(client, subject: str, email: str = "asha@example.org"):
    """Come back from the issuer as `subject`, in the browser of `client`."""
    request = RequestFactory().get(f"/accounts/single-sign-on/{ISSUER}/callback/")
    request.session, request.user, request.allauth = client.session, AnonymousUser(), None
    with context.request_context(request):
        provider = get_adapter().get_provider(request, ISSUER)
        login = provider.sociallogin_from_response(
            request, {"sub": subject, "email": email, "email_verified": True}
        )
        login.state = {"process": "login"}
        answer = complete_social_login(request, login)
    request.session.save()
    client.cookies["session"] = request.session.session_key
    return answer


def test_single_sign_on_joins_nobody_by_e_mail_and_makes_no_account(client, person, provider):
    before = User.objects.count()

    answer = come_back(client, "subject-of-a-stranger")

    assert "No account is joined" in answer.content.decode()
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()
    assert "_auth_user_id" not in client.session


def test_single_sign_on_of_a_joined_subject_still_asks_for_the_second_factor(
    client, person, provider
):
    SocialAccount.objects.create(user=person, provider=ISSUER, uid="subject-1")

    answer = come_back(client, "subject-1", "other@example.org")
    out = "_auth_user_id" not in client.session
    client.post(SHOW, {"code": code_now()})

    assert (answer.status_code, answer["Location"]) == (302, SHOW)
    assert out
    assert client.session["_auth_user_id"] == str(person.pk)
    assert json.loads(entries("sign_in")[-1].detail) == {"methods": ["socialaccount", "mfa"]}


def test_the_same_subject_of_another_issuer_is_a_stranger(client, person, provider):
    SocialAccount.objects.create(user=person, provider="another-issuer-00", uid="subject-1")

    answer = come_back(client, "subject-1")

    assert "No account is joined" in answer.content.decode()


@pytest.fixture
def in_a_demo(settings, db):
    settings.DEMO = True
    demo.mark_demo_database()


def test_a_persona_link_signs_in_by_one_button_in_a_demo(client, in_a_demo, person):
    link = demo.persona_path(person)

    page = client.get(link)
    still_out = "_auth_user_id" not in client.session
    answer = client.post(link)

    assert "fictional" in page.content.decode()
    assert still_out
    assert answer["Location"] == "/"
    assert client.get(reverse("mfa_index")).status_code == 200
    assert json.loads(entries("sign_in")[-1].detail) == {"methods": ["persona_link"]}


def test_who_signs_in_without_a_password_is_told_that_there_is_none_to_change(client, person):
    with change("test", by=None) as written:
        person.set_unusable_password()
        written.save(person)
    sign_in(client, person)

    response = client.get(reverse("account_change_password"), follow=True)

    body = response.content.decode()
    assert response.status_code == 200
    assert "there is none to change" in body
    assert reverse("account_change_password") not in body


def test_there_are_no_persona_links_outside_a_demo(client, person, settings):
    link = demo.persona_path(person)
    absent = client.get("/demo/no-such-token/")

    outside = client.get(link)
    settings.DEMO = True
    unmarked = client.post(link)

    assert outside.status_code == unmarked.status_code == 404
    assert outside.content == absent.content == unmarked.content
    assert "_auth_user_id" not in client.session


def test_a_persona_sitting_ends_where_the_demo_does(client, in_a_demo, person, settings):
    client.post(demo.persona_path(person))

    settings.DEMO = False

    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get("/")["Location"] == LOGIN


def test_an_altered_persona_link_and_one_of_somebody_who_left_are_not_found(
    client, in_a_demo, person
):
    link = demo.persona_path(person)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get(link).status_code == 404
    assert client.get(link[:-3] + "xx/").status_code == 404


def test_a_database_with_cases_never_becomes_a_demo(settings, case):
    settings.DEMO = True

    with pytest.raises(demo.NotADemo):
        demo.mark_demo_database()

    assert not demo.is_demo()


NONSENSE = ["", "null", "{}", "[]", '{"id": 1}', '{"rawId": "x", "response": {}}', "\x00", "é" * 50]


@pytest.mark.parametrize("typed", NONSENSE)
def test_nonsense_never_breaks_a_page_of_signing_in(client, person, typed):
    cache.clear()
    with_password(client)
    halfway = [client.post(SHOW, {"credential": typed}), client.post(SHOW, {"code": typed})]
    sign_in(client, person)
    answers = halfway + [
        client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": typed}),
        client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": typed}),
        client.post(reverse("mfa_reauthenticate"), {"code": typed}),
        client.post(reverse("account_change_password"), {"oldpassword": typed}),
        client.post(reverse("account_reset_password"), {"email": typed}),
        client.post(LOGIN, {"login": typed, "password": typed}),
        client.get(f"/accounts/password/reset/key/{typed or 'x'}-{typed or 'y'}/"),
        client.get(f"/accounts/single-sign-on/{typed or 'x'}/login/"),
        client.get(f"/accounts/single-sign-on/{typed or 'x'}/callback/", {"state": typed}),
        client.post("/accounts/single-sign-on/", {"account": typed}),
        client.get(LOGIN, {"next": typed, "ended": typed}),
        client.get("/accounts/second-factor/passkeys/999/remove/"),
    ]

    assert {answer.status_code for answer in answers} <= {200, 302, 400, 401, 404, 429}


def test_an_address_with_a_nul_is_not_there(client):
    response = client.get("/accounts/single-sign-on/%00/login/")

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
