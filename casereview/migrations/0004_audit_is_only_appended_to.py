from django.db import migrations

from casereview.database import protect, release

ENTRIES = "casereview_auditentry"
CODES = "casereview_auditrowcode"


def refuse(apps, schema_editor):
    protect(schema_editor, [ENTRIES], sequence="seq")
    protect(schema_editor, [CODES])


def allow(apps, schema_editor):
    release(schema_editor, [ENTRIES, CODES])


class Migration(migrations.Migration):
    """The database refuses to change, delete or skip an entry of the audit chain."""

    dependencies = [("casereview", "0003_history_is_never_changed")]
    operations = [migrations.RunPython(refuse, allow)]
