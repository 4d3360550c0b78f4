"""The access log of a case and the whole audit log, in words."""

import ast

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions, audit
from casereview.audit_words import ACTIONS
from casereview.models import AuditEntry, Child
from casereview.records import change
from casereview.rules.access_table import TABLE, Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name=NAME)


@pytest.fixture
def auditor(people):
    return people[Role.AUDITOR]


def log(client, user, case, **chosen):
    return sign_in(client, user).get(reverse("view_access_log", args=[case.reference]), chosen)


def whole(client, user, **chosen):
    return sign_in(client, user).get(reverse("view_audit_log"), chosen)


def test_a_look_and_a_refusal_are_both_there_in_words(client, case, manager, outsider, people):
    member = people[Role.PANEL_MEMBER]
    factories.admit(member, case, Role.PANEL_MEMBER)
    sign_in(client, member).get(reverse("view_case", args=[case.reference]))
    sign_in(client, outsider).get(reverse("view_case", args=[case.reference]))

    html = log(client, manager, case).content.decode()

    assert "Looked at the overview" in html
    assert member.name in html
    assert "Panel member" in html
    assert outsider.name in html
    assert "Refused" in html
    assert "Asked for the overview" in html


def test_a_change_names_the_fields_and_never_what_they_hold(client, case, manager):
    actions.correct_record(
        record=Child.objects.get(case=case),
        by=manager,
        reason="Telling reason",
        case=case,
        given_names="Idamay",
    )

    html = log(client, manager, case).content.decode()

    assert "Changed: given names" in html
    assert "With a reason" in html
    for planted in ("Idamay", NAME, "Telling reason"):
        assert planted not in html


def test_the_latest_entry_stands_first_and_the_log_shows_this_look(client, case, manager):
    html = log(client, manager, case).content.decode()

    last = AuditEntry.objects.order_by("-seq").first()
    assert last.action == "view_access_log"
    assert html.index(f"Entry {last.seq}") < html.index("Opened the case")


def test_the_log_of_one_person(client, case, manager, people):
    doctor = people[Role.DESIGNATED_DOCTOR]
    sign_in(client, doctor).get(reverse("view_case", args=[case.reference]))

    html = log(client, manager, case, person=str(doctor.pk)).content.decode()

    assert "Looked at the overview" in html
    assert "Opened the case" not in html


@pytest.mark.parametrize("person", ["nobody", "00000000-0000-0000-0000-000000000000", "'"])
def test_a_person_who_never_came_filters_nothing(client, case, manager, person):
    assert "Opened the case" in log(client, manager, case, person=person).content.decode()


def test_the_auditor_reads_the_log_without_the_case(client, case, auditor):
    response = log(client, auditor, case)

    html = response.content.decode()
    assert response.status_code == 200
    assert case.reference in html
    for planted in (NAME, "Ada", "May 2014", "28-364", "Notified"):
        assert planted not in html
    assert reverse("view_case", args=[case.reference]) + '"' not in html


def test_break_glass_is_told_as_such(client, case, manager, outsider):
    with audit.acting(audit.Context(acting_role="break_glass")):
        audit.append("view_case", actor=outsider, case=case, outcome=audit.ALLOWED)

    assert "Break-glass" in log(client, manager, case).content.decode()


def test_the_outsider_the_withdrawn_and_the_member_do_not_read_the_log(
    client, case, manager, outsider, people
):
    member = people[Role.PANEL_MEMBER]
    factories.admit(member, case, Role.PANEL_MEMBER)
    factories.recuse(manager, case)

    answers = [log(client, user, case) for user in (outsider, manager, member)]

    assert [answer.status_code for answer in answers] == [404, 404, 403]
    assert not any(NAME in answer.content.decode() for answer in answers)


def test_somebody_who_left_does_not_read_the_log(client, case, manager):
    sign_in(client, manager)
    with change("test", by=None) as written:
        manager.is_active, manager.left_at = False, timezone.now()
        written.save(manager)

    assert client.get(reverse("view_access_log", args=[case.reference])).status_code != 200


def test_an_auditor_who_withdrew_from_a_case_does_not_read_its_log(client, case, auditor, manager):
    factories.recuse(auditor, case, by=manager)

    assert log(client, auditor, case).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_the_auditor_reads_the_whole_log(client, people, role):
    assert whole(client, people[role]).status_code == 403


def test_the_whole_log_is_narrowed_by_person_action_and_day(client, case, manager, auditor):
    sign_in(client, manager).get(reverse("view_case", args=[case.reference]))
    today = timezone.localdate()
    day = {"day_day": today.day, "day_month": today.month, "day_year": today.year}

    looked = whole(client, auditor, person=str(manager.pk), action="view_case", **day)
    none = whole(client, auditor, day_day="1", day_month="1", day_year="2001")

    html = looked.content.decode()
    assert html.count('data-label="What"') == 1
    assert "Looked at the overview" in html
    assert case.reference in html
    assert "No entry passes these filters" in none.content.decode()


@pytest.mark.parametrize(
    "chosen",
    [
        {"day_day": "31", "day_month": "2", "day_year": "2015"},
        {"person": "x"},
        {"action": "x"},
        {"page": "x"},
        {"page": "-1"},
    ],
)
def test_a_filter_that_cannot_be_is_explained_and_no_failure(client, auditor, chosen):
    assert whole(client, auditor, **chosen).status_code == 200


def recorded_actions():
    """The names under which the product's own code puts something on record."""
    writers = {"change", "_append", "writing", "append"}
    for app in ("casereview", "cdop", "scr", "learning"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                called, first = node.func, node.args[0]
                of_audit = isinstance(called, ast.Attribute) and getattr(
                    called.value, "id", ""
                ) in (
                    "audit",
                    "records",
                    "bulk",
                )
                name = getattr(called, "attr" if of_audit else "id", "")
                if name in writers and isinstance(first, ast.Constant):
                    yield first.value


def test_every_action_that_is_put_on_record_has_words():
    recorded = set(recorded_actions())

    assert {"admit_to_case", "step_up", "sign_in", "log_notification"} <= recorded
    assert sorted((recorded | set(TABLE)) - set(ACTIONS)) == []
    assert [words for words in ACTIONS.values() if "_" in words or not words[0].isupper()] == []


def test_a_page_of_the_log_asks_as_often_for_10_entries_as_for_60(client, case, manager):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("view_access_log", args=[case.reference]))
        return len(queries)

    log(client, manager, case)
    for _ in range(10):
        audit.append("view_case", actor=manager, case=case, outcome=audit.ALLOWED)
    few = asked()
    for _ in range(50):
        audit.append("view_case", actor=factories.make_user(None), case=case, outcome=audit.ALLOWED)

    assert asked() == few


def test_the_auditor_has_the_log_verified_and_the_verdict_is_kept(client, case, auditor):
    sign_in(client, auditor)

    response = client.post(reverse("verify_audit"), follow=True)

    html = response.content.decode()
    assert "entries hold" in html
    assert "Last verified on" in html
    verdict = AuditEntry.objects.get(action="verify_audit", outcome="done")
    assert '"ok":true' in verdict.detail


def test_an_entry_changed_behind_the_products_back_is_named(client, case, auditor):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' "
                "AND tbl_name = 'casereview_auditentry'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE casereview_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE casereview_auditentry SET action = 'nothing' WHERE seq = 2")
    sign_in(client, auditor)

    html = client.post(reverse("verify_audit"), follow=True).content.decode()

    assert "The log is broken at entry 2" in html


def test_nobody_else_has_the_log_verified_and_no_link_does(client, manager, auditor):
    refused = sign_in(client, manager).post(reverse("verify_audit"))
    by_link = sign_in(client, auditor).get(reverse("verify_audit"))

    assert refused.status_code == 403
    assert by_link.status_code == 405
