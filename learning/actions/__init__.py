"""What people do in the learning database."""

from learning.actions.arriving import EarlierLearning, import_learning, report_near_miss
from learning.actions.points import (
    Told,
    accept_learning_point,
    link_learning,
    record_learning_point,
    set_aside_learning_point,
)
from learning.actions.reference import decide_reference_period
from learning.actions.themes import (
    ThemeFacts,
    add_theme,
    change_theme,
    merge_theme,
    split_theme,
)

__all__ = [
    "EarlierLearning",
    "ThemeFacts",
    "Told",
    "accept_learning_point",
    "add_theme",
    "change_theme",
    "decide_reference_period",
    "import_learning",
    "link_learning",
    "merge_theme",
    "record_learning_point",
    "report_near_miss",
    "set_aside_learning_point",
    "split_theme",
]
