"""The list of cases and finding one: what each reader is shown, and what the log keeps of it."""

import datetime
import json

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions, case_list, crypto
from casereview.models import AuditEntry, Case, Child, Panel, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.models import Notification
from tests import factories
from tests.html import Page, without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
NUMBER = "9990000026"


def put(record, case, **values):
    with change("test", by=None, case=case) as written:
        for name, value in values.items():
            setattr(record, name, value)
        written.save(record)
    return record


def again(case):
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def case(manager):
    case = factories.make_case(by=manager, family_name=NAME)
    actions.correct_record(
        record=Child.objects.get(case=case),
        by=manager,
        reason="From the birth notification",
        case=case,
        nhs_number=NUMBER,
    )
    return case


@pytest.fixture
def member(people):
    return people[Role.PANEL_MEMBER]


def listed(client, user, **filters):
    response = sign_in(client, user).get(reverse("list_cases"), filters)
    assert response.status_code == 200
    return response.content.decode()


def find(client, user, text):
    return sign_in(client, user).post(reverse("find_case"), {"text": text}).content.decode()


def references(html):
    return [
        link["href"].split("/")[2]
        for link in Page(html).all("a")
        if link.get("href", "").startswith("/cases/") and link["href"].count("/") == 3
    ]


# --- The list ------------------------------------------------------------------------------------


def test_the_newest_notified_stands_first(client, manager):
    old = factories.make_case(by=manager, notified_on=datetime.date(2014, 6, 1))
    new = factories.make_case(by=manager, notified_on=datetime.date(2014, 9, 1))
    middle = factories.make_case(by=manager, notified_on=datetime.date(2014, 7, 1))

    html = listed(client, manager)

    assert references(html) == [new.reference, middle.reference, old.reference]


def test_the_manager_sees_names_and_days(client, case, manager):
    html = listed(client, manager)

    assert f"Ada {NAME}" in html
    assert "12 May 2014" in html


def test_a_panel_member_sees_months_and_bands_and_no_name(client, case, manager, member):
    factories.make_case(by=manager)
    factories.admit(member, case, Role.PANEL_MEMBER)

    html = listed(client, member)

    assert references(html) == [case.reference]
    assert "May 2014" in html
    assert "28-364 days" in html
    for planted in (NAME, "Ada", "12 May"):
        assert planted not in html


def test_a_withdrawn_case_is_gone_from_the_list_and_its_count(client, case, manager):
    other = factories.make_case(by=manager)
    factories.recuse(manager, case)

    html = listed(client, manager)

    assert references(html) == [other.reference]
    assert "1 case" in html
    assert NAME not in html


def test_the_outsider_has_no_list(client, case, outsider):
    response = sign_in(client, outsider).get(reverse("list_cases"))

    assert response.status_code == 403


def test_somebody_who_left_has_no_list(client, case, manager):
    sign_in(client, manager)
    put(manager, None, is_active=False, left_at=timezone.now())

    response = client.get(reverse("list_cases"))

    assert response.status_code != 200
    assert NAME not in response.content.decode()


def test_merged_cases_are_left_out(client, case, manager):
    second = factories.make_case(by=manager)
    put(again(second), second, merged_into=case, stage="merged")

    assert references(listed(client, manager)) == [case.reference]


def test_an_empty_list_says_why(client, member):
    assert "no case you may see yet" in listed(client, member)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"state": "open"}, {"open"}),
        ({"state": "closed"}, {"closed"}),
        ({"stage": "reviewed"}, {"closed"}),
        ({"kind": "death"}, {"open", "closed"}),
        ({"kind": "serious_harm"}, set()),
        ({"year": "2015"}, {"open"}),
        ({"year": "2014"}, {"closed"}),
        ({"board": "LEICESTER"}, {"open", "closed"}),
        ({"stage": "nonsense", "year": "9999", "board": "' OR 1"}, {"open", "closed"}),
        ({"state": "open", "year": "2014"}, set()),
    ],
)
def test_filters_narrow_the_list(client, manager, filters, found):
    cases = {
        "open": factories.make_case(by=manager, notified_on=datetime.date(2014, 6, 1)),
        "closed": factories.make_case(
            by=manager,
            died_on=datetime.date(2014, 3, 1),
            notified_on=datetime.date(2014, 3, 31),
        ),
    }
    put(again(cases["closed"]), cases["closed"], stage="reviewed")

    html = listed(client, manager, **filters)

    assert set(references(html)) == {cases[name].reference for name in found}


def test_a_filter_in_use_is_a_link_that_removes_it(client, case, manager):
    page = Page(listed(client, manager, state="open", year="2015"))

    links = {link["href"] for link in page.all("a") if "href" in link}
    assert {"?year=2015", "?state=open"} <= links


@pytest.mark.parametrize(
    ("age_days", "expectedness", "group"),
    [
        (3, "EXPECTED", "neonatal"),
        (400, "EXPECTED", "expected"),
        (400, "UNEXPECTED", "unexpected"),
        (400, "UNSURE", "unexpected"),
        (400, "", "unexpected"),
    ],
)
def test_deaths_are_found_by_their_group(client, case, manager, age_days, expectedness, group):
    born = factories.DIED - datetime.timedelta(days=age_days)
    put(Child.objects.get(case=case), case, born_on=born, age_days=age_days)
    put(
        Notification(case=case, notified_on=factories.DIED, expectedness=expectedness),
        case,
    )

    shown = {
        code: references(listed(client, manager, group=code))
        for code in ("neonatal", "expected", "unexpected")
    }

    assert [code for code, found in shown.items() if found] == [group]
    assert f", {group}" in listed(client, manager)


def test_what_the_doctor_confirmed_counts_before_a_later_notification(client, case, manager):
    put(Child.objects.get(case=case), case, age_days=400)
    put(
        Notification(
            case=case,
            notified_on=factories.DIED,
            expectedness="EXPECTED",
            expectedness_confirmed_by=manager,
            expectedness_confirmed_at=timezone.now(),
        ),
        case,
    )
    later = factories.DIED + datetime.timedelta(days=2)
    put(Notification(case=case, notified_on=later, expectedness="UNEXPECTED"), case)

    assert references(listed(client, manager, group="expected")) == [case.reference]


def test_a_page_holds_25_cases_and_leads_to_the_next(client, manager):
    for _ in range(case_list.A_PAGE + 3):
        factories.make_case(by=manager)

    first = listed(client, manager, state="open")
    second = listed(client, manager, state="open", page="2")

    assert len(references(first)) == 25
    assert len(references(second)) == 3
    assert "page=2" in first
    assert "28 cases, 26 to 28" in second


def test_the_list_asks_as_often_for_10_cases_as_for_60(client, manager):
    for _ in range(10):
        factories.make_case(by=manager)
    listed(client, manager)
    few = asked(client)

    for _ in range(50):
        factories.make_case(by=manager)
    many = asked(client)

    assert many == few
    assert few["of the list"] <= 8


def asked(client):
    with (
        CaptureQueriesContext(connection) as queries,
        CaptureQueriesContext(connections["keys"]) as of_keys,
    ):
        client.get(reverse("list_cases"))
    of_list = [
        query["sql"]
        for query in queries.captured_queries
        if "casereview_case" in query["sql"] and "INSERT" not in query["sql"]
    ]
    return {"all": len(queries), "keys": len(of_keys), "of the list": len(of_list)}


# --- Finding -------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "spaces", "short"])
def test_a_case_is_found_by_its_reference_however_it_is_typed(client, case, manager, written):
    kind, year, number = case.reference.split("-")
    text = {
        "lower": case.reference.lower(),
        "spaces": f"{kind} {year} {number}",
        "short": f"{kind}-{year}-{int(number)}",
    }.get(written, written.format(case.reference))

    assert references(find(client, manager, text)) == [case.reference]


@pytest.mark.parametrize("text", [NUMBER, "999 000 0026", "999-000-0026"])
def test_a_case_is_found_by_the_nhs_number(client, case, manager, text):
    factories.make_case(by=manager)

    assert references(find(client, manager, text)) == [case.reference]


@pytest.mark.parametrize(
    "text", [NAME, "quillfeather", "Quilfeather", "Quill", "Ada Quillfeather", "QUILLFEATHÉR"]
)
def test_a_case_is_found_by_a_name_spelt_nearly_right(client, case, manager, text):
    factories.make_case(by=manager, family_name="Sample")

    assert references(find(client, manager, text)) == [case.reference]


@pytest.mark.parametrize("text", ["Zzyzx", "9990000034", "CD-1999-0001"])
def test_what_is_not_there_is_not_found(client, case, manager, text):
    html = find(client, manager, text)

    assert references(html) == []
    assert "No case found" in html


@pytest.mark.parametrize("text", [NAME, NUMBER, "reference"])
def test_a_withdrawn_case_is_not_found(client, case, manager, text):
    factories.recuse(manager, case)

    html = find(client, manager, case.reference if text == "reference" else text)

    assert references(html) == []
    assert "No case found" in html


def test_a_case_of_another_panel_is_not_found(client, case, people):
    board_manager = people[Role.BOARD_MANAGER]

    assert references(find(client, board_manager, NAME)) == []


@pytest.mark.parametrize("role", [Role.LEARNING_LEAD, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_may_not_search_is_forbidden(client, case, people, role):
    response = sign_in(client, people[role]).post(reverse("find_case"), {"text": NAME})

    assert response.status_code == 403
    assert NAME not in response.content.decode()


def test_a_panel_member_finds_an_own_case_by_reference_and_never_by_whose_it_is(
    client, case, manager, member
):
    factories.admit(member, case, Role.PANEL_MEMBER)

    by_reference = find(client, member, case.reference)
    by_name, by_number = find(client, member, NAME), find(client, member, NUMBER)

    assert references(by_reference) == [case.reference]
    assert references(by_name) == references(by_number) == []
    assert "found by reference only" in by_name


def _answer(client, user, text, label):
    """Return the answer without the token of the page and without what was typed."""
    response = sign_in(client, user).post(reverse("find_case"), {"text": text})
    return without_token(response).replace(text, label)


@pytest.mark.parametrize("kept_out", ["outsider", "recused", "leaver", "sealed", "disposed"])
def test_a_case_that_is_kept_from_one_answers_as_one_that_never_was(
    client, case, manager, kept_out
):
    reader = factories.make_user(Role.CDR_MANAGER)
    assert references(find(client, reader, NAME)) == [case.reference]
    match kept_out:
        case "outsider":
            elsewhere = put(Panel(code="ELSEWHERE"), None, name="Elsewhere")
            put(StandingRole.objects.get(user=reader), None, panel=elsewhere)
        case "recused":
            factories.recuse(reader, case)
        case "leaver":
            role = StandingRole.objects.get(user=reader)
            put(role, None, ended_at=timezone.now(), ended_by=manager)
            factories.admit(reader, factories.make_case(by=manager), Role.PANEL_MEMBER)
        case "sealed":
            put(again(case), case, sealed=True)
        case "disposed":
            put(again(case), case, disposed_at=timezone.now())

    for text, nobody in (
        (case.reference, "CD-1999-0001"),
        (NAME, "Zzyzxwater"),
        (NUMBER, "9990000034"),
    ):
        theirs = _answer(client, reader, text, "typed")
        assert theirs == _answer(client, reader, nobody, "typed"), text
        assert references(theirs) == []


def test_the_box_stands_on_every_page_of_those_who_may_search(client, case, manager, people):
    page = sign_in(client, manager).get(reverse("view_case", args=[case.reference]))
    auditor = sign_in(client, people[Role.AUDITOR]).get(reverse("your_work"))

    (box,) = Page(page.content.decode()).all("form", action=reverse("find_case"))
    assert box["method"] == "post"
    assert 'id="site-search"' not in auditor.content.decode()


def test_a_key_of_each_epoch_opens_its_own_name(case):
    first, second = crypto.new_key(), crypto.new_key()
    where = crypto.place("casereview.child", "family_name", case.pk)
    sealed = crypto.seal(first, 1, where, b"Quillfeather")

    assert crypto.opener(first)(where, sealed) == b"Quillfeather"
    for opened_by, place in ((second, where), (first, where + b"x")):
        with pytest.raises(crypto.IntegrityFailure):
            crypto.opener(opened_by)(place, sealed)


def test_a_search_is_on_record_without_what_was_typed(client, case, manager):
    find(client, manager, NAME)

    entries = AuditEntry.objects.filter(action="find_case")
    done = json.loads(entries.get(outcome="done").detail)
    assert done == {"by": "name", "found": [str(case.pk)]}
    assert not any(NAME.lower() in entry.detail.lower() for entry in entries)


def test_the_answer_to_a_search_has_no_address_of_its_own(client, case, manager):
    sign_in(client, manager)

    response = client.post(reverse("find_case"), {"text": NAME})
    by_address = client.get(reverse("find_case"), {"text": NAME})

    assert response.status_code == 200
    assert references(by_address.content.decode()) == []
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("text", ["", " ", "q", "x" * 300, "a\x00b"])
def test_a_search_that_cannot_be_is_explained(client, case, manager, text):
    html = find(client, manager, text)

    assert "There is a problem" in html


@pytest.mark.parametrize("text", ["9990000027", "999 000 002", "99900000261"])
def test_a_number_that_is_no_nhs_number_is_said_to_be_wrong(client, case, manager, text):
    html = find(client, manager, text)

    assert "There is a problem" in html
    assert "NHS number" in html
    assert f'value="{text}"' in html
    assert not AuditEntry.objects.filter(action="find_case", outcome="done").exists()


def test_by_name_no_case_is_found_that_may_be_seen_only_without_the_name(client, case, manager):
    """The merged record may name what the one it was merged into keeps from this reader."""
    elsewhere = put(Panel(code="ELSEWHERE"), None, name="Elsewhere")
    member = StandingRole(user=manager, role=Role.PANEL_MEMBER, panel=elsewhere)
    put(member, None, given_at=timezone.now())
    theirs = factories.make_case(by=manager)
    put(again(theirs), theirs, panel=elsewhere)
    factories.admit(manager, again(theirs), Role.PANEL_MEMBER)
    put(again(case), case, merged_into=theirs, stage="merged")

    assert references(find(client, manager, NAME)) == []


def test_a_merged_case_is_found_as_the_one_it_belongs_to(client, case, manager):
    second = factories.make_case(by=manager, family_name="Otherspelling")
    put(again(second), second, merged_into=case, stage="merged")

    assert references(find(client, manager, "Otherspelling")) == [case.reference]
    assert references(find(client, manager, second.reference)) == [case.reference]


def test_a_search_by_name_asks_as_often_for_10_cases_as_for_60(client, manager):
    for _ in range(10):
        factories.make_case(by=manager)
    find(client, manager, "Zzyzx")
    with CaptureQueriesContext(connections["keys"]) as few_keys:
        with CaptureQueriesContext(connection) as few:
            client.post(reverse("find_case"), {"text": "Zzyzx"})
    for _ in range(50):
        factories.make_case(by=manager)

    with CaptureQueriesContext(connections["keys"]) as many_keys:
        with CaptureQueriesContext(connection) as many:
            client.post(reverse("find_case"), {"text": "Zzyzx"})

    assert (len(many), len(many_keys)) == (len(few), len(few_keys))
