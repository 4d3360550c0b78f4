from django.db import migrations, models

import casereview.codes
from casereview.database import protected_still

DECILE = models.CharField(blank=True, choices=casereview.codes.deprivation_deciles, max_length=2)
EDITION = models.CharField(blank=True, choices=casereview.codes.deprivation_editions, max_length=4)
BESIDE = models.JSONField(blank=True, null=True)
FIRST, LAST = protected_still(
    "casereview_childhistory",
    "casereview_releasehistory",
    numbered={"casereview_release": "number"},
)


class Migration(migrations.Migration):
    """A child has the deprivation of the area; a release keeps texts reckoned from its figures."""

    dependencies = [("casereview", "0017_a_second_person_agrees")]

    operations = [
        FIRST,
        migrations.AddField("child", "deprivation_decile", DECILE),
        migrations.AddField("child", "deprivation_edition", EDITION),
        migrations.AddField("childhistory", "deprivation_decile", DECILE),
        migrations.AddField("childhistory", "deprivation_edition", EDITION),
        migrations.AddField("release", "beside", BESIDE),
        migrations.AddField("releasehistory", "beside", BESIDE),
        migrations.AddConstraint(
            "child",
            models.CheckConstraint(
                name="a_deprivation_decile_names_its_edition",
                condition=models.Q(deprivation_decile="", deprivation_edition="")
                | (~models.Q(deprivation_decile="") & ~models.Q(deprivation_edition="")),
            ),
        ),
        LAST,
    ]
