"""What people do in the learning database."""

from learning.actions.points import (
    Told,
    accept_learning_point,
    record_learning_point,
    set_aside_learning_point,
)
from learning.actions.reference import decide_reference_period
from learning.actions.themes import ThemeFacts, add_theme, change_theme

__all__ = [
    "ThemeFacts",
    "Told",
    "accept_learning_point",
    "add_theme",
    "change_theme",
    "decide_reference_period",
    "record_learning_point",
    "set_aside_learning_point",
]
