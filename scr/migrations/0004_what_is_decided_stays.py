from django.db import migrations

from casereview.database import history_tables, protect, release

APP = "scr"
# A later answer, decision or advice is another row: these are never changed.
APPENDED = ["scr_criterionanswer", "scr_decision", "scr_nationalpaneladvice"]


def refuse(apps, schema_editor):
    protect(schema_editor, [*history_tables(apps, APP), *APPENDED])


def allow(apps, schema_editor):
    release(schema_editor, [*history_tables(apps, APP), *APPENDED])


class Migration(migrations.Migration):
    """The database refuses to change an answer, a decision, advice, or any earlier version."""

    dependencies = [("scr", "0003_referral_to_review")]
    operations = [migrations.RunPython(refuse, allow)]
