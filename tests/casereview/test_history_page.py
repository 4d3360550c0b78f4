"""The history of a case: what changed, opened for those who may read it."""

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions, versions
from casereview.models import (
    AuditEntry,
    Case,
    Child,
    FamilyLink,
    IntakeItem,
    NotificationDuty,
    Person,
)
from casereview.records import Record, change
from casereview.rules.access_table import Role
from cdop.models import PanelReview
from scr.models import Referral
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"


def put(record, case, by=None, **values):
    with change("test", by=by, case=case) as written:
        for name, value in values.items():
            setattr(record, name, value)
        written.save(record)
    return record


def correct(case, by, **values):
    child = Child.objects.get(case=case)
    actions.correct_record(record=child, by=by, reason="As on the certificate", case=case, **values)


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name=NAME)


def history(client, user, case, **page):
    return sign_in(client, user).get(reverse("view_history", args=[case.reference]), page)


def test_a_correction_shows_what_was_and_what_is_who_and_why(client, case, manager):
    correct(case, manager, given_names="Ida")

    html = history(client, manager, case).content.decode()

    changed = html[html.index("Child changed") : html.index("Child added")]
    assert "Given names" in changed
    assert "Ada" in changed[changed.index("<del>") : changed.index("</del>")]
    assert "Ida" in changed[changed.index("<ins>") : changed.index("</ins>")]
    assert manager.name in changed
    assert "As on the certificate" in html


def test_the_nhs_number_stays_masked_in_the_history(client, case, manager):
    correct(case, manager, nhs_number="9990000018")
    correct(case, manager, nhs_number="9990000026")

    html = history(client, manager, case).content.decode()

    assert "9990000018" not in html and "9990000026" not in html
    assert "999 ••• ••18" in html and "999 ••• ••26" in html


def test_codes_without_a_list_are_said_in_words(client, case, manager):
    put(
        NotificationDuty(
            case=case,
            duty="serious_incident",
            grounds=["abuse_or_neglect"],
            who_must="The local authority",
            due_on=timezone.localdate(),
        ),
        case,
    )
    put(PanelReview(case=case, referrals={"CORONER": "N", "SCR_GROUP": "Y"}), case)

    html = history(client, manager, case).content.decode()

    assert "Serious incident" in html and "serious_incident" not in html
    assert "Abuse or neglect" in html and "abuse_or_neglect" not in html
    assert "Coroner: No; SCR group: Yes" in html


def test_codes_and_links_are_said_in_words(client, case, manager):
    correct(case, manager, sex="M")
    elsewhere = factories.board("LEICS_RUTLAND")
    put(Case.objects.get(pk=case.pk), case, manager, reviewing_board=elsewhere)

    html = history(client, manager, case).content.decode()

    assert "Male" in html
    assert factories.board("LEICS_RUTLAND").name in html
    assert str(factories.board("LEICS_RUTLAND").pk) not in html


def test_every_model_that_hangs_on_a_case_is_in_its_history():
    from django.apps import apps

    from scr.models import AuditedChild

    expected = {
        model
        for model in apps.get_models()
        if issubclass(model, Record)
        and hasattr(model, "history")
        and any(
            field.related_model is Case and field.name in ("case", "content_object")
            for field in model._meta.fields
        )
        # What came before there was a case, under a key that ends when the case begins; and what
        # an audit of the board says of a child, which only points at the case.
        and model not in (IntakeItem, AuditedChild)
    }

    assert expected | {Case} == {model for model, _ in versions.models_of_a_case()}
    assert len(expected) > 15


def test_an_admission_that_ended_stays_in_the_history(client, case, manager, people):
    admission = factories.admit(people[Role.PANEL_MEMBER], case, Role.PANEL_MEMBER)
    actions.dismiss_from_case(admission=admission, by=manager, reason="Has moved to another post")

    html = history(client, manager, case).content.decode()

    assert "Admission added" in html
    assert "Admission removed" in html
    assert "Has moved to another post" in html


def test_the_family_is_part_of_the_history(client, case, manager):
    mother = put(Person(family_name="Motherfeather"), None, manager)
    put(FamilyLink(case=case, person=mother, relation="mother"), case, manager)

    html = history(client, manager, case).content.decode()

    assert "Motherfeather" in html
    assert "Relation to the child added" in html


def test_papers_of_the_scr_group_are_not_opened_by_the_history(client, case, manager):
    put(
        Referral(
            case=case,
            board=factories.board(),
            referred_on=timezone.localdate(),
            grounds="Grounds for the group alone",
        ),
        case,
    )
    actions.correct_record(
        record=Case.objects.get(pk=case.pk),
        by=manager,
        reason="Ordinary",
        case=case,
        legal_hold=True,
    )
    with change("decide_scr", by=manager, case=case, reason="Reason for the group alone"):
        pass

    html = history(client, manager, case).content.decode()

    assert "for the group alone" not in html
    assert "Held with the papers of another group" in html
    assert "Ordinary" in html


def test_the_panels_papers_are_in_the_managers_history(client, case, manager):
    put(PanelReview(case=case, summary="Found in the morning"), case, manager)

    assert "Found in the morning" in history(client, manager, case).content.decode()


def test_a_value_that_fails_its_check_is_named_and_reported_and_the_page_is_shown(
    client, case, manager
):
    correct(case, manager, given_names="Ida")
    triggers = "casereview_childhistory"
    with connection.cursor() as cursor:
        _let_be_changed(cursor, triggers)
        cursor.execute("SELECT history_id, given_names FROM casereview_childhistory ORDER BY 1")
        key, blob = cursor.fetchall()[-1]
        blob = bytes(blob)
        cursor.execute(
            "UPDATE casereview_childhistory SET given_names = %s WHERE history_id = %s",
            [blob[:-1] + bytes([blob[-1] ^ 1]), key],
        )

    response = history(client, manager, case)

    html = response.content.decode()
    assert response.status_code == 200
    assert versions.BROKEN in html
    assert "Ada" in html
    entry = AuditEntry.objects.get(action="integrity_failure")
    assert (entry.case, entry.actor, entry.outcome) == (case.pk, manager.pk, "refused")
    assert "given_names" in entry.detail


def _let_be_changed(cursor, table):
    """Take the triggers of a table away, as somebody with the database in their hands would."""
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
    else:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_markup_in_a_value_is_shown_as_text(client, case, manager):
    correct(case, manager, given_names="<b>Ida</b>")

    html = history(client, manager, case).content.decode()

    assert "<b>Ida" not in html
    assert "&lt;b&gt;Ida" in html


def test_the_outsider_and_the_withdrawn_find_no_history(client, case, manager, outsider):
    factories.recuse(manager, case)

    for user in (outsider, manager):
        response = history(client, user, case)
        assert response.status_code == 404
        assert NAME not in response.content.decode()


def test_somebody_who_left_finds_no_history(client, case, manager):
    sign_in(client, manager)
    put(manager, None, is_active=False, left_at=timezone.now())

    response = client.get(reverse("view_history", args=[case.reference]))

    assert response.status_code != 200
    assert NAME not in response.content.decode()


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.SCR_MEMBER])
def test_who_sees_the_case_but_not_its_history_is_forbidden(client, case, people, role):
    factories.admit(people[role], case, role)

    response = history(client, people[role], case)

    assert response.status_code == 403
    assert NAME not in response.content.decode()


def test_a_full_page_asks_as_often_of_30_versions_as_of_120(client, case, manager):
    for number in range(15):
        correct(case, manager, school=f"School {number}")
    history(client, manager, case)
    few = asked(client, case)

    for number in range(45):
        correct(case, manager, school=f"School {number + 15}")
    many = asked(client, case)

    assert many == few


def test_older_versions_are_on_the_next_page(client, case, manager):
    for number in range(15):
        correct(case, manager, school=f"School number {number}")

    first = history(client, manager, case).content.decode()
    second = history(client, manager, case, page="2").content.decode()

    assert "School number 14" in first
    assert "Case added" not in first
    assert "Case added" in second


def asked(client, case):
    with (
        CaptureQueriesContext(connection) as queries,
        CaptureQueriesContext(connections["keys"]) as of_keys,
    ):
        response = client.get(reverse("view_history", args=[case.reference]))
    assert response.status_code == 200
    return len(queries), len(of_keys)
