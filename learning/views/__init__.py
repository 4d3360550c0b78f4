"""The pages of the learning database."""

from learning.views.points import (
    accept_learning_point,
    list_learning,
    record_learning_point,
    set_aside_learning_point,
    view_learning_point,
)
from learning.views.themes import (
    add_theme,
    change_theme,
    decide_reference_period,
    list_themes,
    view_theme,
)

__all__ = [
    "accept_learning_point",
    "add_theme",
    "change_theme",
    "decide_reference_period",
    "list_learning",
    "list_themes",
    "record_learning_point",
    "set_aside_learning_point",
    "view_learning_point",
    "view_theme",
]
