"""That two things learned are the same, or alike; a person says so."""

from django.db import models

from casereview.history import History
from casereview.models import LearningPoint
from casereview.records import Record, link, user_link


class LinkedLearning(Record):
    """Two learning points that a person found to say the same, or to belong together."""

    class Kind(models.TextChoices):
        SAME = "same", "They say the same"
        ALIKE = "alike", "They belong together"

    point = link(LearningPoint, related_name="linked_to")
    other = link(LearningPoint, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=Kind)
    confirmed_by = user_link()
    confirmed_at = models.DateTimeField()

    coded = ("kind",)
    operational = ("point", "other", "confirmed_by", "confirmed_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(name="learning_is_linked_once", fields=["point", "other"]),
            models.CheckConstraint(
                name="learning_is_linked_to_other_learning",
                condition=~models.Q(point=models.F("other")),
            ),
        ]
