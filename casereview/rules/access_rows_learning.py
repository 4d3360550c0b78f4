"""Rows of the access table: the learning database and its themes.

What is accepted names nobody. What is only proposed is still text of a case.
"""

from casereview.rules.roles import Role, Where

ANYWHERE, CASE = Where.ANYWHERE, Where.CASE
_KEEPERS = {Role.LEARNING_LEAD: ANYWHERE, Role.CDR_MANAGER: ANYWHERE}
_ON_A_CASE = {Role.LEARNING_LEAD: ANYWHERE, Role.CDR_MANAGER: CASE}
_LEAD = {Role.LEARNING_LEAD: ANYWHERE}
_READERS = _KEEPERS | dict.fromkeys(
    (
        Role.PANEL_MEMBER,
        Role.PANEL_CHAIR,
        Role.BOARD_MANAGER,
        Role.SCR_MEMBER,
        Role.SCR_CHAIR,
    ),
    ANYWHERE,
)

ROWS: dict[str, dict[Role, Where]] = {
    "list_learning": _READERS,
    "view_learning_point": _READERS,
    "record_learning_point": _KEEPERS,
    "accept_learning_point": _ON_A_CASE,
    "set_aside_learning_point": _ON_A_CASE,
    "list_themes": _READERS,
    "view_theme": _READERS,
    "add_theme": _LEAD,
    "change_theme": _LEAD,
    "decide_reference_period": _LEAD,
}
