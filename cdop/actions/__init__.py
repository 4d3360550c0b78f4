"""What can be done to the panel's records: each a row of the access table, each one change."""

from cdop.actions.completing import (
    await_chair_check,
    complete_panel_review,
    reopen_panel_review,
)
from cdop.actions.intake import (
    accept_intake,
    escalate_unread,
    receive_notification,
    record_social_care_told,
    reject_intake,
)
from cdop.actions.judging import (
    begin_judgement_round,
    give_first_judgement,
    open_judgement_round,
)
from cdop.actions.listing import confirm_list_matches, decide_list_entry, upload_list
from cdop.actions.matching import decide_match
from cdop.actions.meeting_items import (
    answer_panel_question,
    capture_action,
    check_points,
    record_item_outcome,
)
from cdop.actions.notifying import log_notification
from cdop.actions.questions import answer_questions
from cdop.actions.returning import (
    ask_for_missing,
    change_return_form,
    comment_on_return,
    freeze_annual_return,
)
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
    "accept_intake",
    "answer_panel_question",
    "answer_questions",
    "ask_for_missing",
    "await_chair_check",
    "begin_judgement_round",
    "capture_action",
    "change_return_form",
    "check_points",
    "close_not_for_review",
    "comment_on_return",
    "complete_panel_review",
    "confirm_expectedness",
    "confirm_list_matches",
    "decide_actions",
    "decide_list_entry",
    "decide_match",
    "escalate_unread",
    "freeze_annual_return",
    "give_first_judgement",
    "log_notification",
    "name_modifiable_factors",
    "open_judgement_round",
    "pass_on_case",
    "receive_notification",
    "record_factors",
    "record_item_outcome",
    "record_panel_review",
    "record_safety_of_children",
    "record_social_care_told",
    "reject_intake",
    "reopen_panel_review",
    "settle_notification_duty",
    "upload_list",
]
