"""Saved views of the list of cases: codes only, one's own, and gone when deleted."""

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import saved_views
from casereview.actions import NotAllowed
from casereview.actions.saved_views import delete_view, rename_view, save_view
from casereview.models import AuditEntry, SavedView
from casereview.rules.access_table import Role
from tests import factories
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
NAME = "Waiting in Leicester"


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager)


@pytest.fixture
def view(manager):
    return save_view(name=NAME, filters={"state": "open"}, by=manager)


def test_the_filters_in_use_are_saved_as_codes_and_nothing_else(client, case, manager):
    answer = sign_in(client, manager).post(
        reverse("save_view"),
        {"name": NAME, "state": "open", "kind": "Quillfeather", "other": "Quillfeather"},
    )

    assert answer["Location"] == reverse("list_cases") + "?state=open"
    view = SavedView.objects.get()
    assert (view.filters, view.name) == ({"state": "open"}, NAME)
    page = Page(client.get(reverse("list_cases")).content.decode())
    assert page.all("a", href="/cases/?state=open")
    entry = AuditEntry.objects.get(action="save_view", outcome="done")
    assert NAME not in entry.detail


def test_the_name_is_sealed_and_in_no_address(view):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM casereview_savedview")
        (stored,) = cursor.fetchone()

    assert NAME.encode() not in bytes(stored)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "", "state": "open"}, "Enter the name of the view"),
        ({"name": NAME}, "Narrow the list first"),
        ({"name": "x" * 61, "state": "open"}, "Shorten the name of the view"),
    ],
)
def test_what_cannot_be_saved_says_what_to_do(client, case, manager, typed, says):
    page = sign_in(client, manager).post(reverse("save_view"), typed)

    assert says in page.content.decode()
    assert not SavedView.objects.exists()


def test_a_view_is_renamed_and_deleted_by_its_owner(client, manager, view):
    sign_in(client, manager)

    client.post(reverse("rename_view", args=[view.pk]), {"name": "Another name for it"})
    assert SavedView.objects.get().name == "Another name for it"
    client.post(reverse("delete_view", args=[view.pk]))

    assert not SavedView.objects.exists()


def test_nobody_elses_view_can_be_seen_renamed_or_deleted(client, people, view):
    other = factories.make_user(Role.CDR_MANAGER)
    sign_in(client, other)

    assert NAME not in client.get(reverse("list_cases")).content.decode()
    assert client.get(reverse("rename_view", args=[view.pk])).status_code == 404
    assert client.post(reverse("delete_view", args=[view.pk])).status_code == 404
    for act in (
        lambda: rename_view(view=view, name="Mine", by=other),
        lambda: delete_view(view=view, by=other),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert SavedView.objects.get().name == NAME


def test_who_sees_no_list_saves_no_view(client, people):
    answer = sign_in(client, people[Role.AUDITOR]).post(
        reverse("save_view"), {"name": NAME, "state": "open"}
    )

    assert answer.status_code == 403


def test_there_is_an_end_to_views_and_a_leaver_keeps_none(manager, view, monkeypatch):
    from casereview import registries
    from casereview.actions import saved_views as actions

    monkeypatch.setattr(actions, "MOST", 1)
    with pytest.raises(NotAllowed):
        save_view(name="One more of them", filters={"state": "closed"}, by=manager)

    (grant,) = [one for one in registries.grants if one.model is SavedView]
    assert grant.of([manager.pk]).count() == 1
    assert grant.live(timezone.now()).children == []
    assert [one["query"] for one in saved_views.of(manager)] == ["?state=open"]
