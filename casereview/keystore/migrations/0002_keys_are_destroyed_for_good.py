import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Whose keys were destroyed for good is known."""

    dependencies = [
        ('keystore', '0001_data_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='DestroyedKey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('owner_kind', models.CharField(max_length=20)),
                ('owner_id', models.UUIDField()),
                ('destroyed_at', models.DateTimeField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('owner_kind', 'owner_id'), name='an_owner_loses_its_keys_once')],
            },
        ),
    ]
