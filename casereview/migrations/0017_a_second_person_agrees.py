import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import protect, release

NEW = ["casereview_agreementhistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """What one person may not do alone is proposed, and a second person agrees."""

    dependencies = [
        ('casereview', '0016_upkeep_is_on_record'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgreementHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('action', models.CharField(max_length=60)),
                ('subject', models.UUIDField()),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('key_kind', models.CharField(default='user', max_length=20)),
                ('key_id', models.UUIDField()),
                ('reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('proposed_at', models.DateTimeField()),
                ('lapses_at', models.DateTimeField()),
                ('decision', models.CharField(blank=True, choices=[('', 'Waits for a second person'), ('agreed', 'Agreed'), ('declined', 'Declined'), ('withdrawn', 'Taken back')], max_length=10)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('note', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.case')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical agreement',
                'verbose_name_plural': 'historical agreements',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('action', models.CharField(max_length=60)),
                ('subject', models.UUIDField()),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('key_kind', models.CharField(default='user', max_length=20)),
                ('key_id', models.UUIDField()),
                ('reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('proposed_at', models.DateTimeField()),
                ('lapses_at', models.DateTimeField()),
                ('decision', models.CharField(blank=True, choices=[('', 'Waits for a second person'), ('agreed', 'Agreed'), ('declined', 'Declined'), ('withdrawn', 'Taken back')], max_length=10)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('note', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.case')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
                'indexes': [models.Index(fields=['decision', 'lapses_at'], name='proposals_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('decided_at__isnull', True)), models.Q(('decided_by__isnull', False), ('decided_at__isnull', False)), _connector='OR'), name='a_proposal_is_answered_by_a_person_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'agreed'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='nobody_agrees_to_their_own_proposal'), models.CheckConstraint(condition=models.Q(('used_at', None), ('decision', 'agreed'), _connector='OR'), name='only_what_was_agreed_is_used')],
            },
        ),
        migrations.RunPython(refuse, allow),
    ]
