import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import protect, protected_still, release

FIRST, LAST = protected_still("learning_themehistory")
NEW = ["learning_linkedlearninghistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """Themes are merged and split, and stand for themes of reviews; learning is linked."""

    dependencies = [
        ('casereview', '0015_what_was_learned_says_more'),
        ('learning', '0004_priorities_notices_and_agency_updates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        FIRST,
        migrations.RemoveField(
            model_name='theme',
            name='review_theme',
        ),
        migrations.RemoveField(
            model_name='themehistory',
            name='review_theme',
        ),
        migrations.AddField(
            model_name='theme',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_here', to='learning.theme'),
        ),
        migrations.AddField(
            model_name='theme',
            name='review_themes',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='theme',
            name='split_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='split_off', to='learning.theme'),
        ),
        migrations.AddField(
            model_name='themehistory',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.theme'),
        ),
        migrations.AddField(
            model_name='themehistory',
            name='review_themes',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='themehistory',
            name='split_from',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='learning.theme'),
        ),
        migrations.CreateModel(
            name='LinkedLearningHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(choices=[('same', 'They say the same'), ('alike', 'They belong together')], max_length=10)),
                ('confirmed_at', models.DateTimeField()),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('confirmed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.learningpoint')),
                ('point', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.learningpoint')),
            ],
            options={
                'verbose_name': 'historical linked learning',
                'verbose_name_plural': 'historical linked learnings',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='LinkedLearning',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(choices=[('same', 'They say the same'), ('alike', 'They belong together')], max_length=10)),
                ('confirmed_at', models.DateTimeField()),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='linked_from', to='casereview.learningpoint')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='linked_to', to='casereview.learningpoint')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('point', 'other'), name='learning_is_linked_once'), models.CheckConstraint(condition=models.Q(('point', models.F('other')), _negated=True), name='learning_is_linked_to_other_learning')],
            },
        ),
        migrations.RunPython(refuse, allow),
        LAST,
    ]
