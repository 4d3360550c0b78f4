"""What the learning database adds to *Your work*: proposals that wait to be decided."""

from datetime import date

from django.urls import reverse

from casereview import access
from casereview.models import LearningPoint
from casereview.registries import WorkItem
from learning.sight import points_for


def proposals_to_decide(user, today: date) -> list[WorkItem]:
    """Return one line for those who keep the learning database, where proposals wait."""
    if not access.can(user, "record_learning_point"):
        return []
    waiting = (
        points_for(user, "accept_learning_point").filter(state=LearningPoint.State.PROPOSED).count()
    )
    if not waiting:
        return []
    return [
        WorkItem(
            key="learning proposed",
            task=f"Take in or set aside {_points(waiting)}",
            url=reverse("learning:list_learning") + "?state=proposed",
            why="It counts nowhere until then",
        )
    ]


def _points(number: int) -> str:
    return "1 proposed learning point" if number == 1 else f"{number} proposed learning points"
