"""Child death overview panel: notification, panel review and annual return."""

from cdop.models.annual_return import AnnualReturn
from cdop.models.notification import Notification
from cdop.models.review import FactorFinding, PanelReview

__all__ = ["AnnualReturn", "FactorFinding", "Notification", "PanelReview"]
