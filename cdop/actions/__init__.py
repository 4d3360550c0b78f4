"""What can be done to the panel's records: each a row of the access table, each one change."""

from cdop.actions.completing import (
    await_chair_check,
    complete_panel_review,
    reopen_panel_review,
)
from cdop.actions.reviewing import (
    decide_actions,
    name_modifiable_factors,
    record_factors,
    record_panel_review,
)

__all__ = [
    "await_chair_check",
    "complete_panel_review",
    "decide_actions",
    "name_modifiable_factors",
    "record_factors",
    "record_panel_review",
    "reopen_panel_review",
]
