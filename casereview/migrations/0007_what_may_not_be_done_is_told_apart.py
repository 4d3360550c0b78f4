
from django.db import migrations, models

from casereview.database import protected_still

FIRST, LAST = protected_still("casereview_parallelprocesshistory")


class Migration(migrations.Migration):
    """A process may hold publication, or contact with witnesses, apart from the review."""

    dependencies = [
        ('casereview', '0006_actions_have_evidence'),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name='parallelprocess',
            name='hold_publication',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='parallelprocess',
            name='hold_witness_contact',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='parallelprocesshistory',
            name='hold_publication',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='parallelprocesshistory',
            name='hold_witness_contact',
            field=models.BooleanField(default=False),
        ),
        LAST,
    ]
