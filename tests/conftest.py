"""What every test may use: databases with keys and starters, one person per role, an open case."""

import pytest
from django.conf import settings
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from casereview import access, branding, crypto, keys, set_up
from casereview.rules.access_table import Role
from tests import factories
from tests.emptying import _transactional_tests_begin_anew
from tests.seeded import seeded

__all__ = ["_transactional_tests_begin_anew", "seeded"]

# What a property says does not hang on how busy the machine is.
hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def key_ring():
    crypto.make_ring(settings.KEYS_FILE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Make the key ring before the databases: the starters are signed into the audit chain."""
    crypto.make_ring(settings.KEYS_FILE)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        set_up.begin()


def pytest_collection_modifyitems(items):
    for item in items:
        for marker in item.iter_markers("django_db"):
            # The key store is part of every record: both databases, always.
            marker.kwargs.setdefault("databases", ["default", "keys"])


@pytest.fixture(autouse=True)
def _forget_between_tests():
    cache.clear()
    # A name that a test gave is its own; none is asked for, so that queries can be counted.
    branding.hold({}, float("inf"))
    with keys.held():
        yield
    access.forget()


@pytest.fixture
def panel(db):
    return factories.panel()


class People(dict):
    """One person per role, each made when first asked for: most tests need one or two."""

    def __missing__(self, role):
        self[role] = factories.make_user(role)
        return self[role]

    def everybody(self):
        for role in Role:
            _ = self[role]
        return self

    def __iter__(self):
        return dict.__iter__(self.everybody())

    def values(self):
        return dict.values(self.everybody())

    def items(self):
        return dict.items(self.everybody())


@pytest.fixture
def people(db):
    """One person per role, at Leicester where a board is meant, and the outsider."""
    return People()


@pytest.fixture
def manager(people):
    return people[Role.CDR_MANAGER]


@pytest.fixture
def outsider(db):
    """An active person with a second factor and no role at all."""
    return factories.make_user(None, email="outsider@example.org")


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager)
