from django.db import migrations, models

from casereview.database import protected_still

DRAFTED = models.JSONField(blank=True, default=list)
FIRST, LAST = protected_still("cdop_deathreviewmeetinghistory")


class Migration(migrations.Migration):
    """A child death review meeting says which answers of the analysis form were drafted from it."""

    dependencies = [("cdop", "0004_reviews_are_on_the_forms_of_2018")]

    operations = [
        FIRST,
        migrations.AddField("deathreviewmeeting", "drafted", DRAFTED),
        migrations.AddField("deathreviewmeetinghistory", "drafted", DRAFTED),
        LAST,
    ]
