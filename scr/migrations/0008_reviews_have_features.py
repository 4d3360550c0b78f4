from django.db import migrations, models

from casereview.database import protected_still

FIRST, LAST = protected_still("scr_caseunderreviewhistory")


class Migration(migrations.Migration):
    """A review keeps the injuries, the setting and the factors that make cases alike."""

    dependencies = [("scr", "0007_a_choice_on_publication_has_its_moment")]
    operations = [
        FIRST,
        migrations.AddField(
            model_name="caseunderreview",
            name="features",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="caseunderreviewhistory",
            name="features",
            field=models.JSONField(blank=True, default=list),
        ),
        LAST,
    ]
