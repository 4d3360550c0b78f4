"""Drafts: what was typed comes back, to the one who typed it, and two windows do not collide."""

import pytest
from django.db import connection

from casereview.actions import NotAllowed, discard_draft, keep_draft
from casereview.models import AuditEntry, Draft
from casereview.records import Conflict

pytestmark = pytest.mark.django_db

TYPED = {"family_name": "Planted", "died_on_0": "31", "note": "half a sent"}


def test_a_draft_brings_back_what_was_typed_complete_or_not(manager):
    draft = keep_draft(user=manager, form="log_notification", content=TYPED)

    assert Draft.objects.get(pk=draft.pk).content == TYPED


def test_a_draft_is_sealed_in_the_database_and_absent_from_the_audit_log(manager):
    keep_draft(user=manager, form="log_notification", content=TYPED)

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT content FROM {Draft._meta.db_table}")  # noqa: S608
        assert b"Planted" not in bytes(cursor.fetchone()[0])
    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.actor) == ("keep_draft", manager.pk)
    assert "Planted" not in entry.detail


def test_a_draft_kept_again_is_the_next_version_of_the_same_draft(manager, case):
    draft = keep_draft(user=manager, form="record_panel_review", content={}, case=case)

    keep_draft(
        user=manager,
        form="record_panel_review",
        content=TYPED,
        base_version=3,
        draft=draft,
        expected_version=1,
    )

    kept = Draft.objects.get(user=manager)
    assert (kept.version, kept.base_version, kept.case, kept.content) == (2, 3, case, TYPED)


def test_a_second_window_is_told_of_the_conflict_and_overwrites_nothing(manager):
    draft = keep_draft(user=manager, form="log_notification", content={})
    keep_draft(user=manager, form="log_notification", content=TYPED, draft=draft)

    with pytest.raises(Conflict):
        keep_draft(
            user=manager,
            form="log_notification",
            content={"family_name": "Other"},
            draft=Draft.objects.get(pk=draft.pk),
            expected_version=1,
        )

    assert Draft.objects.get(pk=draft.pk).content == TYPED


def test_a_draft_saved_in_between_is_a_conflict_too(manager):
    draft = keep_draft(user=manager, form="log_notification", content={})
    read_before = Draft.objects.get(pk=draft.pk)
    keep_draft(user=manager, form="log_notification", content=TYPED, draft=draft)

    with pytest.raises(Conflict):
        keep_draft(
            user=manager,
            form="log_notification",
            content={"family_name": "Other"},
            draft=read_before,
            expected_version=1,
        )


def test_nobody_keeps_or_discards_the_draft_of_another(manager, outsider):
    draft = keep_draft(user=manager, form="log_notification", content=TYPED)

    with pytest.raises(NotAllowed):
        keep_draft(user=outsider, form="log_notification", content={}, draft=draft)
    with pytest.raises(NotAllowed):
        discard_draft(draft=draft, user=outsider)

    assert Draft.objects.get(pk=draft.pk).content == TYPED


def test_a_discarded_draft_is_gone(manager):
    draft = keep_draft(user=manager, form="log_notification", content=TYPED)

    discard_draft(draft=draft, user=manager)

    assert not Draft.objects.exists()
    assert AuditEntry.objects.latest("seq").action == "discard_draft"
