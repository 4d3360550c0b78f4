import django.db.models.deletion
import django.db.models.functions.comparison
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A message goes to somebody with an account or to an agency’s contact, who has none."""

    dependencies = [
        ('casereview', '0012_names_go_to_agencies_for_record_checks'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='outboxmessage',
            name='one_message_per_person_rule_case_and_day',
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='to_contact',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casereview.agencycontact'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='to_user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.UniqueConstraint(models.F('rule'), models.F('day'), django.db.models.functions.comparison.Coalesce(models.F('to_user'), models.Value(uuid.UUID('00000000-0000-0000-0000-000000000000'), output_field=models.UUIDField())), django.db.models.functions.comparison.Coalesce(models.F('to_contact'), models.Value(uuid.UUID('00000000-0000-0000-0000-000000000000'), output_field=models.UUIDField())), django.db.models.functions.comparison.Coalesce(models.F('case'), models.Value(uuid.UUID('00000000-0000-0000-0000-000000000000'), output_field=models.UUIDField())), name='one_message_per_person_rule_case_and_day'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_contact', None), ('to_user__isnull', False)), models.Q(('to_contact__isnull', False), ('to_user', None)), _connector='OR'), name='a_message_goes_to_a_person_or_a_contact'),
        ),
    ]
