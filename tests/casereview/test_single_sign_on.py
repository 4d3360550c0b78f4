"""Single sign-on: one good answer signs in, every other is refused with words and on record."""

import json
import time
from types import SimpleNamespace

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from casereview.actions import accounts, second_person
from casereview.models import AuditEntry, User
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.sign_in import id_token, proof
from casereview.sign_in.id_token import REASONS
from tests import factories, openid_provider
from tests.openid_provider import STRONG, Provider
from tests.signed_in import PASSWORD, code_now, give_authenticator_app, sign_in

pytestmark = pytest.mark.django_db

ADD = "/admin-area/people/add/"


@pytest.fixture
def provider(monkeypatch, settings):
    made = Provider()
    made.id = openid_provider.serve(monkeypatch, settings, made)[0]
    return made


@pytest.fixture
def person(provider):
    """Somebody who signs in elsewhere only: no password, no factor here."""
    user = factories.make_user(Role.ADMINISTRATOR, email="asha@example.org")
    with change("test", by=None) as written:
        user.set_unusable_password()
        written.save(user)
    SocialAccount.objects.create(user=user, provider=provider.id, uid="subject-1")
    return user


def go(client, provider, process="login"):
    """Press the button and sign in at the provider; return what the browser brings back."""
    address = reverse("openid_connect_login", args=[provider.id])
    sent = client.post(f"{address}?process={process}")
    return provider.authorise(sent["Location"])


def come_back(client, provider, brought):
    return client.get(reverse("openid_connect_callback", args=[provider.id]), brought)


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def refusals() -> list[str]:
    rows = AuditEntry.objects.filter(outcome="refused").order_by("seq")
    details = [json.loads(row.detail) for row in rows]
    return [one["single_sign_on"] for one in details if "single_sign_on" in one]


def test_a_good_answer_signs_in_and_stands_for_the_second_factor(client, provider, person):
    answer = come_back(client, provider, go(client, provider))

    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get(ADD).status_code == 200  # signed in there just now
    asked = provider.asked
    assert asked["scope"] == "openid"
    assert asked["acr_values"] == STRONG
    assert asked["max_age"] == "36000"
    assert len(asked["nonce"]) >= 40
    assert asked["code_challenge_method"] == "S256"
    # Nothing the provider says of a person is kept.
    assert SocialAccount.objects.get().extra_data == {}
    assert not AuditEntry.objects.filter(detail__icontains="asha").exists()


@pytest.mark.parametrize("signed", [("curve", "ES256"), ("own", "PS256")], ids=str)
def test_other_good_signatures_are_taken(client, provider, person, signed):
    provider.signed_by, provider.algorithm = signed
    provider.header = {"kid": signed[0]}

    assert come_back(client, provider, go(client, provider))["Location"] == "/"


NOW = int(time.time())
TWISTS = {
    "wrong issuer": ({"claims": {"iss": "https://evil.example.com"}}, "issuer"),
    "issuer with a slash more": ({"claims": {"iss": "https://issuer.example.org/"}}, "issuer"),
    "discovery of another issuer": ({"config": {"issuer": "https://evil.example.com"}}, "issuer"),
    "wrong audience": ({"claims": {"aud": "another-site"}}, "audience"),
    "two audiences": ({"claims": {"aud": ["casereview", "another-site"]}}, "audience"),
    "another party": ({"claims": {"azp": "another-site"}}, "audience"),
    "no signature": ({"algorithm": "none"}, "signature"),
    "public key as secret": ({"algorithm": "HS256"}, "signature"),
    "wrong key": ({"signed_by": "somebody"}, "signature"),
    "unknown key": ({"header": {"kid": "another"}}, "signature"),
    "key of another kind": ({"header": {"kid": "curve"}}, "signature"),
    "no nonce": ({"claims": {"nonce": None}}, "incomplete"),
    "old nonce": ({"claims": {"nonce": "one-of-another-sign-in"}}, "replayed"),
    "nonce of no text": ({"claims": {"nonce": 7}}, "replayed"),
    "expired": ({"claims": {"exp": NOW - 3600}}, "expired"),
    "issued long ago": ({"claims": {"iat": NOW - 3600}}, "expired"),
    "not yet": ({"claims": {"nbf": NOW + 36000}}, "incomplete"),
    "no subject": ({"claims": {"sub": None}}, "incomplete"),
    "empty subject": ({"claims": {"sub": ""}}, "incomplete"),
    "no auth_time": ({"claims": {"auth_time": None}}, "incomplete"),
    "auth_time as text": ({"claims": {"auth_time": "now"}}, "incomplete"),
    "signed in yesterday": ({"signed_in_ago": 86400}, "stale"),
    "signed in tomorrow": ({"signed_in_ago": -86400}, "stale"),
    "weak assurance": ({"acr": "urn:example:password"}, "weak"),
    "no assurance": ({"acr": None}, "weak"),
    "assurance in a list": ({"claims": {"acr": [STRONG]}}, "weak"),
    "no keys": ({"pages": {"/keys": (500, {})}}, "provider"),
    "keys of no shape": ({"pages": {"/keys": (200, [1])}}, "signature"),
    "no token": ({"pages": {"/token": (200, {"access_token": "x"})}}, "incomplete"),
    "token of no shape": ({"pages": {"/token": (200, {"access_token": 1, "id_token": 7})}}, ""),
    "code refused": ({"pages": {"/token": (400, {"error": "asha@example.org"})}}, "provider"),
    "token page of no shape": ({"pages": {"/token": (200, "<html>")}}, "provider"),
}


@pytest.mark.parametrize("twist", TWISTS)
def test_a_twisted_answer_is_refused_with_words_and_on_record(client, provider, person, twist):
    twists, reason = TWISTS[twist]
    brought = go(client, provider) if "config" not in twists else None
    for name, value in twists.items():
        setattr(provider, name, value)
    if brought:
        brought = provider.authorise(f"https://x/?{query(provider.asked)}")
        answer = come_back(client, provider, brought)
    else:
        answer = client.post(reverse("openid_connect_login", args=[provider.id]))

    assert answer.status_code == 401
    [found] = refusals()
    assert found == reason or not reason
    page = answer.content.decode()
    assert REASONS[found].replace("'", "&#x27;") in page
    assert "You are not signed in" in page
    assert "asha" not in page
    assert not signed_in(client)
    assert client.get("/")["Location"].startswith("/accounts/login/")


def query(asked: dict) -> str:
    from urllib.parse import urlencode

    return urlencode(asked)


def test_an_answer_works_once_and_only_in_the_browser_that_asked(client, provider, person):
    brought = go(client, provider)
    other = Client()
    elsewhere = come_back(other, provider, brought)
    first = come_back(client, provider, brought)
    client.post(reverse("account_logout"))
    again = come_back(client, provider, brought)
    made_up = come_back(client, provider, {"code": "x", "state": "x"})

    assert first["Location"] == "/"
    assert [one.status_code for one in (elsewhere, again, made_up)] == [401, 401, 401]
    assert not signed_in(client) and not signed_in(other)
    assert refusals() == ["stopped", "stopped", "stopped"]


def test_a_token_of_an_earlier_sign_in_is_not_taken_for_a_later_one(client, provider, person):
    brought = go(client, provider)
    [old] = provider.answers.values()
    come_back(client, provider, brought)
    client.post(reverse("account_logout"))

    brought = go(client, provider)
    provider.answers[brought["code"]] = (old[0], provider.asked["code_challenge"])
    answer = come_back(client, provider, brought)

    assert answer.status_code == 401
    assert refusals() == ["replayed"]


def test_the_same_person_of_a_second_provider_is_a_stranger(client, monkeypatch, settings, person):
    first, second = Provider(), Provider(issuer="https://second.example.org")
    ids = openid_provider.serve(monkeypatch, settings, first, second)
    second.id = ids[1]
    before = User.objects.count()

    answer = come_back(client, second, go(client, second))
    mixed_up = go(client, second)
    other = client.get(reverse("openid_connect_callback", args=[ids[0]]), mixed_up)

    assert "No account is joined" in answer.content.decode()
    assert other.status_code == 401
    assert not signed_in(client)
    assert User.objects.count() == before and SocialAccount.objects.count() == 1
    assert refusals() == ["no_account", "stopped"]


def test_a_provider_that_names_itself_wrongly_in_the_address_is_refused(client, provider, person):
    brought = go(client, provider) | {"iss": "https://evil.example.com"}

    assert come_back(client, provider, brought).status_code == 401
    assert refusals() == ["issuer"]


def test_a_provider_that_is_away_leaves_an_answer(client, provider, person):
    provider.pages["/.well-known/openid-configuration"] = (503, "<html>busy</html>")
    address = reverse("openid_connect_login", args=[provider.id])

    away = client.post(address)
    provider.pages["/.well-known/openid-configuration"] = (
        302,
        {"issuer": "https://evil.example.com"},
    )
    elsewhere = client.post(address)

    assert away.status_code == elsewhere.status_code == 401
    assert "could not be reached" in away.content.decode()
    assert refusals() == ["provider", "provider"]


def test_without_words_for_a_second_factor_one_is_asked_here(client, provider, person, settings):
    settings.OIDC_ACR_VALUES = []
    provider.acr = None

    come_back(client, provider, go(client, provider))

    assert client.get("/")["Location"] == reverse("mfa_index")


def test_whoever_has_a_factor_here_still_shows_it(client, provider, person):
    give_authenticator_app(person)

    answer = come_back(client, provider, go(client, provider))
    before = signed_in(client)
    client.post(answer["Location"], {"code": code_now()})

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not before
    assert client.get(ADD).status_code == 200


def test_a_password_opens_nothing_of_an_account_that_signs_in_elsewhere(client, provider):
    user = factories.make_user(Role.ADMINISTRATOR, email="bea@example.org")
    SocialAccount.objects.create(user=user, provider=provider.id, uid="subject-2")

    for address in ("mfa_activate_totp", "mfa_add_webauthn", "account_change_password", "help"):
        client.post("/accounts/login/", {"login": "bea@example.org", "password": PASSWORD})
        sent = client.get(reverse(address))
        assert sent["Location"] == "/accounts/login/?ended=elsewhere", address
        assert not signed_in(client)
    page = client.get(sent["Location"]).content.decode()
    assert "your account is joined to one elsewhere" in page


def test_a_person_without_a_factor_joins_an_account_and_needs_none_here(client, provider):
    user = factories.make_user(Role.ADMINISTRATOR, email="bea@example.org")
    client.post("/accounts/login/", {"login": "bea@example.org", "password": PASSWORD})
    page = client.get(reverse("mfa_index")).content.decode()
    provider.subject = "subject-9"

    come_back(client, provider, go(client, provider, "connect"))

    assert "Join your account to the trust" in page
    assert SocialAccount.objects.get(user=user).uid == "subject-9"
    assert client.get("/").status_code == 200
    assert "Set up a second factor" not in client.get(reverse("mfa_index")).content.decode()


def test_joining_needs_a_fresh_proof_and_an_account_that_is_nobodys(client, provider, person):
    other = factories.make_user(Role.ADMINISTRATOR)
    sign_in(client, other, proved=False)
    address = reverse("openid_connect_login", args=[provider.id])
    asked = client.post(f"{address}?process=connect")
    sign_in(client, other)

    brought = go(client, provider, "connect")
    taken = come_back(client, provider, brought)
    page = client.get(taken["Location"]).content.decode()
    provider.subject = "subject-2"
    brought = go(client, provider, "connect")
    session = client.session
    session[proof.PROVED_AT] -= 400
    session.save()
    late = client.get(come_back(client, provider, brought)["Location"]).content.decode()

    assert asked["Location"].startswith("/accounts/second-factor/again/")
    assert "belongs to somebody else" in page
    assert "Confirm that it is you" in late
    assert [one.user for one in SocialAccount.objects.all()] == [person]


def test_a_sitting_ends_when_its_account_elsewhere_is_parted(client, provider, person):
    come_back(client, provider, go(client, provider))

    SocialAccount.objects.all().delete()

    assert client.get("/")["Location"] == reverse("mfa_index")


def test_an_administrator_and_a_second_person_part_the_accounts(client, provider, person):
    other, auditor = factories.make_user(Role.ADMINISTRATOR), factories.make_user(Role.AUDITOR)
    come_back(client, provider, go(client, provider))
    page = sign_in(Client(), other).get(reverse("view_person", args=[person.pk])).content.decode()

    proposal = accounts.propose_factor_reset(person=person, by=other, reason="Telephoned them")
    second_person.agree_to_proposal(proposal=proposal, by=auditor)

    assert "Propose to reset the second factor" in page
    assert not SocialAccount.objects.exists()
    assert client.get("/")["Location"].startswith("/accounts/login/")


# Proving oneself again, without a password or a factor here.

AGAIN = "/accounts/single-sign-on/again/"


@pytest.fixture
def stale(client, provider, person):
    """A sitting whose person signed in there an hour ago: that proves nothing of now."""
    provider.signed_in_ago = 3600
    come_back(client, provider, go(client, provider))
    return client


def prove(client, provider):
    asked = client.get(ADD)
    page = client.get(asked["Location"])
    sent = client.post(AGAIN, {"next": ADD})
    return asked, page, provider.authorise(sent["Location"])


def test_signing_in_there_long_ago_is_no_fresh_proof_and_anew_it_is(stale, provider):
    asked, page, brought = prove(stale, provider)
    answer = come_back(stale, provider, brought)

    assert asked["Location"] == f"{AGAIN}?next=%2Fadmin-area%2Fpeople%2Fadd%2F"
    assert "Sign in with the trust once more" in page.content.decode()
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "300")
    assert answer["Location"] == ADD
    assert stale.get(ADD).status_code == 200
    shown = AuditEntry.objects.get(action="show_second_factor")
    assert json.loads(shown.detail) == {"kind": "single_sign_on", "again": True}


@pytest.mark.parametrize(
    ("twists", "reason"),
    [
        ({"heeds_prompt": False}, "stale"),
        ({"heeds_prompt": False, "signed_in_ago": 200}, "stale"),
        ({"acr": "urn:example:password"}, "weak"),
        ({"subject": "subject-2"}, "somebody_else"),
        ({"subject": "nobody-known"}, "somebody_else"),
        ({"claims": {"auth_time": None}}, "incomplete"),
        ({"algorithm": "none"}, "signature"),
        ({"claims": {"nonce": "another"}}, "replayed"),
    ],
    ids=str,
)
def test_an_answer_that_proves_nothing_anew_is_refused(stale, provider, person, twists, reason):
    other = factories.make_user(Role.ADMINISTRATOR)
    SocialAccount.objects.create(user=other, provider=provider.id, uid="subject-2")
    for name, value in twists.items():
        setattr(provider, name, value)

    _, _, brought = prove(stale, provider)
    answer = come_back(stale, provider, brought)

    assert answer.status_code == 401
    assert "This did not confirm that it is you" in answer.content.decode()
    assert refusals()[-1] == reason
    assert stale.get(ADD).status_code == 302
    assert stale.session["_auth_user_id"] == str(person.pk)


def test_a_proof_asked_by_one_person_serves_no_other(stale, provider):
    _, _, brought = prove(stale, provider)
    state = stale.session["socialaccount_states"]
    other = sign_in(stale, factories.make_user(Role.ADMINISTRATOR), proved=False)
    session = other.session
    session["socialaccount_states"] = state
    session.save()

    assert come_back(other, provider, brought).status_code == 401
    assert other.get(ADD).status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "socialaccount_connections",
    ],
)
def test_factors_are_changed_only_after_a_fresh_proof(stale, name):
    assert stale.get(reverse(name))["Location"].startswith(AGAIN)
    assert stale.post(reverse(name), {"account": 1})["Location"].startswith(AGAIN)


def test_the_question_leads_back_to_this_site_only_and_is_for_those_who_are_joined(
    stale, provider, client
):
    page = stale.get(f"{AGAIN}?next=https://elsewhere.example.com/").content.decode()
    sent = stale.post(AGAIN, {"next": "https://elsewhere.example.com/"})
    answer = come_back(stale, provider, provider.authorise(sent["Location"]))
    stranger = sign_in(client, factories.make_user(Role.ADMINISTRATOR))

    assert "elsewhere.example.com" not in page
    assert answer["Location"] == "/"
    assert stranger.get(AGAIN)["Location"] == reverse("mfa_index")


def test_moments_at_the_edge_are_taken_and_one_beyond_is_not():
    asked = id_token.Asked("i", "c", "n", at=1_000_000, max_age=300, anew=True)
    good = {"sub": "s", "aud": "c", "nonce": "n", "iat": 1_000_000, "auth_time": 1_000_000}

    def why(now=1_000_000, **changed):
        return id_token.refusal({**good, **changed}, asked, now)

    assert why() == ""
    assert why(auth_time=999_940) == "" and why(auth_time=999_939) == "stale"
    assert why(auth_time=1_000_060) == "" and why(auth_time=1_000_061) == "stale"
    assert why(iat=999_940) == "" and why(iat=999_939) == "expired"
    assert why(now=1_000_360) == "" and why(now=1_000_361) == "stale"
    assert why(now=1_000_601, auth_time=1_000_600) == "expired"
    assert why(aud=["c"]) == "" and why(aud=["c", "d"], azp="c") == ""
    assert why(sub="s" * 191) == "" and why(sub="s" * 192) == "incomplete"
    assert why(auth_time=True) == "incomplete"


def test_what_was_proved_elsewhere_counts_from_then(rf):
    request = rf.get("/")
    request.session = {}
    request.assertion = id_token.Assertion("s", 1_000, strong=False)
    user = SimpleNamespace(pk="p")

    proof.remember_single_sign_on(request, user)
    weak = dict(request.session)
    request.assertion = id_token.Assertion("s", 1_000, strong=True)
    proof.remember_single_sign_on(request, user)

    assert weak == {proof.PROVED_AT: 1_000}
    assert request.session == {proof.PROVED_AT: 1_000, proof.SINGLE_SIGN_ON: "p"}
