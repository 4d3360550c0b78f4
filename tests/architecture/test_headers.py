"""Every answer carries every header that protects it, errors, files and downloads included."""

import datetime
import re
import runpy
from html.parser import HTMLParser

import pytest
from django.conf import settings as given
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from casereview import actions, errors
from casereview.rules.access_table import Role
from tests import factories
from tests.architecture.addresses import every_address
from tests.architecture.test_every_door import values_for
from tests.signed_in import PASSWORD, sign_in

pytestmark = pytest.mark.django_db

FULL = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
}
EXACT = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
}
SAFE = (
    "default-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "script-src 'self'",
    "style-src 'self'",
)


@pytest.fixture
def production(settings, monkeypatch, tmp_path):
    """The settings of production that browsers see, whatever the tests run with."""
    for name, value in {
        "CASEREVIEW_PRODUCTION": "true",
        "ALLOWED_HOSTS": "testserver",
        "DATABASE_URL": "sqlite:////nowhere",
        "KEYS_DATABASE_URL": "sqlite:////nowhere",
        "CASEREVIEW_KEY_RING": str(tmp_path / "ring"),
        "SECRET_KEY": "x" * 50,
    }.items():
        monkeypatch.setenv(name, value)
    made = runpy.run_path(str(given.BASE_DIR / "config" / "settings.py"))
    for name, value in made.items():
        if name.startswith(("SECURE_", "SESSION_", "CSRF_", "X_FRAME", "CONTENT_SECURITY")):
            setattr(settings, name, value)
    return made


def wrong_with(response) -> list[str]:
    """Return what is wrong with the headers of an answer; nothing when all is there."""
    found = [f"no {name}" for name in sorted(FULL - set(response.headers))]
    found += [
        f"{name}: {response.headers[name]}"
        for name, value in EXACT.items()
        if response.headers.get(name, value) != value
    ]
    policy = response.headers.get("Content-Security-Policy", "")
    if not policy.startswith("sandbox"):
        # The directives stand in any order: a set's, which differs from run to run.
        directives = [part.strip() for part in policy.split(";")]
        found += [f"policy without {part}" for part in SAFE if part not in directives]
    if "unsafe" in policy or "*" in policy or "data:" in policy:
        found.append(policy)
    if response.headers.get("Cache-Control") != "no-store":
        found.append(f"kept: {response.headers.get('Cache-Control')}")
    return found + inline_in(response)


class Inline(HTMLParser):
    """Scripts, styles and handlers inside a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and not given.get("src") and not data):
            self.found.append(f"inline <{tag}>")
        self.found += [f"{name}=" for name in given if name == "style" or name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            if re.match(r"\s*(javascript|data|http):", given.get(name) or "", re.I):
                self.found.append(f"{name}={given[name]}")


def inline_in(response) -> list[str]:
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    page = Inline()
    page.feed(response.content.decode())
    return page.found


@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.long)])
def test_every_address_answers_with_every_header(production, manager, panel, case, step):
    """Of the ordinary tests one address in six, and every one of signing in, of the long all."""
    meeting = actions.arrange_meeting(
        panel=panel, held_on=datetime.date(2014, 11, 4), members=[], chair=manager, by=manager
    )
    reader, nobody = sign_in(Client(), manager), Client()
    wrong, statuses = [], set()
    addresses = every_address()
    asked = [one for one in addresses[::step] if "accounts/" not in str(one)]
    asked += [one for one in addresses if "accounts/" in str(one)]
    for number, address in enumerate(asked):
        values = values_for(address, case.reference, meeting)
        values |= (
            {"uidb36": "x", "key": "y", "provider_id": "z"} if "accounts/" in str(address) else {}
        )
        try:
            url = reverse(address.name, kwargs={k: values[k] for k in address.parameters})
        except NoReverseMatch:
            url = "/accounts/password/reset/key/x-y/"
        if address.name == "account_logout":
            continue
        # The door and the methods answer alike everywhere: one page in eight tells of them.
        others = [(nobody, "get"), (reader, "put")] if number % 8 == 0 else []
        for client, method in [(reader, "get"), *others]:
            response = getattr(client, method)(url, secure=True)
            statuses.add(response.status_code)
            wrong += [(method, url, response.status_code, what) for what in wrong_with(response)]

    assert wrong == []
    assert {200, 302, 403, 404, 405} <= statuses


def raising(failure):
    def view(request, *args, **kwargs):
        raise failure

    return view


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"path": "/no/such/page/"}, 404),
        ({"path": "/static/casereview/no-such-file.css"}, 404),
        ({"path": "/", "HTTP_HOST": "evil.example.com"}, 400),
        ({"path": "/", "HTTP_HOST": "evil.example.com", "secure": False}, 400),
        ({"path": "/", "secure": False}, 301),
        ({"path": "/help/%00"}, 404),
    ],
    ids=str,
)
def test_what_is_refused_early_carries_them_too(production, asked, status):
    response = Client().get(**{"secure": True, **asked})

    found = wrong_with(response)
    if not asked.get("secure", True):
        found.remove("no Strict-Transport-Security")
    assert response.status_code == status
    assert found == []


def test_a_form_without_its_token_and_one_too_large_are_refused_with_them(production, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    strict = Client(enforce_csrf_checks=True)
    forged = strict.post("/accounts/login/", {"login": "x"}, secure=True)
    large = Client().post("/accounts/login/", {"login": "x" * 200}, secure=True)
    too_large = Client().post("/notify/", {"x": "y" * 200}, secure=True)

    assert forged.status_code == 403 and "Send the form again" in forged.content.decode()
    assert large.status_code == 400 and "could not be read" in large.content.decode()
    assert too_large.status_code in (400, 404, 413)
    assert wrong_with(forged) + wrong_with(large) + wrong_with(too_large) == []


def test_an_error_and_an_error_in_its_page_carry_them_and_say_nothing(
    production, monkeypatch, caplog
):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("casereview.views.pages.render", raising(RuntimeError("Qxname")))
    failed = client.get("/help/", secure=True)
    monkeypatch.setattr("casereview.views.pages.render_to_string", raising(RuntimeError("Qxname")))
    worst = client.get("/help/", secure=True)

    assert failed.status_code == worst.status_code == 500
    for answer in (failed, worst):
        [reference] = re.findall(r"\b[0-9a-f]{8}\b", answer.content.decode())
        assert wrong_with(answer) == []
        assert b"Qxname" not in answer.content
    assert worst.content == errors.last_resort(reference)


def test_a_suspicious_request_is_refused_with_them(production, monkeypatch):
    failure = SuspiciousOperation("Qxname")
    monkeypatch.setattr("casereview.views.pages.render", raising(failure))

    answer = Client().get("/help/", secure=True)

    assert answer.status_code == 400
    assert wrong_with(answer) == []
    assert b"Qxname" not in answer.content


def test_files_of_the_interface_carry_them_and_may_be_kept(production):
    response = Client().get("/static/casereview/app.css", secure=True)
    response.close()

    assert response.status_code == 200
    assert wrong_with(response) == [f"kept: {response.headers['Cache-Control']}"]
    assert "max-age" in response.headers["Cache-Control"]


def test_cookies_of_production_belong_to_this_host_alone(production, client):
    factories.make_user(Role.CDR_MANAGER, email="asha@example.org")
    client.get("/accounts/login/", secure=True)
    client.post(
        "/accounts/login/", {"login": "asha@example.org", "password": PASSWORD}, secure=True
    )

    assert {"__Host-session", "__Host-csrf"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert name.startswith("__Host-")
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
        assert cookie["path"] == "/" and not cookie["domain"]


def test_signing_out_clears_the_browser(production, manager):
    client = sign_in(Client(), manager)

    answer = client.post(reverse("account_logout"), secure=True)

    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert wrong_with(answer) == []


def test_an_answer_without_a_header_would_be_found():
    bare = HttpResponse('<p style="x" onclick="y"><a href="javascript:z"><script>a</script>')

    assert len(wrong_with(bare)) >= len(FULL) + 5
