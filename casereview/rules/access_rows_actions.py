"""Rows of the access table for actions: their owners', their board's, or those of a case."""

from casereview.rules.roles import Role, Where

ANYWHERE, CASE, OWN, MEETING = Where.ANYWHERE, Where.CASE, Where.OWN, Where.MEETING
_R = Role
# They own no action: they keep the house, and read what others did.
_NO_OWNERS = {_R.ADMINISTRATOR, _R.AUDITOR, _R.RETURN_OFFICER}
OWNERS = tuple(role for role in Role if role not in _NO_OWNERS)
# Of their own board; a learning lead without a board, of all.
_FOLLOW = {_R.BOARD_MANAGER: ANYWHERE, _R.SCR_CHAIR: ANYWHERE, _R.LEARNING_LEAD: ANYWHERE}
_OF_A_CASE = {_R.CDR_MANAGER: CASE, _R.PANEL_CHAIR: MEETING}
_READ = (*_FOLLOW, _R.SCR_MEMBER, _R.INDEPENDENT_CHAIR)

ROWS: dict[str, dict[Role, Where]] = {
    "list_actions": dict.fromkeys(OWNERS, ANYWHERE),
    "view_action": {
        **dict.fromkeys(OWNERS, OWN),
        **dict.fromkeys(_READ, ANYWHERE),
        **_OF_A_CASE,
        _R.PANEL_MEMBER: MEETING,
    },
    "report_progress": dict.fromkeys(OWNERS, OWN),
    "give_action_evidence": dict.fromkeys(OWNERS, OWN),
    "change_action": _FOLLOW,
    "drop_action": _FOLLOW,
    "answer_evidence": {**_FOLLOW, **_OF_A_CASE},
    "review_effect": {**_FOLLOW, **_OF_A_CASE},
    # The quarterly report: anonymous, of one's own board.
    "view_action_report": dict.fromkeys((*_READ, _R.BOARD_MEMBER), ANYWHERE),
    "export_action_report": dict.fromkeys((*_READ, _R.BOARD_MEMBER), ANYWHERE),
}
