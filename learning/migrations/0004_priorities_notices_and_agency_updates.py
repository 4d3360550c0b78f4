import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import CreateTogether, protect, protected_still, release

NEW = [
    "learning_agencyupdatehistory",
    "learning_closedflaghistory",
    "learning_noticehistory",
    "learning_priorityhistory",
    "learning_prioritydecisionhistory",
]
again_when_undone, again_when_done = protected_still("learning_quarterlyreviewhistory")


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """Panels decide priorities, close flags, tell others, and ask agencies what they learned."""

    dependencies = [
        ('casereview', '0013_a_message_may_go_to_a_contact'),
        ('learning', '0003_reference_periods_and_choices_of_themes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        again_when_undone,
        migrations.AddField(
            model_name='quarterlyreview',
            name='as_at',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='quarterlyreview',
            name='prepared_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='quarterlyreview',
            name='prepared_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='quarterlyreviewhistory',
            name='as_at',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='quarterlyreviewhistory',
            name='prepared_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='quarterlyreviewhistory',
            name='prepared_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name='AgencyUpdateHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('asked_at', models.DateTimeField()),
                        ('answer', models.CharField(blank=True, choices=[('', 'No answer yet'), ('nothing', 'Nothing since the last meeting'), ('something', 'Something was learned or done')], max_length=10)),
                        ('text', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('confirmed', models.JSONField(blank=True, default=list)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('agency', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.agency')),
                        ('answered_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('meeting', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.meeting')),
                    ],
                    options={
                        'verbose_name': 'historical agency update',
                        'verbose_name_plural': 'historical agency updates',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='ClosedFlag',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('last_quarter', models.CharField(max_length=7)),
                        ('flag', models.CharField(max_length=10)),
                        ('cases', models.PositiveIntegerField()),
                        ('reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField()),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.theme')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='ClosedFlagHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('last_quarter', models.CharField(max_length=7)),
                        ('flag', models.CharField(max_length=10)),
                        ('cases', models.PositiveIntegerField()),
                        ('reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField()),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('closed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('theme', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.theme')),
                    ],
                    options={
                        'verbose_name': 'historical closed flag',
                        'verbose_name_plural': 'historical closed flags',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Priority',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('raised', models.CharField(choices=[('flag', 'After a flag'), ('hand', 'By hand, with a reason')], max_length=10)),
                        ('flag', models.CharField(max_length=10)),
                        ('reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('would_be_seen', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('raised_at', models.DateTimeField()),
                        ('close_reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.panel')),
                        ('raised_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='priorities', to='learning.theme')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('panel', 'theme'), name='a_theme_is_one_open_priority_of_a_panel'), models.CheckConstraint(condition=models.Q(models.Q(('closed_by__isnull', True), ('closed_at__isnull', True)), models.Q(('closed_by__isnull', False), ('closed_at__isnull', False)), _connector='OR'), name='a_priority_is_closed_by_a_person_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='NoticeHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('body', models.CharField(max_length=30)),
                        ('body_name', models.CharField(blank=True, max_length=200)),
                        ('text', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('duty', models.BooleanField(default=False)),
                        ('reply_due_on', models.DateField(blank=True, null=True)),
                        ('written_at', models.DateTimeField()),
                        ('sent_on', models.DateField(blank=True, null=True)),
                        ('replied_on', models.DateField(blank=True, null=True)),
                        ('reply', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('panel', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.panel')),
                        ('review', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.quarterlyreview')),
                        ('sent_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('theme', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.theme')),
                        ('written_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('priority', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.priority')),
                    ],
                    options={
                        'verbose_name': 'historical notice',
                        'verbose_name_plural': 'historical notices',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Notice',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('body', models.CharField(max_length=30)),
                        ('body_name', models.CharField(blank=True, max_length=200)),
                        ('text', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('duty', models.BooleanField(default=False)),
                        ('reply_due_on', models.DateField(blank=True, null=True)),
                        ('written_at', models.DateTimeField()),
                        ('sent_on', models.DateField(blank=True, null=True)),
                        ('replied_on', models.DateField(blank=True, null=True)),
                        ('reply', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.panel')),
                        ('review', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='learning.quarterlyreview')),
                        ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.theme')),
                        ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('priority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='learning.priority')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_by__isnull', True), ('sent_on__isnull', True)), models.Q(('sent_by__isnull', False), ('sent_on__isnull', False)), _connector='OR'), name='a_notice_is_sent_by_a_person')],
                    },
                ),
                migrations.CreateModel(
                    name='PriorityDecision',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('decision', models.CharField(choices=[('kept', 'Keep it as a priority'), ('added', 'Make it a priority'), ('closed', 'Close the priority')], max_length=10)),
                        ('why', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('would_be_seen', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('decided_at', models.DateTimeField()),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='priority_decisions', to='learning.quarterlyreview')),
                        ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.theme')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('review', 'theme'), name='a_quarter_decides_once_on_a_theme')],
                    },
                ),
                migrations.CreateModel(
                    name='PriorityDecisionHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('decision', models.CharField(choices=[('kept', 'Keep it as a priority'), ('added', 'Make it a priority'), ('closed', 'Close the priority')], max_length=10)),
                        ('why', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('would_be_seen', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('decided_at', models.DateTimeField()),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('decided_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.quarterlyreview')),
                        ('theme', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.theme')),
                    ],
                    options={
                        'verbose_name': 'historical priority decision',
                        'verbose_name_plural': 'historical priority decisions',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='PriorityHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('raised', models.CharField(choices=[('flag', 'After a flag'), ('hand', 'By hand, with a reason')], max_length=10)),
                        ('flag', models.CharField(max_length=10)),
                        ('reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('would_be_seen', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('raised_at', models.DateTimeField()),
                        ('close_reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('closed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('panel', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.panel')),
                        ('raised_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('theme', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.theme')),
                    ],
                    options={
                        'verbose_name': 'historical priority',
                        'verbose_name_plural': 'historical prioritys',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='AgencyUpdate',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('asked_at', models.DateTimeField()),
                        ('answer', models.CharField(blank=True, choices=[('', 'No answer yet'), ('nothing', 'Nothing since the last meeting'), ('something', 'Something was learned or done')], max_length=10)),
                        ('text', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('confirmed', models.JSONField(blank=True, default=list)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.agency')),
                        ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agency_updates', to='casereview.meeting')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('meeting', 'agency'), name='an_agency_is_asked_once_before_a_meeting'), models.CheckConstraint(condition=models.Q(models.Q(('answered_by__isnull', True), ('answered_at__isnull', True)), models.Q(('answered_by__isnull', False), ('answered_at__isnull', False)), _connector='OR'), name='an_agency_update_is_given_by_a_person')],
                    },
                ),
            ],
        ),
        again_when_done,
        migrations.RunPython(refuse, allow),
    ]
