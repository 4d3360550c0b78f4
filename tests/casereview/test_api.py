"""What programs may read: what their person sees on the pages, and nothing once that ends."""

import datetime
import json
import re
from types import SimpleNamespace

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from casereview import actions, registries
from casereview.actions import NotAllowed, accounts, second_person
from casereview.actions.api_tokens import MOST, end_api_token, make_api_token
from casereview.actions.people import deactivate_person
from casereview.api import reading, tokens
from casereview.models import ApiToken, AuditEntry, Interest, StandingRole
from casereview.records import change
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from tests import factories
from tests.html import Page, without_token
from tests.processes import at_once, share_the_cache
from tests.reading import ask, token_of, wrong
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

CASES = "/api/cases"
SECRET = re.compile(r"crt_[\w-]{43}")


@pytest.fixture(autouse=True)
def _switched_on(settings):
    settings.API = True


@pytest.fixture
def secret(manager):
    return token_of(manager)


def references(response) -> list[str]:
    return [one["reference"] for one in response.json()["cases"]]


def last_entry(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).order_by("-seq").first()


def test_a_token_is_shown_once_and_only_its_digest_is_kept(client, manager, case):
    sign_in(client, manager, proved=False)
    assert "Location" in client.get("/programs/make/").headers

    sign_in(client, manager)
    asked_again = client.post("/programs/make/", {"name": "", "days": "365"})
    made = client.post("/programs/make/", {"name": "Spreadsheet of the board", "days": "90"})

    words = without_token(asked_again)
    assert "Enter which program it is for" in words and not SECRET.search(words)
    [secret] = SECRET.findall(without_token(made))
    token = ApiToken.objects.get()
    assert token.digest == tokens.digest_of(secret) and secret not in str(token.__dict__)
    assert token.expires_at - token.made_at == datetime.timedelta(days=90)
    assert ask(secret, CASES).status_code == 200
    listed = without_token(client.get("/programs/"))
    assert "Spreadsheet of the board" in listed and "Last used: never" not in listed
    assert not SECRET.search(listed)
    assert last_entry("make_api_token").actor == manager.pk
    assert not any(SECRET.search(one.detail) for one in AuditEntry.objects.all())


def test_who_may_not_read_by_program_makes_no_token(client, people):
    auditor = people[Role.AUDITOR]
    sign_in(client, auditor)

    assert client.get("/programs/make/").status_code == 403
    assert client.get("/api/docs/").status_code == 403
    assert "None of your roles may read by program" in without_token(client.get("/programs/"))
    with pytest.raises(NotAllowed, match="none of your roles"):
        make_api_token(name="Mine", days=30, by=auditor)


def test_tokens_are_few_short_and_made_only_while_switched_on(manager, settings):
    for days in (0, 91, 365):
        with pytest.raises(NotAllowed, match="how many days"):
            make_api_token(name="Mine", days=days, by=manager)
    for _ in range(MOST):
        make_api_token(name="Mine", days=7, by=manager)
    with pytest.raises(NotAllowed, match="End a token first"):
        make_api_token(name="Mine", days=7, by=manager)
    settings.API = False
    with pytest.raises(NotAllowed, match="switched off"):
        make_api_token(name="Mine", days=7, by=manager)


def _ended(person, people):
    end_api_token(token=ApiToken.objects.get(), by=person)


def _expired(person, people):
    token = ApiToken.objects.get()
    token.expires_at = timezone.now() - datetime.timedelta(seconds=1)
    with change("test", by=None) as written:
        written.save(token)


def _left(person, people):
    deactivate_person(person=person, by=people[Role.ADMINISTRATOR], reason="Left the agency")


def _password(person, people):
    person.set_password("another long example")
    person.save(update_fields=["password"])


def _factor(person, people):
    proposal = accounts.propose_factor_reset(
        person=person, by=people[Role.ADMINISTRATOR], reason="Lost the telephone"
    )
    second_person.agree_to_proposal(proposal=proposal, by=people[Role.AUDITOR])
    assert ApiToken.objects.get().ended_by == people[Role.AUDITOR]


def _address(person, people):
    proposal = accounts.propose_address(
        person=person, by=people[Role.ADMINISTRATOR], reason="Married", email="new@example.org"
    )
    assert ApiToken.objects.get().ended_at is None  # proposed, and nothing has happened yet
    second_person.agree_to_proposal(proposal=proposal, by=people[Role.AUDITOR])
    assert ApiToken.objects.get().ended_by == people[Role.AUDITOR]


def _removed_factor(person, people):
    person.authenticator_set.all().delete()


def _role(person, people):
    with change("test", by=None) as written:
        for held in StandingRole.objects.filter(user=person):
            held.ended_at, held.ended_by = timezone.now(), person
            written.save(held)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_ended, "ended"),
        (_expired, "expired"),
        (_left, "ended"),
        (_password, "password"),
        (_factor, "ended"),
        (_address, "ended"),
        (_removed_factor, "factor"),
        (_role, "role"),
    ],
)
def test_what_lets_a_person_in_no_more_ends_the_token(happens, why, manager, people, case, secret):
    assert references(ask(secret, CASES)) == [case.reference]
    happens(manager, people)

    for path in (CASES, f"{CASES}/{case.reference}", "/api/openapi.json", "/api/statistics"):
        refused = ask(secret, path)

        assert refused.status_code == 401 and refused["WWW-Authenticate"] == "Bearer"
        assert refused.json() == {"status": 401, "do": tokens.WHY[why], "fields": []}
    entry = last_entry("use_api")
    assert entry.outcome == "refused" and json.loads(entry.detail) == {"kind": "api", "why": why}
    assert entry.key == ApiToken.objects.get().pk


def test_only_the_header_proves_who_asks(client, manager, case, secret):
    sign_in(client, manager)
    for answer in (
        client.get(CASES),
        Client().get(CASES),
        Client().get(CASES, {"token": secret, "access_token": secret}),
        Client().get(CASES, headers={"Authorization": f"Basic {secret}"}),
        ask("", CASES),
        ask("crt_nothing", CASES),
    ):
        assert answer.status_code == 401
        assert case.reference not in answer.content.decode()
    assert client.get("/api/openapi.json").status_code == 200


def test_whatever_goes_wrong_is_told_in_json_and_carries_every_header(secret, case):
    post = Client().post(CASES, headers={"Authorization": f"Bearer {secret}"})
    expected = {
        405: post,
        404: ask(secret, "/api/nothing"),
        422: ask(secret, CASES, {"page": "0", "due": "x\x01"}),
        200: ask(secret, CASES),
    }
    null = ask(secret, CASES, {"stage": "\x00"})
    for status, answer in [*expected.items(), (404, null)]:
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("application/json")
        assert answer["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert expected[422].json()["fields"] == ["due", "page"]
    assert "x\x01" not in expected[422].json()["do"]


def test_switched_off_there_is_nothing(secret, case, settings, client, manager):
    settings.API = False
    sign_in(client, manager)

    absent = client.get("/nothing/").content
    for path in (CASES, f"{CASES}/{case.reference}", "/api/openapi.json", "/api/nothing"):
        assert (ask(secret, path).status_code, ask(secret, path).content) == (404, absent)
    assert client.get("/api/docs/").status_code == 404
    assert "switched off" in without_token(client.get("/programs/"))


def test_the_list_by_program_is_the_list_of_the_page_less_the_names(client, manager, secret):
    for number in range(3):
        factories.make_case(by=manager, family_name=f"Exampleton{number}")
    sign_in(client, manager)

    for query in ({}, {"stage": "notified"}, {"state": "closed"}, {"stage": "nonsense"}):
        page = without_token(client.get("/cases/", query))
        answer = ask(secret, CASES, query)

        shown = list(dict.fromkeys(re.findall(r'href="/cases/(CD-\d{4}-\d{4})/"', page)))
        assert references(answer) == shown
        assert answer.json()["total"] == len(shown)
        assert "Exampleton" not in answer.content.decode()
    line = ask(secret, CASES).json()["cases"][0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", line["died"])
    assert ask(secret, CASES, {"page": 9}).json()["cases"] == []


def test_what_is_due_is_what_waits_for_the_person_and_not_for_others(case, secret, monkeypatch):
    def work(user, today):
        for place, (day, others) in enumerate([(9, ""), (4, ""), (2, "the agency")]):
            due_on = datetime.date(2015, 1, day)
            yield WorkItem(f"{place}", "Ask", "/", case.reference, due_on, waiting_for=others)

    monkeypatch.setattr(registries, "work_items", [work])

    [line] = ask(secret, CASES, {"due": "true"}).json()["cases"]
    [quiet] = ask(secret, CASES).json()["cases"]

    assert (line["due_on"], quiet["due_on"]) == ("2015-01-04", None)


def test_without_sight_of_the_identity_a_day_is_its_month(people, case, manager):
    reader = people[Role.BOARD_MANAGER]
    factories.admit(reader, case, Role.BOARD_MANAGER, by=manager)
    secret = token_of(reader)

    [line] = ask(secret, CASES).json()["cases"]
    header = ask(secret, f"{CASES}/{case.reference}").json()

    assert line["died"] == f"{case.died_on:%Y-%m}" and line["notified"].count("-") == 1
    assert header["case"] == line and header["panel"] == case.panel.name


def reader_of(way, manager):
    """Return somebody who may read by program, from whom a case is to be kept."""
    if way == "outsider":
        return factories.make_user(Role.RETURN_OFFICER)
    if way != "other panel":
        return manager
    reader = factories.make_user(None, email="elsewhere@example.org")
    board = factories.board("NOTTINGHAM")
    with change("test", by=None) as written:
        written.save(
            StandingRole(user=reader, role=Role.CDR_MANAGER, board=board, given_at=timezone.now())
        )
    return reader


@pytest.mark.parametrize("way", ["outsider", "other panel", "recused", "sealed", "disposed"])
def test_a_case_that_is_kept_from_somebody_is_not_there(way, case, manager):
    reader = reader_of(way, manager)
    secret = token_of(reader)
    if way == "recused":
        actions.declare_interest(
            case=case,
            user=reader,
            level=Interest.Level.WITHDRAWS,
            grounds="Knows the family",
            by=manager,
        )
    if way in ("sealed", "disposed"):
        with change("test", by=None) as written:
            case.sealed = way == "sealed"
            case.disposed_at = timezone.now() if way == "disposed" else None
            written.save(case)

    found, absent = (ask(secret, f"{CASES}/{one}") for one in (case.reference, "CD-1999-0999"))
    listed = ask(secret, CASES)

    assert (found.status_code, found.content) == (404, absent.content)
    assert listed.status_code == 403 if way == "outsider" else references(listed) == []
    entry = AuditEntry.objects.filter(action="view_case", case=case.pk).order_by("-seq").first()
    assert (entry.outcome, entry.actor) == ("refused", reader.pk)


def test_each_request_is_on_record_with_its_role_and_token(manager, case, secret):
    ask(secret, CASES)
    ask(secret, f"{CASES}/{case.reference}")

    for action, about in (("list_cases", None), ("view_case", case.pk)):
        entry = last_entry(action)
        detail = json.loads(entry.detail)
        assert (entry.actor, entry.case, entry.outcome) == (manager.pk, about, "allowed")
        assert entry.acting_role == Role.CDR_MANAGER and entry.session
        assert (detail["kind"], detail["token"]) == ("api", str(ApiToken.objects.get().pk))


def test_without_its_entry_no_byte_of_a_case_leaves(case, secret, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr("casereview.audit.append_all", fails)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    for path in (CASES, f"{CASES}/{case.reference}"):
        answer = client.get(path)

        assert answer.status_code == 500 and case.reference not in answer.content.decode()
        assert answer.json()["do"].startswith("Try again in a few minutes")


def test_too_many_requests_are_turned_away(case, secret, monkeypatch):
    monkeypatch.setattr(tokens, "A_MINUTE", 2)
    monkeypatch.setattr(tokens, "REFUSED_IN_FIVE_MINUTES", 2)
    monkeypatch.setattr("casereview.rate_limits.time.time", lambda: 1_000_000.0)

    assert [ask(secret, CASES).status_code for _ in range(3)] == [200, 200, 429]
    assert [ask("crt_x", CASES).status_code for _ in range(3)] == [401, 401, 429]
    assert ask(secret, CASES)["Retry-After"] == "60"


@pytest.mark.django_db(transaction=True)
def test_requests_are_counted_over_all_workers_together(db, settings, monkeypatch):
    share_the_cache(settings)
    monkeypatch.setattr(tokens, "A_MINUTE", 5)
    monkeypatch.setattr(tokens, "REFUSED_IN_FIVE_MINUTES", 4)
    moment = SimpleNamespace(time=lambda: 1_000_000.0)  # one minute, however busy the machine is
    monkeypatch.setattr("casereview.rate_limits.time", moment)
    secret = token_of(factories.make_user(Role.CDR_MANAGER))

    def asks(number):
        good = [ask(secret, CASES).status_code for _ in range(3)]
        return [*good, *(ask(f"crt_{number}", CASES).status_code for _ in range(3))]

    found = [status for each in at_once(asks, 3) for status in each]

    assert sorted(found) == [200] * 5 + [401] * 4 + [429] * 9
    assert ask(secret, CASES).status_code == 429
    assert AuditEntry.objects.filter(action="use_api", outcome="refused").count() == 4


def test_a_longer_list_asks_the_database_no_more_often(manager, secret, case):
    ask(secret, CASES)
    numbers = []
    for more in (0, 4):
        for _ in range(more):
            factories.make_case(by=manager)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask(secret, CASES)
        numbers.append(len(asked))

    assert numbers[0] == numbers[1]


def test_others_cannot_end_a_token_and_an_administrator_can(client, people, manager, secret):
    token = ApiToken.objects.get()
    address = f"/programs/{token.pk}/end/"
    sign_in(client, people[Role.DESIGNATED_DOCTOR])
    assert client.post(address).status_code == 404
    with pytest.raises(NotAllowed):
        end_api_token(token=token, by=people[Role.DESIGNATED_DOCTOR])
    assert ask(secret, CASES).status_code == 200

    sign_in(client, people[Role.ADMINISTRATOR])
    assert address in without_token(client.get(f"/admin-area/people/{manager.pk}/"))
    client.post(address)

    token.refresh_from_db()
    assert token.ended_by == people[Role.ADMINISTRATOR]
    assert ask(secret, CASES).status_code == 401


def test_the_description_is_made_here_and_names_every_address(client, manager):
    sign_in(client, manager)
    page = client.get("/api/docs/")
    words = Page(page.content.decode())
    schema = client.get("/api/openapi.json").json()

    paths = {re.sub(r"{\w+:", "{", f"/api{one.path}") for one in registries.api}
    assert set(schema["paths"]) == paths and len(paths) >= 5
    assert all(f"GET {path}" in words.words for path in paths)
    assert "`" not in words.words and "`" in json.dumps(schema)
    for one in schema["paths"].values():
        assert list(one) == ["get"] and one["get"]["security"]
    for tag, name in (("script", "src"), ("link", "href"), ("img", "src")):
        assert all(one.get(name, "").startswith("/") for one in words.all(tag))


ASKED = st.one_of(
    st.integers(-5, 10_000).map(str),
    st.sampled_from(["open", "closed", "notified", "death", "true", "CD-2015-0001", "LEICESTER"]),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=12),
)


def test_whatever_is_asked_the_answer_is_as_described(manager, case, secret, monkeypatch):
    monkeypatch.setattr(tokens, "A_MINUTE", 10**6)
    schema = json.loads(json.dumps(reading.schema()))
    every = schema["components"]["schemas"]
    real = {"reference": case.reference, "year": "2015", "number": "1"}
    given_answers = set()

    @examples(max_examples=150, derandomize=True, database=None)
    @given(st.sampled_from(sorted(schema["paths"])), st.data())
    def asks(path, data):
        operation = schema["paths"][path]["get"]
        query = {}
        for one in operation.get("parameters", []):
            name = one["name"]
            if one["in"] == "path":
                value = data.draw(st.sampled_from([real[name], real[name]]) | ASKED)
                path = path.replace(f"{{{name}}}", value.replace("/", "") or "-")
            elif data.draw(st.booleans()):
                query[name] = data.draw(ASKED)
        answer = ask(secret, path.replace("?", "%3F").replace("#", "%23"), query)

        described = operation["responses"].get(str(answer.status_code))
        assert described, (answer.status_code, path, query)
        shape = described["content"]["application/json"]["schema"]
        assert wrong(answer.json(), shape, every) == []
        given_answers.add((operation["operationId"], answer.status_code))

    asks()
    assert {"api_cases", "api_case", "api_return", "api_statistics"} <= {
        name for name, status in given_answers if status == 200
    }
    assert {status for _, status in given_answers} >= {200, 404, 422}


def test_who_signs_in_elsewhere_with_a_second_factor_has_tokens_too(manager, case, settings):
    settings.OIDC_PROVIDER, settings.OIDC_ACR_VALUES = "elsewhere", ["two"]
    _, secret = make_api_token(name="Spreadsheet of the board", days=30, by=manager)
    assert ask(secret, CASES).json()["do"] == tokens.WHY["factor"]

    joined = SocialAccount.objects.create(user=manager, provider="elsewhere", uid="1")
    assert references(ask(secret, CASES)) == [case.reference]

    joined.delete()
    assert ask(secret, CASES).status_code == 401


def test_the_way_to_the_tokens_is_shown_while_it_leads_somewhere(client, manager, settings):
    sign_in(client, manager)
    assert 'href="/programs/"' in without_token(client.get("/accounts/second-factor/"))

    settings.API = False
    assert 'href="/programs/"' not in without_token(client.get("/accounts/second-factor/"))
