from django.db import migrations, models

from casereview.database import protected_still

FIRST, LAST = protected_still(
    "casereview_breakglasshistory",
    "casereview_casegroupobjectpermissionhistory",
    "casereview_caseuserobjectpermissionhistory",
)


class Migration(migrations.Migration):
    """An emergency access is reviewed with an outcome; a sealed case is found at once."""

    dependencies = [
        ('casereview', '0018_deprivation_and_texts_beside_figures'),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name='breakglass',
            name='outcome',
            field=models.CharField(blank=True, choices=[('justified', 'Justified'), ('not_justified', 'Not justified')], max_length=20),
        ),
        migrations.AddField(
            model_name='breakglasshistory',
            name='outcome',
            field=models.CharField(blank=True, choices=[('justified', 'Justified'), ('not_justified', 'Not justified')], max_length=20),
        ),
        migrations.AlterField(
            model_name='casegroupobjectpermission',
            name='source',
            field=models.CharField(choices=[('manager', 'Admitted by the CDR manager'), ('meeting', "The case is on a meeting's agenda"), ('request', 'Asked for a report'), ('referral', 'Referred to the group'), ('review', 'Writes the review'), ('seal', 'Keeps sight of the sealed case')], max_length=20),
        ),
        migrations.AlterField(
            model_name='casegroupobjectpermissionhistory',
            name='source',
            field=models.CharField(choices=[('manager', 'Admitted by the CDR manager'), ('meeting', "The case is on a meeting's agenda"), ('request', 'Asked for a report'), ('referral', 'Referred to the group'), ('review', 'Writes the review'), ('seal', 'Keeps sight of the sealed case')], max_length=20),
        ),
        migrations.AlterField(
            model_name='caseuserobjectpermission',
            name='source',
            field=models.CharField(choices=[('manager', 'Admitted by the CDR manager'), ('meeting', "The case is on a meeting's agenda"), ('request', 'Asked for a report'), ('referral', 'Referred to the group'), ('review', 'Writes the review'), ('seal', 'Keeps sight of the sealed case')], max_length=20),
        ),
        migrations.AlterField(
            model_name='caseuserobjectpermissionhistory',
            name='source',
            field=models.CharField(choices=[('manager', 'Admitted by the CDR manager'), ('meeting', "The case is on a meeting's agenda"), ('request', 'Asked for a report'), ('referral', 'Referred to the group'), ('review', 'Writes the review'), ('seal', 'Keeps sight of the sealed case')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('sealed', True)), fields=['merged_into'], name='sealed_cases'),
        ),
        LAST,
    ]
