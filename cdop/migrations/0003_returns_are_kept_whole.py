import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


from casereview.database import protect, protected_still, release

FIRST, LAST = protected_still("cdop_annualreturnhistory")
NEW = ["cdop_returnformhistory", "cdop_returnquestionhistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """A return is kept for an area, its form may be entered, and what it lacks is asked for."""

    dependencies = [
        ('casereview', '0013_a_message_may_go_to_a_contact'),
        ('cdop', '0002_history_is_never_changed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        FIRST,
        migrations.CreateModel(
            name='ReturnForm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.JSONField(default=dict)),
                ('entered_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ReturnFormHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.JSONField(default=dict)),
                ('entered_at', models.DateTimeField()),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical return form',
                'verbose_name_plural': 'historical return forms',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReturnQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('columns', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ReturnQuestionHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('columns', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical return question',
                'verbose_name_plural': 'historical return questions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name='annualreturn',
            name='a_return_has_each_revision_once',
        ),
        migrations.AddField(
            model_name='annualreturn',
            name='area',
            field=models.CharField(blank=True, max_length=600),
        ),
        migrations.AddField(
            model_name='annualreturn',
            name='completed',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='annualreturn',
            name='explanations',
            field=casereview.fields.EncryptedJSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='annualreturnhistory',
            name='area',
            field=models.CharField(blank=True, max_length=600),
        ),
        migrations.AddField(
            model_name='annualreturnhistory',
            name='completed',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='annualreturnhistory',
            name='explanations',
            field=casereview.fields.EncryptedJSONField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='annualreturn',
            constraint=models.UniqueConstraint(models.F('year'), models.F('area'), models.F('revision'), name='a_return_has_each_revision_once'),
        ),
        migrations.AddField(
            model_name='returnform',
            name='entered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnformhistory',
            name='entered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnformhistory',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnquestion',
            name='asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnquestion',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.case'),
        ),
        migrations.AddField(
            model_name='returnquestionhistory',
            name='asked_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnquestionhistory',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.case'),
        ),
        migrations.AddField(
            model_name='returnquestionhistory',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='returnform',
            constraint=models.UniqueConstraint(models.F('year'), models.F('number'), name='a_years_form_has_each_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='returnquestion',
            constraint=models.UniqueConstraint(models.F('case'), models.F('year'), name='a_case_is_asked_about_once_for_a_year'),
        ),
        migrations.RunPython(refuse, allow),
        LAST,
    ]
