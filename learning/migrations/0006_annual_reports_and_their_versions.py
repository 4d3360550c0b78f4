import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import CreateTogether, protect, release

NEW = ["learning_annualreporthistory", "learning_reportversionhistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """A panel writes an annual report, and gives versions of it out."""

    dependencies = [
        ('casereview', '0015_what_was_learned_says_more'),
        ('learning', '0005_themes_are_merged_and_split'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether(
            operations=[
        migrations.CreateModel(
            name='AnnualReport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('texts', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('begun_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('begun_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.panel')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AnnualReportHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('texts', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('begun_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agreed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('begun_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('panel', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.panel')),
            ],
            options={
                'verbose_name': 'historical annual report',
                'verbose_name_plural': 'historical annual reports',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReportVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('document', models.CharField(choices=[('report', 'Annual report of the panel'), ('chapter', 'Chapter for the safeguarding board’s annual report')], max_length=10)),
                ('audience', models.CharField(choices=[('panel', 'Panel'), ('board', 'Board'), ('public', 'Public')], max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Being made'), ('given', 'Given out'), ('refused', 'Not given out')], default='waiting', max_length=10)),
                ('content', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('refused_because', models.CharField(blank=True, max_length=300)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('task', models.UUIDField(default=uuid.uuid4)),
                ('asked_at', models.DateTimeField()),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('release', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.release')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='learning.annualreport')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ReportVersionHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('document', models.CharField(choices=[('report', 'Annual report of the panel'), ('chapter', 'Chapter for the safeguarding board’s annual report')], max_length=10)),
                ('audience', models.CharField(choices=[('panel', 'Panel'), ('board', 'Board'), ('public', 'Public')], max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Being made'), ('given', 'Given out'), ('refused', 'Not given out')], default='waiting', max_length=10)),
                ('content', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('refused_because', models.CharField(blank=True, max_length=300)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('task', models.UUIDField(default=uuid.uuid4)),
                ('asked_at', models.DateTimeField()),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('asked_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('release', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.release')),
                ('report', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.annualreport')),
            ],
            options={
                'verbose_name': 'historical report version',
                'verbose_name_plural': 'historical report versions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name='annualreport',
            constraint=models.UniqueConstraint(fields=('panel', 'year'), name='a_panel_reports_once_on_a_year'),
        ),
        migrations.AddConstraint(
            model_name='annualreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_by__isnull', True), ('agreed_at__isnull', True)), models.Q(('agreed_by__isnull', False), ('agreed_at__isnull', False)), _connector='OR'), name='a_report_is_agreed_by_a_person_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='reportversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'given'), _negated=True), models.Q(('digest', ''), _negated=True), _connector='OR'), name='a_version_is_given_out_with_its_digest'),
        ),
            ],
        ),
        migrations.RunPython(refuse, allow),
    ]
