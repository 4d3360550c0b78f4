import casereview.codes
import casereview.fields
import cdop.codes
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from casereview.database import protect, protected_still, release

FIRST, LAST = protected_still("cdop_panelreviewhistory")
NEW = ["cdop_deathreviewmeetinghistory", "cdop_deathreviewworkhistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """A death from 2018 has its meeting and its people, and its review an analysis form."""

    dependencies = [
        ('casereview', '0013_a_message_may_go_to_a_contact'),
        ('cdop', '0003_returns_are_kept_whole'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        FIRST,
        migrations.CreateModel(
            name='DeathReviewMeeting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(choices=[('cdrm', 'Child death review meeting'), ('pmrt', 'Perinatal mortality review meeting')], default='cdrm', max_length=5)),
                ('planned_for', models.DateField(blank=True, null=True)),
                ('held_on', models.DateField(blank=True, null=True)),
                ('chair', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('chair_treated', models.CharField(blank=True, choices=casereview.codes.yes_no_not_known, max_length=3)),
                ('attended', models.JSONField(blank=True, default=dict)),
                ('attended_by', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('parents_asked', models.CharField(blank=True, choices=casereview.codes.yes_no_not_known, max_length=3)),
                ('parents_not_asked_why', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('parents_questions', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('discussion', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('parents_told_on', models.DateField(blank=True, null=True)),
                ('parents_told_by', casereview.fields.EncryptedTextField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DeathReviewMeetingHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(choices=[('cdrm', 'Child death review meeting'), ('pmrt', 'Perinatal mortality review meeting')], default='cdrm', max_length=5)),
                ('planned_for', models.DateField(blank=True, null=True)),
                ('held_on', models.DateField(blank=True, null=True)),
                ('chair', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('chair_treated', models.CharField(blank=True, choices=casereview.codes.yes_no_not_known, max_length=3)),
                ('attended', models.JSONField(blank=True, default=dict)),
                ('attended_by', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('parents_asked', models.CharField(blank=True, choices=casereview.codes.yes_no_not_known, max_length=3)),
                ('parents_not_asked_why', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('parents_questions', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('discussion', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('parents_told_on', models.DateField(blank=True, null=True)),
                ('parents_told_by', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical death review meeting',
                'verbose_name_plural': 'historical death review meetings',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='DeathReviewWork',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('lead_health_professional', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('lead_health_professional_contact', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('medical_examiner_state', models.CharField(blank=True, choices=[('', 'Not yet recorded'), ('scrutinised', 'Scrutinised by a medical examiner'), ('coroner', 'Went to the coroner instead'), ('none', 'Not scrutinised'), ('not_known', 'Not known')], max_length=12)),
                ('medical_examiner', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('medical_examiner_on', models.DateField(blank=True, null=True)),
                ('nhs_number_absence', models.CharField(blank=True, choices=cdop.codes.nhs_number_absences, max_length=4)),
                ('stillbirth_at_home', models.CharField(blank=True, choices=casereview.codes.yes_no_not_known_or_not_applicable, max_length=3)),
                ('notification_copied_on', models.DateField(blank=True, null=True)),
                ('reporting_copied_on', models.DateField(blank=True, null=True)),
                ('analysis_copied_on', models.DateField(blank=True, null=True)),
                ('database_reference', casereview.fields.EncryptedTextField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DeathReviewWorkHistory',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('lead_health_professional', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('lead_health_professional_contact', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('medical_examiner_state', models.CharField(blank=True, choices=[('', 'Not yet recorded'), ('scrutinised', 'Scrutinised by a medical examiner'), ('coroner', 'Went to the coroner instead'), ('none', 'Not scrutinised'), ('not_known', 'Not known')], max_length=12)),
                ('medical_examiner', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('medical_examiner_on', models.DateField(blank=True, null=True)),
                ('nhs_number_absence', models.CharField(blank=True, choices=cdop.codes.nhs_number_absences, max_length=4)),
                ('stillbirth_at_home', models.CharField(blank=True, choices=casereview.codes.yes_no_not_known_or_not_applicable, max_length=3)),
                ('notification_copied_on', models.DateField(blank=True, null=True)),
                ('reporting_copied_on', models.DateField(blank=True, null=True)),
                ('analysis_copied_on', models.DateField(blank=True, null=True)),
                ('database_reference', casereview.fields.EncryptedTextField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical death review work',
                'verbose_name_plural': 'historical death review works',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='panelreview',
            name='carried_over_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='panelreview',
            name='form_set',
            field=models.CharField(blank=True, choices=[('abc', 'Form C'), ('cdr', 'Analysis form')], max_length=5),
        ),
        migrations.AddField(
            model_name='panelreview',
            name='not_carried',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='panelreview',
            name='secondary_category',
            field=models.CharField(blank=True, choices=cdop.codes.categories_of_death, max_length=4),
        ),
        migrations.AddField(
            model_name='panelreviewhistory',
            name='carried_over_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='panelreviewhistory',
            name='form_set',
            field=models.CharField(blank=True, choices=[('abc', 'Form C'), ('cdr', 'Analysis form')], max_length=5),
        ),
        migrations.AddField(
            model_name='panelreviewhistory',
            name='not_carried',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='panelreviewhistory',
            name='secondary_category',
            field=models.CharField(blank=True, choices=cdop.codes.categories_of_death, max_length=4),
        ),
        migrations.AddConstraint(
            model_name='panelreview',
            constraint=models.CheckConstraint(condition=models.Q(('secondary_category', ''), models.Q(('secondary_category', models.F('category_of_death')), _negated=True), _connector='OR'), name='a_second_category_is_another_one'),
        ),
        migrations.AddField(
            model_name='deathreviewmeeting',
            name='case',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='death_review_meeting', to='casereview.case'),
        ),
        migrations.AddField(
            model_name='deathreviewmeeting',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deathreviewmeetinghistory',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.case'),
        ),
        migrations.AddField(
            model_name='deathreviewmeetinghistory',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deathreviewmeetinghistory',
            name='recorded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deathreviewwork',
            name='case',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='death_review_work', to='casereview.case'),
        ),
        migrations.AddField(
            model_name='deathreviewworkhistory',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='casereview.case'),
        ),
        migrations.AddField(
            model_name='deathreviewworkhistory',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='deathreviewmeeting',
            constraint=models.CheckConstraint(condition=models.Q(('held_on', None), ('chair_treated', 'N'), _connector='OR'), name='a_meeting_held_was_not_chaired_by_who_treated'),
        ),
        LAST,
        migrations.RunPython(refuse, allow),
    ]
