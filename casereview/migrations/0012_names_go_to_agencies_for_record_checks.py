import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import protect, protected_still, release

FIRST, LAST = protected_still("casereview_panelhistory")
NEW = ["casereview_recordcheckhistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """Children’s names may go to member agencies before a meeting, each child and agency a row."""

    dependencies = [
        ('casereview', '0011_a_pack_names_its_stored_file'),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name='panel',
            name='names_first',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='panelhistory',
            name='names_first',
            field=models.BooleanField(default=False),
        ),
        LAST,
        migrations.CreateModel(
            name='RecordCheckHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('sent_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('', 'No answer yet'), ('known', 'Known'), ('not_known', 'Not known'), ('other_name', 'Known by another name')], max_length=20)),
                ('known_as', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('note', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agency', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.agency')),
                ('answered_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.case')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.meeting')),
                ('sent_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical record check',
                'verbose_name_plural': 'historical record checks',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='RecordCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('sent_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('', 'No answer yet'), ('known', 'Known'), ('not_known', 'Not known'), ('other_name', 'Known by another name')], max_length=20)),
                ('known_as', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('note', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.agency')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_checks', to='casereview.case')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_checks', to='casereview.meeting')),
                ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('meeting', 'case', 'agency'), name='an_agency_checks_a_name_once_for_a_meeting'), models.CheckConstraint(condition=models.Q(models.Q(('answered_by__isnull', True), ('answered_at__isnull', True)), models.Q(('answered_by__isnull', False), ('answered_at__isnull', False)), _connector='OR'), name='a_record_check_is_answered_by_a_person')],
            },
        ),
        migrations.RunPython(refuse, allow),
    ]
