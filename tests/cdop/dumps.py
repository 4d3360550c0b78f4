"""Every row of every table, for comparing before and after."""

from django.apps import apps
from django.db import connections

from casereview.database import KEY_STORE, KEYS


def dump() -> dict[str, list[tuple]]:
    """Return the rows of every table of the product, keys included, in a stable order."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label not in {"casereview", "cdop", "scr", "learning", KEY_STORE}:
            continue
        alias = KEYS if model._meta.app_label == KEY_STORE else "default"
        table = model._meta.db_table
        with connections[alias].cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows = [
                tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
                for row in cursor.fetchall()
            ]
        found[table] = sorted(rows, key=repr)
    return found
