"""The pages of the learning database."""

from learning.views.arriving import (
    check_learning_file,
    import_learning,
    learning_file_errors,
    learning_file_headings,
    learning_template,
    list_near_misses,
    report_near_miss,
)
from learning.views.points import (
    accept_learning_point,
    link_learning,
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
    merge_theme,
    split_theme,
    view_crosswalk,
    view_theme,
)

__all__ = [
    "accept_learning_point",
    "add_theme",
    "change_theme",
    "check_learning_file",
    "decide_reference_period",
    "import_learning",
    "learning_file_errors",
    "learning_file_headings",
    "learning_template",
    "link_learning",
    "list_learning",
    "list_near_misses",
    "list_themes",
    "merge_theme",
    "record_learning_point",
    "report_near_miss",
    "set_aside_learning_point",
    "split_theme",
    "view_crosswalk",
    "view_learning_point",
    "view_theme",
]
