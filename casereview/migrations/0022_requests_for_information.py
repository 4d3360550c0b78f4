import casereview.codes
import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import protect, protected_still, release

NEW = ["casereview_informationrequesthistory"]
FIRST, LAST = protected_still("casereview_disclosurehistory")


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """What is asked for under a power is on a register, and a bundle says which it answers."""

    dependencies = [
        ('casereview', '0021_access_is_confirmed_again'),
    ]

    operations = [
        FIRST,
        migrations.CreateModel(
            name='InformationRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('power', models.CharField(choices=casereview.codes.information_powers, max_length=30)),
                ('received_on', models.DateField()),
                ('due_on', models.DateField(blank=True, null=True)),
                ('extended_on', models.DateField(blank=True, null=True)),
                ('key_kind', models.CharField(default='user', max_length=20)),
                ('key_id', models.UUIDField()),
                ('asked_by_whom', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('their_reference', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('asked_for', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('legal_basis', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('extended_because', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('state', models.CharField(choices=[('open', 'Being answered'), ('answered', 'Answered in full'), ('partly', 'Answered in part'), ('refused', 'Refused'), ('withdrawn', 'Taken back by who asked')], default='open', max_length=10)),
                ('answer', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('logged_at', models.DateTimeField()),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='information_requests', to='casereview.case')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('logged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.panel')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='disclosure',
            name='request',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bundles', to='casereview.informationrequest'),
        ),
        migrations.AddField(
            model_name='disclosurehistory',
            name='request',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.informationrequest'),
        ),
        migrations.CreateModel(
            name='InformationRequestHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('power', models.CharField(choices=casereview.codes.information_powers, max_length=30)),
                ('received_on', models.DateField()),
                ('due_on', models.DateField(blank=True, null=True)),
                ('extended_on', models.DateField(blank=True, null=True)),
                ('key_kind', models.CharField(default='user', max_length=20)),
                ('key_id', models.UUIDField()),
                ('asked_by_whom', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('their_reference', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('asked_for', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('legal_basis', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('extended_because', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('state', models.CharField(choices=[('open', 'Being answered'), ('answered', 'Answered in full'), ('partly', 'Answered in part'), ('refused', 'Refused'), ('withdrawn', 'Taken back by who asked')], default='open', max_length=10)),
                ('answer', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('logged_at', models.DateTimeField()),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.case')),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('logged_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('panel', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.panel')),
            ],
            options={
                'verbose_name': 'historical information request',
                'verbose_name_plural': 'historical information requests',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddIndex(
            model_name='informationrequest',
            index=models.Index(fields=['panel', 'state', 'due_on'], name='requests_of_a_panel'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_by__isnull', True), ('ended_on__isnull', True)), models.Q(('ended_by__isnull', False), ('ended_on__isnull', False)), _connector='OR'), name='a_request_is_ended_by_a_person_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='an_open_request_has_no_end'),
        ),
        LAST,
        migrations.RunPython(refuse, allow),
    ]
