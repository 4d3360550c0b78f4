"""What was learned, without the child: themes and the quarterly look at them."""

from learning.models.points import LinkedLearning
from learning.models.priorities import ClosedFlag, Notice, Priority, PriorityDecision
from learning.models.quarters import QuarterlyReview
from learning.models.reference import ReferencePeriod
from learning.models.themes import Theme, ThemeChoice
from learning.models.updates import AgencyUpdate

__all__ = [
    "AgencyUpdate",
    "ClosedFlag",
    "LinkedLearning",
    "Notice",
    "Priority",
    "PriorityDecision",
    "QuarterlyReview",
    "ReferencePeriod",
    "Theme",
    "ThemeChoice",
]
