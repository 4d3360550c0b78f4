import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from casereview.database import CreateTogether, history_tables, protect, release
from django.conf import settings
from django.db import migrations, models


def refuse(apps, schema_editor):
    protect(schema_editor, history_tables(apps, "learning"))


def allow(apps, schema_editor):
    release(schema_editor, history_tables(apps, "learning"))


class Migration(migrations.Migration):
    """The tables of a new database, made at once; one that is older follows the steps replaced."""

    initial = True
    replaces = [
        ('learning', '0001_initial'),
        ('learning', '0002_history_is_never_changed'),
        ('learning', '0003_reference_periods_and_choices_of_themes'),
    ]

    dependencies = [
        ('casereview', '0013_a_message_may_go_to_a_contact'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name='QuarterlyReviewHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('quarter', models.CharField(max_length=7)),
                        ('frozen', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                        ('decisions', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('closed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('panel', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.panel')),
                    ],
                    options={
                        'verbose_name': 'historical quarterly review',
                        'verbose_name_plural': 'historical quarterly reviews',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
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
                    name='Theme',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('code', models.CharField(max_length=40, unique=True)),
                        ('name', models.CharField(max_length=200)),
                        ('covers', models.TextField(blank=True)),
                        ('does_not_cover', models.TextField(blank=True)),
                        ('cue_words', models.JSONField(blank=True, default=list)),
                        ('review_theme', models.CharField(blank=True, max_length=10)),
                        ('since', models.DateField(blank=True, null=True)),
                        ('until', models.DateField(blank=True, null=True)),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.theme')),
                    ],
                    options={
                        'ordering': ['name'],
                        'abstract': False,
                        'default_permissions': (),
                    },
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
                    name='ThemeHistory',
                    fields=[
                        ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('code', models.CharField(max_length=40)),
                        ('name', models.CharField(max_length=200)),
                        ('covers', models.TextField(blank=True)),
                        ('does_not_cover', models.TextField(blank=True)),
                        ('cue_words', models.JSONField(blank=True, default=list)),
                        ('review_theme', models.CharField(blank=True, max_length=10)),
                        ('since', models.DateField(blank=True, null=True)),
                        ('until', models.DateField(blank=True, null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('parent', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.theme')),
                    ],
                    options={
                        'verbose_name': 'historical theme',
                        'verbose_name_plural': 'historical themes',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='QuarterlyReview',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField(default=0, editable=False)),
                        ('quarter', models.CharField(max_length=7)),
                        ('frozen', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                        ('decisions', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.panel')),
                    ],
                    options={
                        'abstract': False,
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('panel', 'quarter'), name='a_quarter_is_reviewed_once_per_panel'), models.CheckConstraint(condition=models.Q(models.Q(('closed_by__isnull', True), ('closed_at__isnull', True)), models.Q(('closed_by__isnull', False), ('closed_at__isnull', False)), _connector='OR'), name='a_quarter_is_closed_by_a_person_at_a_time')],
                    },
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
