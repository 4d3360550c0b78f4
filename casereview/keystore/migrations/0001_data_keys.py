import casereview.database
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Data keys, in a store of their own."""

    initial = True

    dependencies = [
    ]

    operations = [
        casereview.database.CreateTogether(
            operations=[
                migrations.CreateModel(
                    name='DataKey',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('owner_kind', models.CharField(max_length=20)),
                        ('owner_id', models.UUIDField()),
                        ('epoch', models.PositiveIntegerField()),
                        ('wrapped', models.BinaryField()),
                        ('made_at', models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('owner_kind', 'owner_id', 'epoch'), name='one_data_key_per_owner_and_epoch')],
                    },
                ),
            ],
        ),
    ]
