"""The database itself refuses to change a version, in every table of versions there is."""

import pytest
from django.apps import apps
from django.db import connection

from casereview.records import Record

pytestmark = pytest.mark.django_db

TRIGGERS = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
    "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s",
}


@pytest.mark.parametrize("kind", ["update", {"sqlite": "delete", "postgresql": "truncate"}])
def test_every_table_of_versions_has_its_triggers(kind):
    name = kind if isinstance(kind, str) else kind[connection.vendor]
    tables = {
        model.history.model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, Record) and hasattr(model, "history")
    }

    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor], [f"%_{name}"])
        protected = {row[0] for row in cursor.fetchall()}

    assert tables - protected == set()
