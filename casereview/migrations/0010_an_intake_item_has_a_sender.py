import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from casereview.database import protected_still

FIRST, LAST = protected_still("casereview_intakeitemhistory")


class Migration(migrations.Migration):
    """What comes in from somebody with an account says who sent it."""

    dependencies = [("casereview", "0009_panels_and_boards_have_settings")]
    operations = [
        FIRST,
        migrations.AddField(
            "intakeitem",
            "sent_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "intakeitemhistory",
            "sent_by",
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
        LAST,
    ]
