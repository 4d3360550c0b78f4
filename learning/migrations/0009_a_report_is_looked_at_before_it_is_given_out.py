from django.db import migrations, models

from casereview.database import protected_still

FIRST, LAST = protected_still("learning_reportversionhistory")


class Migration(migrations.Migration):
    """Author and chair look at a version of an annual report before it is given out."""

    dependencies = [
        ('learning', '0008_signals_are_of_a_panel'),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name='reportversion',
            name='preview',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='reportversionhistory',
            name='preview',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='reportversion',
            name='state',
            field=models.CharField(choices=[('waiting', 'Being made'), ('given', 'Given out'), ('refused', 'Not given out'), ('preview', 'Looked at before it is given out')], default='waiting', max_length=10),
        ),
        migrations.AlterField(
            model_name='reportversionhistory',
            name='state',
            field=models.CharField(choices=[('waiting', 'Being made'), ('given', 'Given out'), ('refused', 'Not given out'), ('preview', 'Looked at before it is given out')], default='waiting', max_length=10),
        ),
        LAST,
    ]
