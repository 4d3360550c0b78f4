"""Cases of one incident: linked, each with its own review, and shown to who may open them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.incidents import link_incident, unlink_incident
from casereview.models import AuditEntry, Case, Incident, Reason
from casereview.rules.access_table import Role
from tests import factories
from tests.kept_out import let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name=NAME)


@pytest.fixture
def twin(manager):
    return factories.make_case(by=manager, family_name=NAME)


def at(name, case):
    return reverse(name, args=[case.reference])


def link(case, other, by, kind="birth", **facts):
    case, other = (Case.objects.get(pk=one.pk) for one in (case, other))
    return link_incident(case=case, other=other, kind=kind, by=by, **facts)


@pytest.mark.parametrize("name", ["view_incident", "link_incident", "unlink_incident"])
def test_a_stranger_the_recused_and_the_leaver_are_kept_out(client, case, name):
    assert let_in(client, case, at(name, case), NAME) == []


def test_twins_are_linked_and_each_keeps_its_own_case(client, case, twin, manager):
    sign_in(client, manager)

    done = client.post(
        at("link_incident", case), {"other": twin.reference.lower(), "kind": "birth"}, follow=True
    )

    html = done.content.decode()
    assert "Birth of twins or more" in html and twin.reference in html
    assert NAME not in html.split("<main")[1].split("Linked cases</h1>")[1]
    case.refresh_from_db(), twin.refresh_from_db()
    assert case.incident == twin.incident == Incident.objects.get()
    assert case.stage == twin.stage == Case.Stage.NOTIFIED
    entries = AuditEntry.objects.filter(action="link_incident", outcome="done")
    assert set(entries.values_list("case", flat=True)) == {case.pk, twin.pk}


def test_a_third_case_joins_the_incident_that_is_there(case, twin, manager):
    third = factories.make_case(by=manager)
    link(case, twin, manager, kind="fire", happened_on=datetime.date(2014, 5, 12))

    incident = link(third, case, manager, kind="other")

    assert Case.objects.filter(incident=incident).count() == 3
    assert (Incident.objects.count(), incident.kind) == (1, "fire")


def test_a_linked_case_is_named_only_to_who_may_open_it(client, case, twin, manager):
    # Of children of one birth, who withdrew from one has withdrawn from both.
    link(case, twin, manager, kind="fire")
    other = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(other, twin)

    mine = sign_in(client, manager).get(at("view_incident", case)).content.decode()
    theirs = sign_in(client, other).get(at("view_incident", case)).content.decode()

    assert twin.reference in mine
    assert twin.reference not in theirs and "None but this one" in theirs


def test_a_case_that_one_may_not_open_is_not_linked_nor_confirmed(client, case, twin, manager):
    factories.recuse(manager, twin)
    sign_in(client, manager)

    pages = [
        client.post(at("link_incident", case), {"other": reference, "kind": "birth"})
        for reference in (twin.reference, "CD-1999-0001")
    ]

    for page in pages:
        assert "Enter the reference of a case that you may open" in page.content.decode()
    assert not Incident.objects.exists()


def test_what_cannot_be_linked_is_refused(case, twin, manager):
    third, fourth = (factories.make_case(by=manager) for _ in range(2))
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)

    with pytest.raises(NotAllowed, match="not in the future"):
        link(case, twin, manager, happened_on=tomorrow)
    with pytest.raises(NotAllowed, match="another case"):
        link(case, case, manager)
    link(case, twin, manager)
    link(third, fourth, manager)
    with pytest.raises(NotAllowed, match="linked already"):
        link(case, twin, manager)
    with pytest.raises(NotAllowed, match="Unlink one"):
        link(case, third, manager)


def test_a_case_is_unlinked_with_a_reason_and_the_others_stay(client, case, twin, manager):
    link(case, twin, manager)
    sign_in(client, manager)

    refused = client.post(at("unlink_incident", case), {"reason": " "}).content.decode()
    client.post(at("unlink_incident", case), {"reason": "Not twins"})

    case.refresh_from_db(), twin.refresh_from_db()
    assert "Enter the reason" in refused
    assert (case.incident, twin.incident) == (None, Incident.objects.get())
    assert Reason.objects.get(case=case, action="unlink_incident").text == "Not twins"
    with pytest.raises(NotAllowed, match="linked to no other"):
        unlink_incident(case=case, reason="Again", by=manager)


def test_the_queries_do_not_grow_with_the_linked_cases(client, case, twin, manager):
    link(case, twin, manager)
    sign_in(client, manager)

    def asked():
        with CaptureQueriesContext(connection) as context:
            assert client.get(at("view_incident", case)).status_code == 200
        return len(context)

    before = asked()
    for _ in range(3):
        link(factories.make_case(by=manager), case, manager)

    assert asked() == before
