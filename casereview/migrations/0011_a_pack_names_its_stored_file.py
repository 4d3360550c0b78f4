from django.db import migrations, models

from casereview.database import protected_still

FIRST, LAST = protected_still("casereview_packhistory")


class Migration(migrations.Migration):
    """A pack names the file its content is kept in."""

    dependencies = [("casereview", "0010_an_intake_item_has_a_sender")]
    operations = [
        FIRST,
        migrations.AddField(
            model_name="pack",
            name="storage_name",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="packhistory",
            name="storage_name",
            field=models.CharField(blank=True, max_length=64),
        ),
        LAST,
    ]
