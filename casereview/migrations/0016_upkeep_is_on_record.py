import uuid
from django.db import migrations, models

from casereview.database import protect, release

TABLE = "casereview_upkeeprecord"


def refuse(apps, schema_editor):
    protect(schema_editor, [TABLE])


def allow(apps, schema_editor):
    release(schema_editor, [TABLE])


class Migration(migrations.Migration):
    """Backups, drills, rotations and checks are on record, in rows that are only added."""

    dependencies = [
        ('casereview', '0015_what_was_learned_says_more'),
    ]

    operations = [
        migrations.CreateModel(
            name='UpkeepRecord',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('backup', 'Backup of the database and files'), ('key_backup', 'Backup of the keys'), ('restore', 'Restore'), ('drill', 'Restore drill'), ('rotation', 'Rotation of the keys'), ('verification', 'Check of the audit chain'), ('checkpoint', 'Checkpoint of the audit chain, delivered')], max_length=20)),
                ('at', models.DateTimeField()),
                ('succeeded', models.BooleanField(default=True)),
                ('details', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['kind', '-at'], name='upkeep_of_a_kind')],
            },
        ),
        migrations.RunPython(refuse, allow),
    ]
