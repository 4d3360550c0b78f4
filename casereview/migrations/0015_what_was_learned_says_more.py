import casereview.fields
from django.db import migrations, models

from casereview.database import protected_still

FIRST, LAST = protected_still("casereview_learningpointhistory")


class Migration(migrations.Migration):
    """What was learned says its kind, its evidence, the family's voice and who could act."""

    dependencies = [
        ('casereview', '0014_figures_given_out_are_kept_in_a_ledger'),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name='learningpoint',
            name='able_to_act',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='died_in',
            field=models.CharField(blank=True, max_length=7),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='events',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='evidence',
            field=models.CharField(blank=True, choices=[('single', 'A single case'), ('pattern', 'A pattern in several cases'), ('audit', 'Confirmed by an audit'), ('published', 'Published evidence')], max_length=20),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='evidence_cases',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='family_asked',
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='family_said',
            field=casereview.fields.EncryptedTextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='family_told',
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='kind',
            field=models.CharField(blank=True, choices=[('gap', 'A gap'), ('good_practice', 'Good practice'), ('near_miss', 'A near miss'), ('system', 'How the system works')], max_length=20),
        ),
        migrations.AddField(
            model_name='learningpoint',
            name='openness',
            field=models.CharField(choices=[('readers', 'Readers of the learning database only'), ('agencies', 'Member agencies'), ('anyone', 'Anyone: it may be published')], default='agencies', max_length=20),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='able_to_act',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='died_in',
            field=models.CharField(blank=True, max_length=7),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='events',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='evidence',
            field=models.CharField(blank=True, choices=[('single', 'A single case'), ('pattern', 'A pattern in several cases'), ('audit', 'Confirmed by an audit'), ('published', 'Published evidence')], max_length=20),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='evidence_cases',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='family_asked',
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='family_said',
            field=casereview.fields.EncryptedTextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='family_told',
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='kind',
            field=models.CharField(blank=True, choices=[('gap', 'A gap'), ('good_practice', 'Good practice'), ('near_miss', 'A near miss'), ('system', 'How the system works')], max_length=20),
        ),
        migrations.AddField(
            model_name='learningpointhistory',
            name='openness',
            field=models.CharField(choices=[('readers', 'Readers of the learning database only'), ('agencies', 'Member agencies'), ('anyone', 'Anyone: it may be published')], default='agencies', max_length=20),
        ),
        migrations.AlterField(
            model_name='learningpoint',
            name='state',
            field=models.CharField(choices=[('proposed', 'Proposed'), ('accepted', 'In the learning database'), ('set_aside', 'Set aside')], default='proposed', max_length=20),
        ),
        migrations.AlterField(
            model_name='learningpointhistory',
            name='state',
            field=models.CharField(choices=[('proposed', 'Proposed'), ('accepted', 'In the learning database'), ('set_aside', 'Set aside')], default='proposed', max_length=20),
        ),
        LAST,
    ]
