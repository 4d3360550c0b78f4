import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casereview', '0018_deprivation_and_texts_beside_figures'),
        ('learning', '0007_briefings'),
    ]

    operations = [
        migrations.AddField(
            model_name='closedflag',
            name='panel',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.panel'),
        ),
        migrations.AddField(
            model_name='closedflaghistory',
            name='panel',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.panel'),
        ),
        migrations.AddField(
            model_name='referenceperiod',
            name='panel',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.panel'),
        ),
        migrations.AddField(
            model_name='referenceperiodhistory',
            name='panel',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.panel'),
        ),
    ]
