import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from casereview.database import protected_still

TELEPHONE = models.CharField(blank=True, max_length=60)
SHARE = models.PositiveSmallIntegerField(blank=True, null=True)
FIRST, LAST = protected_still("casereview_boardhistory", "casereview_panelhistory")


class Migration(migrations.Migration):
    """A board has its own number of social care; a panel a deputy and a share for its quorum."""

    dependencies = [("casereview", "0008_documents_are_accepted_and_disclosed")]
    operations = [
        FIRST,
        migrations.AddField("board", "social_care_telephone", TELEPHONE),
        migrations.AddField("boardhistory", "social_care_telephone", TELEPHONE),
        migrations.AddField(
            "panel",
            "deputy",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("panel", "quorum_share", SHARE),
        migrations.AddField(
            "panelhistory",
            "deputy",
            models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("panelhistory", "quorum_share", SHARE),
        LAST,
    ]
