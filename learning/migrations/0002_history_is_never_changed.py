from django.db import migrations

from casereview.database import history_tables, protect, release

APP = "learning"


def refuse(apps, schema_editor):
    protect(schema_editor, history_tables(apps, APP))


def allow(apps, schema_editor):
    release(schema_editor, history_tables(apps, APP))


class Migration(migrations.Migration):
    """The database refuses to change or delete a version of a record."""

    dependencies = [("learning", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
