"""What counts as a second factor, here and elsewhere, and what may be opened without one."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import RequestFactory
from django.urls import reverse

from casereview.sign_in import proof
from tests import factories

pytestmark = pytest.mark.django_db
TOTP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN
CODES = Authenticator.Type.RECOVERY_CODES


@pytest.fixture
def people(db):
    return [factories.make_user(None, email=f"person{n}@example.org") for n in range(3)]


@pytest.fixture
def single(settings):
    """A provider whose sign-in counts as second factor."""
    settings.OIDC_PROVIDER, settings.OIDC_ACR_VALUES = "county", ["strong"]


def has(person, *kinds):
    Authenticator.objects.filter(user=person).delete()
    for kind in kinds:
        Authenticator.objects.create(user=person, type=kind, data={})


def joins(person, provider="county"):
    SocialAccount.objects.create(user=person, provider=provider, uid=f"{provider} {person.pk}")


@pytest.mark.parametrize(
    ("kinds", "counts"),
    [((), False), ((TOTP,), True), ((PASSKEY,), True), ((CODES,), False), ((CODES, TOTP), True)],
)
def test_an_app_or_a_passkey_of_ones_own_is_a_factor_and_codes_alone_are_none(
    people, kinds, counts
):
    one, other, third = people
    for person in people:
        has(person)
    has(one, *kinds)
    has(other, TOTP)

    assert proof.has_factor(one) is counts
    assert proof.has_factor(third) is False
    assert proof.those_with_a_factor([one, third]) == ({one.pk} if counts else set())


@pytest.mark.parametrize(
    ("provider", "strong", "counts"),
    [("county", ["strong"], True), ("", ["strong"], False), ("county", [], False)],
)
def test_elsewhere_counts_where_a_provider_is_named_and_vouches(
    people, settings, provider, strong, counts
):
    one, other, third = people
    for person in people:
        has(person)
    joins(one)
    joins(other)
    joins(third, "another")
    settings.OIDC_PROVIDER, settings.OIDC_ACR_VALUES = provider, strong

    assert proof.elsewhere([one, third]) == ({one.pk} if counts else set())
    assert proof.those_with_a_factor([one, third]) == ({one.pk} if counts else set())
    assert proof.signs_in_elsewhere(one) is counts
    assert proof.signs_in_elsewhere(third) is False


def opens(user, address: str) -> bool:
    request = RequestFactory().get(address)
    request.user = user
    return proof.open_without_second_factor(request)


def test_without_a_factor_one_may_set_one_up_and_with_one_only_leave(people, single):
    without, here, away = people
    has(without)
    has(here, TOTP)
    has(away)
    joins(away)
    to_provider = reverse("openid_connect_login", kwargs={"provider_id": "county"})

    for person in people:
        assert opens(person, reverse("account_logout")) is True
        assert opens(person, to_provider) is True
        assert opens(person, "/cases/") is opens(person, "/no-such-page/") is False
    assert [opens(person, reverse("mfa_index")) for person in people] == [True, False, False]


def test_a_provider_that_vouches_for_nothing_leads_nobody_past_the_factor(people, settings):
    settings.OIDC_PROVIDER, settings.OIDC_ACR_VALUES = "county", []
    to_provider = reverse("openid_connect_login", kwargs={"provider_id": "county"})

    assert opens(people[0], to_provider) is False


def asked(user, **session):
    request = RequestFactory().get("/")
    request.user, request.session = user, dict(session)
    return request


@pytest.mark.parametrize(
    ("assertion", "proved_at", "strong"),
    [
        (None, 0, False),
        (SimpleNamespace(auth_time=1_400_000_000, strong=False), 1_400_000_000, False),
        (SimpleNamespace(auth_time=1_400_000_000, strong=True), 1_400_000_000, True),
    ],
)
def test_a_sign_in_elsewhere_is_of_when_it_was_and_counts_if_it_was_strong(
    people, assertion, proved_at, strong
):
    request = asked(people[0])
    request.assertion = assertion

    proof.remember_single_sign_on(request, people[0])

    assert request.session[proof.PROVED_AT] == proved_at
    assert (request.session.get(proof.SINGLE_SIGN_ON) == str(people[0].pk)) is strong


def test_a_proof_that_is_no_moment_is_none(people):
    assert proof.proved_lately(asked(people[0])) is False
    assert proof.proved_lately(asked(people[0], **{proof.PROVED_AT: "now"})) is False
    assert proof.proved_lately(asked(people[0], **{proof.PROVED_AT: int(time.time())})) is True
