"""Every page of a case that is handed out is on record exactly once; without a record, no page."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from casereview import audit
from casereview.models import AuditEntry, Case
from casereview.rules.access_table import Role
from tests import factories
from tests.architecture.addresses import ours
from tests.architecture.test_every_door import plant, values_for, words_of
from tests.signed_in import sign_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="asked once, on SQLite"),
]
# Programs have no sitting: tests/casereview/test_api.py asks the same of what they read.
OF_ONE_CASE = [
    address
    for address in ours()
    if "reference" in address.parameters and not address.route.startswith("api/")
]


class Nothing:
    pk = None


@pytest.fixture
def planted(manager):
    case = plant("own", manager)
    members = [manager]
    for role in (Role.PANEL_CHAIR, Role.SCR_CHAIR):
        members.append(factories.make_user(role))
        factories.admit(members[-1], case, role, by=manager)
    return case, members


def looks(case: Case, user, action: str) -> int:
    return AuditEntry.objects.filter(
        case=case.pk, actor=user.pk, action=action, outcome=audit.ALLOWED
    ).count()


def test_every_page_of_a_case_is_on_record_exactly_once(planted):
    case, members = planted
    wrong, given = [], set()
    # Whom the manager's role does not let in, another's does.
    for user in members:
        client = sign_in(Client(), user)
        for address in OF_ONE_CASE:
            if address.name in given:
                continue
            before = looks(case, user, address.guarded_by)
            values = values_for(address, case.reference, meeting=Nothing)
            status = client.get(reverse(address.name, kwargs=values)).status_code
            number = looks(case, user, address.guarded_by) - before
            if 200 <= status < 300:
                given.add(address.name)
                if number != 1:
                    wrong.append((address.name, user.name, status, number))
    assert wrong == []
    assert len(given) > 60


def test_without_its_entry_no_byte_of_a_case_leaves(planted, monkeypatch):
    case, members = planted
    words = [word.encode() for word in words_of("own").values()] + [case.reference.encode()]
    clients = {user.name: sign_in(Client(raise_request_exception=False), user) for user in members}

    def fails(*args, **kwargs):
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(audit, "append_all", fails)
    told = []
    for name, client in clients.items():
        for address in OF_ONE_CASE:
            values = values_for(address, case.reference, meeting=Nothing)
            response = client.get(reverse(address.name, kwargs=values))
            body = response.content + str(response.headers).encode()
            # A method that an address does not have is refused before anything is asked.
            served = response.status_code < 500 and response.status_code != 405
            if served or any(word in body for word in words):
                told.append((name, address.name, response.status_code))

    assert told == []
