from django.db import migrations, models

from casereview.database import protected_still

GROUNDS = [
    ("family", "A family or personal connection"),
    ("criticised", "Criticised in the papers"),
    ("responsible_clinician", "The clinician responsible for the child’s care"),
    ("worked_with_family", "Once worked with the child or family"),
    ("employer", "The employer is involved in the case"),
    ("other", "Something else"),
]
FIRST, LAST = protected_still("casereview_interesthistory")


class Migration(migrations.Migration):
    """An interest says on what ground it is declared."""

    dependencies = [("casereview", "0004_audit_is_only_appended_to")]
    operations = [
        FIRST,
        migrations.AddField(
            model_name="interest",
            name="ground",
            field=models.CharField(blank=True, choices=GROUNDS, max_length=30),
        ),
        migrations.AddField(
            model_name="interesthistory",
            name="ground",
            field=models.CharField(blank=True, choices=GROUNDS, max_length=30),
        ),
        LAST,
    ]
