"""Encrypted rows, their history and their place in the audit chain."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.utils import timezone

from casereview import actions, crypto, keys
from casereview.models import AuditEntry, Case, Child, User
from casereview.records import Conflict, change
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_childs_name_is_ciphertext_in_the_table_and_in_its_history(case):
    with connection.cursor() as cursor:
        cursor.execute("SELECT family_name FROM casereview_child")
        live = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT family_name FROM casereview_childhistory")
        history = bytes(cursor.fetchone()[0])

    assert b"Example" not in live
    assert history == live
    assert Child.objects.get().family_name == "Example"
    assert Child.history.get().family_name == "Example"


def test_a_value_moved_to_another_row_does_not_open(case):
    other = factories.make_case(family_name="Sample")
    blob = Child.objects.get(case=other).__dict__["family_name"].blob
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casereview_child SET family_name = %s WHERE case_id = %s",
            [blob, case.pk.hex if connection.vendor == "sqlite" else case.pk],
        )

    with pytest.raises(crypto.IntegrityFailure):
        _ = Child.objects.get(case=case).family_name


def test_a_queryset_can_neither_search_nor_overwrite_a_sealed_value(case):
    with pytest.raises(FieldError):
        Child.objects.filter(family_name="Example").exists()
    with pytest.raises(FieldError):
        Child.objects.update(family_name="Sample")


def test_a_record_is_not_saved_outside_a_change(case):
    case.legal_hold = True

    with pytest.raises(RuntimeError):
        case.save()


def test_a_change_writes_row_history_and_audit_together(case, manager):
    child = Child.objects.get(case=case)

    actions.correct_record(
        record=child, by=manager, reason="Spelt as on the certificate", case=case, given_names="Ida"
    )

    assert Child.objects.get(case=case).given_names == "Ida"
    assert [version.given_names for version in Child.history.order_by("version")] == ["Ada", "Ida"]
    assert Child.history.order_by("-version").first().history_user == manager
    entry = AuditEntry.objects.order_by("-seq").first()
    assert (entry.action, entry.actor, entry.case) == ("correct_record", manager.pk, case.pk)
    assert "given_names" in entry.detail
    assert "Ida" not in entry.detail


def test_typing_the_same_name_again_writes_nothing(case, manager):
    child = Child.objects.get(case=case)
    before = child.__dict__["family_name"].blob

    with change("correct_record", by=manager, case=case) as written:
        child.family_name = "Example"
        written.save(child)

    assert Child.objects.get().__dict__["family_name"].blob == before
    assert Child.history.count() == 1


def test_the_second_of_two_writers_is_told_and_overwrites_nothing(case, manager):
    first, second = Child.objects.get(), Child.objects.get()
    with change("correct_record", by=manager, case=case) as written:
        first.given_names = "Ida"
        written.save(first)

    with pytest.raises(Conflict), change("correct_record", by=manager, case=case) as written:
        second.given_names = "Eda"
        written.save(second)

    assert Child.objects.get().given_names == "Ida"


def test_a_change_that_fails_leaves_neither_row_nor_entry(case, manager):
    entries = AuditEntry.objects.count()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with change("correct_record", by=manager, case=case) as written:
            case.legal_hold = True
            written.save(case)
            1 / 0  # noqa: B018

    assert AuditEntry.objects.count() == entries
    assert not Case.objects.get().legal_hold


def test_a_case_whose_key_is_destroyed_opens_nowhere(case):
    keys.destroy("case", case.pk)

    with pytest.raises(crypto.KeyMissing):
        _ = Child.objects.get().family_name
    with pytest.raises(crypto.KeyMissing):
        _ = Child.history.get().family_name


def test_a_sign_in_is_no_new_version_of_a_person(manager):
    manager.last_login = timezone.now()
    manager.save(update_fields=["last_login"])

    assert type(manager).history.filter(id=manager.pk).count() == 1


def test_a_sign_in_saved_with_something_else_goes_through_a_change(manager):
    with pytest.raises(RuntimeError, match=r"through records\.change"):
        manager.save(update_fields=["last_login", "name"])


def test_a_person_read_in_part_is_not_saved_over_what_somebody_else_saved(manager):
    part = User.objects.only("id", "version", "name").get(pk=manager.pk)
    whole = User.objects.get(pk=manager.pk)
    with change("test", by=None) as written:
        whole.name = "Said First"
        written.save(whole)

    part.name = "Said Later"
    with pytest.raises(Conflict), change("test", by=None) as written:
        written.save(part)

    assert User.objects.get(pk=manager.pk).name == "Said First"
