"""What was learned, without the child: themes, the quarterly look at them, the year’s report."""

from learning.models.annual_reports import AnnualReport, ReportVersion
from learning.models.briefings import Briefing, BriefingFigures, BriefingSent
from learning.models.exchange import ExchangeArea, GivenBundle, ReceivedBundle
from learning.models.points import LinkedLearning
from learning.models.priorities import ClosedFlag, Notice, Priority, PriorityDecision
from learning.models.quarters import QuarterlyReview
from learning.models.reference import ReferencePeriod
from learning.models.themes import Theme, ThemeChoice
from learning.models.updates import AgencyUpdate

__all__ = [
    "AgencyUpdate",
    "AnnualReport",
    "Briefing",
    "BriefingFigures",
    "BriefingSent",
    "ClosedFlag",
    "ExchangeArea",
    "GivenBundle",
    "LinkedLearning",
    "Notice",
    "Priority",
    "PriorityDecision",
    "QuarterlyReview",
    "ReceivedBundle",
    "ReferencePeriod",
    "ReportVersion",
    "Theme",
    "ThemeChoice",
]
