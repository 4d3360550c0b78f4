"""What was learned, without the child: themes and the quarterly look at them."""

from learning.models.quarters import QuarterlyReview
from learning.models.reference import ReferencePeriod
from learning.models.themes import Theme, ThemeChoice

__all__ = ["QuarterlyReview", "ReferencePeriod", "Theme", "ThemeChoice"]
