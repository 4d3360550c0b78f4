import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

import casereview.models.reading
from casereview.database import protect, protected_still, release

FIRST, LAST = protected_still("casereview_panelhistory")
NEW = ["casereview_localtexthistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """Readers choose how they are told, areas word texts, panels say which agencies must come."""

    dependencies = [
        ('casereview', '0025_notes_and_saved_views'),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name='panel',
            name='quorum_kinds',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='panelhistory',
            name='quorum_kinds',
            field=models.JSONField(blank=True, default=list),
        ),
        LAST,
        migrations.CreateModel(
            name='LocalTextHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(max_length=60)),
                ('text', models.TextField(blank=True)),
                ('since', models.DateField()),
                ('settled_at', models.DateTimeField()),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical local text',
                'verbose_name_plural': 'historical local texts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReadingChoice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('notices', models.CharField(choices=casereview.models.reading.choices, default='noticed', max_length=10)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='LocalText',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(max_length=60)),
                ('text', models.TextField(blank=True)),
                ('since', models.DateField()),
                ('settled_at', models.DateTimeField()),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['kind', 'since', 'settled_at'],
                'abstract': False,
                'default_permissions': (),
                'indexes': [models.Index(fields=['kind', 'since'], name='local_texts_of_a_kind')],
            },
        ),
        migrations.RunPython(refuse, allow),
    ]
