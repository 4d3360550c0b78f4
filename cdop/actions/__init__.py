"""What can be done to the panel's records: each a row of the access table, each one change."""

from cdop.actions.completing import (
    await_chair_check,
    complete_panel_review,
    reopen_panel_review,
)
from cdop.actions.matching import decide_match
from cdop.actions.notifying import log_notification
from cdop.actions.questions import answer_questions
from cdop.actions.reviewing import (
    decide_actions,
    name_modifiable_factors,
    record_factors,
    record_panel_review,
)
from cdop.actions.settling import (
    close_not_for_review,
    confirm_expectedness,
    pass_on_case,
    record_safety_of_children,
    settle_notification_duty,
)

__all__ = [
    "answer_questions",
    "await_chair_check",
    "close_not_for_review",
    "complete_panel_review",
    "confirm_expectedness",
    "decide_actions",
    "decide_match",
    "log_notification",
    "name_modifiable_factors",
    "pass_on_case",
    "record_factors",
    "record_panel_review",
    "record_safety_of_children",
    "reopen_panel_review",
    "settle_notification_duty",
]
