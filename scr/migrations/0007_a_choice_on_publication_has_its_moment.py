from django.db import migrations, models

from casereview.database import protected_still

FIRST, LAST = protected_still("scr_publicationhistory")


class Migration(migrations.Migration):
    """Of two decisions on publication made on one day, it is known which was the later."""

    dependencies = [("scr", "0006_decisions_follow_one_another")]
    operations = [
        FIRST,
        migrations.AddField(
            model_name="publication",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="publicationhistory",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        LAST,
    ]
