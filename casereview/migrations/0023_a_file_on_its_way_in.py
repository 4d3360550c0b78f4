import casereview.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A file that is to be imported is kept sealed under a key of its own until it is in."""

    dependencies = [
        ('casereview', '0002_squashed_0022_requests_for_information'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(max_length=20)),
                ('about', models.UUIDField(blank=True, null=True)),
                ('state', models.CharField(choices=[('received', 'Waiting for its headings'), ('checking', 'Being checked'), ('checked', 'Checked, not brought in'), ('writing', 'Being brought in'), ('done', 'Brought in'), ('stopped', 'The check was stopped'), ('failed', 'It could not be brought in')], default='received', max_length=10)),
                ('task', models.UUIDField(blank=True, null=True)),
                ('content', casereview.fields.EncryptedJSONField(blank=True, null=True)),
                ('receipt', models.JSONField(blank=True, default=dict)),
                ('received_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_files', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-received_at'],
                'abstract': False,
                'default_permissions': (),
            },
        ),
    ]
