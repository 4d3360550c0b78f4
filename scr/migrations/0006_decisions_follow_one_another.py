from django.db import migrations, models


class Migration(migrations.Migration):
    """A recommendation is decided on once in a capacity, and a decision followed by one other."""

    dependencies = [("scr", "0005_agencies_are_asked_for_their_part")]
    operations = [
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("earlier", None)),
                fields=("recommendation", "capacity"),
                name="a_recommendation_is_decided_on_once_in_a_capacity",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("earlier__isnull", False)),
                fields=("earlier",),
                name="a_decision_is_followed_by_one_further_decision",
            ),
        ),
    ]
