import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import CreateTogether, protect, release

NEW = [
    "learning_briefinghistory",
    "learning_briefingfigureshistory",
    "learning_briefingsenthistory",
]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """A panel writes briefings on themes, and records who was sent them and has read them."""

    dependencies = [
        ('casereview', '0015_what_was_learned_says_more'),
        ('learning', '0006_annual_reports_and_their_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether(
            operations=[
        migrations.CreateModel(
            name='Briefing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('audience', models.CharField(choices=[('board', 'The board and member agencies'), ('public', 'Everybody')], max_length=10)),
                ('state', models.CharField(choices=[('writing', 'Being written'), ('agreed', 'Agreed'), ('making', 'Being made'), ('given', 'Given out')], default='writing', max_length=10)),
                ('texts', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('points', models.JSONField(blank=True, default=list)),
                ('begun_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('content', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('refused_because', models.CharField(blank=True, max_length=300)),
                ('task', models.UUIDField(default=uuid.uuid4)),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('begun_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.panel')),
                ('release', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.release')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.theme')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='BriefingFigures',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('audience', models.CharField(choices=[('board', 'The board and member agencies'), ('public', 'Everybody')], max_length=10)),
                ('figures', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('refused_because', models.CharField(blank=True, max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('briefing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='learning.briefing')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='BriefingFiguresHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('audience', models.CharField(choices=[('board', 'The board and member agencies'), ('public', 'Everybody')], max_length=10)),
                ('figures', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('refused_because', models.CharField(blank=True, max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('asked_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('briefing', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.briefing')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical briefing figures',
                'verbose_name_plural': 'historical briefing figuress',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='BriefingHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('audience', models.CharField(choices=[('board', 'The board and member agencies'), ('public', 'Everybody')], max_length=10)),
                ('state', models.CharField(choices=[('writing', 'Being written'), ('agreed', 'Agreed'), ('making', 'Being made'), ('given', 'Given out')], default='writing', max_length=10)),
                ('texts', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('points', models.JSONField(blank=True, default=list)),
                ('begun_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('content', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('refused_because', models.CharField(blank=True, max_length=300)),
                ('task', models.UUIDField(default=uuid.uuid4)),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agreed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('begun_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('panel', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.panel')),
                ('release', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.release')),
                ('theme', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.theme')),
                ('written_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical briefing',
                'verbose_name_plural': 'historical briefings',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='BriefingSent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('body', models.CharField(blank=True, max_length=30)),
                ('body_name', models.CharField(blank=True, max_length=200)),
                ('way', models.CharField(choices=[('email', 'By e-mail'), ('system', 'In this system'), ('meeting', 'At a meeting'), ('training', 'In training'), ('newsletter', 'In a newsletter or on an intranet'), ('paper', 'On paper')], max_length=15)),
                ('sent_on', models.DateField()),
                ('answer_due_on', models.DateField(blank=True, null=True)),
                ('read_on', models.DateField(blank=True, null=True)),
                ('shared_with', models.PositiveIntegerField(blank=True, null=True)),
                ('told', models.BooleanField(default=False)),
                ('note', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.agency')),
                ('briefing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='learning.briefing')),
                ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='BriefingSentHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('body', models.CharField(blank=True, max_length=30)),
                ('body_name', models.CharField(blank=True, max_length=200)),
                ('way', models.CharField(choices=[('email', 'By e-mail'), ('system', 'In this system'), ('meeting', 'At a meeting'), ('training', 'In training'), ('newsletter', 'In a newsletter or on an intranet'), ('paper', 'On paper')], max_length=15)),
                ('sent_on', models.DateField()),
                ('answer_due_on', models.DateField(blank=True, null=True)),
                ('read_on', models.DateField(blank=True, null=True)),
                ('shared_with', models.PositiveIntegerField(blank=True, null=True)),
                ('told', models.BooleanField(default=False)),
                ('note', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('acknowledged_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.agency')),
                ('briefing', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.briefing')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical briefing sent',
                'verbose_name_plural': 'historical briefing sents',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name='briefing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_by__isnull', True), ('agreed_at__isnull', True)), models.Q(('agreed_by__isnull', False), ('agreed_at__isnull', False)), _connector='OR'), name='a_briefing_is_agreed_by_a_person_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='briefing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'given'), _negated=True), models.Q(models.Q(('digest', ''), _negated=True), ('given_at__isnull', False)), _connector='OR'), name='a_briefing_is_given_out_with_its_digest'),
        ),
        migrations.AddConstraint(
            model_name='briefingfigures',
            constraint=models.UniqueConstraint(fields=('briefing', 'audience'), name='a_briefing_has_its_figures_once_for_an_audience'),
        ),
        migrations.AddConstraint(
            model_name='briefingsent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', False), ('body', '')), models.Q(('agency', None), models.Q(('body', ''), _negated=True)), _connector='OR'), name='a_briefing_goes_to_an_agency_or_to_a_body'),
        ),
        migrations.AddConstraint(
            model_name='briefingsent',
            constraint=models.UniqueConstraint(condition=models.Q(('agency__isnull', False)), fields=('briefing', 'agency'), name='a_briefing_goes_once_to_an_agency'),
        ),
        migrations.AddConstraint(
            model_name='briefingsent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('read_on__isnull', True), ('acknowledged_by__isnull', True), ('acknowledged_at__isnull', True)), models.Q(('read_on__isnull', False), ('acknowledged_by__isnull', False), ('acknowledged_at__isnull', False)), _connector='OR'), name='a_briefing_is_acknowledged_by_a_person_on_a_day'),
        ),
        ],
        ),
        migrations.RunPython(refuse, allow),
    ]
