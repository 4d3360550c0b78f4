import casereview.database
import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Themes and quarterly reviews."""

    initial = True

    dependencies = [
        ('casereview', '0002_cases'),
    ]

    operations = [
        casereview.database.CreateTogether(
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
            ],
        ),
    ]
