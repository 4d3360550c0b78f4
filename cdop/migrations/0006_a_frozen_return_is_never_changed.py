from django.db import migrations

from casereview.database import protect_once_set, release

TABLE = "cdop_annualreturn"
ONCE = ("year", "area", "revision")


def refuse(apps, schema_editor):
    protect_once_set(schema_editor, TABLE, "frozen_at", ONCE)


def allow(apps, schema_editor):
    release(schema_editor, [TABLE])


class Migration(migrations.Migration):
    """The database refuses to change or delete a return that was frozen."""

    dependencies = [("cdop", "0005_a_meeting_says_what_it_drafted")]
    operations = [migrations.RunPython(refuse, allow)]
