"""Signing in over several worker processes: a code once, tries counted together, nothing told."""

import base64
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.account import auth_backends
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.urls import reverse

from casereview.models import User
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.sign_in import adapters
from tests import factories
from tests.html import without_token
from tests.processes import at_once, share_the_cache
from tests.signed_in import PASSWORD, SECRET, give_authenticator_app

LOGIN, SHOW = "/accounts/login/", "/accounts/second-factor/show/"
WORKERS = 3

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(settings, monkeypatch):
    """The cache of the product, and a clock that leaves a code good while workers are busy."""
    share_the_cache(settings)
    moment = time.time()
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: moment))
    return totp.format_hotp_value(totp.hotp_value(SECRET, int(moment) // 30))


def with_password(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def shown(email: str, code: str) -> bool:
    """Say whether a password and a code sign somebody in, from a new browser."""
    client = Client(REMOTE_ADDR="192.0.2.8")
    with_password(client, email)
    client.post(SHOW, {"code": code})
    return "_auth_user_id" in client.session


def count(pages: list[list[str]], words: str) -> int:
    return sum(words in page for each in pages for page in each)


@pytest.mark.django_db(transaction=True)
def test_workers_share_what_was_used_and_how_often_something_was_tried(shared):
    asha = factories.make_user(Role.CDR_MANAGER, email="asha@example.org")
    bea = factories.make_user(Role.CDR_MANAGER, email="bea@example.org")
    chand = factories.make_user(Role.CDR_MANAGER, email="chand@example.org")
    for user in (asha, bea, chand):
        give_authenticator_app(user)
    recovery = RecoveryCodes.activate(asha).get_unused_codes()[0]

    def guess_password(number):
        tries = [with_password(Client(), "bea@example.org", f"wrong {n}") for n in range(3)]
        return [page.content.decode() for page in tries]

    def guess_code(number):
        client = Client(REMOTE_ADDR="192.0.2.7")  # the first address has tried often enough
        with_password(client, "chand@example.org")
        wrong = [f"{(int(shared) + 7 * number + n + 1) % 1_000_000:06}" for n in range(3)]
        return [client.post(SHOW, {"code": code}).content.decode() for code in wrong]

    code_used = at_once(lambda number: shown("asha@example.org", shared), WORKERS)
    recovery_used = at_once(lambda number: shown("asha@example.org", recovery), WORKERS)
    passwords = at_once(guess_password, WORKERS)
    right_password = with_password(Client(), "bea@example.org").content.decode()
    codes = at_once(guess_code, WORKERS)

    assert sorted(code_used) == [False, False, True]
    assert sorted(recovery_used) == [False, False, True]
    assert count(passwords, "do not match") == 5
    assert count(passwords, "Wait five minutes") == 4
    assert "Wait five minutes" in right_password
    assert count(codes, "Enter the code again") == 5
    assert count(codes, "Wait five minutes") == 4
    assert not shown("chand@example.org", shared)
    look_for_secrets(recovery)


def look_for_secrets(recovery: str) -> None:
    """Find none of the secrets of factors in the bytes of the database, however written."""
    seed = adapters.SecondFactorAdapter().decrypt(
        Authenticator.objects.get(type="recovery_codes").data["seed"]
    )
    raw = base64.b32decode(SECRET)
    needles = [raw, raw.hex().encode(), base64.b64encode(raw)]
    for text in (SECRET, seed, recovery):
        needles += [
            text.encode(),
            text.encode("utf-16-le"),
            text.encode().hex().encode(),
            base64.b64encode(text.encode()),
        ]
    needles = [needle for needle in needles if needle]
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        data = b"".join(file.read_bytes() for file in name.parent.glob(f"{name.name}*"))
        assert b"mfa_authenticator" in data
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT data FROM mfa_authenticator")
            data = str(cursor.fetchall()).encode()
        assert b"secret" in data
    assert [needle for needle in needles if needle in data] == []


@pytest.fixture
def hashed(monkeypatch):
    """Count how often a password is hashed, whatever for."""
    counted = []
    encode = hashers.MD5PasswordHasher.encode

    def counting(self, password, salt, *args, **kwargs):
        counted.append(password)
        return encode(self, password, salt, *args, **kwargs)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counting)
    return counted


@pytest.fixture
def four(db):
    """Four addresses that must be answered alike; the last one nobody has."""
    factories.make_user(Role.CDR_MANAGER, email="known@example.org")
    closed = factories.make_user(Role.CDR_MANAGER, email="closed@example.org")
    invited = factories.make_user(Role.CDR_MANAGER, email="invited@example.org")
    with change("test", by=None) as written:
        closed.is_active = False
        invited.set_unusable_password()
        written.save(closed)
        written.save(invited)
    return ["known", "closed", "invited", "nobody"]


def bare(response, name: str) -> str:
    return without_token(response).replace(f"{name}@example.org", "?")


def test_four_kinds_of_address_are_answered_alike_with_the_same_work(client, four, hashed):
    answers, work = set(), []
    for name in four:
        hashed.clear()
        answer = with_password(client, f"{name}@example.org", "not the right one")
        answers.add((answer.status_code, bare(answer, name)))
        work.append(len(hashed))

    assert len(answers) == 1
    assert work == [1, 1, 1, 1]


def test_asking_for_a_new_password_is_answered_alike_with_the_same_work(
    client, four, hashed, mailoutbox
):
    answers, work = set(), []
    for name in four:
        hashed.clear()
        answer = client.post(reverse("account_reset_password"), {"email": f"{name}@example.org"})
        done = client.get(answer["Location"])
        answers.add((answer.status_code, answer["Location"], bare(done, name)))
        work.append(len(hashed))
    adapters.post_office.submit(int).result(timeout=5)

    assert len(answers) == 1
    assert work == [0, 0, 0, 0]
    assert "closed@example.org" not in [one for message in mailoutbox for one in message.to]


def test_a_link_of_nobody_and_a_used_link_are_answered_alike(client, four, hashed):
    known = User.objects.get(email="known@example.org")
    uids = [user_pk_to_url_str(known), user_pk_to_url_str(User()), "zz", "0"]
    pages = {
        (answer.status_code, bare(answer, ""))
        for answer in (client.get(f"/accounts/password/reset/key/{uid}-x-y/") for uid in uids)
    }

    assert len(pages) == 1
    assert hashed == []


def test_the_library_still_hashes_for_an_address_nobody_has(db, hashed):
    auth_backends.AuthenticationBackend()._mitigate_timing_attack("a password")

    assert hashed == ["a password"]
