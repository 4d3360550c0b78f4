"""The demo's fictional year, filled in once for the tests of one file and emptied after them."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from casereview import keys


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """A demo database, filled once for all these tests and emptied after them."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), keys.held():
        with transaction.atomic(), transaction.atomic(using="keys"):
            call_command("seed_demo", verbosity=0)
            yield
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")
