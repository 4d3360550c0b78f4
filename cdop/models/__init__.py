"""Child death overview panel: from notification to the annual return."""

from cdop.models.annual_return import AnnualReturn, ReturnForm, ReturnQuestion
from cdop.models.death_review import DeathReviewMeeting, DeathReviewWork
from cdop.models.lists import ListEntry, ListUpload
from cdop.models.notification import Notification
from cdop.models.panel_work import CheckPoint, DeferralQuestion, FirstJudgement, JudgementRound
from cdop.models.reports import AgencyAnswer, Contradiction, RequestPart, ResponsePhase
from cdop.models.review import FactorFinding, PanelReview

__all__ = [
    "AgencyAnswer",
    "AnnualReturn",
    "CheckPoint",
    "Contradiction",
    "DeathReviewMeeting",
    "DeathReviewWork",
    "DeferralQuestion",
    "FactorFinding",
    "FirstJudgement",
    "JudgementRound",
    "ListEntry",
    "ListUpload",
    "Notification",
    "PanelReview",
    "RequestPart",
    "ReturnForm",
    "ReturnQuestion",
    "ResponsePhase",
]
