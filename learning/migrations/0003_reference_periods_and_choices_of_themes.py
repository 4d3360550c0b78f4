import casereview.database
import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import protect, release

NEW = ["learning_referenceperiodhistory", "learning_themechoicehistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """What themes are compared with is decided; which theme was suggested and chosen is kept."""

    dependencies = [
        ('casereview', '0002_cases'),
        ('learning', '0002_history_is_never_changed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        casereview.database.CreateTogether(
            operations=[
                migrations.CreateModel(
                    name='ReferencePeriodHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('first_quarter', models.CharField(max_length=7)),
                        ('quarters', models.PositiveSmallIntegerField()),
                        ('exposure', models.CharField(choices=[('quarters', 'Time: each quarter counts the same'), ('notified', 'Deaths notified'), ('reviewed', 'Deaths reviewed')], default='quarters', max_length=10)),
                        ('reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('decided_at', models.DateTimeField()),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('decided_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical reference period',
                        'verbose_name_plural': 'historical reference periods',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='ThemeChoice',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('suggested', models.JSONField(blank=True, default=list)),
                        ('chosen', models.CharField(max_length=40)),
                        ('chosen_at', models.DateTimeField()),
                        ('chosen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('learning_point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.learningpoint')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='ThemeChoiceHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('suggested', models.JSONField(blank=True, default=list)),
                        ('chosen', models.CharField(max_length=40)),
                        ('chosen_at', models.DateTimeField()),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('chosen_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('learning_point', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.learningpoint')),
                    ],
                    options={
                        'verbose_name': 'historical theme choice',
                        'verbose_name_plural': 'historical theme choices',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='ReferencePeriod',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('first_quarter', models.CharField(max_length=7)),
                        ('quarters', models.PositiveSmallIntegerField()),
                        ('exposure', models.CharField(choices=[('quarters', 'Time: each quarter counts the same'), ('notified', 'Deaths notified'), ('reviewed', 'Deaths reviewed')], default='quarters', max_length=10)),
                        ('reason', casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ('decided_at', models.DateTimeField()),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                        'constraints': [models.CheckConstraint(condition=models.Q(('quarters__gte', 1), ('quarters__lte', 40)), name='a_reference_period_has_quarters')],
                    },
                ),
            ],
        ),
        migrations.RunPython(refuse, allow),
    ]
