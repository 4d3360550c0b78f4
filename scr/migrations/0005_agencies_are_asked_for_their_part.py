import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import protect, protected_still, release


FIRST, LAST = protected_still(
    "scr_caseunderreviewhistory", "scr_familyinvolvementhistory", "scr_publicationhistory"
)
NEW = ["scr_reviewrequesthistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """Agencies are asked for their part of a review; reviewers' names are sent to the panel."""

    dependencies = [
        ('casereview', '0007_what_may_not_be_done_is_told_apart'),
        ('scr', '0004_what_is_decided_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name='caseunderreview',
            name='names_sent_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='caseunderreviewhistory',
            name='names_sent_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='familyinvolvement',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.person'),
        ),
        migrations.AddField(
            model_name='familyinvolvementhistory',
            name='person',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.person'),
        ),
        migrations.AddField(
            model_name='publication',
            name='planned_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='publicationhistory',
            name='planned_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='ReviewRequestHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(choices=[('chronology', 'Chronology'), ('report', 'Agency report')], max_length=15)),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('handed_in', 'Handed in'), ('no_record', 'No record of this child or family'), ('withdrawn', 'Taken back')], default='asked', max_length=15)),
                ('question', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('requested_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agency', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.agency')),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.case')),
                ('handed_in_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='scr.caseunderreview')),
                ('to_user', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical review request',
                'verbose_name_plural': 'historical review requests',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReviewRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(choices=[('chronology', 'Chronology'), ('report', 'Agency report')], max_length=15)),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('handed_in', 'Handed in'), ('no_record', 'No record of this child or family'), ('withdrawn', 'Taken back')], default='asked', max_length=15)),
                ('question', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('requested_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.agency')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.case')),
                ('handed_in_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='scr.caseunderreview')),
                ('to_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('handed_in_by__isnull', True), ('handed_in_at__isnull', True)), models.Q(('handed_in_by__isnull', False), ('handed_in_at__isnull', False)), _connector='OR'), name='a_part_is_handed_in_by_a_person'), models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('review', 'agency', 'kind'), name='an_agency_is_asked_for_a_part_once')],
            },
        ),
        migrations.RunPython(refuse, allow),
        LAST,
    ]
